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

/* cmocka hands over one pointer: which probe stands in a global. */
static size_t next;

static void
test_probe(void **state)
{
	const struct probe *p = &probes[next++];
	const char *said = boxtest_probe(*state, p->name);

	if (!str_has_prefix(said, "blocked"))
		fail_msg("%s: %.100s (%s must stop it)", p->name, said, p->why);
}

int
main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(probes)];

	for (size_t i = 0; i < ARRAY_LEN(probes); i++)
		tests[i] = (struct CMUnitTest) { probes[i].name, test_probe,
			boxtest_begin, boxtest_end, NULL };
	return cmocka_run_group_tests_name("escape", tests, boxtest_open,
	    boxtest_close);
}
