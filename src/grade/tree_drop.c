/*
 * Leaves that nobody could grade are taken out: their weight goes to their
 * siblings, a subject that has none left goes, too, and so on.
 */
#include "grade/tree.h"

/* true: nothing is left of it. */
static bool
drop_in(struct tree_node *n)
{
	struct tree_node **subject = &n->subjects;
	struct tree_test **test = &n->tests;

	while (*subject != NULL) {
		if (drop_in(*subject))
			*subject = (*subject)->next;
		else
			subject = &(*subject)->next;
	}
	n->last_subject = subject;
	while (*test != NULL) {
		if ((*test)->is_dropped)
			*test = (*test)->next;
		else
			test = &(*test)->next;
	}
	n->last_test = test;
	return n->subjects == NULL && n->tests == NULL;
}

bool
tree_drop(struct tree *t)
{
	for (int c = 0; c < TREE__MAX; c++)
		if (t->category[c] != NULL && drop_in(t->category[c]))
			t->category[c] = NULL;
	return t->category[TREE_BASE] != NULL;
}
