/*
 * What must hold for any bytes: as a zip archive they are read or refused
 * with one of the errors of package/zip.h, within the arena; as the
 * problem.yaml of a package that is otherwise right, likewise; and a package
 * that is read has a snapshot.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "package/package.h"

#define ARENA_LIMIT ((size_t)256 << 20)

static void
check_error(const struct err *e)
{
	if (e != NULL && e->code != ERR_FILES && e->code != ERR_TOO_LARGE &&
	    e->code != ERR_PACKAGE)
		abort();
}

static void
read_package(struct arena *a, const void *zip, size_t n)
{
	const struct package_source source = { .zip = zip, .zip_n = n };
	struct package *package = NULL;
	const char *json;
	size_t json_n;
	struct err *e = package_read(a, &source, &package);

	check_error(e);
	if (e != NULL)
		return;
	if (package->plan.test_n == 0 || package->limits.time_ms <= 0)
		abort();
	check_error(package_grading_json(a, package, &json, &json_n));
}

static void
as_archive(const uint8_t *data, size_t n)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("fuzz", ARENA_LIMIT);
	struct zip_file *files;
	size_t count;
	struct err *e;

	e = zip_read(a, data, n, &zip_limits_submission, &files, &count);
	check_error(e);
	for (size_t i = 0; e == NULL && i < count; i++)
		if (files[i].path[0] == '/' ||
		    strstr(files[i].path, "..") == files[i].path)
			abort();
	read_package(a, data, n);
}

static void
as_yaml(const uint8_t *data, size_t n)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("fuzz", ARENA_LIMIT);
	const struct zip_file files[] = {
		{ "problem.yaml", (const char *)data, n },
		{ "data/secret/1.in", "", 0 },
		{ "data/secret/1.ans", "", 0 },
		{ "data/secret/testdata.yaml", (const char *)data, n },
		{ "assize.yaml", (const char *)data, n },
		{ ".timelimit", (const char *)data, n },
		{ "domjudge-problem.ini", (const char *)data, n },
	};
	char *zip;
	size_t zip_n;

	/* With and without those that want keys of their own. */
	for (size_t count = 3; count <= ARRAY_LEN(files); count++) {
		if (zip_write(a, files, count, &zip, &zip_n) != NULL)
			abort();
		read_package(a, zip, zip_n);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n > 1 << 20)
		return 0;
	as_archive(data, n);
	as_yaml(data, n);
	return 0;
}
