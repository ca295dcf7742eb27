#include "assized/query.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/str.h"

#define MAX_QUERY_BYTES 8192

static bool
is_name(const char *s)
{
	return s[strspn(s,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		   "0123456789_-")] == '\0';
}

static bool
is_length(const struct query_key *k, const char *s)
{
	size_t n = strlen(s);

	return n >= (size_t)k->min && n <= (size_t)k->max;
}

static void
take_value(const struct query_key *k, const char *text, struct query_value *v,
    struct faults *faults, const char *pointer)
{
	switch (k->type) {
	case QUERY_TEXT:
		if (!is_length(k, text) || !str_is_utf8(text, strlen(text)))
			faults_add(faults, pointer,
			    "must be text of %lld to %lld bytes",
			    (long long)k->min, (long long)k->max);
		break;
	case QUERY_NAME:
		if (!is_length(k, text) || !is_name(text))
			faults_add(faults, pointer,
			    "must be %lld to %lld of "
			    "A-Z, a-z, 0-9, '_' and '-'",
			    (long long)k->min, (long long)k->max);
		break;
	case QUERY_INT:
		if (!str_to_i64(text, k->min, k->max, &v->number))
			faults_add(faults, pointer,
			    "must be a number between %lld and %lld",
			    (long long)k->min, (long long)k->max);
		break;
	case QUERY_TIME:
		if (!clock_parse(text, &v->number))
			faults_add(faults, pointer,
			    "must be a time such as 2026-01-31T23:59:59Z");
		break;
	}
	v->text = text;
}

static const struct query_key *
find_key(const struct query_key *keys, const char *name, size_t *ret_i)
{
	for (size_t i = 0; keys != NULL && keys[i].name != NULL; i++)
		if (strcmp(keys[i].name, name) == 0) {
			assert(i < QUERY_MAX_KEYS);
			*ret_i = i;
			return &keys[i];
		}
	return NULL;
}

/* Forms write a blank as '+'. */
static char *
decode(struct arena *a, struct str s)
{
	char *copy = str_dup(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (copy[i] == '+')
			copy[i] = ' ';
	return enc_url_decode(a, copy, s.n);
}

static void
take_pair(struct arena *a, struct str pair, bool lenient, struct query *q,
    struct faults *faults)
{
	struct str rest = pair;
	struct str part = { "", 0 };
	const struct query_key *k;
	const char *pointer;
	char *name;
	char *value;
	size_t i = 0;

	if (!str_cut(&rest, '=', &part))
		return;
	name = decode(a, part);
	value = decode(a, rest);
	if (name == NULL || value == NULL || !str_is_utf8(name, strlen(name))) {
		faults_add(faults, "?", "cannot be decoded");
		return;
	}
	pointer = arena_printf(a, "?%.64s", name);
	k = find_key(q->keys, name, &i);
	if (k == NULL) {
		if (!lenient)
			faults_add(faults, pointer, "is not known here");
	} else if (q->value[i].text != NULL) {
		faults_add(faults, pointer, "is given twice");
	} else {
		take_value(k, value, &q->value[i], faults, pointer);
	}
}

struct err *
query_parse(struct arena *a, const struct query_key *keys, const char *text,
    bool lenient, struct query *ret_query)
{
	struct query q = { .keys = keys };
	struct faults faults;
	struct str rest = str_of(text == NULL ? "" : text);
	struct str pair;

	if (rest.n > MAX_QUERY_BYTES)
		return ERR(a, ERR_REQUEST, "the query string is too long");
	faults_init(&faults, a);
	while (str_cut(&rest, '&', &pair))
		if (pair.n > 0)
			take_pair(a, pair, lenient, &q, &faults);
	TRY(faults_err(&faults, ERR_FIELDS));
	*ret_query = q;
	return NULL;
}

static const struct query_value *
value_of(const struct query *q, const char *name)
{
	size_t i = 0;
	const struct query_key *k = find_key(q->keys, name, &i);

	assert(k != NULL);
	return &q->value[i];
}

const char *
query_text(const struct query *q, const char *name)
{
	return value_of(q, name)->text;
}

int64_t
query_int(const struct query *q, const char *name, int64_t fallback)
{
	const struct query_value *v = value_of(q, name);

	return v->text == NULL ? fallback : v->number;
}
