#include "runner/setup.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "runner/compile.h"
#include "runner/criteria.h"
#include "runner/helper.h"
#include "runner/template.h"
#include "runner/templates/words.h"

#define DETAILS_MAX ((size_t)256 << 10)
#define MESSAGE_MAX ((size_t)64 << 10)
#define OUTPUT_MAX ((size_t)16 << 10)
/* Below /app: what we compiled ourselves. */
#define BUILD_DIR ".build"
#define SCRATCH_MAX ((size_t)64 << 20)

static const char *
language_of(const struct grading *g)
{
	return g->job->language != NULL ? g->job->language->name : NULL;
}

/* The grade is 0 and the verdict CE: the tests are not run. */
static void
refuse(struct grading *g, const char *output)
{
	struct criteria_run *run = g->run;

	g->compile = arena_new_of(g->arena, struct wire_compile);
	g->compile->status = WIRE_COMPILE_ERROR;
	g->compile->output = output;
	tree_score(run->tree);
	g->judged.tree = run->tree;
	g->judged.verdict = VERDICT_CE;
	g->is_judged = true;
}

/*
 * -- files
 */

static bool
has_file(const struct grading *g, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < g->job->files_n; i++) {
		const char *path = g->job->files[i].path;

		if (strcmp(path, name) == 0)
			return true;
		/* A directory is there if something is in it. */
		if (strncmp(path, name, n) == 0 &&
		    (path[n] == '/' || (n > 0 && name[n - 1] == '/')))
			return true;
	}
	return false;
}

static const char *
say_missing(const struct grading *g, const char *name)
{
	return arena_printf(g->arena,
	    words_say(g->job->locale,
		"**Error:** Required file or directory not found: `'%s'`"),
	    name);
}

static void
report_missing(struct grading *g, const char *const *missing, size_t n)
{
	struct criteria_run *run = g->run;
	struct buf details, text;
	struct json_w w;

	buf_init(&details, g->arena, DETAILS_MAX);
	buf_init(&text, g->arena, MESSAGE_MAX);
	json_w_init(&w, &details);
	json_w_object(&w);
	json_w_key_str(&w, "error_type", "required_file_missing");
	json_w_key_str(&w, "phase", "required_files");
	json_w_key_str(&w, "missing_file", missing[0]);
	json_w_key(&w, "missing_files");
	json_w_array(&w);
	for (size_t i = 0; i < n; i++) {
		json_w_str(&w, missing[i]);
		buf_puts(&text, i > 0 ? "\n" : "");
		buf_puts(&text, say_missing(g, missing[i]));
	}
	json_w_array_end(&w);
	json_w_object_end(&w);
	refuse(g, text.p);
	run->refused = text.p;
	grading_fail(g, details.p, "%s", say_missing(g, missing[0]));
}

static void
check_files(struct grading *g, const struct setup *setup)
{
	const char *missing[SETUP_FILES_MAX];
	size_t n = 0;

	for (size_t b = 0; b < setup->blocks_n; b++) {
		const char *const *names = setup->blocks[b].required;

		if (!setup_is_for(&setup->blocks[b], language_of(g)))
			continue;
		for (; names != NULL && *names != NULL; names++)
			if (n < SETUP_FILES_MAX && !has_file(g, *names))
				missing[n++] = *names;
	}
	if (n > 0)
		report_missing(g, missing, n);
}

/*
 * -- commands
 */

static const char *
text_of(struct arena *a, const struct box_bytes *b)
{
	size_t n = b->n <= OUTPUT_MAX ? b->n : str_utf8_cut(b->p, OUTPUT_MAX);

	return str_utf8_repair(a, b->p, n);
}

/* As a shell says it: 128 and the signal, 124 for too long. */
static int
exit_code_of(const struct box_record *r)
{
	switch (box_record_cause(r)) {
	case BOX_CAUSE_NOT_STARTED:
		return 127;
	case BOX_CAUSE_WALL:
	case BOX_CAUSE_CPU:
		return 124;
	default:
		return r->signal != 0 ? 128 + r->signal : r->exit_code;
	}
}

