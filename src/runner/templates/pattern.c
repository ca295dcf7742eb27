#include "runner/templates/pattern.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"

#define PATTERN_MAX 4096
#define HOLES_MAX 16
/* Comparisons for one search: $$$ may try many ways. */
#define STEPS_MAX 20000000
/* A hole is a name that every language takes. */
#define HOLE "HOLE__"
#define HOLES "HOLES__"

struct pattern {
	const struct syntax *syntax;
	uint32_t root;
};

/* What the holes stand for, while a node is compared. */
struct binding {
	const char *name; /* in the pattern */
	size_t name_n;
	uint32_t node;
};

struct matching {
	const struct pattern *pattern;
	const struct syntax *syntax;
	struct binding bindings[HOLES_MAX];
	size_t n;
	size_t steps;
};

/* $NAME and $$$NAME become names. */
const char *
pattern_code(struct arena *a, const char *text)
{
	struct buf b;

	if (strlen(text) > PATTERN_MAX)
		return NULL;
	buf_init(&b, a, 4 * PATTERN_MAX);
	while (*text != '\0') {
		if (strncmp(text, "$$$", 3) == 0) {
			buf_puts(&b, HOLES);
			text += 3;
		} else if (text[0] == '$' &&
		    (isupper((unsigned char)text[1]) || text[1] == '_')) {
			buf_puts(&b, HOLE);
			text++;
		} else {
			buf_putc(&b, *text++);
			continue;
		}
		while (isupper((unsigned char)*text) || *text == '_' ||
		    isdigit((unsigned char)*text))
			buf_putc(&b, *text++);
	}
	return b.p;
}

static bool
begins(const struct syntax *s, uint32_t node, const char *prefix)
{
	const struct syntax_node *n = &s->nodes[node];
	size_t length = strlen(prefix);

	if (n->end - n->start < length ||
	    memcmp(s->text + n->start, prefix, length) != 0)
		return false;
	for (uint32_t i = n->start; i < n->end; i++)
		if (!isalnum((unsigned char)s->text[i]) && s->text[i] != '_')
			return false;
	return true;
}

/* Down while there is one child only that says all: the code itself. */
static uint32_t
find_root(const struct syntax *s)
{
	uint32_t at = 0, child, named, count;

	for (;;) {
		named = SYNTAX_NO_NODE;
		count = 0;
		for (child = s->nodes[at].first; child != SYNTAX_NO_NODE;
		     child = s->nodes[child].next)
			if (s->nodes[child].is_named) {
				named = child;
				count++;
			}
		if (count != 1 ||
		    (at != 0 && !syntax_is(s, at, "expression_statement")))
			return at == 0 && count != 1 ? SYNTAX_NO_NODE : at;
		at = named;
	}
}

static bool
has_error(const struct syntax *s)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (strcmp(s->nodes[i].kind, "ERROR") == 0)
			return true;
	return false;
}

const struct pattern *
pattern_new(struct arena *a, const struct syntax *code)
{
	struct pattern *p = arena_new_of(a, struct pattern);

	if (code == NULL || has_error(code))
		return NULL;
	p->syntax = code;
	p->root = find_root(code);
	return p->root == SYNTAX_NO_NODE ? NULL : p;
}

/* The hole stands for the node, if it stands for no other text. */
static bool
bind(struct matching *m, uint32_t hole, uint32_t node)
{
	const struct syntax *ps = m->pattern->syntax;
	const struct syntax_node *h = &ps->nodes[hole];
	const struct syntax_node *n = &m->syntax->nodes[node];
	size_t name_n = h->end - h->start;

	for (size_t i = 0; i < m->n; i++) {
		const struct binding *b = &m->bindings[i];
		const struct syntax_node *same = &m->syntax->nodes[b->node];

		if (b->name_n != name_n ||
		    memcmp(b->name, ps->text + h->start, name_n) != 0)
			continue;
		return same->end - same->start == n->end - n->start &&
		    memcmp(m->syntax->text + same->start,
			m->syntax->text + n->start, n->end - n->start) == 0;
	}
	/* "$_" is another one each time. */
	if (m->n < HOLES_MAX &&
	    (name_n != strlen(HOLE) + 1 || ps->text[h->end - 1] != '_'))
		m->bindings[m->n++] =
		    (struct binding) { ps->text + h->start, name_n, node };
	return true;
}

/* Marks at the end of statements are not asked for. */
static uint32_t
skip(const struct syntax *s, uint32_t node)
{
	while (node != SYNTAX_NO_NODE &&
	    (strcmp(s->nodes[node].kind, ";") == 0 ||
		strcmp(s->nodes[node].kind, "comment") == 0))
		node = s->nodes[node].next;
	return node;
}

static bool match_node(struct matching *, uint32_t wanted, uint32_t node);

/*
 * Siblings from wanted on against siblings from node on.  Recursion is as
 * deep as the pattern is long.
 */
static bool
match_list(struct matching *m, uint32_t wanted, uint32_t node)
{
	const struct syntax *ps = m->pattern->syntax;
	size_t bound = m->n;

	wanted = skip(ps, wanted);
	node = skip(m->syntax, node);
	if (wanted == SYNTAX_NO_NODE)
		return node == SYNTAX_NO_NODE;
	if (begins(ps, wanted, HOLES)) {
		uint32_t rest = ps->nodes[wanted].next;

		for (;;) {
			if (match_list(m, rest, node))
				return true;
			m->n = bound;
			if (node == SYNTAX_NO_NODE)
				return false;
			node = m->syntax->nodes[node].next;
		}
	}
	return node != SYNTAX_NO_NODE && match_node(m, wanted, node) &&
	    match_list(m, ps->nodes[wanted].next, m->syntax->nodes[node].next);
}

static bool
match_node(struct matching *m, uint32_t wanted, uint32_t node)
{
	const struct syntax *ps = m->pattern->syntax;
	const struct syntax_node *w = &ps->nodes[wanted];
	const struct syntax_node *n = &m->syntax->nodes[node];

	if (m->steps++ > STEPS_MAX)
		return false;
	/* A hole in the place of a statement is a statement. */
	if (strcmp(w->kind, "expression_statement") == 0 &&
	    w->first != SYNTAX_NO_NODE && begins(ps, w->first, HOLE) &&
	    skip(ps, ps->nodes[w->first].next) == SYNTAX_NO_NODE)
		return n->is_named && bind(m, w->first, node);
	if (begins(ps, wanted, HOLE))
		return n->is_named && bind(m, wanted, node);
	if (strcmp(w->kind, n->kind) != 0)
		return false;
	if (w->first == SYNTAX_NO_NODE || n->first == SYNTAX_NO_NODE)
		return w->first == n->first &&
		    w->end - w->start == n->end - n->start &&
		    memcmp(ps->text + w->start, m->syntax->text + n->start,
			n->end - n->start) == 0;
	return match_list(m, w->first, n->first);
}

uint32_t
pattern_find(const struct pattern *p, const struct syntax *s)
{
	struct matching m = { .pattern = p, .syntax = s };

	for (uint32_t i = 0; i < s->n; i++) {
		m.n = 0;
		if (s->nodes[i].is_named && match_node(&m, p->root, i))
			return i;
	}
	return SYNTAX_NO_NODE;
}
