#include "runner/templates/syntax.h"

#include <string.h>
#include <tree_sitter/api.h>

#include "base/str.h"

#include <config.h>

#define PARSE_US 2000000
#define NODES_MAX 600000

#ifdef HAVE_GRAMMARS
const TSLanguage *tree_sitter_c(void);
const TSLanguage *tree_sitter_cpp(void);
const TSLanguage *tree_sitter_java(void);
const TSLanguage *tree_sitter_javascript(void);
const TSLanguage *tree_sitter_python(void);
#define GRAMMAR(name) tree_sitter_##name
#else
#define GRAMMAR(name) NULL
#endif

static const char *const names_c[] = { "c", NULL };
static const char *const names_cpp[] = { "cpp", "c++", NULL };
static const char *const names_java[] = { "java", NULL };
static const char *const names_js[] = { "javascript", "node", "js", "nodejs",
	NULL };
static const char *const names_python[] = { "python3", "python", "pypy3",
	NULL };
static const char *const files_c[] = { ".c", ".h", NULL };
static const char *const files_cpp[] = { ".cpp", ".cc", ".cxx", ".c++", ".hpp",
	".hh", NULL };
static const char *const files_java[] = { ".java", NULL };
static const char *const files_js[] = { ".js", ".mjs", ".cjs", ".jsx", NULL };
static const char *const files_python[] = { ".py", ".py3", NULL };

/* clang-format off */
static const struct {
	const char *const *names;
	const char *const *files;
	const TSLanguage *(*grammar)(void);
} languages_known[] = {
	[SYNTAX_C]          = { names_c,      files_c,      GRAMMAR(c) },
	[SYNTAX_CPP]        = { names_cpp,    files_cpp,    GRAMMAR(cpp) },
	[SYNTAX_JAVA]       = { names_java,   files_java,   GRAMMAR(java) },
	[SYNTAX_JAVASCRIPT] = { names_js,     files_js,     GRAMMAR(javascript) },
	[SYNTAX_PYTHON]     = { names_python, files_python, GRAMMAR(python) },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(languages_known) == SYNTAX_NONE, "one line each");

enum syntax_language
syntax_language(const char *name)
{
	for (int i = 0; name != NULL && i < SYNTAX_NONE; i++)
		for (const char *const *s = languages_known[i].names;
		     *s != NULL; s++)
			if (strcmp(*s, name) == 0)
				return (enum syntax_language)i;
	return SYNTAX_NONE;
}

enum syntax_language
syntax_of_file(const char *path)
{
	for (int i = 0; i < SYNTAX_NONE; i++)
		for (const char *const *s = languages_known[i].files;
		     *s != NULL; s++)
			if (str_has_suffix(path, *s))
				return (enum syntax_language)i;
	return SYNTAX_NONE;
}

bool
syntax_is_known(enum syntax_language language)
{
	return language < SYNTAX_NONE &&
	    languages_known[language].grammar != NULL;
}

static void
delete_parser(TSParser **p)
{
	if (*p != NULL)
		ts_parser_delete(*p);
}

static void
delete_tree(TSTree **t)
{
	if (*t != NULL)
		ts_tree_delete(*t);
}

static void
delete_cursor(TSTreeCursor *c)
{
	ts_tree_cursor_delete(c);
}

struct flat {
	struct arena *arena;
	struct syntax_node *nodes;
	size_t cap;
	uint32_t n;
};

static uint32_t
add_node(struct flat *f, const TSTreeCursor *cursor, uint32_t parent)
{
	TSNode node = ts_tree_cursor_current_node(cursor);

	f->nodes =
	    arena_grow(f->arena, f->nodes, f->n, &f->cap, sizeof(*f->nodes));
	f->nodes[f->n] = (struct syntax_node) {
		.kind = ts_node_type(node),
		.field = ts_tree_cursor_current_field_name(cursor),
		.start = ts_node_start_byte(node),
		.end = ts_node_end_byte(node),
		.parent = parent,
		.first = SYNTAX_NO_NODE,
		.next = SYNTAX_NO_NODE,
		.is_named = ts_node_is_named(node),
	};
	return f->n++;
}

