/*
 * The controls: with one wall pulled down, what it stops does happen.  This
 * program is linked with a build of src/box of which nothing is installed.
 */
#include "tests/box/boxtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "box/walls.h"

unsigned int box_walls_down;

#define IN_BOXINIT (WALL_INIT | WALL_FDS | WALL_EOF)

struct probe {
	const char *name;
	unsigned int wall;
};

static const struct probe probes[] = {
#define X(name, wall, why) { #name, wall },
#include "tests/box/probes.def"
#undef X
};

static size_t next;

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
test_probe(void **state)
{
	struct boxtest *t = *state;
	const struct probe *p = &probes[next];
	struct box_host *whole = pull_down(t, p->wall);
	const char *said = boxtest_probe(t, p->name);

	put_back(t, whole);
	/* Not every kernel has everything that a policy refuses. */
	if (strstr(said, strerror(ENOSYS)) != NULL ||
	    strstr(said, strerror(EAFNOSUPPORT)) != NULL)
		print_message("%s: this kernel does not have it\n", p->name);
	else if (!str_has_prefix(said, "ALLOWED"))
		fail_msg("%s without its wall: %.100s", p->name, said);
}

static int
begin_probe(void **state)
{
	while (probes[next].wall == WALL_NONE)
		next++;
	return boxtest_begin(state);
}

static int
end_probe(void **state)
{
	next++;
	return boxtest_end(state);
}

/* Where /proc/1/environ can be read, there is nothing of ours in it. */
static void
test_environment(void **state)
{
	struct boxtest *t = *state;
	struct box_host *whole = pull_down(t, WALL_INIT);
	const char *said = boxtest_probe(t, "init_secrets");

	assert_true(str_has_prefix(said, "blocked"));
	put_back(t, whole);
}

static void
test_inodes(void **state)
{
	struct boxtest *t = *state;
	struct box_record r;
	struct box_host *whole = pull_down(t, WALL_INODES);

	r = RUN(t, LIMITS(.tmp_inodes = 50), "count_tmp", "500");
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_true(str_has_prefix(r.out.p, "500 "));
	put_back(t, whole);
}

/* A copy that follows links takes our file for the program's. */
static void
test_collect(void **state)
{
	struct boxtest *t = *state;
	const char *words[] = { "litter", NULL };
	struct box_host *whole = pull_down(t, WALL_COLLECT);
	struct box_spec spec = boxtest_spec(t, words);
	const char *kept = arena_printf(t->own, "%s/kept", t->dir);
	struct box_collect c = { .max_files = 100, .max_bytes = MIB };
	struct box_record r;

	assert_ok(io_mkdir_all(t->own, AT_FDCWD, kept, 0700));
	c.dir = open(kept, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	spec.collect = &c;
	spec.limits.out_bytes = 8 * MIB;
	r = boxtest_run(t, &spec);
	boxtest_expect(&r, BOX_CAUSE_NONE);
	assert_int_equal(faccessat(c.dir, "link", R_OK, 0), 0);
	close(c.dir);
	assert_int_equal(io_remove_all(AT_FDCWD, kept), 0);
	put_back(t, whole);
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

int
main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(probes) + 4];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(probes); i++)
		if (probes[i].wall != WALL_NONE)
			tests[n++] = (struct CMUnitTest) { probes[i].name,
				test_probe, begin_probe, end_probe, NULL };
	tests[n++] = (struct CMUnitTest) { "environment", test_environment,
		boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "inodes", test_inodes, boxtest_begin,
		boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "collect", test_collect,
		boxtest_begin, boxtest_end, NULL };
	tests[n++] = (struct CMUnitTest) { "recovery", test_recovery,
		boxtest_begin, boxtest_end, NULL };
	/* The macro wants an array, of which only a part is filled. */
	return _cmocka_run_group_tests("walls", tests, n, boxtest_open,
	    boxtest_close);
}
