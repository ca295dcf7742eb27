#include "runner/check_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "package/zip.h"
#include "runner/environment.h"

#define ZIP_MAX ((size_t)512 << 20)

static struct err *
make_copy(struct arena *a, const struct grader *grader, int *ret_dir)
{
	static const char name[] = "package-checked";

	if (mkdirat(grader->work, name, 0700) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "mkdir: %s", strerror(errno));
	*ret_dir =
	    openat(grader->work, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", name,
		    strerror(errno));
	return NULL;
}

struct err *
check_open_package(struct arena *a, const struct grader *grader,
    const char *path, int *ret_dir)
{
	struct stat st;
	size_t n;
	char *zip;
	int dir;

	if (stat(path, &st) < 0)
		return ERR(a, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode)) {
		TRY(io_read_file(a, AT_FDCWD, path, ZIP_MAX, &zip, &n));
		TRY(make_copy(a, grader, &dir));
	} else {
		zip = NULL;
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (dir < 0)
		return ERR(a, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
	*ret_dir = dir;
	return zip == NULL ? NULL : package_extract(a, zip, n, dir);
}

struct err *
check_open_links(struct arena *a, const struct grader *grader, int *dir)
{
	int copy;
	size_t n;
	char *zip;

	TRY(zip_write_dir(a, *dir, &zip_limits_package, &zip, &n));
	TRY(make_copy(a, grader, &copy));
	io_closep(dir);
	*dir = copy;
	return package_extract(a, zip, n, copy);
}

struct err *
check_open_common(struct arena *a, const char *path, int *ret_fd)
{
	_cleanup_(io_closep) int dir = -1;
	_cleanup_(io_closep) int fd = -1;
	size_t n;
	char *zip;

	dir = open(arena_printf(a, "%s/../$common", path),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return NULL;
	TRY(zip_write_dir(a, dir, &zip_limits_package, &zip, &n));
	fd = memfd_create("common", MFD_CLOEXEC);
	if (fd < 0 || io_write_all(fd, zip, n) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "memfd: %s", strerror(errno));
	*ret_fd = io_take_fd(&fd);
	return NULL;
}

void
check_find_environment(const struct grader *grader, struct package *package)
{
	if (package->method != PACKAGE_SCRIPT ||
	    environment_find(grader->environments, package->pool) != NULL)
		return;
	fprintf(stderr,
	    "warning: there is no environment \"%s\" here: scripts find "
	    "this machine's own programs\n",
	    package->pool);
	package->pool = NULL;
}
