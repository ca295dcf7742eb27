#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "package/read.h"

/*
 * Constants of the new format: {{name}} in programs, included files and the
 * YAML of groups.  Names that are not defined stay as they are.
 */

#define CONSTANTS_MAX 1000
#define NAME_LONGEST ((size_t)100)

static bool
is_name(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return *s == '\0';
}

struct constants {
	struct pkg_reader *r;
	const struct meta_file *file;
	struct package_constant *list;
	size_t n, cap;
};

static void
add(struct constants *c, const char *name, const struct meta *m)
{
	if (m == NULL || m->kind != META_SCALAR) {
		meta_fault(c->file, m != NULL ? m->line : 0,
		    "the constant %s must have a number or a text", name);
		return;
	}
	c->list =
	    arena_grow(c->r->arena, c->list, c->n, &c->cap, sizeof(*c->list));
	c->list[c->n++] = (struct package_constant) { name, m->text };
}

/* {value: 5, WORD: five}: {{NAME}} is the value, {{NAME.WORD}} the word. */
static void
add_forms(struct constants *c, const char *name, const struct meta *map)
{
	add(c, name, meta_get(map, "value"));
	for (const struct meta_item *i = map->items; i != NULL; i = i->next)
		if (is_name(i->key))
			add(c, arena_printf(c->r->arena, "%s.%s", name, i->key),
			    i->value);
}

void
pkg_read_constants(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *problem)
{
	const struct meta *m = meta_get(problem, "constants");
	struct constants c = { .r = r, .file = file };

	if (meta_is_null(m) || !meta_is_map(file, m, "constants"))
		return;
	for (const struct meta_item *i = m->items; i != NULL; i = i->next)
		if (!is_name(i->key))
			meta_fault(file, i->line,
			    "a constant's name must be made of letters, "
			    "digits and '_'");
		else if (i->value->kind == META_MAP)
			add_forms(&c, i->key, i->value);
		else
			add(&c, i->key, i->value);
	if (c.n > CONSTANTS_MAX) {
		meta_fault(file, m->line, "more than %d constants",
		    CONSTANTS_MAX);
		return;
	}
	r->package->constants = c.list;
	r->package->constant_n = c.n;
}

/* The constant whose name stands at p[0..n); NULL: there is none. */
static const struct package_constant *
find(const struct package *p, const char *name, size_t n)
{
	for (size_t i = 0; i < p->constant_n; i++)
		if (strlen(p->constants[i].name) == n &&
		    memcmp(p->constants[i].name, name, n) == 0)
			return &p->constants[i];
	return NULL;
}

/* The end of a name that begins there; names are short. */
static const char *
find_close(const char *open, const char *end)
{
	size_t n = (size_t)(end - open);

	return memmem(open, n < NAME_LONGEST ? n : NAME_LONGEST, "}}", 2);
}

struct str
package_fill(struct arena *a, const struct package *p, struct str text,
    size_t max)
{
	const char *end = text.p + text.n;
	struct buf b;

	if (p->constant_n == 0 || memmem(text.p, text.n, "{{", 2) == NULL)
		return text;
	buf_init(&b, a, max);
	for (const char *at = text.p; at < end;) {
		const char *open = memmem(at, (size_t)(end - at), "{{", 2);
		const struct package_constant *c = NULL;
		const char *close = NULL;

		if (open != NULL)
			close = find_close(open, end);
		if (open == NULL) {
			buf_put(&b, at, (size_t)(end - at));
			break;
		}
		if (close != NULL)
			c = find(p, open + 2, (size_t)(close - open - 2));
		buf_put(&b, at, (size_t)(open - at));
		if (c != NULL) {
			buf_puts(&b, c->value);
			at = close + 2;
		} else {
			buf_putc(&b, *open);
			at = open + 1;
		}
	}
	return buf_overflowed(&b) ? text : (struct str) { b.p, b.n };
}
