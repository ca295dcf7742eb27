/* A student box: asked for by the script, with limits of its own. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "runner/door.h"
#include "runner/environment.h"
#include "runner/script.h"

#define WORDS_MAX 500

#define STUDENT_PATH "/usr/local/bin:/usr/bin:/bin"

static const char *const student_env[] = {
	"PATH=" STUDENT_PATH,
	"HOME=/tmp",
	"LANG=C.UTF-8",
	NULL,
};

/* env looks it up in PATH; NULL if it is no command. */
static const char *const *
read_command(struct arena *a, const struct json *list)
{
	const char **argv;

	if (list == NULL || list->kind != JSON_ARRAY || list->n == 0 ||
	    list->n > WORDS_MAX)
		return NULL;
	argv = arena_array(a, list->n + 3, sizeof(*argv));
	argv[0] = "/usr/bin/env";
	argv[1] = "--";
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].kind != JSON_STRING)
			return NULL;
		argv[i + 2] = list->items[i].string;
	}
	return argv;
}

static int64_t
number(const struct json *message, const char *key)
{
	const struct json *j = json_member(message, key);

	if (j == NULL || j->kind != JSON_INT || j->integer <= 0)
		return 0;
	return j->integer < INT32_MAX ? j->integer : INT32_MAX;
}

static int64_t
least(int64_t asked, int64_t parent)
{
	return asked > 0 && asked < parent ? asked : parent;
}

static bool
is_true(const struct json *message, const char *key)
{
	const struct json *j = json_member(message, key);

	return j != NULL && j->kind == JSON_BOOL && j->boolean;
}

/* NULL: there is none of that name. */
static const struct environment *
environment_of(const struct script *s, const struct script_request *r)
{
	const char *name = json_member_string(r->message, "environment");

	return name == NULL
	    ? s->environment
	    : environment_find(s->g->grader->environments, name);
}

/* Never more than the grading box has, or the environment lets a box have. */
static void
set_limits(const struct script *s, const struct script_request *r,
    struct box_limits *l)
{
	const struct environment *e = environment_of(s, r);
	const struct json *m = r->message;
	int64_t cpu_ms = number(m, "time") * 1000;
	int64_t wall_ms = number(m, "hard_time") * 1000;

	if (wall_ms == 0 && cpu_ms > 0)
		wall_ms = 3 * cpu_ms;
	*l = s->limits;
	l->cpu_ms = least(cpu_ms, s->limits.cpu_ms);
	l->wall_ms = least(wall_ms, s->limits.wall_ms);
	l->memory_bytes =
	    least(number(m, "memory") << 20, s->limits.memory_bytes);
	l->memory_bytes = least(e->memory_bytes, l->memory_bytes);
	l->processes = least(e->processes, l->processes);
}

/* Directories and devices would lead further than what is in them. */
static bool
is_stream(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode) ||
		S_ISSOCK(st.st_mode));
}

static bool
is_same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

static void
set_streams(const struct script_request *r, struct box_spec *spec)
{
	spec->stdin_fd = is_stream(r->fds[0]) ? r->fds[0] : -1;
	if (is_stream(r->fds[1]))
		spec->out = (struct box_sink) { BOX_SINK_RELAY, r->fds[1], 0 };
	if (!is_stream(r->fds[2]))
		return;
	if (is_stream(r->fds[1]) && is_same(r->fds[1], r->fds[2]))
		spec->err = (struct box_sink) { BOX_SINK_SAME, -1, 0 };
	else
		spec->err = (struct box_sink) { BOX_SINK_RELAY, r->fds[2], 0 };
}

/* 254; staff see why. */
static int
fail(struct script *s, const char *why)
{
	pthread_mutex_lock(&s->lock);
	script_feedback_note(s->feedback, "run_student: %s", why);
	pthread_mutex_unlock(&s->lock);
	return SCRIPT_FAILED;
}

/* As INGInious has it: a program that died of signal n exits with 256 - n. */
static int
status_of(struct script *s, struct arena *a, const struct box_record *r)
{
	enum box_cause cause = box_record_cause(r);

	switch (cause) {
	case BOX_CAUSE_NONE:
	case BOX_CAUSE_EXIT:
		return r->exit_code;
	case BOX_CAUSE_SIGNAL:
		return 256 - r->signal;
	case BOX_CAUSE_WALL:
	case BOX_CAUSE_CPU:
		return SCRIPT_TIMED_OUT;
	case BOX_CAUSE_MEMORY:
		return SCRIPT_OUT_OF_MEMORY;
	case BOX_CAUSE_CANCELLED:
		return SCRIPT_FAILED;
	default:
		break;
	}
	return fail(s,
	    arena_printf(a, "the box ended: %s%s%s", box_cause_name(cause),
		cause == BOX_CAUSE_NOT_STARTED ? ", " : "",
		cause == BOX_CAUSE_NOT_STARTED ? strerror(r->start_errno)
					       : ""));
}