static const char *
why(const struct box_record *r)
{
	switch (box_record_cause(r)) {
	case BOX_CAUSE_OUTPUT:
		return "wrote too much";
	case BOX_CAUSE_WALL:
	case BOX_CAUSE_CPU:
		return "took too long";
	case BOX_CAUSE_MEMORY:
		return "took too much memory";
	default:
		return NULL;
	}
}

/* What students read of it: after the message, the command and its output. */
static void
show_command(struct grading *g, const struct setup_command *c, const char *out,
    const char *err)
{
	struct criteria_run *run = g->run;
	struct buf b;

	buf_init(&b, g->arena, MESSAGE_MAX);
	buf_printf(&b, "%s\n", g->failure);
	feedback_block(&b, feedback_word(g->job->locale, WORD_COMMAND),
	    c->command, strlen(c->command), OUTPUT_MAX);
	if (*out != '\0')
		feedback_block(&b, "stdout", out, strlen(out), OUTPUT_MAX);
	if (*err != '\0')
		feedback_block(&b, "stderr", err, strlen(err), OUTPUT_MAX);
	run->refused = b.p;
}

static void
report_command(struct grading *g, const struct setup_command *c,
    const struct box_record *r)
{
	const char *out = text_of(g->arena, &r->out);
	const char *err = text_of(g->arena, &r->err);
	struct buf details, text;
	struct json_w w;

	buf_init(&details, g->arena, DETAILS_MAX);
	json_w_init(&w, &details);
	json_w_object(&w);
	json_w_key_str(&w, "error_type", "setup_command_failed");
	json_w_key_str(&w, "phase", "setup_commands");
	json_w_key_str(&w, "command_name", c->name);
	json_w_key(&w, "failed_command");
	json_w_object(&w);
	json_w_key_str(&w, "command", c->command);
	json_w_key_i64(&w, "exit_code", exit_code_of(r));
	json_w_key_str(&w, "stdout", out);
	json_w_key_str(&w, "stderr", err);
	json_w_key_str(&w, "limit", why(r));
	json_w_object_end(&w);
	json_w_object_end(&w);
	buf_init(&text, g->arena, MESSAGE_MAX);
	buf_printf(&text, "%s%s%s", out, *out != '\0' ? "\n" : "", err);
	refuse(g, text.p);
	grading_fail(g, details.p,
	    words_say(g->job->locale,
		"**Error:** Setup command '%s' failed with exit code %d"),
	    c->name, exit_code_of(r));
	show_command(g, c, out, err);
}

static struct err *
run_command(struct grading *g, const struct setup_command *c)
{
	struct criteria_run *run = g->run;
	const struct package_limits *l = &g->job->limits;
	struct app_command command = {
		.command = c->command,
		.by_shell = c->by_shell,
		.limits = {
			.cpu_ms =
			    c->time_ms > 0 ? c->time_ms : l->compile_time_ms,
			.memory_kb = c->memory_kb > 0 ? c->memory_kb
						      : l->compile_memory_kb,
		},
		.keeps = true,
	};
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("setup", SCRATCH_MAX);
	struct box_record r;

	command.out_max = OUTPUT_MAX * 4;
	TRY(app_run(run->app, scratch, &command, &r));
	if (box_record_cause(&r) != BOX_CAUSE_NONE)
		report_command(g, c, &r);
	return NULL;
}

static struct err *
run_commands(struct grading *g, const struct setup *setup)
{
	for (size_t b = 0; b < setup->blocks_n; b++) {
		const struct setup_block *block = &setup->blocks[b];

		if (!setup_is_for(block, language_of(g)))
			continue;
		for (size_t i = 0; i < block->commands_n; i++) {
			TRY(run_command(g, &block->commands[i]));
			if (g->is_judged)
				return NULL;
		}
	}
	return NULL;
}

/*
 * -- what "CMD" means
 */

static bool
uses_cmd(const struct grading *g)
{
	const struct criteria_run *run = g->run;

	for (size_t i = 0; i < run->criteria->n; i++) {
		const struct criteria_test *t = &run->criteria->tests[i];
		const char *command;

		if (function_param(t->function, "program_command") < 0)
			continue;
		command =
		    criteria_command(t, "program_command", language_of(g));
		if (command != NULL && strcmp(command, "CMD") == 0)
			return true;
	}
	return false;
}

