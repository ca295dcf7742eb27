#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/proc.h"

static int
make_dir(void **state)
{
	char template[] = "/tmp/assize-test-XXXXXX";

	if (mkdtemp(template) == NULL)
		return -1;
	*state = strdup(template);
	return 0;
}

static int
remove_dir(void **state)
{
	int rc = io_remove_all(AT_FDCWD, *state);

	free(*state);
	return rc;
}

static void
files(void **state)
{
	UNIT_ARENA(a);
	char *path = arena_printf(a, "%s/a/b/c", (char *)*state);
	char *text;
	size_t n;

	assert_ok(io_mkdir_all(a, AT_FDCWD,
	    arena_printf(a, "%s/a/b", (char *)*state), 0700));
	assert_err(io_read_file(a, AT_FDCWD, path, 10, &text, &n),
	    ERR_NOT_FOUND);
	assert_ok(io_write_file(a, AT_FDCWD, path, "0123456789", 10, 0600));
	assert_ok(io_read_file(a, AT_FDCWD, path, 10, &text, &n));
	assert_int_equal(n, 10);
	assert_string_equal(text, "0123456789");
	assert_err(io_read_file(a, AT_FDCWD, path, 9, &text, &n),
	    ERR_TOO_LARGE);
}

static void
removal_does_not_follow_links(void **state)
{
	UNIT_ARENA(a);
	char *keep = arena_printf(a, "%s/keep", (char *)*state);
	char *dir = arena_printf(a, "%s/dir", (char *)*state);

	assert_ok(io_write_file(a, AT_FDCWD, keep, "x", 1, 0600));
	assert_ok(io_mkdir_all(a, AT_FDCWD, dir, 0700));
	assert_int_equal(symlink(*state, arena_printf(a, "%s/l", dir)), 0);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);
	assert_int_equal(access(dir, F_OK), -1);
	assert_int_equal(access(keep, F_OK), 0);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);
}

/* What a program may leave that wishes to stay. */
static void
removal_of_what_resists(void **state)
{
	int dir = open(*state, O_RDONLY | O_DIRECTORY);
	int deep = dup(dir);
	int next;

	assert_int_equal(mkdirat(dir, "closed", 0700), 0);
	assert_int_equal(mkdirat(dir, "closed/in", 0700), 0);
	assert_int_equal(fchmodat(dir, "closed/in", 0, 0), 0);
	assert_int_equal(fchmodat(dir, "closed", 0, 0), 0);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(mkdirat(deep, "d", 0700), 0);
		next = openat(deep, "d", O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(deep);
		deep = next;
	}
	close(deep);
	assert_int_equal(io_remove_all(dir, "closed"), 0);
	assert_int_equal(io_remove_all(dir, "d"), 0);
	assert_int_equal(io_remove_all(dir, "d"), 0);
	assert_int_equal(faccessat(dir, "d", F_OK, 0), -1);
	close(dir);
}

static void
paths(void **state)
{
	static const char *const good[] = { "a", "a/b.c", "..a",
		"a b/\xc3\xa9" };
	static const char *const bad[] = { "", "/", "/a", "a/", "a//b", ".",
		"..", "a/../b", "./a", "a\nb", "a\x7f",
		"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(io_is_safe_path(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(io_is_safe_path(bad[i]));
	assert_true(io_is_plain_name("a"));
	assert_false(io_is_plain_name("a/b"));
}

static void
processes(void **state)
{
	UNIT_ARENA(a);
	const char *const echo[] = { "sh", "-c",
		"echo out; echo err >&2; exit 3", NULL };
	const char *const much[] = { "sh", "-c", "yes | head -c 100000", NULL };
	const char *const slow[] = { "sleep", "60", NULL };
	const char *const absent[] = { "/nonexistent/program", NULL };
	const char *const open_fds[] = { "sh", "-c", "ls /proc/$$/fd", NULL };
	struct proc_output o;
	int64_t start;
	int leak;

	assert_ok(proc_run(a, echo, 100, 10000, &o));
	assert_true(WIFEXITED(o.status) && WEXITSTATUS(o.status) == 3);
	assert_string_equal(o.out, "out\nerr\n");
	assert_ok(proc_run(a, much, 10, 10000, &o));
	assert_true(o.cut && o.n == 10 && WEXITSTATUS(o.status) == 0);
	start = clock_mono_ms();
	assert_ok(proc_run(a, slow, 10, 100, &o));
	assert_true(o.timed_out && WIFSIGNALED(o.status));
	assert_true(clock_mono_ms() - start < 20000);
	assert_err(proc_run(a, absent, 10, 1000, &o), ERR_INTERNAL);
	leak = open("/", O_RDONLY);
	assert_ok(proc_run(a, open_fds, 100, 10000, &o));
	close(leak);
	assert_string_equal(o.out, "0\n1\n2\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(removal_does_not_follow_links,
		    make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(removal_of_what_resists,
		    make_dir, remove_dir),
		cmocka_unit_test(paths),
		cmocka_unit_test(processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
