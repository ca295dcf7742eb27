#include "grade/tree_json.h"

static void
write_test(struct json_w *w, const struct tree_test *t)
{
	json_w_object(w);
	json_w_key_str(w, "name", t->name);
	json_w_key_str(w, "type", "test");
	json_w_key_f64(w, "score", tree_round(t->score));
	json_w_key_f64(w, "weight", tree_round(t->share));
	json_w_key_f64(w, "points_lost", tree_round(t->points_lost));
	if (t->has_points)
		json_w_key_f64(w, "points", tree_round(t->points));
	json_w_key_str(w, "status", t->status);
	json_w_object_end(w);
}

static void
write_node(struct json_w *w, const struct tree_node *n)
{
	json_w_object(w);
	json_w_key_str(w, "name", n->name);
	json_w_key_str(w, "type", n->is_category ? "category" : "subject");
	json_w_key_f64(w, "score", tree_round(n->score));
	json_w_key_f64(w, "weight", tree_round(n->share));
	if (n->has_points)
		json_w_key_f64(w, "points", tree_round(n->points));
	json_w_key(w, "children");
	json_w_array(w);
	for (const struct tree_node *s = n->subjects; s != NULL; s = s->next)
		write_node(w, s);
	for (const struct tree_test *t = n->tests; t != NULL; t = t->next)
		write_test(w, t);
	json_w_array_end(w);
	json_w_object_end(w);
}

void
tree_write(struct json_w *w, const struct tree *t)
{
	json_w_object(w);
	json_w_key_str(w, "name", "root");
	json_w_key_str(w, "type", "root");
	json_w_key_f64(w, "score", tree_round(t->final));
	json_w_key(w, "children");
	json_w_array(w);
	for (int c = 0; c < TREE__MAX; c++)
		if (t->category[c] != NULL)
			write_node(w, t->category[c]);
	json_w_array_end(w);
	json_w_object_end(w);
}
