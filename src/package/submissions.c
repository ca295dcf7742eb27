#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "package/read.h"

#define V(name) (1u << VERDICT_##name)
/* Whatever it does, we must be able to judge it. */
#define ANY_VERDICT (~V(JE) & ((1u << VERDICT__MAX) - 1))

/* clang-format off */
/* Directories of the format, then those that other judges use. */
static const struct {
	const char *name;
	unsigned int expected;
} dirs[] = {
	{ "accepted",              V(AC) },
	{ "partially_accepted",    ANY_VERDICT & ~V(CE) },
	{ "slow_accepted",         V(AC) | V(TLE) },
	{ "mixed",                 ANY_VERDICT },
	{ "wrong_answer",          V(WA) },
	{ "time_limit_exceeded",   V(TLE) },
	/* The format tells neither memory nor output apart. */
	{ "run_time_error",        V(RE) | V(MLE) | V(OLE) },
	{ "rejected",              ANY_VERDICT & ~V(AC) },
	{ "brute_force",           V(TLE) | V(RE) | V(MLE) },
	{ "memory_limit_exceeded", V(MLE) },
	{ "output_limit_exceeded", V(OLE) },
	{ "output_limit",          V(OLE) },
	{ "compile_error",         V(CE) },
	{ "compiler_error",        V(CE) },
	{ "no_output",             V(WA) },
	{ "run_error",             V(RE) },
	{ "runtime_error",         V(RE) },
	{ "rte",                   V(RE) },
	{ "timelimit",             V(TLE) },
	{ "too_slow",              V(TLE) },
};

/*
 * Words behind @EXPECTED_RESULTS@ in a source; '_' is as good as '-', small
 * letters as capitals.  Those who write them have no word for memory.
 */
static const struct {
	const char *word;
	unsigned int expected;
} words[] = {
	{ "CORRECT",               V(AC) },
	{ "ACCEPTED",              V(AC) },
	{ "WRONG-ANSWER",          V(WA) },
	{ "NO-OUTPUT",             V(WA) },
	{ "PRESENTATION-ERROR",    V(WA) },
	{ "TIMELIMIT",             V(TLE) },
	{ "TIME-LIMIT",            V(TLE) },
	{ "TIME-LIMIT-EXCEEDED",   V(TLE) },
	{ "RUN-ERROR",             V(RE) | V(MLE) },
	{ "RUNTIME-ERROR",         V(RE) | V(MLE) },
	{ "RUN-TIME-ERROR",        V(RE) | V(MLE) },
	{ "MEMORY-LIMIT",          V(MLE) },
	{ "MEMORY-LIMIT-EXCEEDED", V(MLE) },
	{ "OUTPUT-LIMIT",          V(OLE) },
	{ "OUTPUT-LIMIT-EXCEEDED", V(OLE) },
	{ "COMPILER-ERROR",        V(CE) },
	{ "COMPILE-ERROR",         V(CE) },
	{ "CHECK-MANUALLY",        ANY_VERDICT },
};
/* clang-format on */

#define TAG "@EXPECTED_RESULTS@:"

/* Those of the format; the older one asks accepted ones alone. */
static unsigned int
bounds_of_dir(const struct pkg_reader *r, const char *dir)
{
	if (strcmp(dir, "time_limit_exceeded") == 0)
		return PACKAGE_TIME_UPPER;
	if (strcmp(dir, "accepted") == 0 ||
	    (!r->is_legacy &&
		(strcmp(dir, "wrong_answer") == 0 ||
		    strcmp(dir, "run_time_error") == 0)))
		return PACKAGE_TIME_LOWER;
	return 0;
}

/* What is said in the source stands over what the directory is for. */
static unsigned int
bounds_of_tag(unsigned int expected)
{
	if (expected == V(AC))
		return PACKAGE_TIME_LOWER;
	return expected == V(TLE) ? PACKAGE_TIME_UPPER : 0;
}

static unsigned int
expected_of_dir(const char *dir)
{
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (strcmp(dirs[i].name, dir) == 0)
			return dirs[i].expected;
	return ANY_VERDICT;
}

static bool
is_word(struct str text, const char *word)
{
	size_t i = 0;

	while (i < text.n && word[i] != '\0' &&
	    toupper((unsigned char)(text.p[i] == '_' ? '-' : text.p[i])) ==
		word[i])
		i++;
	return i == text.n && word[i] == '\0';
}

