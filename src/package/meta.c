#include "package/meta.h"

#include <string.h>
#include <yaml.h>

#include "base/str.h"

/* What has a name by "&" and was read; of one name the last is meant. */
struct anchor {
	const char *name;
	const struct meta *node;
	const struct anchor *next;
};

struct load {
	const struct meta_file *file;
	struct arena *arena;
	yaml_parser_t parser;
	size_t nodes;
	size_t repeated; /* bytes of texts that aliases stand for */
	const struct anchor *anchors;
};

static void
delete_parser(yaml_parser_t **p)
{
	if (*p != NULL)
		yaml_parser_delete(*p);
}

static void
delete_event(yaml_event_t *e)
{
	yaml_event_delete(e);
}

static void
say(struct faults *faults, const struct meta_file *file, size_t line,
    const char *text)
{
	faults_add(faults,
	    line == 0 ? file->name
		      : arena_printf(faults->arena, "%s:%zu", file->name, line),
	    "%s", text);
}

void
meta_fault(const struct meta_file *file, size_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(file->faults, file, line,
	    arena_vprintf(file->faults->arena, fmt, ap));
	va_end(ap);
}

void
meta_warn(const struct meta_file *file, size_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(file->warnings != NULL ? file->warnings : file->faults, file, line,
	    arena_vprintf(file->faults->arena, fmt, ap));
	va_end(ap);
}

static bool
next_event(struct load *l, yaml_event_t *event)
{
	const yaml_parser_t *p = &l->parser;

	if (yaml_parser_parse(&l->parser, event))
		return true;
	meta_fault(l->file, p->problem_mark.line + 1, "not YAML: %s",
	    p->problem != NULL ? p->problem : "cannot be read");
	return false;
}

#define YAML_TAG "tag:yaml.org,2002:"

/* What Python's writer says of texts and lists. */
static const char *const plain_tags[] = { YAML_TAG "python/tuple",
	YAML_TAG "python/unicode", YAML_TAG "python/str" };

/* YAML's own types may be named; anything else would mean something. */
static bool
check_tag(struct load *l, const yaml_event_t *e, const yaml_char_t *tag)
{
	const char *name = (const char *)tag;

	if (tag == NULL || strcmp(name, "!") == 0 ||
	    (str_has_prefix(name, YAML_TAG) && strchr(name, '/') == NULL))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(plain_tags); i++)
		if (strcmp(plain_tags[i], name) == 0)
			return true;
	meta_fault(l->file, e->start_mark.line + 1, "tags are not accepted");
	return false;
}

/* One more value at that depth; false after a fault. */
static bool
count_node(struct load *l, size_t line, size_t depth)
{
	if (depth <= META_DEPTH && ++l->nodes <= META_NODES &&
	    ++*l->file->all_nodes <= META_ALL_NODES)
		return true;
	meta_fault(l->file, line,
	    depth > META_DEPTH ? "nested too deeply" : "too many values");
	return false;
}

static struct meta *
new_node(struct load *l, const yaml_event_t *e, enum meta_kind kind,
    size_t depth)
{
	struct meta *m;

	if (!count_node(l, e->start_mark.line + 1, depth))
		return NULL;
	m = arena_new_of(l->arena, struct meta);
	m->kind = kind;
	m->line = e->start_mark.line + 1;
	return m;
}

static const struct meta *load_node(struct load *, const yaml_event_t *,
    size_t depth);

static const struct meta *
load_scalar(struct load *l, const yaml_event_t *e, size_t depth)
{
	const char *value = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	struct meta *m;

	if (!check_tag(l, e, e->data.scalar.tag))
		return NULL;
	m = new_node(l, e, META_SCALAR, depth);
	if (m == NULL)
		return NULL;
	if (memchr(value, '\0', n) != NULL) {
		meta_fault(l->file, m->line, "a NUL is not accepted");
		return NULL;
	}
	m->text = arena_memdup(l->arena, value, n);
	m->is_plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	m->is_binary = e->data.scalar.tag != NULL &&
	    strcmp((const char *)e->data.scalar.tag, YAML_TAG "binary") == 0;
	return m;
}

