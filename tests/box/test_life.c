/*
 * From birth to removal: how a program ended, what goes in and comes out,
 * several at once, and what happens when somebody dies.
 */
#include "tests/box/boxtest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"

/* "exited 139" and "killed by SIGSEGV" are different things. */
static void
test_status(void **state)
{
	struct box_record r;

	r = RUN(*state, LIMITS(0), "exit", "0");
	boxtest_expect(&r, BOX_CAUSE_NONE);
	r = RUN(*state, LIMITS(0), "exit", "139");
	boxtest_expect(&r, BOX_CAUSE_EXIT);
	assert_int_equal(r.exit_code, 139);
	assert_int_equal(r.signal, 0);
	r = RUN(*state, LIMITS(0), "signal", "11");
	boxtest_expect(&r, BOX_CAUSE_SIGNAL);
	assert_int_equal(r.exit_code, -1);
	assert_int_equal(r.signal, SIGSEGV);
}

static void
test_not_started(void **state)
{
	static const struct {
		const char *path;
		int error;
	} cases[] = {
		{ "/nothing", ENOENT },
		{ "/data", EACCES },
		{ "/data/probe", EACCES },
		{ "/usr", EACCES },
	};
	const char *words[] = { NULL };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *argv[] = { cases[i].path, NULL };
		struct box_spec spec = boxtest_spec(*state, words);
		struct box_record r;

		spec.argv = argv;
		r = boxtest_run(*state, &spec);
		boxtest_expect(&r, BOX_CAUSE_NOT_STARTED);
		assert_int_equal(r.start_errno, cases[i].error);
	}
}

static void
test_bad_spec(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", NULL };
	const char *relative[] = { "attack", NULL };
	static char word[200 * 1024];
	const char *huge[] = { "/attack", word, NULL };
	struct box_mount mounts[][1] = {
		{ { t->data, "/usr/data" } }, { { t->data, "/tmp" } },
		{ { t->data, "data" } }, { { t->data, "/a/../b" } },
		{ { t->data, "/.boxinit" } }, { { "/nothing/here", "/data" } },
		{ { "/proc/self", "/data" } }, /* a link */
	};
	struct box_spec spec;
	struct box_record r;

	spec = boxtest_spec(t, words);
	spec.argv = relative;
	assert_err(box_run(t->host, t->arena, &spec, &r), ERR_REQUEST);
	spec = boxtest_spec(t, words);
	spec.cwd = "tmp";
	assert_err(box_run(t->host, t->arena, &spec, &r), ERR_REQUEST);
	memset(word, 'x', sizeof(word) - 1);
	spec = boxtest_spec(t, words);
	spec.argv = huge;
	assert_err(box_run(t->host, t->arena, &spec, &r), ERR_REQUEST);
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		spec = boxtest_spec(t, words);
		spec.mounts = mounts[i];
		spec.mounts_n = 1;
		assert_err(box_run(t->host, t->arena, &spec, &r), ERR_REQUEST);
	}
}

/* A daemon, with and without our output in its hands, dies with the box. */
static void
test_daemons(void **state)
{
	static const char *const kinds[] = { "0", "1" };
	struct box_record r;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		r = RUN(*state, LIMITS(.wall_ms = 20000), "escape", kinds[i]);
		boxtest_expect(&r, BOX_CAUSE_NONE);
		assert_true(r.wall_ms < 5000 * boxtest_slow());
		assert_int_equal(boxtest_processes(*state), 0);
	}
}

/* Who ends all that can be ended ends no other box: a validator's, say. */
static void
test_kills_nobody_else(void **state)
{
	const char *words[] = { "kill_all", NULL };

	assert_true(boxtest_survives(*state, words));
}

/* What a program says on any descriptor is not how it ended. */
static void
test_forge(void **state)
{
	struct box_record r = RUN(*state, LIMITS(0), "forge");

	boxtest_expect(&r, BOX_CAUSE_EXIT);
	assert_int_equal(r.exit_code, 1);
}

