#include "tests/box/boxtest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "box/host.h"

#define SKIPPED 77 /* for automake */
#define WORK_FIRST 5
#define WORK_TRIES 20

static const char *
build_dir(void)
{
	const char *dir = getenv("ASSIZE_BUILDDIR");

	return dir != NULL ? dir : ".";
}

int64_t
boxtest_slow(void)
{
	const char *text = getenv("ASSIZE_SLOW");
	int64_t factor = 1;

	return text != NULL && str_to_i64(text, 1, 1000, &factor) ? factor : 1;
}

struct box_options
boxtest_options(struct boxtest *t, const char *boxinit)
{
	return (struct box_options) {
		.boxinit = arena_printf(t->own, "%s/%s", build_dir(), boxinit),
		.uid_first = t->uid_first,
		.uid_count = BOXTEST_UIDS,
	};
}

static void
write_prey(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0666), 0);
	assert_int_equal(io_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

static void
listen_tcp(struct boxtest *t)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof(sin);

	t->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(t->listener, (const void *)&sin, n), 0);
	assert_int_equal(listen(t->listener, 16), 0);
	assert_int_equal(getsockname(t->listener, (void *)&sin, &n), 0);
	t->port = arena_printf(t->own, "%d", ntohs(sin.sin_port));
}

static void
listen_abstract(struct boxtest *t)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t n;

	t->name = arena_printf(t->own, "assize-box-test-%d", (int)getpid());
	n = strlen(t->name);
	memcpy(sun.sun_path + 1, t->name, n);
	t->abstract = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(t->abstract, (const void *)&sun,
			     (socklen_t)(offsetof(struct sockaddr_un,
					     sun_path) +
				 1 + n)),
	    0);
	assert_int_equal(listen(t->abstract, 16), 0);
}

/* A program of root's that makes root of whoever starts it. */
static void
make_setuid(struct boxtest *t)
{
	char *program;
	size_t n;

	assert_ok(io_read_file(t->own, AT_FDCWD, t->attack, (size_t)32 << 20,
	    &program, &n));
	assert_ok(io_write_file(t->own, AT_FDCWD,
	    arena_printf(t->own, "%s/setuid", t->data), program, n, 04755));
}

/* Larger than the memory of the box that reads it, without a block. */
static void
make_large(struct boxtest *t)
{
	_cleanup_(io_closep) int fd =
	    open(arena_printf(t->own, "%s/large", t->data),
		O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 128 * MIB), 0);
}

/*
 * Not in memory: what is read of a file there is counted of who wrote it, not
 * of the box.
 */
static const char *
base_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	struct statfs fs;

	if (tmp == NULL || strlen(tmp) >= 64)
		tmp = "/tmp";
	assert_int_equal(statfs(tmp, &fs), 0);
	return fs.f_type == TMPFS_MAGIC ? "/var/tmp" : tmp;
}