static const struct meta *
load_list(struct load *l, const yaml_event_t *start, size_t depth)
{
	const struct meta_item **last;
	struct meta *m;

	if (!check_tag(l, start, start->data.sequence_start.tag))
		return NULL;
	m = new_node(l, start, META_LIST, depth);
	if (m == NULL)
		return NULL;
	last = &m->items;
	for (;;) {
		_cleanup_(delete_event) yaml_event_t e = { 0 };
		struct meta_item *item;

		if (!next_event(l, &e))
			return NULL;
		if (e.type == YAML_SEQUENCE_END_EVENT)
			return m;
		item = arena_new_of(l->arena, struct meta_item);
		item->line = e.start_mark.line + 1;
		item->value = load_node(l, &e, depth + 1);
		if (item->value == NULL)
			return NULL;
		*last = item;
		last = &item->next;
		m->n++;
	}
}

static bool
check_key(struct load *l, const struct meta *map, const yaml_event_t *e)
{
	size_t line = e->start_mark.line + 1;

	if (e->type != YAML_SCALAR_EVENT ||
	    strlen((const char *)e->data.scalar.value) !=
		e->data.scalar.length) {
		meta_fault(l->file, line, "a key must be a plain word");
		return false;
	}
	if (meta_get(map, (const char *)e->data.scalar.value) != NULL) {
		meta_fault(l->file, line, "the key \"%s\" is there twice",
		    (const char *)e->data.scalar.value);
		return false;
	}
	return true;
}

static bool
load_pair(struct load *l, struct meta *m, const yaml_event_t *key, size_t depth,
    const struct meta_item ***last)
{
	_cleanup_(delete_event) yaml_event_t e = { 0 };
	struct meta_item *item;

	if (!check_key(l, m, key) || !next_event(l, &e))
		return false;
	item = arena_new_of(l->arena, struct meta_item);
	item->key =
	    arena_strdup(l->arena, (const char *)key->data.scalar.value);
	item->line = key->start_mark.line + 1;
	item->value = load_node(l, &e, depth + 1);
	if (item->value == NULL)
		return false;
	**last = item;
	*last = &item->next;
	m->n++;
	return true;
}

/*
 * -- keys of other maps: "<<: *map" or "<<: [*map, *map]"
 */

#define MERGE "<<"

static const struct meta_item *
find_item(const struct meta *map, const char *key)
{
	const struct meta_item *i = map->items;

	while (i != NULL && strcmp(i->key, key) != 0)
		i = i->next;
	return i;
}

/* Behind *last what "to" lacks of "from", with the values of "first". */
static void
add_items(struct load *l, struct meta *to, const struct meta_item ***last,
    const struct meta *from, const struct meta *first)
{
	for (const struct meta_item *i = from->items; i != NULL; i = i->next) {
		const struct meta_item *own = find_item(first, i->key);
		struct meta_item *copy;

		if (strcmp(i->key, MERGE) == 0 || find_item(to, i->key) != NULL)
			continue;
		copy = arena_new_of(l->arena, struct meta_item);
		*copy = own != NULL ? *own : *i;
		copy->next = NULL;
		**last = copy;
		*last = &copy->next;
		to->n++;
	}
}

/* Those of the others come first; what the map itself says wins. */
static const struct meta *
merge(struct load *l, const struct meta *own)
{
	const struct meta *from = meta_get(own, MERGE);
	const struct meta_item one = { .value = from };
	const struct meta_item **last;
	struct meta *m;

	if (from == NULL)
		return own;
	m = arena_new_of(l->arena, struct meta);
	*m = (struct meta) { .kind = META_MAP, .line = own->line };
	last = &m->items;
	for (const struct meta_item *i = from->kind == META_LIST ? from->items
								 : &one;
	     i != NULL; i = i->next) {
		if (i->value->kind != META_MAP) {
			meta_fault(l->file, find_item(own, MERGE)->line,
			    "\"" MERGE "\" must be a map or a list of maps");
			return NULL;
		}
		add_items(l, m, &last, i->value, own);
	}
	add_items(l, m, &last, own, own);
	return m;
}

static const struct meta *
load_map(struct load *l, const yaml_event_t *start, size_t depth)
{
	const struct meta_item **last;
	struct meta *m;

	if (!check_tag(l, start, start->data.mapping_start.tag))
		return NULL;
	m = new_node(l, start, META_MAP, depth);
	if (m == NULL)
		return NULL;
	last = &m->items;
	for (;;) {
		_cleanup_(delete_event) yaml_event_t e = { 0 };

		if (!next_event(l, &e))
			return NULL;
		if (e.type == YAML_MAPPING_END_EVENT)
			return merge(l, m);
		if (!load_pair(l, m, &e, depth, &last))
			return NULL;
	}
}

