#include "package/package.h"

#include <string.h>

#include "base/str.h"
#include "package/read.h"

/*
 * What reading takes at most: the limits of zip.c, files.c and meta.h bound
 * names, kept texts and YAML; an arena with less might end the process.
 */
#define PACKAGE_MEMORY ((size_t)96 << 20)

static const struct language *const *
all_languages(struct arena *a)
{
	const struct language **all =
	    arena_array(a, LANGUAGE__MAX + 1, sizeof(const struct language *));

	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		all[i] = &languages[i];
	return all;
}

/* Of what is not judged: "group" is a word for test cases. */
static const struct judge_group only_group = { .path = "", .name = "data" };

struct err *
package_read(struct arena *a, const struct package_source *source,
    struct package **ret_package)
{
	struct pkg_reader r = { .arena = a };
	struct package *p = arena_new_of(a, struct package);

	if (arena_left(a) < PACKAGE_MEMORY)
		return ERR(a, ERR_TOO_LARGE, "the package is too large");
	r.package = p;
	faults_init(&r.faults, a);
	faults_init(&r.warnings, a);
	p->validation = "default";
	p->evaluate = "best";
	p->languages = all_languages(a);
	TRY(pkg_files_read(a, source, &r.files));
	p->fingerprint = r.files.fingerprint;
	p->has_links = r.files.has_links;
	pkg_read_problem(&r);
	pkg_read_statements(&r);
	if (p->method == PACKAGE_JUDGED) {
		pkg_read_data(&r);
		pkg_read_input_validators(&r);
	} else if (p->plan.groups == NULL) {
		p->plan.groups = &only_group;
		p->plan.group_n = 1;
	}
	if (p->method == PACKAGE_SCRIPT)
		pkg_check_script(&r);
	pkg_read_submissions(&r);
	pkg_read_cases(&r);
	pkg_read_includes(&r);
	TRY(faults_err(&r.faults, ERR_PACKAGE));
	p->warnings = r.warnings.first;
	p->validator_flags = r.validator_args;
	*ret_package = p;
	return NULL;
}

const char *
package_expected_text(struct arena *a, unsigned int expected)
{
	const char *text = "";

	for (int v = 0; v < VERDICT__MAX; v++)
		if ((expected & 1u << v) != 0)
			text = arena_printf(a, "%s%s%s", text,
			    *text != '\0' ? "," : "",
			    verdict_info((enum verdict)v)->slug);
	return text;
}

struct err *
package_extract(struct arena *a, const void *zip, size_t n, int dir)
{
	struct zip *z = NULL;
	struct str plain;

	TRY(package_unlink(a, (struct str) { zip, n }, &plain));
	TRY(zip_open(a, plain.p, plain.n, &zip_limits_package, &z));
	return zip_extract_below(z, dir, pkg_prefix(a, z));
}
