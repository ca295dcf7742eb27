#include "runner/environment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/io.h"
#include "base/str.h"
#include "package/meta.h"
#include "wire/names.h"

#define ENVIRONMENTS_MAX 32
#define MIB ((int64_t)1 << 20)

static const struct environment host_default = { .name = ENVIRONMENT_DEFAULT };

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

/* A number of units as that many bytes or things; 0 where it is not said. */
static int64_t
take_number(const struct meta_file *file, const struct meta *map,
    const char *key, int64_t unit)
{
	double value = 0;

	meta_take_double(file, map, key, 1, 1 << 20, &value);
	return (int64_t)llround(value) * unit;
}

static void
take_limits(const struct meta_file *file, const struct meta *map,
    struct environment *e)
{
	static const char *const keys[] = { "memory_mb", "processes", "disk_mb",
		NULL };
	const struct meta *m = meta_get(map, "limits");

	if (meta_is_null(m) || !meta_is_map(file, m, "limits"))
		return;
	meta_check_keys(file, m, keys);
	e->memory_bytes = take_number(file, m, keys[0], MIB);
	e->processes = take_number(file, m, keys[1], 1);
	e->disk_bytes = take_number(file, m, keys[2], MIB);
}

static bool
is_taken(const struct environments *before, const char *name)
{
	for (size_t i = 0; i < before->n; i++)
		if (before->list[i].name != NULL &&
		    strcmp(before->list[i].name, name) == 0)
			return true;
	return false;
}

static void
check(struct arena *a, const struct meta_file *file,
    const struct environments *before, const struct environment *e)
{
	if (e->name == NULL || !wire_is_label(e->name))
		meta_fault(file, 0,
		    "name must be 1 to 32 of a-z, 0-9, '_', '+', '-' and '.'");
	else if (is_taken(before, e->name))
		meta_fault(file, 0, "another file has this name already");
	if (e->root == NULL)
		return;
	if (e->root[0] != '/')
		meta_fault(file, 0, "root must be an absolute path");
	else if (access(arena_printf(a, "%s/usr/bin/env", e->root), X_OK) != 0)
		meta_fault(file, 0, "root has no usr/bin/env: is it unpacked?");
}

static void
read_one(struct arena *a, const struct meta_file *file, struct str text,
    const struct environments *before, struct environment *e)
{
	static const char *const keys[] = { "name", "root", "limits", NULL };
	const struct meta *m = meta_parse(file, text.p, text.n);

	if (m == NULL || !meta_is_map(file, m, "an environment"))
		return;
	meta_check_keys(file, m, keys);
	meta_take_string(file, m, "name", &e->name);
	meta_take_string(file, m, "root", &e->root);
	take_limits(file, m, e);
	check(a, file, before, e);
}

struct err *
environments_load(struct arena *a, const char *path, struct environments *ret)
{
	_cleanup_(close_dir) DIR *dir = opendir(path);
	struct environment *list =
	    arena_array(a, ENVIRONMENTS_MAX, sizeof(*list));
	const struct dirent *entry;
	struct faults faults;
	size_t nodes = 0;

	*ret = (struct environments) { .list = list };
	if (dir == NULL && errno == ENOENT)
		return NULL;
	if (dir == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE, "%s: %s", path,
		    strerror(errno));
	faults_init(&faults, a);
	while ((entry = readdir(dir)) != NULL) {
		const struct meta_file file = { arena_printf(a, "%s/%s", path,
						    entry->d_name),
			&faults, &nodes, NULL };
		char *text = NULL;
		size_t n;

		if (!str_has_suffix(entry->d_name, ".yaml"))
			continue;
		if (ret->n == ENVIRONMENTS_MAX) {
			meta_fault(&file, 0, "there are too many environments");
			break;
		}
		TRY(io_read_file(a, dirfd(dir), entry->d_name, META_BYTES,
		    &text, &n));
		read_one(a, &file, (struct str) { text, n }, ret,
		    &list[ret->n]);
		ret->n++;
	}
	return faults_err(&faults, ERR_IMPOSSIBLE);
}

const struct environment *
environment_find(const struct environments *all, const char *name)
{
	if (name == NULL)
		name = ENVIRONMENT_DEFAULT;
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			return &all->list[i];
	return strcmp(name, ENVIRONMENT_DEFAULT) == 0 ? &host_default : NULL;
}
