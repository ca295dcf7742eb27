#include "runner/templates/html.h"

#include <ctype.h>
#include <gumbo.h>
#include <setjmp.h>
#include <string.h>

#include "base/str.h"

/*
 * libgumbo cannot be told that there is no memory, nor to stop.  All that it
 * allocates lies in an arena of its own, so that leaving it with a jump
 * leaves nothing behind; and nothing is freed one by one, which it would do
 * by recursion.
 */
struct parsing {
	struct arena *arena;
	jmp_buf too_much;
};

/* Reading may copy elements; this many are no page of anybody. */
#define ELEMENTS_MAX (2 * (size_t)HTML_TAGS_MAX)
/* Room for a level of every element, with what growing leaves behind. */
#define LEVELS_MEMORY ((size_t)8 << 20)

static void *
allocate(void *data, size_t n)
{
	struct parsing *p = data;
	void *memory = arena_try_alloc(p->arena, n);

	if (memory == NULL)
		longjmp(p->too_much, 1);
	return memory;
}

static void
release(void *data, void *memory)
{
	(void)data;
	(void)memory;
}

static const char *const void_tags[] = { "area", "base", "br", "col", "embed",
	"hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
	/* Everybody leaves these open, and older pages are full of them. */
	"html", "head", "body", "frame", "basefont", "bgsound", "keygen" };

static bool
needs_no_end(const char *tag)
{
	for (size_t i = 0; i < ARRAY_LEN(void_tags); i++)
		if (strcmp(tag, void_tags[i]) == 0)
			return true;
	return false;
}

