#include "runner/templates/webdev.h"

#include <string.h>

const struct probe_function webdev_functions[] = {
#define X(name, kind) { #name, kind, name },
	WEBDEV_FUNCTIONS(X)
#undef X
	    { NULL, PROBE_FILES, NULL },
};

/*
 * -- which files there are
 */

struct err *
check_dir_exists(struct probe *p)
{
	const char *dir = criteria_text(p->arena, p->test, "dir_path");
	size_t n = strlen(dir);

	while (n > 0 && dir[n - 1] == '/')
		n--;
	for (size_t i = 0; i < p->n; i++)
		if (n > 0 && strncmp(p->files[i].path, dir, n) == 0 &&
		    p->files[i].path[n] == '/')
			return probe_say(p, 100, "The directory '%s' exists.",
			    dir);
	return probe_say(p, 0, "The directory '%s' does not exist.", dir);
}

static bool
has_file(const struct probe *p, const char *path)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->files[i].path, path) == 0)
			return true;
	return false;
}

struct err *
check_project_structure(struct probe *p)
{
	const char *const *paths =
	    criteria_texts(p->arena, p->test, "expected_structure");

	for (size_t i = 0; paths[i] != NULL; i++)
		if (!has_file(p, paths[i]))
			return probe_say(p, 0, "The file '%s' does not exist.",
			    paths[i]);
	if (paths[0] != NULL && paths[1] == NULL)
		return probe_say(p, 100, "The file '%s' exists.", paths[0]);
	return probe_say(p, 100, "All files exist.");
}
