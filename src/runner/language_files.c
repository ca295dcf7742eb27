/*
 * Reads languages.d: one YAML file a language, as languages.d/README.md says.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "package/meta.h"
#include "runner/language_cmd.h"
#include "runner/language_texts.h"

#define COUNT_MAX 1e9

const char *const language_program_names[PROGRAM__MAX] = { "hello", "fast",
	"ac", "ce", "re", "tle", "mle" };

static const char *const no_words[] = { NULL };

#define AT(member) offsetof(struct language_cmd, member)

/* clang-format off */
static const struct {
	const char *key;
	enum { WORDS, TEXT, FACTOR, COUNT, IDENTITY } kind;
	size_t at;
	bool is_required;
} keys[] = {
	/* These are in the const table; languages.awk put them there. */
	{ "id", IDENTITY, 0, true },
	{ "name", IDENTITY, 0, true },
	{ "title", IDENTITY, 0, true },
	{ "extensions", IDENTITY, 0, true },
	{ "main_file", IDENTITY, 0, true },
	{ "main_also", IDENTITY, 0, false },
	{ "main_rule", IDENTITY, 0, true },
	{ "self_test", IDENTITY, 0, true },
	{ "compile", WORDS, AT(compile), false },
	{ "makes", TEXT, AT(makes), false },
	{ "run", WORDS, AT(run), true },
	{ "environment", WORDS, AT(environment), false },
	{ "binds", WORDS, AT(binds), false },
	{ "version", WORDS, AT(version), true },
	{ "packages", WORDS, AT(packages), true },
	{ "time_factor", FACTOR, AT(time_factor), false },
	{ "memory_factor", FACTOR, AT(memory_factor), false },
	{ "memory_add_kb", COUNT, AT(memory_add_kb), false },
	{ "processes_add", COUNT, AT(processes_add), false },
	{ "out_of_memory_exit", COUNT, AT(oom_exit), false },
	{ "out_of_memory_signal", COUNT, AT(oom_signal), false },
	{ "out_of_memory_text", TEXT, AT(oom_text), false },
};
/* clang-format on */

static void
take_count(const struct meta_file *file, const struct meta *map,
    const char *key, int64_t *ret)
{
	double value = (double)*ret;

	meta_take_double(file, map, key, 0, COUNT_MAX, &value);
	*ret = (int64_t)value;
}

static void
take_key(const struct meta_file *file, const struct meta *map, size_t i,
    struct language_cmd *c)
{
	void *at = (char *)c + keys[i].at;

	if (keys[i].is_required && meta_get(map, keys[i].key) == NULL)
		meta_fault(file, 0, "%s is missing", keys[i].key);
	switch (keys[i].kind) {
	case WORDS:
		meta_take_strings(file, map, keys[i].key, at);
		break;
	case TEXT:
		meta_take_string(file, map, keys[i].key, at);
		break;
	case FACTOR:
		meta_take_double(file, map, keys[i].key, 0.1, 100, at);
		break;
	case COUNT:
		take_count(file, map, keys[i].key, at);
		break;
	case IDENTITY:
		break;
	}
}

/* What the server was told when it was built must be what is here. */
static void
check_identity(const struct meta_file *file, const struct meta *map,
    const struct language *language)
{
	const char *name = "";
	double id = -1;

	meta_take_string(file, map, "name", &name);
	meta_take_double(file, map, "id", 0, LANGUAGE__MAX - 1, &id);
	if (strcmp(name, language->name) != 0 || (int)id != (int)language->id)
		meta_fault(file, 0,
		    "name and id must be %s and %d, as when this was built",
		    language->name, (int)language->id);
}

static void
check_commands(const struct meta_file *file, const struct language_cmd *c)
{
	const char *const *commands[] = { c->run, c->version, c->compile };

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i] != NULL &&
		    (commands[i][0] == NULL || commands[i][0][0] != '/'))
			meta_fault(file, 0, "a command needs a full path");
	for (const char *const *b = c->binds; *b != NULL; b++)
		if ((*b)[0] != '/')
			meta_fault(file, 0, "binds: full paths");
}

static void
take_self_test(const struct meta_file *file, const struct meta *map,
    struct language_cmd *c)
{
	const char *names[PROGRAM__MAX + 4] = { "input_first", "input_each",
		"input_last" };

	if (map == NULL || !meta_is_map(file, map, "self_test"))
		return;
	for (int i = 0; i < PROGRAM__MAX; i++) {
		names[3 + i] = language_program_names[i];
		meta_take_string(file, map, language_program_names[i],
		    &c->programs[i]);
	}
	meta_check_keys(file, map, names);
	meta_take_string(file, map, "input_first", &c->input_first);
	meta_take_string(file, map, "input_each", &c->input_each);
	meta_take_string(file, map, "input_last", &c->input_last);
	if (c->programs[PROGRAM_HELLO] == NULL)
		meta_fault(file, 0, "self_test: hello is missing");
}

static const struct language_cmd *
read_one(struct arena *a, const struct meta_file *file,
    const struct language *language, const char *text, size_t n)
{
	struct language_cmd *c = arena_new_of(a, struct language_cmd);
	const struct meta *map = meta_parse(file, text, n);
	const char *names[ARRAY_LEN(keys) + 1];

	*c = (struct language_cmd) {
		.language = language,
		.run = no_words,
		.environment = no_words,
		.binds = no_words,
		.version = no_words,
		.packages = no_words,
		.time_factor = 1,
		.memory_factor = 1,
	};
	if (map == NULL || !meta_is_map(file, map, file->name))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		names[i] = keys[i].key;
		take_key(file, map, i, c);
	}
	names[ARRAY_LEN(keys)] = NULL;
	meta_check_keys(file, map, names);
	check_identity(file, map, language);
	check_commands(file, c);
	take_self_test(file, meta_get(map, "self_test"), c);
	return c;
}

static const char *
built_in(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(language_texts); i++)
		if (strcmp(language_texts[i].name, name) == 0)
			return language_texts[i].text;
	return NULL;
}

/* NULL if there is no such file. */
static struct err *
read_text(struct arena *a, int dir, const struct language *language,
    const char **ret_text, size_t *ret_n)
{
	struct err *e;
	char *p = NULL;

	*ret_text = NULL;
	if (dir < 0) {
		*ret_text = built_in(language->name);
		*ret_n = *ret_text != NULL ? strlen(*ret_text) : 0;
		return NULL;
	}
	e = io_read_file(a, dir, arena_printf(a, "%s.yaml", language->name),
	    META_BYTES, &p, ret_n);
	if (e != NULL && e->code == ERR_NOT_FOUND)
		return NULL;
	*ret_text = p;
	return e;
}

struct err *
language_cmds_load(struct arena *a, const char *dir,
    const struct language_cmd **ret_cmds)
{
	_cleanup_(io_closep) int fd = -1;
	struct faults faults;
	size_t nodes = 0;

	faults_init(&faults, a);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return ERR_WHY(a, ERR_UNAVAILABLE, "%s: %s", dir,
		    strerror(errno));
	for (size_t i = 0; i < LANGUAGE__MAX; i++) {
		const struct meta_file file = { arena_printf(a, "%s/%s.yaml",
						    dir, languages[i].name),
			&faults, &nodes, NULL };
		const char *text;
		size_t n;

		TRY(read_text(a, fd, &languages[i], &text, &n));
		ret_cmds[i] = text == NULL
		    ? NULL
		    : read_one(a, &file, &languages[i], text, n);
	}
	return faults_err(&faults, ERR_IMPOSSIBLE);
}
