/*
 * What scoring costs: a tree of 10,000 leaves in 100 subjects is scored and
 * its losses are put in order.
 *
 *	grade tree N		milliseconds of each of N rounds
 *
 * Lines of JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"
#include "grade/tree.h"

#define SUBJECTS 100
#define LEAVES 100 /* of each */

static struct tree *
make_tree(struct arena *a)
{
	struct tree *t = tree_new(a);
	struct tree_node *base = tree_category(t, TREE_BASE, 100);

	for (int i = 0; i < SUBJECTS; i++) {
		struct tree_node *s = tree_subject_add(t, base, "s", 1 + i % 7);

		for (int k = 0; s != NULL && k < LEAVES; k++) {
			struct tree_test *leaf =
			    tree_test_add(t, s, "leaf", 1 + k % 5);

			if (leaf == NULL)
				abort();
			leaf->score = rand_below(101);
		}
	}
	return t;
}

static void
round_of(struct arena *a)
{
	struct tree *t = make_tree(a);
	int64_t from = clock_mono_us();
	struct tree_loss *losses;
	size_t n;

	tree_score(t);
	tree_focus(t, a, TREE_BASE, &losses, &n);
	printf("{\"leaves\":%zu,\"ms\":%.3f}\n", n,
	    (double)(clock_mono_us() - from) / 1000);
}

int
main(int argc, char **argv)
{
	int64_t rounds;

	if (argc != 3 || strcmp(argv[1], "tree") != 0 ||
	    !str_to_i64(argv[2], 1, 10000, &rounds)) {
		fputs("usage: grade tree N\n", stderr);
		return 2;
	}
	for (int64_t i = 0; i < rounds; i++) {
		struct arena *a = arena_new("bench", (size_t)64 << 20);

		round_of(a);
		arena_free(a);
	}
	return 0;
}
