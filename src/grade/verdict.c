#include "grade/verdict.h"

#include <assert.h>
#include <string.h>

static const struct verdict_info infos[] = {
#define X(name, code, slug, title, result, status, counts) \
	[code] = { VERDICT_##name, slug, title, result, status, counts },
#include "grade/verdicts.def"
#undef X
};
_Static_assert(ARRAY_LEN(infos) == VERDICT__MAX, "codes without a gap");

const struct verdict_info *
verdict_info(enum verdict verdict)
{
	assert((unsigned int)verdict < VERDICT__MAX);
	return &infos[verdict];
}

/* clang-format off */
/* The first that holds decides. */
static const struct {
	enum cause cause;
	enum verdict verdict;
	const char *name;
} by_cause[] = {
	{ CAUSE_INFRA,     VERDICT_JE,  "judge" },
	{ CAUSE_OUTPUT,    VERDICT_OLE, "output" },
	{ CAUSE_FILE_SIZE, VERDICT_OLE, "file size" },
	{ CAUSE_WALL,      VERDICT_TLE, "wall" },
	{ CAUSE_CPU,       VERDICT_TLE, "cpu" },
	{ CAUSE_MEMORY,    VERDICT_MLE, "memory" },
	{ CAUSE_START,     VERDICT_RE,  "start" },
	{ CAUSE_PROCESSES, VERDICT_RE,  "processes" },
	{ CAUSE_SIGNAL,    VERDICT_RE,  "signal" },
	{ CAUSE_EXIT,      VERDICT_RE,  "exit status" },
	{ CAUSE_WRONG,     VERDICT_WA,  "answer" },
};
/* clang-format on */

enum verdict
verdict_of_causes(unsigned int causes)
{
	for (size_t i = 0; i < ARRAY_LEN(by_cause); i++)
		if ((causes & by_cause[i].cause) != 0)
			return by_cause[i].verdict;
	return VERDICT_AC;
}

const char *
verdict_cause_name(unsigned int causes)
{
	for (size_t i = 0; i < ARRAY_LEN(by_cause); i++)
		if ((causes & by_cause[i].cause) != 0)
			return by_cause[i].name;
	return NULL;
}

const char *
verdict_result(enum verdict verdict, double grade, double pass_mark)
{
	if (verdict != VERDICT_JE && verdict != VERDICT_CE &&
	    grade >= pass_mark)
		return infos[VERDICT_AC].result;
	return infos[verdict].result;
}

/* clang-format off */
static const struct {
	const char *result;
	enum verdict verdict;
} by_result[] = {
	{ "success",  VERDICT_AC },
	{ "failed",   VERDICT_WA },
	{ "timeout",  VERDICT_TLE },
	{ "overflow", VERDICT_MLE },
};
/* clang-format on */

enum verdict
verdict_of_script(const char *result)
{
	for (size_t i = 0; i < ARRAY_LEN(by_result); i++)
		if (strcmp(by_result[i].result, result) == 0)
			return by_result[i].verdict;
	return VERDICT_JE;
}