/* Down where it goes, else on, else up until it goes on. */
static void
flatten(struct flat *f, TSTreeCursor *cursor)
{
	uint32_t at = add_node(f, cursor, SYNTAX_NO_NODE), made;

	while (f->n < NODES_MAX) {
		if (ts_tree_cursor_goto_first_child(cursor)) {
			made = add_node(f, cursor, at);
			f->nodes[at].first = made;
			at = made;
			continue;
		}
		while (!ts_tree_cursor_goto_next_sibling(cursor)) {
			if (!ts_tree_cursor_goto_parent(cursor))
				return;
			at = f->nodes[at].parent;
		}
		made = add_node(f, cursor, f->nodes[at].parent);
		f->nodes[at].next = made;
		at = made;
	}
}

static const char *
blank_comments(struct arena *a, const char *p, size_t n, const struct flat *f)
{
	char *text = arena_memdup(a, p, n);

	for (size_t i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	for (uint32_t i = 0; i < f->n; i++) {
		const struct syntax_node *node = &f->nodes[i];

		if (node->is_named && strstr(node->kind, "comment") != NULL)
			memset(text + node->start, ' ',
			    node->end - node->start);
	}
	return text;
}

/*
 * libtree-sitter 0.20.7 frees what is not its own while it recovers from
 * errors in what nests some ten thousand levels.
 */
#define BRACKETS_MAX 5000

static bool
may_nest_deeply(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += p[i] == '(' || p[i] == '[' || p[i] == '{' ||
		    p[i] == '<' || p[i] == '`';
	return count > BRACKETS_MAX;
}

const struct syntax *
syntax_parse(struct arena *a, enum syntax_language language, const char *p,
    size_t n)
{
	_cleanup_(delete_parser) TSParser *parser = NULL;
	_cleanup_(delete_tree) TSTree *tree = NULL;
	struct flat f = { .arena = a };
	struct syntax *s;

	if (!syntax_is_known(language) || n > SYNTAX_BYTES_MAX ||
	    may_nest_deeply(p, n))
		return NULL;
	parser = ts_parser_new();
	ts_parser_set_timeout_micros(parser, PARSE_US);
	if (!ts_parser_set_language(parser,
		languages_known[language].grammar()))
		return NULL;
	tree = ts_parser_parse_string(parser, NULL, p, (uint32_t)n);
	if (tree == NULL)
		return NULL;
	_cleanup_(delete_cursor) TSTreeCursor cursor =
	    ts_tree_cursor_new(ts_tree_root_node(tree));
	flatten(&f, &cursor);
	s = arena_new_of(a, struct syntax);
	*s = (struct syntax) {
		.language = language,
		.text = p,
		.text_n = n,
		.code = blank_comments(a, p, n, &f),
		.nodes = f.nodes,
		.n = f.n,
	};
	return s;
}

bool
syntax_text_is(const struct syntax *s, uint32_t node, const char *text)
{
	const struct syntax_node *n = &s->nodes[node];

	return strlen(text) == n->end - n->start &&
	    memcmp(s->text + n->start, text, n->end - n->start) == 0;
}

uint32_t
syntax_field(const struct syntax *s, uint32_t node, const char *field)
{
	uint32_t i = s->nodes[node].first;

	while (i != SYNTAX_NO_NODE &&
	    (s->nodes[i].field == NULL ||
		strcmp(s->nodes[i].field, field) != 0))
		i = s->nodes[i].next;
	return i;
}

bool
syntax_is(const struct syntax *s, uint32_t node, const char *kind)
{
	return node != SYNTAX_NO_NODE && strcmp(s->nodes[node].kind, kind) == 0;
}

bool
syntax_is_inside(const struct syntax *s, uint32_t node, const char *kind)
{
	while ((node = s->nodes[node].parent) != SYNTAX_NO_NODE)
		if (strcmp(s->nodes[node].kind, kind) == 0)
			return true;
	return false;
}