static void
test_stdin(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "cat", NULL };
	struct box_spec spec = boxtest_spec(t, words);
	_cleanup_(io_closep) int file = open(t->input, O_RDWR | O_CLOEXEC);
	_cleanup_(io_closep) int pipe_out = -1;
	struct box_record r;
	int p[2];

	r = boxtest_run(t, &spec);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_int_equal(r.out.n, 0);
	spec.stdin_fd = file;
	r = boxtest_run(t, &spec);
	assert_string_equal(r.out.p, "input\n");
	/* Again, from its beginning. */
	r = boxtest_run(t, &spec);
	assert_string_equal(r.out.p, "input\n");
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(write(p[1], "piped", 5), 5);
	close(p[1]);
	pipe_out = p[0];
	spec.stdin_fd = pipe_out;
	r = boxtest_run(t, &spec);
	assert_string_equal(r.out.p, "piped");
}

static void
test_sinks(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { NULL };
	const char *argv[] = { "/bin/sh", "-c",
		"echo one; echo two >&2; echo three; pwd; echo $X", NULL };
	const char *env[] = { "X=y", NULL };
	struct box_spec spec = boxtest_spec(t, words);
	_cleanup_(io_closep) int fd = memfd_create("sink", MFD_CLOEXEC);
	struct box_record r;
	char text[64] = "";

	spec.argv = argv;
	spec.env = env;
	spec.cwd = "/data";
	r = boxtest_run(t, &spec);
	assert_string_equal(r.out.p, "one\nthree\n/data\ny\n");
	assert_string_equal(r.err.p, "two\n");
	spec.err.kind = BOX_SINK_SAME;
	r = boxtest_run(t, &spec);
	assert_string_equal(r.out.p, "one\ntwo\nthree\n/data\ny\n");
	spec.out = (struct box_sink) { BOX_SINK_FD, fd, 0 };
	r = boxtest_run(t, &spec);
	assert_null(r.out.p);
	assert_int_equal(r.out_bytes, pread(fd, text, sizeof(text), 0));
	assert_string_equal(text, "one\ntwo\nthree\n/data\ny\n");
	spec.out.kind = BOX_SINK_NULL;
	r = boxtest_run(t, &spec);
	assert_int_equal(r.out_bytes, strlen(text));
}

static const struct {
	const char *path;
	const char *refused; /* NULL: copied */
} litter[] = {
	{ "dir/run", NULL },
	{ "fifo", "not a file" },
	{ "good.txt", NULL },
	{ "inside", "a symbolic link" },
	{ "line\nbreak", "a name that is not accepted" },
	{ "link", "a symbolic link" },
	{ "magic", "a symbolic link" },
	{ "one", "a file with several names" },
	{ "socket", "not a file" },
	{ "sparse", "too large" },
	{ "two", "a file with several names" },
	{ "up", "a symbolic link" },
};

