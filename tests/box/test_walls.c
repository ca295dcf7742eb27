/*
 * The controls: with one wall pulled down, what it stops does happen.  This
 * program is linked with a build of src/box of which nothing is installed.
 */
#include "tests/box/boxtest.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "box/host.h"
#include "box/walls.h"

unsigned int box_walls_down;

#define IN_BOXINIT (WALL_INIT | WALL_FDS | WALL_EOF | WALL_PRISTINE)

struct probe {
	const char *name;
	unsigned int walls;
	int lack;
};

static const struct probe probes[] = {
#define X(name, walls, lack, why) { #name, walls, lack },
#include "tests/box/probes.def"
#undef X
};

static const struct script {
	const char *name;
	unsigned int walls;
	const char *mark;
	const char *script;
} scripts[] = {
#define X(name, walls, mark, script) { #name, walls, mark, script },
#include "tests/box/scripts.def"
#undef X
};

static size_t next;
static size_t next_script;

static struct box_host *
open_host(struct boxtest *t, unsigned int walls_down)
{
	struct box_options o = boxtest_options(t,
	    (walls_down & IN_BOXINIT) != 0 ? "tests/box/assize-boxinit-weak"
					   : "src/box/assize-boxinit");
	struct box_host *h;

	box_walls_down = walls_down;
	assert_ok(box_host_open(t->own, &o, &h));
	return h;
}

/* Runs the rest of the test without the wall. */
static struct box_host *
pull_down(struct boxtest *t, unsigned int walls)
{
	struct box_host *whole = t->host;

	t->host = open_host(t, walls);
	return whole;
}

static void
put_back(struct boxtest *t, struct box_host *whole)
{
	box_host_close(t->host);
	t->host = whole;
	box_walls_down = 0;
}

static void
become(uid_t uid)
{
	if (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		_exit(3);
}

/* What the probe may spoil is this process' alone. */
static void
enter_as_root(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET) !=
		0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("x", "/usr", "tmpfs", 0, NULL) != 0 ||
	    mount("x", "/tmp", "tmpfs", 0, NULL) != 0)
		_exit(3);
}

/* As anybody who sits at the machine, where the set-uid bit counts. */
static void
enter_as_user(struct boxtest *t)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount(t->data, t->data, NULL, MS_BIND, NULL) != 0 ||
	    mount(NULL, t->data, NULL, MS_REMOUNT | MS_BIND, NULL) != 0)
		_exit(3);
	become(t->uid_first + 1);
}

static void
enter(struct boxtest *t, unsigned int how)
{
	if (how == WALL_USER)
		enter_as_root();
	else
		enter_as_user(t);
	/* With this process end all that it started. */
	if (how != WALL_PLAIN && unshare(CLONE_NEWPID) != 0)
		_exit(3);
}

