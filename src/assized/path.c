#include "assized/path.h"

#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "wire/names.h"
#include "wire/roster.h"

static bool
is_submission(const char *s)
{
	return rand_is_id(s, "sb");
}

static bool
is_job(const char *s)
{
	return rand_is_id(s, "jb");
}

static bool
is_runner(const char *s)
{
	return rand_is_id(s, "rn");
}

static bool
is_rejudging(const char *s)
{
	return rand_is_id(s, "rj");
}

/* The number of a problem, as runners know it. */
static bool
is_number(const char *s)
{
	int64_t n;

	return s[0] != '0' && s[0] != '-' && str_to_i64(s, 1, INT64_MAX, &n);
}

#define FILE_NAME_MAX 255

/* A file that a runner sends. */
static bool
is_file(const char *s)
{
	return strlen(s) <= FILE_NAME_MAX && io_is_plain_name(s);
}

/* What stands in braces, and what it must look like. */
static const struct {
	const char *name;
	bool (*is)(const char *);
} kinds[] = {
	{ "{sb}", is_submission },
	{ "{jb}", is_job },
	{ "{rn}", is_runner },
	{ "{rj}", is_rejudging },
	{ "{c}", wire_is_slug },
	{ "{p}", wire_is_slug },
	{ "{user}", wire_is_user },
	{ "{team}", wire_is_team },
	{ "{id}", is_number },
	{ "{digest}", enc_is_sha256_hex },
	{ "{name}", is_file },
	{ "{test}", io_is_safe_path },
};

static bool
is_param(struct str part)
{
	return part.n > 2 && part.p[0] == '{';
}

bool
path_match(struct arena *a, const char *pattern, const char *path,
    const char **ret_raw, size_t max)
{
	struct str want = str_of(pattern);
	struct str have = str_of(path);
	struct str w;
	struct str h;
	size_t n = 0;

	for (;;) {
		bool more = str_cut(&want, '/', &w);

		if (more != str_cut(&have, '/', &h))
			return false;
		if (!more)
			return true;
		if (!is_param(w)) {
			if (!str_eq(w, h))
				return false;
			continue;
		}
		if (h.n == 0)
			return false;
		assert(n < max);
		if (str_is(w, "{test}")) {
			/* The rest, marked by a '/' before it. */
			ret_raw[n++] = arena_printf(a, "/%s", h.p);
			return true;
		}
		ret_raw[n++] = str_dup(a, h);
	}
}

char *
path_decode(struct arena *a, const char *raw)
{
	bool is_rest = raw[0] == '/';
	char *s = enc_url_decode(a, raw + is_rest, strlen(raw + is_rest));

	if (s == NULL || (strchr(s, '/') != NULL && !is_rest) ||
	    !str_is_utf8(s, strlen(s)))
		return NULL;
	return s;
}

bool
path_is_param(const char *pattern, size_t i, const char *value)
{
	struct str rest = str_of(pattern);
	struct str part;

	while (str_cut(&rest, '/', &part)) {
		if (!is_param(part) || i-- > 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			if (str_is(part, kinds[k].name))
				return kinds[k].is(value);
		break;
	}
	assert(!"every parameter of the table has a kind");
	return false;
}