/*
 * -- anchors and aliases
 */

static void
add_anchor(struct load *l, const char *name, const struct meta *m)
{
	struct anchor *anchor = arena_new_of(l->arena, struct anchor);

	*anchor = (struct anchor) { name, m, l->anchors };
	l->anchors = anchor;
}

/*
 * Counts what an alias stands for as if it were written out: nothing that is
 * counted is larger than a file without aliases may be, nor takes longer.
 */
static bool
count_again(struct load *l, const struct meta *m, size_t line, size_t depth)
{
	if (!count_node(l, line, depth))
		return false;
	if (m->kind == META_SCALAR)
		l->repeated += strlen(m->text);
	if (l->repeated > META_BYTES) {
		meta_fault(l->file, line,
		    "aliases stand for more than %zu bytes", META_BYTES);
		return false;
	}
	for (const struct meta_item *i = m->items; i != NULL; i = i->next)
		if (!count_again(l, i->value, line, depth + 1))
			return false;
	return true;
}

static const struct meta *
load_alias(struct load *l, const yaml_event_t *e, size_t depth)
{
	const char *name = (const char *)e->data.alias.anchor;
	const struct anchor *anchor = l->anchors;
	size_t line = e->start_mark.line + 1;

	while (anchor != NULL && strcmp(anchor->name, name) != 0)
		anchor = anchor->next;
	if (anchor == NULL) {
		meta_fault(l->file, line, "nothing before is named &%.100s",
		    name);
		return NULL;
	}
	return count_again(l, anchor->node, line, depth) ? anchor->node : NULL;
}

static const yaml_char_t *
anchor_of(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor;
	default:
		return e->data.mapping_start.anchor;
	}
}

static const struct meta *
load_node(struct load *l, const yaml_event_t *e, size_t depth)
{
	const struct meta *m;

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		m = load_scalar(l, e, depth);
		break;
	case YAML_SEQUENCE_START_EVENT:
		m = load_list(l, e, depth);
		break;
	case YAML_MAPPING_START_EVENT:
		m = load_map(l, e, depth);
		break;
	case YAML_ALIAS_EVENT:
		return load_alias(l, e, depth);
	default:
		meta_fault(l->file, e->start_mark.line + 1,
		    "a value is missing");
		return NULL;
	}
	if (m != NULL && anchor_of(e) != NULL)
		add_anchor(l,
		    arena_strdup(l->arena, (const char *)anchor_of(e)), m);
	return m;
}

/* What may stand around and behind the one document. */
static const struct meta *
load_document(struct load *l)
{
	const struct meta *m = NULL;

	for (;;) {
		_cleanup_(delete_event) yaml_event_t e = { 0 };

		if (!next_event(l, &e))
			return NULL;
		if (e.type == YAML_STREAM_END_EVENT)
			return m != NULL ? m : new_node(l, &e, META_MAP, 1);
		if (e.type == YAML_STREAM_START_EVENT ||
		    e.type == YAML_DOCUMENT_START_EVENT ||
		    e.type == YAML_DOCUMENT_END_EVENT)
			continue;
		if (m != NULL) {
			meta_fault(l->file, e.start_mark.line + 1,
			    "more than one document");
			return NULL;
		}
		m = load_node(l, &e, 1);
		if (m == NULL)
			return NULL;
	}
}

const struct meta *
meta_parse(const struct meta_file *file, const char *text, size_t n)
{
	struct load l = { .file = file, .arena = file->faults->arena };
	_cleanup_(delete_parser) yaml_parser_t *parser = NULL;

	/* Not to be there, but some editors write it. */
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		n -= 3;
	}
	if (n > META_BYTES) {
		meta_fault(file, 0, "more than %zu bytes", META_BYTES);
		return NULL;
	}
	if (!yaml_parser_initialize(&l.parser)) {
		meta_fault(file, 0, "cannot be read");
		return NULL;
	}
	parser = &l.parser;
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(parser, (const unsigned char *)text, n);
	return load_document(&l);
}
