#include "runner/check_show.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FOCUS_SHOWN 5

static const struct json *
parsed(struct arena *a, const char *text)
{
	const struct json *j = NULL;

	if (text == NULL ||
	    json_parse(a, text, strlen(text), &json_limits_document, &j) !=
		NULL)
		return NULL;
	return j;
}

static double
number(const struct json *parent, const char *name)
{
	const struct json *j = json_member(parent, name);

	if (j == NULL || (j->kind != JSON_INT && j->kind != JSON_DOUBLE))
		return NAN;
	return j->kind == JSON_INT ? (double)j->integer : j->number;
}

static void
print_number(const char *what, double value)
{
	if (!isnan(value))
		printf("  %s %.2f", what, value);
}

static void
print_node(const struct json *node, int depth)
{
	const struct json *children = json_member(node, "children");
	const char *name = json_member_string(node, "name");
	const char *status = json_member_string(node, "status");

	printf("    %*s%s", 2 * depth, "", name != NULL ? name : "");
	print_number("score", number(node, "score"));
	print_number("weight", number(node, "weight"));
	if (status != NULL)
		printf("  %s", status);
	putchar('\n');
	for (size_t i = 0; children != NULL && children->kind == JSON_ARRAY &&
	     i < children->n;
	     i++)
		print_node(&children->items[i], depth + 1);
}

static void
print_focus(const struct json *focus)
{
	for (size_t c = 0;
	     focus != NULL && focus->kind == JSON_OBJECT && c < focus->n; c++) {
		const struct json *list = &focus->members[c].value;

		for (size_t i = 0;
		     list->kind == JSON_ARRAY && i < list->n && i < FOCUS_SHOWN;
		     i++) {
			const char *path =
			    json_member_string(&list->items[i], "path");

			printf("    focus: %s costs %.2f\n",
			    path != NULL ? path : focus->members[c].name,
			    number(&list->items[i], "points_lost"));
		}
	}
}

/* A line at a time, so that it is seen to be a quotation. */
static void
print_quoted(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		printf("    | %.*s\n", (int)n, text);
		text += n;
		text += *text == '\n';
	}
}

void
check_show(struct arena *a, const struct wire_result *r)
{
	const struct json *tree = parsed(a, r->tree);
	const struct json *feedback = parsed(a, r->feedback);
	const char *text = json_member_string(feedback, "text");

	if (tree == NULL)
		return;
	print_node(tree, 0);
	print_focus(json_member(feedback, "focus"));
	if (text != NULL)
		print_quoted(text);
}

void
check_show_json(struct arena *a, struct json_w *w, const struct wire_result *r)
{
	const struct json *feedback = parsed(a, r->feedback);
	const struct json *focus = json_member(feedback, "focus");

	json_w_key_raw(w, "tree", r->tree);
	if (focus != NULL) {
		json_w_key(w, "focus");
		json_w_value(w, focus);
	}
	json_w_key_str(w, "feedback", json_member_string(feedback, "text"));
}
