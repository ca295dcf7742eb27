#include "package/meta.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

const struct meta *
meta_get(const struct meta *map, const char *key)
{
	if (map == NULL || map->kind != META_MAP)
		return NULL;
	for (const struct meta_item *i = map->items; i != NULL; i = i->next)
		if (strcmp(i->key, key) == 0)
			return i->value;
	return NULL;
}

bool
meta_is_null(const struct meta *m)
{
	return m == NULL ||
	    (m->kind == META_SCALAR && m->is_plain &&
		(m->text[0] == '\0' || strcmp(m->text, "~") == 0 ||
		    strcasecmp(m->text, "null") == 0));
}

bool
meta_is_map(const struct meta_file *file, const struct meta *m,
    const char *what)
{
	if (m->kind == META_MAP || meta_is_null(m))
		return true;
	meta_fault(file, m->line, "%s must be a map", what);
	return false;
}

void
meta_check_keys(const struct meta_file *file, const struct meta *map,
    const char *const *names)
{
	if (map == NULL || map->kind != META_MAP)
		return;
	for (const struct meta_item *i = map->items; i != NULL; i = i->next) {
		size_t k = 0;

		while (names[k] != NULL && strcmp(names[k], i->key) != 0)
			k++;
		if (names[k] == NULL)
			meta_warn(file, i->line, "unknown key \"%s\"", i->key);
	}
}

/* The scalar of a key; NULL if absent, null, or (a fault) no scalar. */
static const struct meta *
get_scalar(const struct meta_file *file, const struct meta *map,
    const char *key)
{
	const struct meta *m = meta_get(map, key);

	if (meta_is_null(m))
		return NULL;
	if (m->kind == META_SCALAR)
		return m;
	meta_fault(file, m->line, "%s must be a single value", key);
	return NULL;
}

void
meta_take_string(const struct meta_file *file, const struct meta *map,
    const char *key, const char **ret)
{
	const struct meta *m = get_scalar(file, map, key);

	if (m != NULL)
		*ret = m->text;
}

void
meta_take_bool(const struct meta_file *file, const struct meta *map,
    const char *key, bool *ret)
{
	const struct meta *m = get_scalar(file, map, key);

	if (m == NULL)
		return;
	if (strcasecmp(m->text, "true") == 0 || strcasecmp(m->text, "yes") == 0)
		*ret = true;
	else if (strcasecmp(m->text, "false") == 0 ||
	    strcasecmp(m->text, "no") == 0)
		*ret = false;
	else
		meta_fault(file, m->line, "%s must be true or false", key);
}

void
meta_take_double(const struct meta_file *file, const struct meta *map,
    const char *key, double min, double max, double *ret)
{
	const struct meta *m = get_scalar(file, map, key);
	double value;

	if (m == NULL)
		return;
	if (!str_to_double(m->text, &value))
		meta_fault(file, m->line, "%s must be a number", key);
	else if (value < min || value > max)
		meta_fault(file, m->line, "%s must be from %.15g to %.15g", key,
		    min, max);
	else
		*ret = value;
}

void
meta_take_choice(const struct meta_file *file, const struct meta *map,
    const char *key, const char *const *names, size_t *ret)
{
	const struct meta *m = get_scalar(file, map, key);
	const char *list = "";

	if (m == NULL)
		return;
	for (size_t i = 0; names[i] != NULL; i++) {
		if (strcmp(names[i], m->text) == 0) {
			*ret = i;
			return;
		}
		list = arena_printf(file->faults->arena, "%s%s%s", list,
		    i > 0 ? ", " : "", names[i]);
	}
	meta_fault(file, m->line, "%s must be one of %s", key, list);
}

void
meta_take_strings(const struct meta_file *file, const struct meta *map,
    const char *key, const char *const **ret)
{
	const struct meta *m = meta_get(map, key);
	const char **strings;
	size_t n = 0;

	if (meta_is_null(m))
		return;
	if (m->kind != META_LIST) {
		meta_fault(file, m->line, "%s must be a list", key);
		return;
	}
	strings = arena_array(file->faults->arena, m->n + 1, sizeof(*strings));
	for (const struct meta_item *i = m->items; i != NULL; i = i->next) {
		if (i->value->kind != META_SCALAR) {
			meta_fault(file, i->line,
			    "%s must be a list of single values", key);
			return;
		}
		strings[n++] = i->value->text;
	}
	*ret = strings;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char **
meta_split(struct arena *a, const char *text)
{
	const char **words =
	    arena_array(a, strlen(text) / 2 + 2, sizeof(*words));
	char *out = arena_alloc(a, strlen(text) + 2);
	char quote = '\0';
	bool in_word = false;
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (quote == '\0' && is_blank(*c)) {
			*out = '\0';
			out += in_word;
			in_word = false;
			continue;
		}
		if (!in_word)
			words[n++] = out;
		in_word = true;
		if (*c == quote)
			quote = '\0';
		else if (quote == '\0' && (*c == '"' || *c == '\''))
			quote = *c;
		else if (*c == '\\' && quote != '\'' && c[1] != '\0')
			*out++ = *++c;
		else
			*out++ = *c;
	}
	*out = '\0';
	return words;
}

void
meta_take_words(const struct meta_file *file, const struct meta *map,
    const char *key, const char *const **ret)
{
	const struct meta *m = get_scalar(file, map, key);
	struct arena *a = file->faults->arena;
	const char **words;

	if (m == NULL)
		return;
	if (strlen(m->text) > META_WORDS) {
		meta_fault(file, m->line, "%s is too long", key);
		return;
	}
	words = meta_split(a, m->text);
	*ret = words;
}