/* The probe without any box: "ALLOWED" or "blocked: why". */
static const char *
bare_probe(struct boxtest *t, const char *name, unsigned int how)
{
	int program = open(t->attack, O_RDONLY);
	char text[256] = "";
	int ends[2];
	pid_t pid;

	assert_true(program >= 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		char *argv[] = { arena_strdup(t->arena, "attack"),
			arena_strdup(t->arena, "probe"),
			arena_strdup(t->arena, name),
			arena_strdup(t->arena, t->answer),
			arena_strdup(t->arena, t->port),
			arena_strdup(t->arena, t->name), NULL };

		/* Who is not root tries as who they are. */
		if (geteuid() == 0)
			enter(t, how);
		dup2(ends[1], 1);
		pid = fork();
		if (pid != 0) {
			waitpid(pid, NULL, 0);
			_exit(0);
		}
		fexecve(program, argv, environ);
		_exit(3);
	}
	close(ends[1]);
	close(program);
	(void)!io_read_all(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return arena_strdup(t->arena, text);
}

static const char *
probe_without_wall(struct boxtest *t, const struct probe *p)
{
	struct box_host *whole;
	const char *said;

	if ((p->walls & WALL_PLAIN) != 0)
		return bare_probe(t, p->name, p->walls);
	whole = pull_down(t, p->walls & ~WALL_PREY);
	said = boxtest_probe(t, p->name, (p->walls & WALL_PREY) != 0);
	put_back(t, whole);
	/* Without a namespace of processes orphans become ours. */
	boxtest_wait(t, false);
	return said;
}

static void
test_probe(void **state)
{
	const struct probe *p = &probes[next];
	struct boxtest *t = *state;
	const char *said;
	const char *lacks;

	assert_true(p->walls != 0);
	said = probe_without_wall(t, p);
	if (str_has_prefix(said, "ALLOWED"))
		return;
	lacks = arena_printf(t->arena, "blocked: %s\n", strerror(p->lack));
	if (p->lack == 0 || strcmp(said, lacks) != 0)
		fail_msg("%s without its wall: %.100s", p->name, said);
	/* Not every kernel has everything that a policy refuses. */
	assert_string_equal(bare_probe(t, p->name, WALL_USER), lacks);
	print_message("%s: this kernel does not have it\n", p->name);
}

/* Who is not root cannot try what only root could do without its wall. */
static bool
has_control(const struct probe *p)
{
	return geteuid() == 0 ||
	    (p->walls & (WALL_ROOT | WALL_USERS | WALL_PIDS | WALL_PLAIN)) == 0;
}

static int
begin_probe(void **state)
{
	while (!has_control(&probes[next]))
		next++;
	return boxtest_begin(state);
}

static int
end_probe(void **state)
{
	next++;
	return boxtest_end(state);
}

static void
test_script(void **state)
{
	const struct script *s = &scripts[next_script++];
	struct boxtest *t = *state;
	struct box_host *whole = pull_down(t, s->walls & ~WALL_PREY);
	const char *said =
	    boxtest_script(t, s->script, (s->walls & WALL_PREY) != 0);

	put_back(t, whole);
	if (strstr(said, s->mark) == NULL)
		fail_msg("%s without its wall: %.300s", s->name, said);
}

/* Limits: without them, and without anybody who looks, there are none. */
static void
test_limits_gone(void **state)
{
	static const struct {
		unsigned int wall;
		struct box_limits limits;
		const char *words[3];
		const char *says;
		struct box_record least; /* wall_ms, memory, bytes */
	} cases[] = {
		{ WALL_LIMITS, { .processes = 20 }, { "count_forks", "100" },
		    .says = "100 " },
		{ WALL_LIMITS, { .processes = 20 }, { "count_threads", "100" },
		    .says = "100" },
		{ WALL_LIMITS, { .memory_bytes = 32 * MIB },
		    { "memory", "100" }, .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 32 * MIB },
		    { "memory_tree", "4", "20" }, .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 32 * MIB }, { "memfd", "100" },
		    .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 32 * MIB },
		    { "shared", "100" }, .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 16 * MIB }, { "pipes", "20" },
		    .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 8 * MIB }, { "unix", "12" },
		    .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 64 * MIB }, { "tcp", "64" },
		    .says = "" },
		{ WALL_LIMITS, { .memory_bytes = 32 * MIB }, { "read_file" },
		    .says = "", .least.memory_peak_bytes = 65 * MIB },
		{ WALL_LIMITS, { .open_files = 64 }, { "count_fds", "200" },
		    .says = "200 " },
		{ WALL_LIMITS, { .file_bytes = 4 * MIB, .tmp_bytes = 64 * MIB },
		    { "fill_tmp", "20" }, .says = "" },
		{ WALL_LIMITS, { .file_bytes = 4 * MIB, .tmp_bytes = 64 * MIB },
		    { "sparse", "20" }, .says = "" },
		{ WALL_INODES, { .tmp_bytes = 8 * MIB }, { "fill_tmp", "20" },
		    .says = "" },
		{ WALL_INODES, { .tmp_bytes = 8 * MIB }, { "fill_shm", "20" },
		    .says = "" },
		{ WALL_INODES, { .tmp_inodes = 50 }, { "count_tmp", "500" },
		    .says = "500 " },
		{ WALL_WATCH, { .cpu_ms = 100, .wall_ms = 9000 },
		    { "burn", "400" }, .says = "" },
		{ WALL_WATCH, { .cpu_ms = 100, .wall_ms = 9000 },
		    { "burn_orphans", "3", "100" }, .says = "" },
		{ WALL_WATCH, { .cpu_ms = 9000, .wall_ms = 100 },
		    { "sleep", "400" }, .says = "", .least.wall_ms = 400 },
		/* It must have come to ignoring signals by then. */
		{ WALL_KILL, { .cpu_ms = 9000, .wall_ms = 500 },
		    { "sleep", "900" }, .says = "", .least.wall_ms = 900 },
		{ WALL_WATCH, { .output_bytes = MIB }, { "flood", "1", "4" },
		    .says = "x", .least.out_bytes = 4 * MIB },
		{ WALL_WATCH, { .output_bytes = MIB }, { "flood", "2", "4" },
		    .says = "", .least.err_bytes = 4 * MIB },
	};
	struct boxtest *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct box_host *whole = pull_down(t, cases[i].wall);
		const struct box_record *least = &cases[i].least;
		const char *words[] = { cases[i].words[0], cases[i].words[1],
			cases[i].words[2], NULL };
		struct box_record r =
		    boxtest_run_words(t, &cases[i].limits, words);

		put_back(t, whole);
		if (r.signal != 0 || r.exit_code != 0 ||
		    !str_has_prefix(r.out.p, cases[i].says) ||
		    r.wall_ms < least->wall_ms ||
		    r.memory_peak_bytes < least->memory_peak_bytes ||
		    r.out_bytes < least->out_bytes ||
		    r.err_bytes < least->err_bytes)
			fail_msg("%s %s: exit %d signal %d wall %lld memory "
				 "%lld \"%.40s\"",
			    words[0], words[1], r.exit_code, r.signal,
			    (long long)r.wall_ms,
			    (long long)r.memory_peak_bytes, r.out.p);
	}
}