static char *
lower(struct arena *a, const char *p, size_t n)
{
	char *s = arena_memdup(a, p, n);

	for (size_t i = 0; i < n; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
	return s;
}

/* Tags that libgumbo does not know have no name in its table. */
static const char *
tag_of(struct arena *a, const GumboElement *e)
{
	GumboStringPiece name = e->original_tag;

	if (e->tag != GUMBO_TAG_UNKNOWN)
		return lower(a, gumbo_normalized_tagname(e->tag),
		    strlen(gumbo_normalized_tagname(e->tag)));
	gumbo_tag_from_original_text(&name);
	return name.data == NULL ? "" : lower(a, name.data, name.length);
}

static bool
is_self_closing(const GumboElement *e)
{
	return e->tag_namespace != GUMBO_NAMESPACE_HTML &&
	    e->original_tag.length > 1 &&
	    e->original_tag.data[e->original_tag.length - 2] == '/';
}

static void
take_attributes(struct arena *a, const GumboElement *from,
    struct html_element *e)
{
	struct html_attribute *list =
	    arena_array(a, from->attributes.length + 1, sizeof(*list));

	for (unsigned int i = 0; i < from->attributes.length; i++) {
		const GumboAttribute *attribute = from->attributes.data[i];

		list[i].name =
		    lower(a, attribute->name, strlen(attribute->name));
		list[i].value = arena_strdup(a, attribute->value);
	}
	e->attributes = list;
	e->attributes_n = from->attributes.length;
}

static void
take_element(struct arena *a, const GumboNode *node, size_t parent,
    struct html_element *e)
{
	const GumboElement *from = &node->v.element;
	unsigned int flags = (unsigned int)node->parse_flags;
	unsigned int crossed =
	    GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT |
	    GUMBO_INSERTION_ADOPTION_AGENCY_CLONED;

	*e = (struct html_element) {
		.tag = tag_of(a, from),
		.parent = parent,
		.is_implied = from->original_tag.length == 0,
		.is_crossed = (flags & crossed) != 0,
		.start = from->start_pos.offset,
	};
	if ((flags & GUMBO_INSERTION_IMPLICIT_END_TAG) == 0)
		e->end = from->end_pos.offset;
	e->is_unclosed = !e->is_implied && !e->is_crossed && e->end == 0 &&
	    !needs_no_end(e->tag) && !is_self_closing(from);
	take_attributes(a, from, e);
}

_Static_assert(GUMBO_TAG_LAST < HTML_TAG_NUMBERS, "tags");

/* Appends the last element to those of its tag. */
static void
link_tag(struct html *h, struct html_element *elements, size_t *last,
    size_t number)
{
	elements[h->n].next = HTML_NONE;
	if (last[number] == HTML_NONE)
		h->first[number] = h->n;
	else
		elements[last[number]].next = h->n;
	last[number] = h->n;
}

/* One element whose children are being listed. */
struct level {
	const GumboNode *node;
	size_t index; /* of the element */
	unsigned int next;
};

static void
flatten(struct arena *a, const GumboNode *root, struct html *h)
{
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("html levels", LEVELS_MEMORY);
	struct html_element *elements = NULL;
	struct level *levels = NULL;
	size_t last[HTML_TAG_NUMBERS];
	size_t depth = 0, level_cap = 0, cap = 0;

	for (size_t i = 0; i < HTML_TAG_NUMBERS; i++)
		h->first[i] = last[i] = HTML_NONE;
	levels = arena_grow(scratch, levels, 0, &level_cap, sizeof(*levels));
	levels[depth++] = (struct level) { root, HTML_NONE, 0 };
	while (depth > 0) {
		struct level *l = &levels[depth - 1];
		const GumboVector *children =
		    l->node->type == GUMBO_NODE_DOCUMENT
		    ? &l->node->v.document.children
		    : &l->node->v.element.children;
		const GumboNode *child;

		if (l->next >= children->length) {
			depth--;
			continue;
		}
		child = children->data[l->next++];
		if (child->type != GUMBO_NODE_ELEMENT &&
		    child->type != GUMBO_NODE_TEMPLATE)
			continue;
		if (h->n >= ELEMENTS_MAX) {
			h->refused = "the page is too complicated to be "
				     "checked";
			h->n = 0;
			return;
		}
		elements =
		    arena_grow(a, elements, h->n, &cap, sizeof(*elements));
		take_element(a, child, l->index, &elements[h->n]);
		link_tag(h, elements, last, (size_t)child->v.element.tag);
		levels = arena_grow(scratch, levels, depth, &level_cap,
		    sizeof(*levels));
		levels[depth++] = (struct level) { child, h->n++, 0 };
	}
	h->elements = elements;
}

static size_t
count_tags(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += p[i] == '<';
	return count;
}

const struct html *
html_parse(struct arena *a, const char *p, size_t n)
{
	_cleanup_(arena_freep) struct arena *memory =
	    arena_new("html", HTML_MEMORY_MAX);
	struct html *h = arena_new_of(a, struct html);
	struct parsing *parsing = arena_new_of(memory, struct parsing);
	GumboOptions options = kGumboDefaultOptions;

	if (n > HTML_BYTES_MAX || count_tags(p, n) > HTML_TAGS_MAX) {
		h->refused = "the page is too large to be checked";
		return h;
	}
	parsing->arena = memory;
	options.allocator = allocate;
	options.deallocator = release;
	options.userdata = parsing;
	options.max_errors = 0;
	if (setjmp(parsing->too_much) != 0) {
		h->refused = "the page is too complicated to be checked";
		return h;
	}
	flatten(a, gumbo_parse_with_options(&options, p, n)->document, h);
	html_index(a, h);
	return h;
}

const char *
html_attribute(const struct html_element *e, const char *name)
{
	for (size_t i = 0; i < e->attributes_n; i++)
		if (strcmp(e->attributes[i].name, name) == 0)
			return e->attributes[i].value;
	return NULL;
}

bool
html_is_inside(const struct html *h, const char *tag, const char *outer)
{
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("html inside", 2 * ELEMENTS_MAX);
	bool *is_inside = arena_array(scratch, h->n + 1, sizeof(*is_inside));

	/* Parents stand before their children. */
	for (size_t i = 0; i < h->n; i++) {
		size_t parent = h->elements[i].parent;

		is_inside[i] = parent != HTML_NONE &&
		    (is_inside[parent] ||
			strcmp(h->elements[parent].tag, outer) == 0);
		if (is_inside[i] && strcmp(h->elements[i].tag, tag) == 0)
			return true;
	}
	return false;
}

const struct html_element *
html_next(const struct html *h, const char *tag,
    const struct html_element *after)
{
	size_t number = (size_t)gumbo_tag_enum(tag);
	size_t i = h->n == 0 ? HTML_NONE
	    : after == NULL  ? h->first[number]
			     : after->next;

	/* Those that are unknown have one number together. */
	while (i != HTML_NONE && strcmp(h->elements[i].tag, tag) != 0)
		i = h->elements[i].next;
	return i == HTML_NONE ? NULL : &h->elements[i];
}

const struct html_element *
html_find(const struct html *h, const char *tag)
{
	const struct html_element *e = html_next(h, tag, NULL);

	while (e != NULL && e->is_implied)
		e = html_next(h, tag, e);
	return e;
}
