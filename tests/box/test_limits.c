/*
 * Counting and limits.  Times are asserted loosely: the machine is shared.
 */
#include "tests/box/boxtest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/str.h"

#define GIB ((int64_t)1 << 30)
#define SLACK_MS 800

struct limit_case {
	const char *name;
	struct box_limits limits;
	const char *words[4];
	enum box_cause cause;
	int exit_code;    /* where it exits */
	const char *says; /* first line of its output, or NULL */
	int64_t cpu_min_ms;
	int64_t cpu_max_ms; /* 0: any */
	int64_t memory_min;
	int64_t memory_max; /* 0: any */
};

/* clang-format off */
static const struct limit_case cases[] = {
/* CPU: of the tree, with threads, with those nobody waits for. */
{ "cpu of one", { .cpu_ms = 5000, .wall_ms = 30000 }, { "burn", "300" },
	BOX_CAUSE_NONE, .cpu_min_ms = 290, .cpu_max_ms = 300 + SLACK_MS },
{ "cpu of a tree", { .cpu_ms = 5000, .wall_ms = 30000 },
	{ "burn_tree", "3", "100" },
	BOX_CAUSE_NONE, .cpu_min_ms = 290, .cpu_max_ms = 300 + SLACK_MS },
{ "cpu of threads", { .cpu_ms = 5000, .wall_ms = 30000 },
	{ "burn_threads", "3", "100" },
	BOX_CAUSE_NONE, .cpu_min_ms = 290, .cpu_max_ms = 300 + SLACK_MS },
{ "cpu of orphans", { .cpu_ms = 5000, .wall_ms = 30000 },
	{ "burn_orphans", "3", "100" },
	BOX_CAUSE_NONE, .cpu_min_ms = 290, .cpu_max_ms = 300 + SLACK_MS },
{ "cpu without set-up", { 0 }, { "exit", "0" },
	BOX_CAUSE_NONE, .cpu_max_ms = 40 },
{ "cpu limit of one", { .cpu_ms = 200, .wall_ms = 30000 }, { "burn", "30000" },
	BOX_CAUSE_CPU, .cpu_min_ms = 200, .cpu_max_ms = 200 + SLACK_MS },
{ "cpu limit of a tree", { .cpu_ms = 200, .wall_ms = 30000 },
	{ "burn_tree", "4", "30000" },
	BOX_CAUSE_CPU, .cpu_min_ms = 200, .cpu_max_ms = 200 + SLACK_MS },
{ "cpu limit of threads", { .cpu_ms = 200, .wall_ms = 30000 },
	{ "burn_threads", "4", "30000" },
	BOX_CAUSE_CPU, .cpu_min_ms = 200, .cpu_max_ms = 200 + SLACK_MS },
{ "cpu limit of orphans", { .cpu_ms = 200, .wall_ms = 30000 },
	{ "burn_orphans", "4", "30000" },
	BOX_CAUSE_CPU, .cpu_min_ms = 200, .cpu_max_ms = 200 + SLACK_MS },
/* Memory: of the tree, of files in memory; no swap. */
{ "memory of one", { .memory_bytes = 128 * MIB }, { "memory", "50" },
	BOX_CAUSE_NONE, .memory_min = 50 * MIB, .memory_max = 80 * MIB },
{ "memory of a tree", { .memory_bytes = 256 * MIB },
	{ "memory_tree", "4", "20" },
	BOX_CAUSE_NONE, .memory_min = 80 * MIB, .memory_max = 120 * MIB },
{ "memory of memfd", { .memory_bytes = 128 * MIB }, { "memfd", "50" },
	BOX_CAUSE_NONE, .memory_min = 50 * MIB, .memory_max = 80 * MIB },
{ "memory not inherited", { 0 }, { "exit", "0" },
	BOX_CAUSE_NONE, .memory_max = 16 * MIB },
{ "address space is free", { .memory_bytes = 64 * MIB },
	{ "address_space", "102400" },
	BOX_CAUSE_NONE, .memory_max = 16 * MIB },
{ "memory limit of one", { .memory_bytes = 64 * MIB }, { "memory", "200" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of a tree", { .memory_bytes = 64 * MIB },
	{ "memory_tree", "4", "30" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of memfd", { .memory_bytes = 64 * MIB,
	.file_bytes = GIB }, { "memfd", "100" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of shared pages", { .memory_bytes = 64 * MIB },
	{ "shared", "100" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of tmpfs", { .memory_bytes = 64 * MIB,
	.file_bytes = GIB, .tmp_bytes = GIB }, { "fill_tmp", "100" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of /dev/shm", { .memory_bytes = 64 * MIB,
	.file_bytes = GIB, .tmp_bytes = GIB }, { "fill_shm", "100" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of a child", { .memory_bytes = 64 * MIB },
	{ "memory_child", "200" },
	BOX_CAUSE_MEMORY, .memory_max = 65 * MIB },
{ "memory limit of pipes", { .memory_bytes = 16 * MIB }, { "pipes", "20" },
	BOX_CAUSE_MEMORY, .memory_max = 17 * MIB },
{ "memory limit of unix sockets", { .memory_bytes = 8 * MIB },
	{ "unix", "12" },
	BOX_CAUSE_MEMORY, .memory_max = 9 * MIB },
{ "page cache gives way", { .memory_bytes = 64 * MIB }, { "read_file" },
	BOX_CAUSE_NONE, .memory_min = 32 * MIB, .memory_max = 65 * MIB },
/* The machine's own memory of who dies here. */
{ "no dumps", { 0 }, { "dump" },
	BOX_CAUSE_NONE, .memory_max = 16 * MIB },
/* Killing itself is not a memory limit. */
{ "signal 9 of its own", { 0 },
	{ "signal", "9" }, BOX_CAUSE_SIGNAL, .exit_code = -1 },
/* Time that passes, with all signals ignored. */
{ "wall limit", { .wall_ms = 300 }, { "sleep" },
	BOX_CAUSE_WALL, .cpu_max_ms = 100 },
/* Files. */
{ "bytes of /tmp", { .tmp_bytes = 8 * MIB }, { "fill_tmp", "20" },
	BOX_CAUSE_EXIT, .exit_code = 1, .says = "ENOSPC" },
{ "bytes of /dev/shm", { .tmp_bytes = 8 * MIB }, { "fill_shm", "20" },
	BOX_CAUSE_EXIT, .exit_code = 1, .says = "ENOSPC" },
{ "bytes of /out", { .out_bytes = 8 * MIB }, { "fill_out", "20" },
	BOX_CAUSE_EXIT, .exit_code = 1, .says = "ENOSPC" },
{ "no /out", { 0 }, { "fill_out", "1" },
	BOX_CAUSE_EXIT, .exit_code = 1, .says = "EBADF" },
{ "files in /tmp", { .tmp_inodes = 50 }, { "count_tmp", "500" },
	BOX_CAUSE_NONE, .says = "50 ENOSPC" },
{ "files in /dev/shm", { .tmp_inodes = 50 }, { "count_shm", "500" },
	BOX_CAUSE_NONE, .says = "50 ENOSPC" },
{ "size of a file", { .file_bytes = 4 * MIB, .tmp_bytes = 64 * MIB },
	{ "fill_tmp", "20" }, BOX_CAUSE_OUTPUT, .exit_code = -1 },
{ "size of a sparse file", { .file_bytes = 4 * MIB, .tmp_bytes = 64 * MIB },
	{ "sparse", "20" }, BOX_CAUSE_OUTPUT, .exit_code = -1 },
{ "open files", { .open_files = 64 }, { "count_fds", "200" },
	BOX_CAUSE_NONE, .says = "61 EMFILE" },
/* Processes: the program is one of them. */
{ "processes", { .processes = 20 }, { "count_forks", "500" },
	BOX_CAUSE_NONE, .says = "19 EAGAIN" },
{ "threads", { .processes = 20 }, { "count_threads", "500" },
	BOX_CAUSE_NONE, .says = "19" },
};
/* clang-format on */

static size_t next;

static void
test_case(void **state)
{
	struct boxtest *t = *state;
	const struct limit_case *c = &cases[next++];
	struct box_record r;

	r = boxtest_run_words(t, &c->limits, c->words);
	boxtest_expect(&r, c->cause);
	if (c->cause == BOX_CAUSE_EXIT)
		assert_int_equal(r.exit_code, c->exit_code);
	if (c->says != NULL && strncmp(r.out.p, c->says, strlen(c->says)) != 0)
		fail_msg("it said \"%.60s\", not \"%s\"", r.out.p, c->says);
	if (r.cpu_ms < c->cpu_min_ms ||
	    (c->cpu_max_ms != 0 && r.cpu_ms > c->cpu_max_ms * boxtest_slow()))
		fail_msg("cpu is %lld ms", (long long)r.cpu_ms);
	if (r.memory_peak_bytes < c->memory_min ||
	    (c->memory_max != 0 && r.memory_peak_bytes > c->memory_max))
		fail_msg("memory is %lld kB",
		    (long long)r.memory_peak_bytes / 1024);
	assert_int_equal(r.over_memory, c->cause == BOX_CAUSE_MEMORY);
}

static void
test_wall_is_short(void **state)
{
	struct box_record r = RUN(*state, LIMITS(.wall_ms = 300), "sleep");

	boxtest_expect(&r, BOX_CAUSE_WALL);
	assert_true(r.wall_ms >= 300 &&
	    r.wall_ms < 300 + 5 * SLACK_MS * boxtest_slow());
}

static void
test_output(void **state)
{
	static const char *const fds[] = { "1", "2" };
	struct box_record r;

	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		r = RUN(*state, LIMITS(.output_bytes = MIB), "flood", fds[i]);
		boxtest_expect(&r, BOX_CAUSE_OUTPUT);
		assert_true(r.out_bytes + r.err_bytes > MIB);
		assert_true(r.out_bytes + r.err_bytes < 2 * MIB);
		assert_true((i == 0 ? r.out : r.err).is_cut);
		assert_int_equal((i == 0 ? r.out : r.err).n, 65536);
	}
}

/* It is refused, or where it is counted with the rest, killed. */
static void
test_tcp(void **state)
{
	struct box_record r =
	    RUN(*state, LIMITS(.memory_bytes = 64 * MIB), "tcp", "64");

	if (!r.over_memory) {
		boxtest_expect(&r, BOX_CAUSE_EXIT);
		assert_int_equal(r.exit_code, 1);
	}
}

static void
test_refused_forks(void **state)
{
	struct box_record r =
	    RUN(*state, LIMITS(.processes = 10), "count_forks", "100");

	assert_true(r.forks_refused > 0);
	r = RUN(*state, LIMITS(.processes = 10), "burn_tree", "3", "1");
	assert_int_equal(r.forks_refused, 0);
}

static void
test_fork_bomb(void **state)
{
	struct box_record r = RUN(*state,
	    LIMITS(.processes = 32, .wall_ms = 500, .cpu_ms = 20000),
	    "fork_bomb");

	boxtest_expect(&r, BOX_CAUSE_WALL);
	assert_true(r.forks_refused > 0);
}

/* After each of the worst, the next program takes what it took before. */
static void
test_next_is_unharmed(void **state)
{
	static const char *const worst[][3] = { { "fork_bomb" },
		{ "memory", "200" }, { "memory_tree", "4", "60" },
		{ "shared", "200" }, { "memfd", "200" }, { "flood", "1" },
		{ "fill_tmp", "100" }, { "fill_shm", "100" }, { "read_file" },
		{ "burn_orphans", "4", "300" }, { "count_threads", "500" },
		{ "count_fds", "500" }, { "sparse", "100" }, { "sleep" },
		{ "pipes", "60" }, { "unix", "60" }, { "tcp", "60" },
		{ "escape" }, { "race", "20" }, { "forge" }, { "litter" } };
	struct boxtest *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(worst); i++) {
		const char *words[] = { worst[i][0], worst[i][1], worst[i][2],
			NULL };

		boxtest_run_words(t,
		    LIMITS(.memory_bytes = 64 * MIB, .tmp_bytes = 256 * MIB,
			.file_bytes = GIB, .wall_ms = 400, .cpu_ms = 400,
			.out_bytes = 8 * MIB),
		    words);
		boxtest_expect_same_work(t, words[0]);
	}
}

int
main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(cases) + 6];
	size_t n = 0;
	void *p;

	/* rusage would hand this on to every box; the control group not. */
	p = mmap(NULL, (size_t)300 * MIB, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (p == MAP_FAILED)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		tests[n++] = (struct CMUnitTest) { cases[i].name, test_case,
			boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "wall is short", test_wall_is_short,
		boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "output", test_output, boxtest_begin,
		boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "memory of TCP", test_tcp,
		boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "refused forks", test_refused_forks,
		boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "fork bomb", test_fork_bomb,
		boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "the next is unharmed",
		test_next_is_unharmed, boxtest_begin, boxtest_end, NULL };
	return cmocka_run_group_tests_name("limits", tests, boxtest_open,
	    boxtest_close);
}