/* Where fork, setsid and fork are enough to live on. */
static void
test_daemon_lives(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "escape", "0", NULL };
	pid_t pid = fork();
	struct box_host *h;
	int status;

	if (pid == 0) {
		struct box_spec spec = boxtest_spec(t, words);
		struct box_record r;

		h = open_host(t, WALL_PIDS | WALL_GROUP);
		_exit(
		    box_run(h, t->arena, &spec, &r) == NULL && r.exit_code == 0
			? 0
			: 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(boxtest_processes(t) > 0);
	h = open_host(t, 0);
	boxtest_wait(t, false);
	box_host_close(h);
}

/* Shared memory of the box's is the machine's, stays, and is counted. */
static void
test_objects_left(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "leave", "5", NULL };
	struct box_host *whole = pull_down(t, WALL_IPC);
	struct box_record r = boxtest_run_words(t, LIMITS(0), words);
	struct shm_info info;
	int last = shmctl(0, SHM_INFO, (struct shmid_ds *)&info);
	int seen = boxtest_ipc(t);

	put_back(t, whole);
	for (int i = 0; i <= last; i++) {
		struct shmid_ds ds;
		int id = shmctl(i, SHM_STAT, &ds);

		if (id >= 0 && ds.shm_perm.uid >= t->uid_first &&
		    ds.shm_perm.uid < t->uid_first + BOXTEST_UIDS)
			shmctl(id, IPC_RMID, NULL);
	}
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_int_equal(seen, 1);
}

/* All boxes have one user and see each other. */
static void
test_others_end(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "kill_all", NULL };
	struct box_host *whole = pull_down(t, WALL_PIDS | WALL_UIDS);
	bool survives;

	t->host->uid_count = 1;
	survives = boxtest_survives(t, words);
	put_back(t, whole);
	boxtest_wait(t, false);
	assert_false(survives);
}

/* A supervisor that believes what comes from a program. */
static void
test_forge(void **state)
{
	struct boxtest *t = *state;
	struct box_host *whole = pull_down(t, WALL_FDS);
	struct box_record r = RUN(t, LIMITS(0), "forge");

	put_back(t, whole);
	boxtest_expect(&r, BOX_CAUSE_NONE);
}

/* Where /proc/1/environ can be read, there is nothing of ours in it. */
static void
test_environment(void **state)
{
	struct boxtest *t = *state;
	struct box_host *whole = pull_down(t, WALL_INIT);
	const char *said = boxtest_probe(t, "init_secrets", false);

	assert_true(str_has_prefix(said, "blocked"));
	put_back(t, whole);
}

/* A boxinit that does not look lets the next run find a file. */
static void
test_pristine(void **state)
{
	struct boxtest *t = *state;
	const char *leave[] = { "leave", "0", NULL };
	const char *find[] = { "pid", NULL };
	struct box_host *whole = pull_down(t, WALL_PRISTINE);
	struct box_spec spec = boxtest_spec(t, leave);
	struct box_record r;

	spec.may_stay = true;
	r = boxtest_run(t, &spec);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	spec = boxtest_spec(t, find);
	spec.may_stay = true;
	r = boxtest_run(t, &spec);
	if (box_can_stay(t->host))
		assert_string_equal(r.out.p, "3 file\n");
	put_back(t, whole);
}