static struct box_record
collect(struct boxtest *t, size_t max_files, int *ret_dir)
{
	const char *words[] = { "litter", NULL };
	struct box_spec spec = boxtest_spec(t, words);
	const char *kept = arena_printf(t->own, "%s/kept", t->dir);
	struct box_collect c = { .max_files = max_files, .max_bytes = MIB };
	struct box_record r;

	assert_ok(io_mkdir_all(t->own, AT_FDCWD, kept, 0700));
	c.dir = open(kept, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	spec.collect = &c;
	spec.limits.out_bytes = 8 * MIB;
	r = boxtest_run(t, &spec);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	*ret_dir = c.dir;
	assert_int_equal(io_remove_all(AT_FDCWD,
			     arena_printf(t->own, "%s.before", kept)),
	    0);
	assert_int_equal(rename(kept, arena_printf(t->own, "%s.before", kept)),
	    0);
	return r;
}

static void
test_collect(void **state)
{
	struct boxtest *t = *state;
	_cleanup_(io_closep) int dir = -1;
	struct box_record r = collect(t, 100, &dir);
	struct stat st;
	char *text;
	size_t n;

	assert_int_equal(r.files_n, ARRAY_LEN(litter));
	for (size_t i = 0; i < ARRAY_LEN(litter); i++) {
		assert_string_equal(r.files[i].path, litter[i].path);
		if (litter[i].refused == NULL)
			assert_null(r.files[i].refused);
		else
			assert_string_equal(r.files[i].refused,
			    litter[i].refused);
		assert_int_equal(faccessat(dir, litter[i].path, F_OK,
				     AT_SYMLINK_NOFOLLOW) == 0,
		    litter[i].refused == NULL);
	}
	assert_true(r.is_out_cut); /* the sparse one */
	assert_ok(io_read_file(t->arena, dir, "dir/run", 100, &text, &n));
	assert_string_equal(text, "run\n");
	assert_int_equal(fstatat(dir, "dir/run", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(fstatat(dir, "good.txt", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

static void
test_collect_few(void **state)
{
	_cleanup_(io_closep) int dir = -1;
	struct box_record r = collect(*state, 3, &dir);

	assert_true(r.files_n <= 3);
	assert_true(r.is_out_cut);
}

static void
test_cancel(void **state)
{
	struct itimerspec soon = { .it_value = { 0, 200000000 } };
	const char *words[] = { "sleep", NULL };
	struct box_spec spec = boxtest_spec(*state, words);
	_cleanup_(io_closep) int timer =
	    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	struct box_record r;

	assert_int_equal(timerfd_settime(timer, 0, &soon, NULL), 0);
	spec.cancel_fd = timer;
	r = boxtest_run(*state, &spec);
	boxtest_expect(&r, BOX_CAUSE_CANCELLED);
	assert_true(r.wall_ms < 5000 * boxtest_slow());
}

/* Without warning: the boxes end at end of file of their sockets. */
static void
test_supervisor_killed(void **state)
{
	struct boxtest *t = *state;
	struct box_options o = boxtest_options(t, "src/box/assize-boxinit");
	const char *words[] = { "sleep", NULL };
	pid_t pid = fork();
	struct box_host *h;

	if (pid == 0) {
		struct box_spec spec = boxtest_spec(t, words);
		struct box_record r;

		if (box_host_open(t->own, &o, &h) == NULL) {
			box_prepare(h, &spec);
			(void)!box_run(h, t->arena, &spec, &r);
		}
		_exit(1);
	}
	boxtest_wait(t, true);
	clock_sleep_ms(200);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	boxtest_wait(t, false);
	/* Its groups are still there, until the next host comes. */
	assert_ok(box_host_open(t->own, &o, &h));
	box_host_close(h);
}

/* A second host must not take the first one's boxes for dead ones. */
static void
test_two_hosts(void **state)
{
	struct boxtest *t = *state;
	struct box_options o = boxtest_options(t, "src/box/assize-boxinit");
	const char *words[] = { "exit", "7", NULL };
	struct box_spec spec = boxtest_spec(t, words);
	struct box_host *h;
	struct box_record r;

	box_prepare(t->host, &spec);
	boxtest_wait(t, true);
	assert_ok(box_host_open(t->own, &o, &h));
	assert_true(boxtest_processes(t) > 0);
	box_host_close(h);
	r = boxtest_run(t, &spec);
	assert_int_equal(r.exit_code, 7);
	box_forget(t->host, spec.owner);
}

static void
test_look_ahead(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "exit", "7", NULL };
	struct box_spec spec = boxtest_spec(t, words);
	struct box_spec other = spec;
	struct box_record r;

	box_prepare(t->host, &spec);
	boxtest_wait(t, true);
	clock_sleep_ms(300);
	other.owner = "other";
	r = boxtest_run(t, &other);
	assert_int_equal(r.exit_code, 7);
	assert_true(boxtest_processes(t) > 0);
	other = spec;
	other.limits.tmp_bytes = MIB;
	r = boxtest_run(t, &other);
	assert_true(boxtest_processes(t) > 0);
	/* This one fits, and takes it, if it is ready by now. */
	for (int i = 0; i < 20 && boxtest_processes(t) > 0; i++) {
		r = boxtest_run(t, &spec);
		assert_int_equal(r.exit_code, 7);
	}
	assert_int_equal(boxtest_processes(t), 0);
	for (int i = 0; i < 5; i++) {
		box_prepare(t->host, &spec);
		r = boxtest_run(t, &spec);
		assert_int_equal(r.exit_code, 7);
	}
	box_forget(t->host, "other");
	assert_true(boxtest_processes(t) > 0);
	box_forget(t->host, spec.owner);
	assert_int_equal(boxtest_processes(t), 0);
}

static void *
run_some(void *arg)
{
	struct boxtest *t = arg;
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("t", (size_t)4 << 20);
	const char *const argv[] = { "/bin/sh", "-c", "exit 7", NULL };
	const struct box_spec spec = {
		.owner = "threads",
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
	};
	struct box_record r;
	intptr_t good = 0;

	for (int i = 0; i < 5; i++) {
		box_prepare(t->host, &spec);
		if (box_run(t->host, a, &spec, &r) == NULL && r.exit_code == 7)
			good++;
	}
	return (void *)good;
}

static void
test_threads(void **state)
{
	struct boxtest *t = *state;
	pthread_t threads[4];
	void *good;

	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_some, t),
		    0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &good);
		assert_int_equal((intptr_t)good, 5);
	}
	box_forget(t->host, "threads");
}

static void
test_compile_and_run(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { NULL };
	const char *cc[] = { "/usr/bin/gcc", "-O2", "-o", "/out/program",
		"/data/hello.c", NULL };
	const char *program[] = { "/made/program", NULL };
	const char *source = arena_printf(t->own, "%s/hello.c", t->data);
	const char *made = arena_printf(t->own, "%s/made", t->dir);
	const struct box_mount mounts[] = { { made, "/made" } };
	struct box_collect c = { .max_files = 10, .max_bytes = 8 * MIB };
	struct box_spec spec = boxtest_spec(t, words);
	struct box_record r;

	assert_ok(io_write_file(t->own, AT_FDCWD, source,
	    STR("#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n").p,
	    strlen("#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n"),
	    0644));
	/* Only root can enter it: what is mounted from it can be read. */
	assert_ok(io_mkdir_all(t->own, AT_FDCWD, made, 0755));
	assert_int_equal(chmod(t->dir, 0700), 0);
	c.dir = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	spec.argv = cc;
	spec.collect = &c;
	spec.limits = (struct box_limits) { .out_bytes = 16 * MIB };
	r = boxtest_run(t, &spec);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	spec.argv = program;
	spec.collect = NULL;
	spec.mounts = mounts;
	spec.mounts_n = 1;
	spec.limits = (struct box_limits) { 0 };
	r = boxtest_run(t, &spec);
	close(c.dir);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_string_equal(r.out.p, "hello\n");
}

/* What the policy must leave to a large runtime. */
static const char runtime[] =
    "import asyncio, multiprocessing, socket, subprocess, threading\n"
    "t = threading.Thread(target=print, args=('thread',))\n"
    "t.start()\n"
    "t.join()\n"
    "print(multiprocessing.Pool(2).map(abs, [-1, -2]), flush=True)\n"
    "subprocess.run(['/bin/echo', 'child'], check=True)\n"
    "s = socket.create_server(('127.0.0.1', 0))\n"
    "c = socket.create_connection(s.getsockname())\n"
    "asyncio.run(asyncio.sleep(0.01))\n"
    "print('end')\n";

static void
test_runtime(void **state)
{
	const char *words[] = { NULL };
	const char *argv[] = { "/usr/bin/python3", "-c", runtime, NULL };
	struct box_spec spec = boxtest_spec(*state, words);
	struct box_record r;

	spec.argv = argv;
	r = boxtest_run(*state, &spec);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_string_equal(r.out.p, "thread\n[1, 2]\nchild\nend\n");
}

#define TEST(f)                                         \
	{                                               \
#f, f, boxtest_begin, boxtest_end, NULL \
	}

static struct box_record
run_may_stay(struct boxtest *t, const char *word, const char *kind)
{
	const char *words[] = { word, kind, NULL };
	struct box_spec spec = boxtest_spec(t, words);

	spec.may_stay = true;
	return boxtest_run(t, &spec);
}

/*
 * A box stays for the next run of the same owner only if nothing is left; the
 * number of the process tells.
 */
static void
test_stays(void **state)
{
	struct boxtest *t = *state;
	const char *next = box_can_stay(t->host) ? "3 none\n" : "2 none\n";
	struct box_record r;
	int left = 0;

	r = run_may_stay(t, "memory", "20");
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_true(r.memory_peak_bytes > 20 * MIB);
	r = run_may_stay(t, "pid", NULL);
	assert_string_equal(r.out.p, next);
	assert_true(r.memory_peak_bytes < 16 * MIB);
	for (int kind = 0; kind <= 10; kind++) {
		box_forget(t->host, "test");
		r = run_may_stay(t, "leave",
		    arena_printf(t->arena, "%d", kind));
		/* What is forbidden it cannot leave. */
		if (r.exit_code != 0)
			continue;
		left++;
		r = run_may_stay(t, "pid", NULL);
		if (strcmp(r.out.p, "2 none\n") != 0)
			fail_msg("kind %d: %s", kind, r.out.p);
	}
	assert_true(left >= 8);
	/* Who failed, or was ended, leaves no box either way. */
	box_forget(t->host, "test");
	r = run_may_stay(t, "signal", "11");
	boxtest_expect(&r, BOX_CAUSE_SIGNAL);
	r = run_may_stay(t, "pid", NULL);
	assert_string_equal(r.out.p, "2 none\n");
	/* Nobody else gets it. */
	r = RUN(t, LIMITS(0), "pid");
	assert_true(r.exit_code == 0);
	box_forget(t->host, "test");
}

/* On the processor that was asked for, and on no other. */
static void
test_core(void **state)
{
	const char *words[] = { "processors", NULL };
	struct box_spec spec = boxtest_spec(*state, words);
	cpu_set_t ours;
	struct box_record r;

	assert_int_equal(sched_getaffinity(0, sizeof(ours), &ours), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &ours))
			continue;
		spec.core = cpu + 1;
		r = boxtest_run(*state, &spec);
		boxtest_expect(&r, BOX_CAUSE_NONE);
		assert_string_equal(r.out.p,
		    arena_printf(((struct boxtest *)*state)->arena, "1 %d\n",
			cpu));
	}
}

