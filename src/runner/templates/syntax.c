#include "runner/templates/syntax.h"

#include <string.h>

#include "base/str.h"

#include <config.h>

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
} languages_known[] = {
	[SYNTAX_C]          = { names_c,      files_c },
	[SYNTAX_CPP]        = { names_cpp,    files_cpp },
	[SYNTAX_JAVA]       = { names_java,   files_java },
	[SYNTAX_JAVASCRIPT] = { names_js,     files_js },
	[SYNTAX_PYTHON]     = { names_python, files_python },
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
#ifdef HAVE_GRAMMARS
	return language < SYNTAX_NONE;
#else
	(void)language;
	return false;
#endif
}

/*
 * -- what assize-syntax is told and says
 */

void
syntax_ask(struct buf *request, enum syntax_language language, const char *p,
    size_t n)
{
	const uint32_t head[] = { (uint32_t)language, (uint32_t)n };

	buf_put(request, head, sizeof(head));
	buf_put(request, p, n);
}

static bool
take_u32(struct str *in, uint32_t *ret)
{
	if (in->n < sizeof(*ret))
		return false;
	memcpy(ret, in->p, sizeof(*ret));
	in->p += sizeof(*ret);
	in->n -= sizeof(*ret);
	return true;
}

/* A name: where it begins among the names, which end with a NUL. */
static const char *
name_at(struct str names, uint32_t at)
{
	return at < names.n ? names.p + at : NULL;
}

static bool
take_node(const struct syntax_record *r, struct str names, size_t text_n,
    uint32_t i, struct syntax_node *n)
{
	*n = (struct syntax_node) {
		.kind = name_at(names, r->kind),
		.field = r->field == SYNTAX_NO_NODE ? NULL
						    : name_at(names, r->field),
		.start = r->start,
		.end = r->end,
		.parent = i == 0 ? SYNTAX_NO_NODE : r->parent,
		.first = SYNTAX_NO_NODE,
		.next = SYNTAX_NO_NODE,
		.is_named = r->is_named != 0,
	};
	return n->kind != NULL && r->start <= r->end && r->end <= text_n &&
	    (i == 0 || r->parent < i);
}

/* Parents stand before their children, siblings in their order. */
static struct syntax_node *
take_nodes(struct arena *a, struct str *in, struct str names, uint32_t n,
    size_t text_n)
{
	struct syntax_node *nodes = arena_array(a, n, sizeof(*nodes));
	uint32_t *last = arena_array(a, n, sizeof(*last));

	for (uint32_t i = 0; i < n; i++) {
		struct syntax_record r;

		memcpy(&r, in->p + i * sizeof(r), sizeof(r));
		if (!take_node(&r, names, text_n, i, &nodes[i]))
			return NULL;
		if (i == 0)
			continue;
		if (nodes[r.parent].first == SYNTAX_NO_NODE)
			nodes[r.parent].first = i;
		else
			nodes[last[r.parent]].next = i;
		last[r.parent] = i;
	}
	in->p += n * sizeof(struct syntax_record);
	in->n -= n * sizeof(struct syntax_record);
	return nodes;
}

static const char *
blank_comments(struct arena *a, const struct syntax *s)
{
	char *text = arena_memdup(a, s->text, s->text_n);

	for (size_t i = 0; i < s->text_n; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	for (uint32_t i = 0; i < s->n; i++) {
		const struct syntax_node *n = &s->nodes[i];

		if (n->is_named && strstr(n->kind, "comment") != NULL)
			memset(text + n->start, ' ', n->end - n->start);
	}
	return text;
}

const struct syntax *
syntax_take(struct arena *a, struct str *answer, enum syntax_language language,
    const char *p, size_t n)
{
	struct syntax *s = arena_new_of(a, struct syntax);
	uint32_t nodes_n, names_n;
	struct str names;

	if (!take_u32(answer, &nodes_n) || !take_u32(answer, &names_n) ||
	    names_n > answer->n || nodes_n > SYNTAX_NODES_MAX ||
	    nodes_n > (answer->n - names_n) / sizeof(struct syntax_record) ||
	    (names_n > 0 && answer->p[names_n - 1] != '\0'))
		return NULL;
	names = (struct str) { arena_memdup(a, answer->p, names_n), names_n };
	answer->p += names_n;
	answer->n -= names_n;
	if (nodes_n == 0)
		return NULL;
	*s = (struct syntax) {
		.language = language,
		.text = p,
		.text_n = n,
		.nodes = take_nodes(a, answer, names, nodes_n, n),
		.n = nodes_n,
	};
	if (s->nodes == NULL)
		return NULL;
	s->code = blank_comments(a, s);
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