/* Runs it without these walls, and has its /out copied. */
static struct box_record
collect(struct boxtest *t, unsigned int walls, const char *const *words,
    int *ret_dir)
{
	struct box_host *whole = pull_down(t, walls);
	struct box_spec spec = boxtest_spec(t, words);
	const char *kept = arena_printf(t->own, "%s/kept", t->dir);
	struct box_collect c = { .max_files = 100, .max_bytes = MIB };
	struct box_record r;

	io_remove_all(AT_FDCWD, kept);
	assert_ok(io_mkdir_all(t->own, AT_FDCWD, kept, 0700));
	c.dir = open(kept, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	spec.collect = &c;
	spec.limits.out_bytes = 8 * MIB;
	r = boxtest_run(t, &spec);
	put_back(t, whole);
	boxtest_wait(t, false);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	*ret_dir = c.dir;
	return r;
}

/* A copy that follows links takes our file for the program's. */
static void
test_collect(void **state)
{
	const char *words[] = { "litter", NULL };
	_cleanup_(io_closep) int dir = -1;

	collect(*state, WALL_COLLECT, words, &dir);
	assert_int_equal(faccessat(dir, "link", R_OK, 0), 0);
	assert_int_equal(faccessat(dir, "one", R_OK, 0), 0);
}

/* How many files of ours got into the copy. */
static int
lose_race(struct boxtest *t, unsigned int walls)
{
	const char *words[] = { "race", "20", NULL };
	_cleanup_(io_closep) int dir = -1;
	struct box_record r = collect(t, walls, words, &dir);
	int n = 0;

	for (size_t i = 0; i < r.files_n; i++)
		n += r.files[i].bytes > 0;
	return n;
}

/*
 * Between the look at a name and its opening the file becomes a link, if the
 * program may still live then, and if anybody opens names.
 */
static void
test_race(void **state)
{
	int n = 0;

	assert_int_equal(lose_race(*state, WALL_RACE), 0);
	if (geteuid() != 0)
		return;
	assert_int_equal(lose_race(*state, WALL_PIDS), 0);
	for (int i = 0; i < 20 && n == 0; i++)
		n = lose_race(*state, WALL_PIDS | WALL_RACE);
	assert_true(n > 0);
}

/*
 * A boxinit that does not end with its supervisor survives the supervisor's
 * SIGKILL; the next host finds the box, kills it and removes its group.
 */
static void
test_recovery(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "sleep", NULL };
	pid_t pid = fork();
	struct box_host *h;
	int64_t until = clock_mono_ms() + 10000;

	if (pid == 0) {
		struct box_spec spec = boxtest_spec(t, words);
		struct box_record r;

		h = open_host(t, WALL_EOF);
		(void)!box_run(h, t->arena, &spec, &r);
		_exit(1);
	}
	/* bubblewrap twice, boxinit and the program. */
	while (boxtest_processes(t) < 3 && clock_mono_ms() < until)
		clock_sleep_ms(10);
	clock_sleep_ms(100);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	clock_sleep_ms(200);
	assert_true(boxtest_processes(t) > 0);
	h = open_host(t, 0);
	boxtest_wait(t, false);
	box_host_close(h);
}

static const struct CMUnitTest others[] = {
#define TEST(name, f)                                     \
	{                                                 \
		name, f, boxtest_begin, boxtest_end, NULL \
	}
	TEST("limits gone", test_limits_gone),
	TEST("forge", test_forge),
	TEST("pristine", test_pristine),
	TEST("environment", test_environment),
	TEST("collect", test_collect),
	TEST("race", test_race),
	TEST("recovery", test_recovery),
	/* For root only: others' boxes have no ids of their own. */
	TEST("objects left", test_objects_left),
	TEST("daemon lives", test_daemon_lives),
	TEST("others end", test_others_end),
};
#define FOR_ROOT 3

int
main(void)
{
	struct CMUnitTest
	    tests[ARRAY_LEN(probes) + ARRAY_LEN(scripts) + ARRAY_LEN(others)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(probes); i++)
		if (has_control(&probes[i]))
			tests[n++] = (struct CMUnitTest) { probes[i].name,
				test_probe, begin_probe, end_probe, NULL };
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		tests[n++] = (struct CMUnitTest) { scripts[i].name, test_script,
			boxtest_begin, boxtest_end, NULL };
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (i + FOR_ROOT < ARRAY_LEN(others) || geteuid() == 0)
			tests[n++] = others[i];
	/* The macro wants an array, of which only a part is filled. */
	return _cmocka_run_group_tests("walls", tests, n, boxtest_open,
	    boxtest_close);
}