/* What a source says about itself; 0 if it says nothing. */
static unsigned int
expected_in_text(struct pkg_reader *r, const struct pkg_file *file)
{
	const char *at = file->text != NULL ? strstr(file->text, TAG) : NULL;
	struct str rest, word;
	unsigned int expected = 0;

	if (at == NULL)
		return 0;
	rest.p = at + strlen(TAG);
	rest.n = strcspn(rest.p, "\r\n");
	/* The end of a comment on the same line. */
	for (size_t i = 0; i + 1 < rest.n; i++)
		if (rest.p[i] == '*' && rest.p[i + 1] == '/')
			rest.n = i;
	while (str_cut(&rest, ',', &word)) {
		size_t i = 0;

		word = str_trim(word);
		while (i < ARRAY_LEN(words) && !is_word(word, words[i].word))
			i++;
		if (i < ARRAY_LEN(words))
			expected |= words[i].expected;
		else
			faults_add(&r->warnings, file->path,
			    "unknown expected result \"%s\"",
			    str_dup(r->arena, word));
	}
	return expected;
}

/* Python 2 ends like Python 3; it says what it is in its first line. */
static bool
is_python2(const struct pkg_file *file)
{
	const char *text = file->text != NULL ? file->text : "";
	const char *at = strstr(text, "python2");

	return str_has_prefix(text, "#!") && at != NULL &&
	    (size_t)(at - text) < strcspn(text, "\n");
}

static const struct language *
language_of(const struct pkg_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct language *l = language_of_file(files[i].path);

		if (l != NULL)
			return is_python2(&files[i]) ? NULL : l;
	}
	return NULL;
}

/* files[0..n) are one submission, called path. */
static void
read_one(struct pkg_reader *r, const char *dir, const char *path,
    const struct pkg_file *files, size_t n, struct package_submission *ret)
{
	const char **paths = arena_array(r->arena, n + 1, sizeof(*paths));
	unsigned int expected = 0;

	for (size_t i = 0; i < n; i++) {
		paths[i] = files[i].path;
		expected |= expected_in_text(r, &files[i]);
	}
	*ret = (struct package_submission) {
		.path = path,
		.dir = dir,
		.language = language_of(files, n),
		.files = paths,
		.expected = expected != 0 ? expected : expected_of_dir(dir),
		.bounds = expected != 0 ? bounds_of_tag(expected)
					: bounds_of_dir(r, dir),
	};
	if (ret->language == NULL && r->package->languages[0] != NULL)
		faults_add(&r->warnings, path,
		    "is in a language that cannot be judged here");
}

void
pkg_read_submissions(struct pkg_reader *r)
{
	static const char top[] = "submissions/";
	struct package_submission *list = NULL;
	size_t n = 0, cap = 0;
	size_t i = pkg_files_from(&r->files, top);

	while (i < r->files.n && str_has_prefix(r->files.files[i].path, top)) {
		const char *path = r->files.files[i].path;
		const char *dir = path + strlen(top);
		const char *name = strchr(dir, '/');
		size_t length, from = i++;

		if (name == NULL)
			continue; /* submissions.yaml and the like */
		length = (size_t)(name + 1 - path) + strcspn(name + 1, "/");
		while (path[length] == '/' && i < r->files.n &&
		    strncmp(r->files.files[i].path, path, length + 1) == 0)
			i++;
		list = arena_grow(r->arena, list, n, &cap, sizeof(*list));
		read_one(r,
		    str_dup(r->arena,
			(struct str) { dir, (size_t)(name - dir) }),
		    str_dup(r->arena, (struct str) { path, length }),
		    &r->files.files[from], i - from, &list[n++]);
	}
	pkg_read_rules(r, list, n);
	r->package->submissions = list;
	r->package->submission_n = n;
}

static bool
has_accepted(const struct package *p)
{
	for (size_t i = 0; i < p->submission_n; i++)
		if (strcmp(p->submissions[i].dir, "accepted") == 0)
			return true;
	return false;
}

/* Read when they are graded: what they say is not the package's. */
void
pkg_read_cases(struct pkg_reader *r)
{
	struct package_files all = pkg_files_below(r, "test/");
	const char **list;
	size_t n = 0;

	while (all.paths[n] != NULL)
		n++;
	list = arena_array(r->arena, n + 1, sizeof(*list));
	n = 0;
	for (size_t i = 0; all.paths[i] != NULL; i++)
		if (str_has_suffix(all.paths[i], ".test"))
			list[n++] = all.paths[i];
	r->package->cases = list;
	r->package->case_n = n;
	if (n == 0 && !has_accepted(r->package))
		faults_add(&r->warnings, "submissions/accepted",
		    "there is no accepted submission");
}
