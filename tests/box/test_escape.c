/*
 * Every probe of probes.def, in a box: none may succeed.
 */
#include "tests/box/boxtest.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/str.h"

struct probe {
	const char *name;
	const char *why;
};

static const struct probe probes[] = {
#define X(name, walls, lack, why) { #name, why },
#include "tests/box/probes.def"
#undef X
};

static const struct script {
	const char *name;
	const char *mark;
	const char *script;
} scripts[] = {
#define X(name, walls, mark, script) { #name, mark, script },
#include "tests/box/scripts.def"
#undef X
};

/* cmocka hands over one pointer: which probe stands in a global. */
static size_t next;

static void
test_probe(void **state)
{
	const struct probe *p = &probes[next++];
	const char *said = boxtest_probe(*state, p->name, false);

	if (!str_has_prefix(said, "blocked"))
		fail_msg("%s: %.100s (%s must stop it)", p->name, said, p->why);
}

static size_t next_script;

static void
test_script(void **state)
{
	const struct script *s = &scripts[next_script++];
	const char *said = boxtest_script(*state, s->script, false);

	if (strstr(said, s->mark) != NULL)
		fail_msg("%s: %.300s", s->name, said);
}

int
main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(probes) + ARRAY_LEN(scripts)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(probes); i++)
		tests[n++] = (struct CMUnitTest) { probes[i].name, test_probe,
			boxtest_begin, boxtest_end, NULL };
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		tests[n++] = (struct CMUnitTest) { scripts[i].name, test_script,
			boxtest_begin, boxtest_end, NULL };
	return cmocka_run_group_tests_name("escape", tests, boxtest_open,
	    boxtest_close);
}