static void
make_prey(struct boxtest *t)
{
	t->dir =
	    mkdtemp(arena_printf(t->own, "%s/assize-box-XXXXXX", base_dir()));
	assert_non_null(t->dir);
	/* What stands in the way of another user must be the box. */
	assert_int_equal(chmod(t->dir, 0711), 0);
	t->answer = arena_printf(t->own, "%s/answer", t->dir);
	t->data = arena_printf(t->own, "%s/data", t->dir);
	t->input = arena_printf(t->own, "%s/input", t->dir);
	write_prey(t->answer, "TOPSECRET\n");
	write_prey(t->input, "input\n");
	assert_int_equal(mkdir(t->data, 0777), 0);
	assert_int_equal(chmod(t->data, 0777), 0);
	write_prey(arena_printf(t->own, "%s/probe", t->data), "data\n");
	make_setuid(t);
	make_large(t);
	/* A careless library would leave such a descriptor. */
	t->leaked = fcntl(open(t->answer, O_RDWR | O_CLOEXEC), F_DUPFD, 77);
	assert_true(t->leaked >= 77);
	t->segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
	assert_true(t->segment >= 0);
	assert_int_equal(setenv("DB_PASSWORD", "TOPSECRET", 1), 0);
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static const char *
work_steps(void)
{
	return boxtest_slow() > 1 ? "1" : "10";
}

static int64_t
work_ms(struct boxtest *t)
{
	struct box_record r = RUN(t, LIMITS(.cpu_ms = 20000, .wall_ms = 60000),
	    "work", work_steps());

	boxtest_expect(&r, BOX_CAUSE_NONE);
	return r.cpu_ms;
}

/* The same without a box. */
static int64_t
plain_ms(struct boxtest *t)
{
	struct rusage used;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl(t->attack, "attack", "work", work_steps(), (char *)NULL);
		_exit(1);
	}
	assert_int_equal(wait4(pid, &status, 0, &used), pid);
	assert_int_equal(status, 0);
	return ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
	    (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

/* An emulated machine takes long to come to a program. */
static int64_t
half_more(int64_t ms)
{
	int64_t slow = boxtest_slow();

	return ms + ms / 2 + (slow > 1 ? 10 * slow : 2);
}

/*
 * A busy machine stretches one piece of work, but not each of many; or it
 * stretches all, in a box or not.
 */
void
boxtest_expect_same_work(struct boxtest *t, const char *after)
{
	int64_t bar = half_more(t->work_ms);
	int64_t ms = work_ms(t);

	for (int i = 0; i < WORK_TRIES && ms > bar; i++) {
		clock_sleep_ms(20);
		bar = half_more(plain_ms(t));
		if (bar < half_more(t->work_ms))
			bar = half_more(t->work_ms);
		ms = work_ms(t);
	}
	if (ms > bar)
		fail_msg("after %s: %lld ms, %lld before, at most %lld", after,
		    (long long)ms, (long long)t->work_ms, (long long)bar);
}

/* Tests beside us mount; each counts what is mounted where it is. */
static void
leave_their_mounts(void)
{
	if (geteuid() != 0)
		return;
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
}

int
boxtest_open(void **state)
{
	struct arena *own = arena_new("boxtest", (size_t)64 << 20);
	struct boxtest *t = arena_new_of(own, struct boxtest);
	struct box_options o;
	struct err *e;

	t->own = own;
	/* Tests run side by side: each counts its own processes. */
	t->uid_first = (uid_t)(300000 + getpid() % 10000 * BOXTEST_UIDS);
	t->arena = arena_new("boxtest run", (size_t)256 << 20);
	t->attack = arena_printf(own, "%s/tests/box/attack", build_dir());
	leave_their_mounts();
	make_prey(t);
	listen_tcp(t);
	listen_abstract(t);
	o = boxtest_options(t, "src/box/assize-boxinit");
	e = box_host_open(own, &o, &t->host);
	if (e != NULL && e->code == ERR_UNAVAILABLE && geteuid() != 0) {
		print_message("skipped, since not root: %s\n", e->internal);
		io_remove_all(AT_FDCWD, t->dir);
		exit(SKIPPED);
	}
	assert_ok(e);
	t->work_ms = INT64_MAX;
	for (int i = 0; i < WORK_FIRST; i++)
		t->work_ms = least(t->work_ms, work_ms(t));
	*state = t;
	return 0;
}

int
boxtest_close(void **state)
{
	struct boxtest *t = *state;

	box_host_close(t->host);
	shmctl(t->segment, IPC_RMID, NULL);
	close(t->listener);
	close(t->abstract);
	close(t->leaked);
	assert_int_equal(io_remove_all(AT_FDCWD, t->dir), 0);
	arena_free(t->arena);
	arena_free(t->own);
	return 0;
}

struct box_spec
boxtest_spec(struct boxtest *t, const char *const *words)
{
	const char **argv = arena_array(t->arena, 16, sizeof(*argv));
	struct box_mount *mounts = arena_array(t->arena, 4, sizeof(*mounts));

	argv[0] = "/attack";
	for (size_t i = 0; words[i] != NULL; i++) {
		assert_true(i + 2 < 16);
		argv[i + 1] = words[i];
	}
	mounts[0] = (struct box_mount) { t->attack, "/attack" };
	mounts[1] = (struct box_mount) { t->data, "/data" };
	mounts[2] = (struct box_mount) { t->data, "/data2" };
	/* Only where a control asks for one more. */
	mounts[3] = (struct box_mount) { t->answer, "/prey/answer" };
	return (struct box_spec) {
		.owner = "test",
		.mounts = mounts,
		.mounts_n = 3,
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
		.out = { BOX_SINK_MEMORY, -1, 65536 },
		.err = { BOX_SINK_MEMORY, -1, 65536 },
	};
}

struct box_record
boxtest_run(struct boxtest *t, const struct box_spec *spec)
{
	struct box_record r;

	assert_ok(box_run(t->host, t->arena, spec, &r));
	return r;
}

struct box_record
boxtest_run_words(struct boxtest *t, const struct box_limits *limits,
    const char *const *words)
{
	struct box_spec spec = boxtest_spec(t, words);

	spec.limits = *limits;
	return boxtest_run(t, &spec);
}

void
boxtest_expect(const struct box_record *r, enum box_cause cause)
{
	if (box_record_cause(r) == cause)
		return;
	fail_msg("ended by %s, not %s: exit %d signal %d cpu %lld ms wall "
		 "%lld ms memory %lld kB oom %lld out \"%.200s\"",
	    box_cause_name(box_record_cause(r)), box_cause_name(cause),
	    r->exit_code, r->signal, (long long)r->cpu_ms,
	    (long long)r->wall_ms, (long long)r->memory_peak_bytes / 1024,
	    (long long)r->oom_kills, r->out.p != NULL ? r->out.p : "");
}

static void *
sleep_in_box(void *arg)
{
	struct boxtest *t = arg;
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("sleeper", (size_t)4 << 20);
	const char *ms =
	    arena_printf(a, "%lld", (long long)(600 * boxtest_slow()));
	const char *argv[] = { "/attack", "sleep", ms, NULL };
	const struct box_mount mounts[] = { { t->attack, "/attack" } };
	const struct box_spec spec = {
		.owner = "sleeper",
		.argv = argv,
		.mounts = mounts,
		.mounts_n = 1,
		.stdin_fd = -1,
		.cancel_fd = -1,
	};
	struct box_record r;
	bool lives = box_run(t->host, a, &spec, &r) == NULL &&
	    box_record_cause(&r) == BOX_CAUSE_NONE;

	return lives ? t : NULL;
}

bool
boxtest_survives(struct boxtest *t, const char *const *words)
{
	struct box_spec spec = boxtest_spec(t, words);
	struct box_record r;
	int64_t until = clock_mono_ms() + 10000;
	pthread_t sleeper;
	void *lives;

	assert_int_equal(pthread_create(&sleeper, NULL, sleep_in_box, t), 0);
	boxtest_wait(t, true);
	/* What counts it does count. */
	while (boxtest_memory(t) <= t->memory && clock_mono_ms() < until)
		clock_sleep_ms(5);
	assert_true(clock_mono_ms() < until);
	/* Who ended its own box too has no record. */
	(void)!box_run(t->host, t->arena, &spec, &r);
	pthread_join(sleeper, &lives);
	return lives != NULL;
}

const char *
boxtest_probe(struct boxtest *t, const char *name, bool has_prey)
{
	const char *words[] = { "probe", name, t->answer, t->port, t->name,
		NULL };
	struct box_spec spec = boxtest_spec(t, words);
	_cleanup_(io_closep) int input = open(t->input, O_RDONLY | O_CLOEXEC);
	struct box_record r;
	struct err *e;

	assert_true(input >= 0);
	spec.stdin_fd = input;
	spec.mounts_n += has_prey;
	e = box_run(t->host, t->arena, &spec, &r);
	/* Who ends the first process ends the box, and no record comes. */
	if (e != NULL)
		return arena_printf(t->arena, "ALLOWED: %s", e->internal);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	return r.out.p;
}

const char *
boxtest_script(struct boxtest *t, const char *script, bool has_prey)
{
	const char *argv[] = { "/bin/bash", "-c", script, "attack", t->answer,
		t->port, NULL };
	const struct box_mount prey[] = { { t->answer, "/prey/answer" } };
	struct box_spec spec = {
		.owner = "test",
		.mounts = prey,
		.mounts_n = has_prey ? 1 : 0,
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
		.out = { BOX_SINK_MEMORY, -1, 1 << 20 },
		.err = { BOX_SINK_SAME, -1, 0 },
	};
	struct box_record r = boxtest_run(t, &spec);

	assert_false(r.out.is_cut);
	assert_true(r.signal == 0);
	return r.out.p;
}
