#include "wire/rejudging.h"

#include "wire/names.h"

#define WHAT_TIME "a time such as \"2026-11-21T23:59:59Z\""
#define WHAT_SLUG "1 to 64 letters, digits, '_' and '-'"

/* clang-format off */
static const struct field rejudging_fields[] = {
	{ "course", F_STRING, AT(struct wire_rejudging, course), F_NULLABLE,
	    .check = wire_is_slug, .what = WHAT_SLUG },
	{ "problem", F_STRING, AT(struct wire_rejudging, problem),
	    F_NULLABLE, .check = wire_is_slug, .what = WHAT_SLUG },
	{ "user", F_STRING, AT(struct wire_rejudging, user), F_NULLABLE,
	    .check = wire_is_user, .what = "the name of a user" },
	{ "language", F_STRING, AT(struct wire_rejudging, language),
	    F_NULLABLE, .check = wire_is_label,
	    .what = "the name of a language" },
	{ "verdict", F_STRING, AT(struct wire_rejudging, verdict),
	    F_NULLABLE, .min = 2, .max = 3 },
	{ "runner", F_STRING, AT(struct wire_rejudging, runner), F_NULLABLE,
	    .min = 1, .max = 128 },
	{ "package", F_STRING, AT(struct wire_rejudging, package),
	    F_NULLABLE, .min = 1, .max = 64 },
	{ "submission", F_STRING, AT(struct wire_rejudging, submission),
	    F_NULLABLE, .min = 1, .max = 64 },
	{ "rejudging", F_STRING, AT(struct wire_rejudging, rejudging),
	    F_NULLABLE, .min = 1, .max = 64 },
	{ "after", F_STRING, AT(struct wire_rejudging, after), F_NULLABLE,
	    .check = wire_is_time, .what = WHAT_TIME },
	{ "before", F_STRING, AT(struct wire_rejudging, before), F_NULLABLE,
	    .check = wire_is_time, .what = WHAT_TIME },
	{ "judged_after", F_STRING, AT(struct wire_rejudging, judged_after),
	    F_NULLABLE, .check = wire_is_time, .what = WHAT_TIME },
	{ "judged_before", F_STRING,
	    AT(struct wire_rejudging, judged_before), F_NULLABLE,
	    .check = wire_is_time, .what = WHAT_TIME },
	{ "outdated", F_BOOL, AT(struct wire_rejudging, outdated),
	    F_NULLABLE, .has = HAS(struct wire_rejudging, has_outdated) },
	{ "reason", F_STRING, AT(struct wire_rejudging, reason), F_NULLABLE,
	    .min = 1, .max = 1000 },
	{ 0 }
};

static const struct field apply_fields[] = {
	{ "partial", F_BOOL, AT(struct wire_rejudging_apply, partial),
	    F_NULLABLE },
	{ 0 }
};
/* clang-format on */

const struct fields wire_rejudging_fields = { "rejudging", rejudging_fields,
	sizeof(struct wire_rejudging), 0 };
const struct fields wire_rejudging_apply_fields = { "rejudging_apply",
	apply_fields, sizeof(struct wire_rejudging_apply), 0 };
