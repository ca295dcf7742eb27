#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/io.h"

struct options {
	char *name;
	char *secret;
	int64_t threads;
	bool json;
};

static const struct conf_key keys[] = {
	{ "name", CONF_STRING, offsetof(struct options, name), "x", 1, 8, 0,
	    "" },
	{ "secret", CONF_STRING, offsetof(struct options, secret), NULL, 0, 0,
	    CONF_SECRET | CONF_BARE_ENV, "" },
	{ "threads", CONF_INT, offsetof(struct options, threads), "8", 1, 64, 0,
	    "" },
	{ "json", CONF_BOOL, offsetof(struct options, json), NULL, 0, 0, 0,
	    "" },
	{ 0 },
};

static char path[] = "/tmp/assize-conf-XXXXXX";

static void
write_conf(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_int_equal(io_write_all(fd, text, strlen(text)), 0);
	fchmod(fd, mode);
	close(fd);
}

static void
later_sources_win(void **state)
{
	UNIT_ARENA(a);
	struct options o;

	assert_ok(conf_load(a, keys, NULL, &o));
	assert_string_equal(o.name, "x");
	assert_null(o.secret);
	assert_int_equal(o.threads, 8);
	assert_false(o.json);
	write_conf("# comment\n\nname = file \nthreads=3\njson = yes", 0644);
	setenv("ASSIZE_THREADS", "4", 1);
	setenv("SECRET", "bare", 1);
	assert_ok(conf_load(a, keys, path, &o));
	unsetenv("ASSIZE_THREADS");
	unsetenv("SECRET");
	assert_string_equal(o.name, "file");
	assert_string_equal(o.secret, "bare");
	assert_int_equal(o.threads, 4);
	assert_true(o.json);
	/* Nothing is said of it, whatever the file said. */
	write_conf("secret = file\n", 0600);
	setenv("ASSIZE_SECRET", "", 1);
	assert_ok(conf_load(a, keys, path, &o));
	unsetenv("ASSIZE_SECRET");
	assert_null(o.secret);
}

static void
every_fault_is_reported(void **state)
{
	UNIT_ARENA(a);
	struct options o;
	struct err *e;
	int n = 0;

	write_conf("nonsense\nname = far too long\nthreads = 65\njson = maybe\n"
		   "unknown = 1\nsecret = s\n",
	    0644);
	e = conf_load(a, keys, path, &o);
	assert_non_null(e);
	for (const struct field_fault *f = e->faults; f != NULL; f = f->next)
		n++;
	assert_int_equal(n, 6);
	assert_non_null(strstr(e->faults->pointer, ":1"));
	write_conf("secret = s\n", 0600);
	assert_ok(conf_load(a, keys, path, &o));
	assert_string_equal(o.secret, "s");
	assert_err(conf_load(a, keys, "/nonexistent", &o), ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(later_sources_win),
		cmocka_unit_test(every_fault_is_reported),
	};
	int fd = mkstemp(path);
	int rc;

	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
