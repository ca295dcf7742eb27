#include "base/conf.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"

#define FILE_MAX_BYTES (1u << 20)
#define SECRET_MAX_BYTES 65536

struct loading {
	struct arena *a;
	const struct conf_key *keys;
	char *out;
	struct faults faults;
	bool *seen; /* by key: has a value that is not the default */
};

static const struct conf_key *
find_key(const struct conf_key *keys, struct str name)
{
	for (; keys->name != NULL; keys++) {
		if (str_is(name, keys->name))
			return keys;
	}
	return NULL;
}

static bool
parse_bool(const char *text, bool *ret)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {
		{ "yes", true },
		{ "true", true },
		{ "on", true },
		{ "1", true },
		{ "no", false },
		{ "false", false },
		{ "off", false },
		{ "0", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(text, words[i].text) == 0) {
			*ret = words[i].value;
			return true;
		}
	}
	return false;
}

static void
set_string(struct loading *l, const struct conf_key *key, const char *text,
    const char *from)
{
	char *value = arena_strdup(l->a, text);

	if (text[0] == '\0' && key->fallback == NULL && key->min == 0)
		value = NULL;
	if (key->max > 0 &&
	    ((int64_t)strlen(text) < key->min ||
		(int64_t)strlen(text) > key->max)) {
		faults_add(&l->faults, from, "%s: %lld to %lld bytes expected",
		    key->name, (long long)key->min, (long long)key->max);
		return;
	}
	memcpy(l->out + key->offset, &value, sizeof(value));
}

/* Stores one value; a fault names where it came from, never a secret. */
static void
set_value(struct loading *l, const struct conf_key *key, const char *text,
    const char *from)
{
	int64_t number;
	bool flag;

	l->seen[key - l->keys] = true;
	switch (key->type) {
	case CONF_STRING:
		set_string(l, key, text, from);
		return;
	case CONF_INT:
		if (!str_to_i64(text, key->min, key->max, &number)) {
			faults_add(&l->faults, from,
			    "%s: a number from %lld to %lld expected",
			    key->name, (long long)key->min,
			    (long long)key->max);
			return;
		}
		memcpy(l->out + key->offset, &number, sizeof(number));
		return;
	case CONF_BOOL:
		if (!parse_bool(text, &flag)) {
			faults_add(&l->faults, from, "%s: yes or no expected",
			    key->name);
			return;
		}
		memcpy(l->out + key->offset, &flag, sizeof(flag));
		return;
	}
	assert(0);
}

static void
set_defaults(struct loading *l)
{
	static const size_t sizes[] = {
		[CONF_STRING] = sizeof(void *),
		[CONF_INT] = sizeof(int64_t),
		[CONF_BOOL] = sizeof(bool),
	};
	size_t n = 0;

	for (const struct conf_key *k = l->keys; k->name != NULL; k++)
		n++;
	l->seen = arena_array(l->a, n + 1, sizeof(bool));
	for (const struct conf_key *k = l->keys; k->name != NULL; k++) {
		if (k->fallback != NULL)
			set_value(l, k, k->fallback, "default");
		else
			memset(l->out + k->offset, 0, sizes[k->type]);
	}
	memset(l->seen, 0, n * sizeof(bool));
}

static void
load_line(struct loading *l, struct str line, const char *from, bool is_private)
{
	const struct conf_key *key;
	struct str name;
	struct str value;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return;
	value = line;
	if (!str_cut(&value, '=', &name) || value.p == NULL) {
		faults_add(&l->faults, from, "\"key = value\" expected");
		return;
	}
	name = str_trim(name);
	key = find_key(l->keys, name);
	if (key == NULL) {
		faults_add(&l->faults, from, "no such key: %.*s", (int)name.n,
		    name.p);
		return;
	}
	if ((key->flags & CONF_SECRET) && !is_private) {
		faults_add(&l->faults, from,
		    "%s is a secret, but others can read this file", key->name);
		return;
	}
	set_value(l, key, str_dup(l->a, str_trim(value)), from);
}

static struct err *
load_file(struct loading *l, const char *path)
{
	struct stat st;
	struct str rest;
	struct str line;
	char *text;
	size_t n;
	int number = 0;

	if (stat(path, &st) != 0)
		return ERR(l->a, ERR_NOT_FOUND, "could not open %s: %s", path,
		    strerror(errno));
	TRY(io_read_file(l->a, AT_FDCWD, path, FILE_MAX_BYTES, &text, &n));
	rest = (struct str) { text, n };
	while (str_cut(&rest, '\n', &line))
		load_line(l, line, arena_printf(l->a, "%s:%d", path, ++number),
		    (st.st_mode & 0007) == 0);
	return NULL;
}

static void
load_environment(struct loading *l, const struct conf_key *key)
{
	char *name = arena_printf(l->a, "ASSIZE_%s", key->name);
	const char *value;

	for (char *p = name; *p != '\0'; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	value = getenv(name);
	if (value == NULL && (key->flags & CONF_BARE_ENV)) {
		name += strlen("ASSIZE_");
		value = getenv(name);
	}
	if (value != NULL)
		set_value(l, key, value, name);
}

static struct err *
load_credential(struct loading *l, const struct conf_key *key)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char *path;
	char *text;
	size_t n;
	struct err *e;

	if (dir == NULL || !(key->flags & CONF_SECRET))
		return NULL;
	path = arena_printf(l->a, "%s/%s", dir, key->name);
	e = io_read_file(l->a, AT_FDCWD, path, SECRET_MAX_BYTES, &text, &n);
	if (e != NULL)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	set_value(l, key, text, path);
	return NULL;
}

struct err *
conf_load(struct arena *a, const struct conf_key *keys, const char *file,
    void *out)
{
	struct loading l = { .a = a, .keys = keys, .out = out };

	faults_init(&l.faults, a);
	set_defaults(&l);
	if (file != NULL)
		TRY(load_file(&l, file));
	for (const struct conf_key *k = keys; k->name != NULL; k++) {
		load_environment(&l, k);
		TRY(load_credential(&l, k));
		if ((k->flags & CONF_REQUIRED) && !l.seen[k - keys])
			faults_add(&l.faults, k->name, "a value is required");
	}
	return faults_err(&l.faults, ERR_IMPOSSIBLE);
}

void
conf_print(const struct conf_key *keys, const void *out)
{
	const char *base = out;

	for (; keys->name != NULL; keys++) {
		const char *text;
		int64_t number;
		bool flag;

		printf("%s = ", keys->name);
		switch (keys->type) {
		case CONF_STRING:
			memcpy(&text, base + keys->offset, sizeof(text));
			if (text != NULL && (keys->flags & CONF_SECRET))
				text = "(set)";
			printf("%s\n", text != NULL ? text : "");
			break;
		case CONF_INT:
			memcpy(&number, base + keys->offset, sizeof(number));
			printf("%lld\n", (long long)number);
			break;
		case CONF_BOOL:
			memcpy(&flag, base + keys->offset, sizeof(flag));
			printf("%s\n", flag ? "yes" : "no");
			break;
		}
	}
}
