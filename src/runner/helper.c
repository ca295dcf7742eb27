#include "runner/helper.h"

#include <string.h>
#include <unistd.h>

struct err *
helper_find(struct arena *a, const char *name, const char **ret_path)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		*slash = '\0';
		*ret_path = arena_printf(a, "%s/%s", self, name);
		if (access(*ret_path, X_OK) == 0)
			return NULL;
	}
	*ret_path = arena_printf(a, "%s/%s", RUNNER_LIBEXEC, name);
	if (access(*ret_path, X_OK) == 0)
		return NULL;
	return ERR_WHY(a, ERR_UNAVAILABLE, "%s is missing", *ret_path);
}