/*
 * A box from the pool begins with copies of our files, which it may change,
 * and nobody who comes after it sees what it did.
 */
static void
test_filled(void **state)
{
	struct boxtest *t = *state;
	_cleanup_(io_closep) int dir = -1, left = -1;
	const char *const argv[] = { "/bin/sh", "-c",
		"[ ! -e c ] && cat a sub/b && ./run && echo more >>a && "
		"echo new >c && pwd",
		NULL };
	const char *words[] = { "exit", "0", NULL };
	struct box_spec spec = boxtest_spec(t, words);
	const char *from = arena_printf(t->own, "%s/fill", t->dir);
	struct box_collect collect = { .max_files = 10, .max_bytes = MIB };
	struct box_record r;
	int groups;
	char *text;
	size_t n;

	assert_ok(io_mkdir_all(t->own, AT_FDCWD,
	    arena_printf(t->own, "%s/sub", from), 0700));
	dir = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_ok(io_write_file(t->own, dir, "a", "1\n", 2, 0600));
	assert_ok(io_write_file(t->own, dir, "sub/b", "2\n", 2, 0600));
	assert_ok(
	    io_write_file(t->own, dir, "run", "#!/bin/sh\necho 3\n", 17, 0700));
	spec.owner = "pool/test";
	spec.argv = argv;
	spec.cwd = "/app";
	spec.limits.out_bytes = 8 * MIB;
	spec.fill = dir + 1;
	spec.is_pooled = true;
	spec.collect = &collect;
	box_pool(t->host, &spec, 2);
	boxtest_wait(t, true);
	groups = boxtest_groups(t);
	assert_true(groups > 0);
	/* Two are there: no more are begun. */
	box_pool(t->host, &spec, 2);
	assert_int_equal(boxtest_groups(t), groups);
	for (int i = 0; i < 3; i++) {
		const char *name = arena_printf(t->own, "%s/left%d", t->dir, i);

		io_closep(&left);
		assert_ok(io_mkdir_all(t->own, AT_FDCWD, name, 0700));
		left = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		collect.dir = left;
		r = boxtest_run(t, &spec);
		boxtest_expect(&r, BOX_CAUSE_NONE);
		assert_string_equal(r.out.p, "1\n2\n3\n/app\n");
		assert_ok(io_read_file(t->arena, left, "a", 100, &text, &n));
		assert_string_equal(text, "1\nmore\n");
	}
	assert_ok(io_read_file(t->arena, dir, "a", 100, &text, &n));
	assert_string_equal(text, "1\n");
	box_forget(t->host, "pool/test");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_status),
		TEST(test_not_started),
		TEST(test_bad_spec),
		TEST(test_daemons),
		TEST(test_kills_nobody_else),
		TEST(test_forge),
		TEST(test_stdin),
		TEST(test_sinks),
		TEST(test_collect),
		TEST(test_collect_few),
		TEST(test_cancel),
		TEST(test_supervisor_killed),
		TEST(test_two_hosts),
		TEST(test_look_ahead),
		TEST(test_filled),
		TEST(test_threads),
		TEST(test_compile_and_run),
		TEST(test_runtime),
		TEST(test_core),
		TEST(test_stays),
	};

	return cmocka_run_group_tests_name("life", tests, boxtest_open,
	    boxtest_close);
}