/* A session lasts as long as it is let, and never longer than the script. */
static struct err *
run_door(struct script *s, struct arena *a, const struct script_request *r,
    struct box_spec *spec, struct box_record *ret_record, int *ret_status)
{
	const struct door_words words = {
		.environment = environment_of(s, r),
		.setup = read_command(a, json_member(r->message, "cmd")),
		.teardown =
		    read_command(a, json_member(r->message, "teardown")),
		.path = STUDENT_PATH,
	};

	spec->limits.wall_ms =
	    least(s->g->grader->config->ssh_sec * 1000, spec->limits.wall_ms);
	return script_door_run(s, a, spec, &words, ret_record, ret_status);
}

/* A directory that the script could have replaced by anything. */
static bool
is_dir(const struct script *s, const char *path)
{
	struct stat st;

	return fstatat(s->top, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

static int
run(struct script *s, struct arena *a, const struct script_request *r,
    bool is_door)
{
	const struct runner_config *config = s->g->grader->config;
	struct box_mount mounts[4] = {
		{ arena_printf(a, "%s/task/student", s->path),
		    "/task/student" },
	};
	struct box_spec spec = {
		.owner = s->g->job->owner,
		.mounts = mounts,
		.mounts_n = 1,
		.writable = 1,
		.argv = read_command(a, json_member(r->message, "cmd")),
		.env = student_env,
		.cwd = json_member_string(r->message, "cwd"),
		.cancel_fd = s->stop.fd,
		.has_signal_fd = true,
		.signal_fd = r->connection,
		.is_sharing = true,
		.disk = &s->disk,
		.root = environment_of(s, r)->root,
		.has_network =
		    s->g->job->network && is_true(r->message, "share_network"),
	};
	struct box_record record;
	struct err *e;
	int status = 0;

	if (spec.argv == NULL)
		return fail(s, "the command is empty or too long");
	if (!is_dir(s, "task/student"))
		return fail(s, "/task/student is no directory any more");
	if (is_dir(s, "task/systemfiles"))
		mounts[spec.mounts_n++] = (struct box_mount) {
			arena_printf(a, "%s/task/systemfiles", s->path),
			"/task/systemfiles",
		};
	if (s->has_common_student)
		mounts[spec.mounts_n++] = (struct box_mount) {
			arena_printf(a, "%s/common/student", s->path),
			"/course/common/student",
		};
	if (is_door)
		mounts[spec.mounts_n++] = (struct box_mount) {
			arena_printf(a, "%s/door", config->inbox_dir),
			DOOR_DIR,
		};
	set_limits(s, r, &spec.limits);
	set_streams(r, &spec);
	script_files_etc(s, a, &spec);
	e = is_door ? run_door(s, a, r, &spec, &record, &status)
		    : box_run(s->g->grader->boxes, a, &spec, &record);
	if (e != NULL) {
		log_err(LOG_WARNING, "student_box_failed", e);
		return fail(s, "the box could not be made");
	}
	return status != 0 ? status : status_of(s, a, &record);
}

static bool
enter(struct script *s)
{
	bool may;

	pthread_mutex_lock(&s->lock);
	may = s->students < SCRIPT_STUDENTS_MAX;
	s->students += may;
	pthread_mutex_unlock(&s->lock);
	return may;
}

static void
leave(struct script *s)
{
	pthread_mutex_lock(&s->lock);
	s->students--;
	pthread_mutex_unlock(&s->lock);
}

int
script_student_run(struct script *s, struct arena *a,
    const struct script_request *r, bool is_door)
{
	int status;

	if (environment_of(s, r) == NULL)
		return fail(s,
		    arena_printf(a, "there is no environment \"%.60s\" here",
			json_member_string(r->message, "environment")));
	if (!enter(s))
		return fail(s,
		    arena_printf(a, "more than %d student boxes at once",
			SCRIPT_STUDENTS_MAX));
	status = run(s, a, r, is_door);
	leave(s);
	return status;
}
