/*
 * What people see of a test that may be shown: the format lets other files
 * stand for input and answer.
 */
#include "base/str.h"
#include "base/str.h"
#include "package/read.h"

static const char *
find(const struct pkg_reader *r, const char *base, const char *suffix)
{
	const char *path = arena_printf(r->arena, "data/%s%s", base, suffix);

	return pkg_files_find(&r->files, path) != NULL ? path : NULL;
}

/* Of two files one alone may be there, or they go together. */
static void
check_pairs(struct pkg_reader *r, const char *base)
{
	static const struct {
		const char *suffix, *other;
		bool go_together;
	} pairs[] = {
		{ ".out", ".ans.statement", false },
		{ ".interaction", ".in.statement", false },
		{ ".interaction", ".ans.statement", false },
		{ ".interaction", ".out", false },
		{ ".in.download", ".in.statement", true },
		{ ".in.statement", ".in.download", true },
		{ ".ans.download", ".ans.statement", true },
		{ ".ans.statement", ".ans.download", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const char *path = find(r, base, pairs[i].suffix);
		bool has_other = find(r, base, pairs[i].other) != NULL;

		/* Since 2025-09; before, one alone stood for both. */
		if (path == NULL || has_other == pairs[i].go_together ||
		    (pairs[i].go_together &&
			!str_has_prefix(r->package->format, "2025")))
			continue;
		faults_add(&r->warnings, path,
		    pairs[i].go_together
			? "the format wants a file *%s beside it"
			: "the format wants no file *%s beside it",
		    pairs[i].other);
	}
}

void
pkg_choose_shown(struct pkg_reader *r, const char *base,
    struct package_test *test)
{
	const struct package *p = r->package;
	const char *found;

	if (!r->is_legacy)
		check_pairs(r, base);
	/* Their input is for the validator to tell, or not. */
	test->interaction = find(r, base, ".interaction");
	if (p->is_interactive || p->is_multi_pass)
		return;
	found = r->is_legacy ? NULL : find(r, base, ".in.statement");
	test->shown_input = found != NULL ? found : test->input;
	found = r->is_legacy ? NULL : find(r, base, ".ans.statement");
	if (found == NULL && !r->is_legacy)
		found = find(r, base, ".out");
	test->shown_answer = found != NULL ? found : test->answer;
}
