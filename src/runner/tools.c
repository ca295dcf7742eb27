#include "runner/tools.h"

#include <string.h>
#include <sys/stat.h>

#include "base/str.h"

static struct err *
take_wanted(struct arena *a, const struct runner_config *config,
    struct tools *t)
{
	const char *const *wanted;
	size_t n;

	wanted = runner_config_list(a, config->languages, &n);
	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		t->is_served[i] = n == 0 && t->cmds[i] != NULL;
	for (size_t i = 0; i < n; i++) {
		const struct language *l = language_by_name(wanted[i]);

		if (l == NULL || t->cmds[l->id] == NULL)
			return ERR(a, ERR_UNAVAILABLE,
			    "languages: \"%s\" is not known", wanted[i]);
		t->is_served[l->id] = true;
	}
	return NULL;
}

struct err *
tools_open(struct arena *a, const struct runner_config *config,
    struct tools *ret_tools)
{
	TRY(language_cmds_load(a, config->languages_dir, ret_tools->cmds));
	pthread_mutex_init(&ret_tools->lock, NULL);
	return take_wanted(a, config, ret_tools);
}

/* Changes when a package is upgraded; 0: something is not there. */
static uint64_t
mark_of(const struct language_cmd *c)
{
	const char *files[] = { c->version[0], c->run[0],
		c->compile != NULL ? c->compile[0] : c->run[0] };
	uint64_t mark = 1;
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		/* What was compiled stands in a box only. */
		if (str_has_prefix(files[i], LANGUAGE_PROGRAM_DIR "/"))
			continue;
		if (stat(files[i], &st) != 0)
			return 0;
		mark = mark * 31 + (uint64_t)st.st_ino;
		mark = mark * 31 + (uint64_t)st.st_mtim.tv_sec;
		mark = mark * 31 + (uint64_t)st.st_mtim.tv_nsec;
	}
	return mark;
}

/* Under the lock. */
static void
ask(struct tools *t, struct arena *a, size_t i, uint64_t mark)
{
	const char *line = "";
	size_t n;

	if (language_cmd_version(a, t->cmds[i], &line) != NULL)
		line = "";
	n = strlen(line);
	if (n >= TOOL_VERSION)
		n = str_utf8_cut(line, TOOL_VERSION - 1);
	memcpy(t->version[i], line, n);
	t->version[i][n] = '\0';
	t->mark[i] = mark;
	t->is_asked[i] = true;
}

const char *
tools_version(struct tools *t, struct arena *a, const struct language *language)
{
	size_t i = (size_t)language->id;
	const char *version = NULL;
	uint64_t mark;

	if (!t->is_served[i] || t->cmds[i] == NULL)
		return NULL;
	mark = mark_of(t->cmds[i]);
	if (mark == 0)
		return NULL;
	pthread_mutex_lock(&t->lock);
	if (!t->is_asked[i] || t->mark[i] != mark)
		ask(t, a, i, mark);
	if (t->version[i][0] != '\0')
		version = arena_strdup(a, t->version[i]);
	pthread_mutex_unlock(&t->lock);
	return version;
}
