#include "runner/language_cmd.h"

#include <string.h>

#include "base/buf.h"
#include "base/proc.h"
#include "base/str.h"

#define VERSION_TIMEOUT_MS 20000
#define VERSION_MAX 4096
#define WORD_MAX ((size_t)64 << 10)

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

/* What a placeholder stands for; false if it is none. */
static bool
put_placeholder(struct buf *b, struct str name, const struct command_files *f)
{
	const char *class = f->main_class != NULL ? f->main_class : "";

	if (str_is(name, "source"))
		buf_printf(b, LANGUAGE_SOURCE_DIR "/%s", f->main_file);
	else if (str_is(name, "main"))
		buf_printf(b, LANGUAGE_PROGRAM_DIR "/%s", f->main_file);
	else if (str_is(name, "class"))
		buf_puts(b, class);
	else if (str_is(name, "class_file")) {
		for (; *class != '\0'; class ++)
			buf_putc(b, *class == '.' ? '/' : *class);
		buf_puts(b, ".class");
	} else if (str_is(name, "memory_kb"))
		buf_printf(b, "%lld", (long long)f->memory_kb);
	else if (str_is(name, "memory_mb"))
		buf_printf(b, "%lld", (long long)(f->memory_kb / 1024));
	else
		return false;
	return true;
}

const char *
language_cmd_word(struct arena *a, const char *word,
    const struct command_files *files)
{
	struct buf b;

	if (strchr(word, '{') == NULL)
		return word;
	buf_init(&b, a, WORD_MAX);
	while (*word != '\0') {
		const char *end = *word == '{' ? strchr(word, '}') : NULL;
		struct str name = { word + 1, 0 };

		if (end != NULL)
			name.n = (size_t)(end - word) - 1;
		if (end != NULL && put_placeholder(&b, name, files))
			word = end + 1;
		else
			buf_putc(&b, *word++);
	}
	return b.p;
}

const char **
language_cmd_argv(struct arena *a, const char *const *words,
    const struct command_files *files, const char *const *more)
{
	struct words w = { .arena = a };

	for (; *words != NULL; words++) {
		bool is_path = strcmp(*words, "{sources}") == 0;

		if (!is_path && strcmp(*words, "{names}") != 0) {
			add(&w, language_cmd_word(a, *words, files));
			continue;
		}
		for (size_t i = 0; i < files->n; i++)
			add(&w,
			    arena_printf(a, "%s%s",
				is_path ? LANGUAGE_SOURCE_DIR "/" : "./",
				files->sources[i]));
	}
	for (; more != NULL && *more != NULL; more++)
		add(&w, *more);
	add(&w, NULL);
	return w.v;
}

const char **
language_cmd_env(struct arena *a, const struct language_cmd *c,
    const struct command_files *files, const char *const *ours)
{
	struct words w = { .arena = a };

	for (; *ours != NULL; ours++)
		add(&w, *ours);
	for (const char *const *e = c->environment; e != NULL && *e != NULL;
	     e++)
		add(&w, language_cmd_word(a, *e, files));
	add(&w, NULL);
	return w.v;
}

const struct box_mount *
language_cmd_mounts(struct arena *a, const struct language_cmd *c,
    const struct box_mount *mounts, size_t *n)
{
	struct box_mount *all;
	size_t binds = 0;

	while (c->binds != NULL && c->binds[binds] != NULL)
		binds++;
	all = arena_array(a, *n + binds + 1, sizeof(*all));
	memcpy(all, mounts, *n * sizeof(*all));
	for (size_t i = 0; i < binds; i++)
		all[(*n)++] = (struct box_mount) { c->binds[i], c->binds[i] };
	return all;
}

struct package_limits
language_cmd_limits(const struct language_cmd *c,
    const struct package_limits *problem)
{
	struct package_limits l = *problem;

	l.time_ms = (int64_t)((double)l.time_ms * c->time_factor);
	l.wall_ms = (int64_t)((double)l.wall_ms * c->time_factor);
	l.memory_kb = (int64_t)((double)l.memory_kb * c->memory_factor) +
	    c->memory_add_kb;
	l.processes += c->processes_add;
	return l;
}

bool
language_cmd_is_oom(const struct language_cmd *c, const struct box_record *r,
    int64_t memory_kb)
{
	bool says_so = (c->oom_exit != 0 && r->exit_code == c->oom_exit) ||
	    (c->oom_signal != 0 && r->signal == c->oom_signal);

	if (!says_so)
		return false;
	return r->memory_peak_bytes / 1024 >= memory_kb / 4 * 3 ||
	    (c->oom_text != NULL && r->err.p != NULL &&
		memmem(r->err.p, r->err.n, c->oom_text, strlen(c->oom_text)) !=
		    NULL);
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
