#include "runner/tools.h"

#include "runner/language_cmd.h"

static bool
is_listed(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static struct err *
check_wanted(struct arena *a, const char *const *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (language_by_name(wanted[i]) == NULL ||
		    language_cmd_find(wanted[i]) == NULL)
			return ERR(a, ERR_UNAVAILABLE,
			    "languages: \"%s\" is not known", wanted[i]);
	return NULL;
}

struct err *
tools_find(struct arena *a, const struct runner_config *config,
    struct tools *ret_tools)
{
	struct tools t = { 0 };
	const char *const *wanted;
	const char *missing = NULL;
	size_t n;

	wanted = runner_config_list(a, config->languages, &n);
	TRY(check_wanted(a, wanted, n));
	for (int i = 0; i < LANGUAGE__MAX; i++) {
		const char *name = languages[i].name;
		const struct language_cmd *cmd = language_cmd_find(name);

		if (cmd == NULL || (n > 0 && !is_listed(wanted, n, name)))
			continue;
		if (language_cmd_version(a, cmd, &t.version[i]) == NULL)
			t.served[t.served_n++] = name;
		else
			missing = name;
	}
	if (n > 0 && missing != NULL)
		return ERR(a, ERR_UNAVAILABLE,
		    "languages: the tools of \"%s\" are not here", missing);
	if (t.served_n == 0)
		return ERR(a, ERR_UNAVAILABLE,
		    "no compiler and no interpreter is here");
	*ret_tools = t;
	return NULL;
}
