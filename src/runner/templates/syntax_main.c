/*
 * assize-syntax: reads programs, writes their syntax trees; see syntax.h.
 * The only file that knows libtree-sitter.  It runs in a box, and is believed
 * nothing: whatever it says is checked by who reads it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

#include "runner/templates/syntax.h"

#define PARSE_US 2000000
#define NAMES_MAX 4096
#define MEMORY_MAX ((size_t)512 << 20)

const TSLanguage *tree_sitter_c(void);
const TSLanguage *tree_sitter_cpp(void);
const TSLanguage *tree_sitter_java(void);
const TSLanguage *tree_sitter_javascript(void);
const TSLanguage *tree_sitter_python(void);

static const TSLanguage *(*const grammars[])(void) = {
	[SYNTAX_C] = tree_sitter_c,
	[SYNTAX_CPP] = tree_sitter_cpp,
	[SYNTAX_JAVA] = tree_sitter_java,
	[SYNTAX_JAVASCRIPT] = tree_sitter_javascript,
	[SYNTAX_PYTHON] = tree_sitter_python,
};

/* Names are the grammar's own: equal ones have one address. */
struct names {
	const char *seen[NAMES_MAX];
	uint32_t at[NAMES_MAX];
	size_t n;
	struct buf text;
};

static uint32_t
name_at(struct names *names, const char *name)
{
	uint32_t at = (uint32_t)names->text.n;

	if (name == NULL)
		return SYNTAX_NO_NODE;
	for (size_t i = 0; i < names->n; i++)
		if (names->seen[i] == name)
			return names->at[i];
	if (names->n == NAMES_MAX)
		return names->at[0];
	buf_put(&names->text, name, strlen(name) + 1);
	names->seen[names->n] = name;
	names->at[names->n++] = at;
	return at;
}

struct flat {
	struct arena *arena;
	struct syntax_record *nodes;
	size_t cap;
	uint32_t n;
	struct names names;
};

static uint32_t
add_node(struct flat *f, const TSTreeCursor *cursor, uint32_t parent)
{
	TSNode node = ts_tree_cursor_current_node(cursor);

	f->nodes =
	    arena_grow(f->arena, f->nodes, f->n, &f->cap, sizeof(*f->nodes));
	f->nodes[f->n] = (struct syntax_record) {
		.start = ts_node_start_byte(node),
		.end = ts_node_end_byte(node),
		.parent = parent,
		.is_named = ts_node_is_named(node),
		.kind = name_at(&f->names, ts_node_type(node)),
		.field = name_at(&f->names,
		    ts_tree_cursor_current_field_name(cursor)),
	};
	return f->n++;
}

/* Down where it goes, else on, else up until it goes on. */
static void
flatten(struct flat *f, TSTreeCursor *cursor)
{
	uint32_t at = add_node(f, cursor, 0);

	while (f->n < SYNTAX_NODES_MAX) {
		if (ts_tree_cursor_goto_first_child(cursor)) {
			at = add_node(f, cursor, at);
			continue;
		}
		while (!ts_tree_cursor_goto_next_sibling(cursor)) {
			if (!ts_tree_cursor_goto_parent(cursor))
				return;
			at = f->nodes[at].parent;
		}
		at = add_node(f, cursor, f->nodes[at].parent);
	}
}

static void
answer(const struct flat *f)
{
	const uint32_t head[] = { f->n, (uint32_t)f->names.text.n };

	fwrite(head, sizeof(head), 1, stdout);
	fwrite(f->names.text.p, 1, f->names.text.n, stdout);
	fwrite(f->nodes, sizeof(*f->nodes), f->n, stdout);
	/* What follows may be the end of us. */
	fflush(stdout);
}

static void
parse(struct arena *a, uint32_t language, const char *p, uint32_t n)
{
	struct flat *f = arena_new_of(a, struct flat);
	TSParser *parser = ts_parser_new();
	TSTree *tree = NULL;
	TSTreeCursor cursor;

	f->arena = a;
	buf_init(&f->names.text, a, 1 << 20);
	ts_parser_set_timeout_micros(parser, PARSE_US);
	if (language < SYNTAX_NONE &&
	    ts_parser_set_language(parser, grammars[language]()))
		tree = ts_parser_parse_string(parser, NULL, p, n);
	if (tree != NULL) {
		cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
		flatten(f, &cursor);
	}
	/* Nothing is given back: the process ends, and giving back is slow. */
	answer(f);
}

int
main(void)
{
	struct arena *a = arena_new("syntax", MEMORY_MAX);
	uint32_t head[2];
	char *text;

	while (fread(head, sizeof(head), 1, stdin) == 1) {
		if (head[1] > SYNTAX_BYTES_MAX)
			return 2;
		text = arena_alloc(a, head[1] + 1);
		if (fread(text, 1, head[1], stdin) != head[1])
			return 2;
		parse(a, head[0], text, head[1]);
	}
	return 0;
}