/* A program that the set-up made: a.out, or the main file's name. */
static const char *
find_made(const struct grading *g, const char *main_file)
{
	const struct criteria_run *run = g->run;
	const char *dot = strrchr(main_file, '.');
	const char *names[] = { "a.out",
		str_dup(g->arena,
		    (struct str) { main_file,
			dot != NULL ? (size_t)(dot - main_file)
				    : strlen(main_file) }) };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (faccessat(run->app->dir, names[i], X_OK, 0) == 0)
			return arena_printf(g->arena, "./%s", names[i]);
	return NULL;
}

/* Its words have other directories where submissions are judged. */
static const char *
move_word(struct arena *a, const char *word, const char *to)
{
	const char *at = strstr(word, LANGUAGE_PROGRAM_DIR);

	if (at == NULL)
		return word;
	return arena_printf(a, "%.*s%s%s", (int)(at - word), word, to,
	    at + strlen(LANGUAGE_PROGRAM_DIR));
}

static void
set_command(struct grading *g)
{
	struct criteria_run *run = g->run;
	const char **argv =
	    language_cmd_argv(g->arena, g->cmd->run, &g->command_files, NULL);
	const char *to =
	    g->cmd->makes != NULL ? APP_DIR "/" BUILD_DIR : APP_DIR;

	for (size_t i = 0; argv[i] != NULL; i++)
		argv[i] = move_word(g->arena, argv[i], to);
	run->command = argv;
}

static struct err *
compile(struct grading *g)
{
	_cleanup_(io_closep) int built = -1;
	const struct grading_job *job = g->job;
	struct criteria_run *run = g->run;
	struct workspace workspace = g->workspace;
	struct compile c = {
		.grader = g->grader,
		.owner = job->owner,
		.cancel = job->cancel,
		.core = job->core,
		.limits = &job->limits,
		.language = job->language,
		.cmd = g->cmd,
		.files = job->files,
		.files_n = job->files_n,
		.workspace = &workspace,
	};

	TRY(app_make_dir(run->app, BUILD_DIR, &built));
	workspace.built_dir = built;
	TRY(compile_run(g->arena, &c));
	g->command_files = c.command_files;
	if (c.fault == NULL) {
		set_command(g);
		return NULL;
	}
	refuse(g, c.output != NULL ? c.output : c.fault);
	grading_fail(g, compile_details(g->arena, g->compile->output), "%s",
	    c.fault);
	return NULL;
}

static struct err *
find_command(struct grading *g)
{
	struct criteria_run *run = g->run;
	const char **names =
	    arena_array(g->arena, g->job->files_n + 1, sizeof(*names));
	const char **made = arena_array(g->arena, 2, sizeof(*made));
	const char *main_file;

	if (g->cmd == NULL || !uses_cmd(g))
		return NULL;
	for (size_t i = 0; i < g->job->files_n; i++)
		names[i] = g->job->files[i].path;
	if (language_main_file(g->arena, g->job->language, names,
		g->job->files_n, &main_file) == NULL) {
		made[0] = find_made(g, main_file);
		run->command = made[0] != NULL ? made : NULL;
	}
	return run->command != NULL ? NULL : compile(g);
}

/* Tests of the template api need a program of ours beside the server. */
static struct err *
mount_probe(struct grading *g)
{
	struct criteria_run *run = g->run;
	const char *path;
	size_t i = 0;

	while (i < run->criteria->n &&
	    strcmp(run->criteria->tests[i].function->template, "api") != 0)
		i++;
	if (i == run->criteria->n)
		return NULL;
	TRY(helper_find(g->arena, "assize-probe", &path));
	app_mount(run->app, path, API_PROBE);
	return NULL;
}

struct err *
criteria_pre_flight(struct grading *g)
{
	static const struct setup nothing;
	const struct setup *setup = g->job->package->setup;
	struct criteria_run *run = g->run;

	if (setup == NULL)
		setup = &nothing;
	check_files(g, setup);
	if (g->is_judged || g->workspace.name == NULL)
		return NULL;
	TRY(app_open(g, &run->app));
	TRY(app_take_assets(run->app, setup));
	TRY(mount_probe(g));
	app_prepare(run->app);
	TRY(run_commands(g, setup));
	return g->is_judged ? NULL : find_command(g);
}
