#include "runner/language_cmd.h"

#include "base/proc.h"
#include "base/str.h"

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })
#define VERSION_TIMEOUT_MS 10000
#define VERSION_MAX 4096

/* clang-format off */
const struct language_cmd language_cmds[] = {
	{ "c",
	  WORDS("/usr/bin/gcc", "-O2", "-std=gnu11", "-o", "/out/main",
	      "{sources}", "-lm"),
	  "main",
	  WORDS("/program/main"),
	  WORDS("/usr/bin/gcc", "--version") },
	{ "cpp",
	  WORDS("/usr/bin/g++", "-O2", "-std=gnu++17", "-o", "/out/main",
	      "{sources}"),
	  "main",
	  WORDS("/program/main"),
	  WORDS("/usr/bin/g++", "--version") },
	{ "python3",
	  WORDS("/usr/bin/python3", "-X", "pycache_prefix=/tmp/cache", "-m",
	      "py_compile", "{sources}"),
	  NULL,
	  WORDS("/usr/bin/python3", "-B", "{main}"),
	  WORDS("/usr/bin/python3", "--version") },
	{ NULL, NULL, NULL, NULL, NULL }
};
/* clang-format on */

const struct language_cmd *
language_cmd_find(const char *language)
{
	for (const struct language_cmd *c = language_cmds; c->language != NULL;
	     c++)
		if (strcmp(c->language, language) == 0)
			return c;
	return NULL;
}

/* An argument vector that grows. */
struct words {
	struct arena *arena;
	const char **v;
	size_t n;
	size_t cap;
};

static void
add(struct words *w, const char *word)
{
	w->v = arena_grow(w->arena, w->v, w->n, &w->cap, sizeof(*w->v));
	w->v[w->n++] = word;
}

const char **
language_cmd_argv(struct arena *a, const char *const *words,
    const struct command_files *files, const char *const *more)
{
	struct words w = { .arena = a };

	for (; *words != NULL; words++) {
		if (strcmp(*words, "{sources}") == 0)
			for (size_t i = 0; i < files->n; i++)
				add(&w,
				    arena_printf(a, "%s/%s",
					LANGUAGE_SOURCE_DIR,
					files->sources[i]));
		else if (strcmp(*words, "{main}") == 0)
			add(&w,
			    arena_printf(a, "%s/%s", LANGUAGE_PROGRAM_DIR,
				files->main_file));
		else
			add(&w, *words);
	}
	for (; more != NULL && *more != NULL; more++)
		add(&w, *more);
	add(&w, NULL);
	return w.v;
}

struct err *
language_cmd_version(struct arena *a, const struct language_cmd *c,
    const char **ret_line)
{
	struct proc_output out;
	struct str rest, line;

	TRY(proc_run(a, c->version, VERSION_MAX, VERSION_TIMEOUT_MS, &out));
	rest = (struct str) { out.out, out.n };
	if (out.status != 0 || !str_cut(&rest, '\n', &line) || line.n == 0)
		return ERR(a, ERR_UNAVAILABLE, "%s is not there",
		    c->version[0]);
	*ret_line = str_utf8_repair(a, line.p, line.n);
	return NULL;
}
