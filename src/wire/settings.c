#include "wire/settings.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "wire/names.h"

#define SETTINGS_BYTES (256 << 10)
#define SECONDS_MAX 31622400
#define NUMBER_MAX 100000

static const char *const evaluates[] = { "best", "last", NULL };
static const char *const late_units[] = { "hour", "day", NULL };

#define WHAT_TIME \
	"a time such as \"2026-11-21T23:59:59Z\" or \"2026-11-21 23:59\""

/* clang-format off */
static const struct field problem_fields[] = {
	{ "title", F_STRING, AT(struct wire_problem, title), F_NULLABLE,
	    .min = 1, .max = 200 },
	{ "opens_at", F_STRING, AT(struct wire_problem, opens_at), F_NULLABLE,
	    .check = wire_is_local_time, .what = WHAT_TIME },
	{ "soft_at", F_STRING, AT(struct wire_problem, soft_at), F_NULLABLE,
	    .check = wire_is_local_time, .what = WHAT_TIME },
	{ "closes_at", F_STRING, AT(struct wire_problem, closes_at),
	    F_NULLABLE, .check = wire_is_local_time, .what = WHAT_TIME },
	{ "windows", F_JSON, AT(struct wire_problem, windows), 0,
	    .max = 1000 },
	{ "grace_sec", F_INT, AT(struct wire_problem, grace_sec), F_NULLABLE,
	    .min = 0, .max = 3600,
	    .has = HAS(struct wire_problem, has_grace_sec) },
	{ "late_penalty", F_DOUBLE, AT(struct wire_problem, late_penalty),
	    F_NULLABLE, .min = 0, .max = 100,
	    .has = HAS(struct wire_problem, has_late_penalty) },
	{ "late_unit", F_ENUM, AT(struct wire_problem, late_unit), F_NULLABLE,
	    .names = late_units,
	    .has = HAS(struct wire_problem, has_late_unit) },
	{ "languages", F_STRINGS, AT(struct wire_problem, languages),
	    F_NULLABLE, .min = 1, .max = 64, .check = wire_is_label,
	    .what = "the name of a language",
	    .count = COUNT(struct wire_problem, n_languages),
	    .has = HAS(struct wire_problem, has_languages) },
	{ "evaluate", F_ENUM, AT(struct wire_problem, evaluate), F_NULLABLE,
	    .names = evaluates,
	    .has = HAS(struct wire_problem, has_evaluate) },
	{ "submission_limit", F_JSON,
	    AT(struct wire_problem, submission_limit), F_NULLABLE,
	    .max = 1000 },
	{ "sliding_limit", F_JSON, AT(struct wire_problem, sliding_limit),
	    F_NULLABLE | F_ONLY_OBJECT, .max = 1000 },
	{ "submissions_per_day", F_INT,
	    AT(struct wire_problem, submissions_per_day), F_NULLABLE,
	    .min = 0, .max = NUMBER_MAX,
	    .has = HAS(struct wire_problem, has_submissions_per_day) },
	{ "submission_interval_sec", F_INT,
	    AT(struct wire_problem, submission_interval_sec), F_NULLABLE,
	    .min = 0, .max = SECONDS_MAX,
	    .has = HAS(struct wire_problem, has_submission_interval_sec) },
	{ "stored_submissions", F_INT,
	    AT(struct wire_problem, stored_submissions), F_NULLABLE,
	    .min = 0, .max = NUMBER_MAX,
	    .has = HAS(struct wire_problem, has_stored_submissions) },
	{ "pass_mark", F_DOUBLE, AT(struct wire_problem, pass_mark),
	    F_NULLABLE, .min = 0, .max = 100,
	    .has = HAS(struct wire_problem, has_pass_mark) },
	{ "exports", F_STRINGS, AT(struct wire_problem, exports), F_NULLABLE,
	    .max = 8, .check = wire_is_exporter,
	    .what = "the name of an exporter: redis, webhook, csv",
	    .count = COUNT(struct wire_problem, n_exports),
	    .has = HAS(struct wire_problem, has_exports) },
	{ "weight", F_DOUBLE, AT(struct wire_problem, weight), F_NULLABLE,
	    .min = 0, .max = 1000000,
	    .has = HAS(struct wire_problem, has_weight) },
	{ "visible", F_BOOL, AT(struct wire_problem, visible), F_NULLABLE,
	    .has = HAS(struct wire_problem, has_visible) },
	{ "groups", F_BOOL, AT(struct wire_problem, groups), F_NULLABLE,
	    .has = HAS(struct wire_problem, has_groups) },
	{ "allow_pending", F_BOOL, AT(struct wire_problem, allow_pending),
	    F_NULLABLE, .has = HAS(struct wire_problem, has_allow_pending) },
	{ "count_compile_errors", F_BOOL,
	    AT(struct wire_problem, count_compile_errors), F_NULLABLE,
	    .has = HAS(struct wire_problem, has_count_compile_errors) },
	{ "network_grading", F_BOOL, AT(struct wire_problem, network_grading),
	    F_NULLABLE, .has = HAS(struct wire_problem, has_network_grading) },
	{ "limits", F_JSON, AT(struct wire_problem, limits),
	    F_NULLABLE | F_ONLY_OBJECT, .max = 1000 },
	{ "pool", F_STRING, AT(struct wire_problem, pool), F_NULLABLE,
	    .check = wire_is_label, .what = "the name of a pool" },
	{ 0 }
};

struct limits {
	int64_t time_ms, wall_ms, memory_kb, output_kb, file_kb, processes;
	int64_t code_kb, compile_time_ms, compile_memory_kb;
};

static const struct field limit_fields[] = {
	{ "time_ms", F_INT, AT(struct limits, time_ms), 0,
	    .min = 10, .max = 600000 },
	{ "wall_ms", F_INT, AT(struct limits, wall_ms), 0,
	    .min = 100, .max = 3600000 },
	{ "memory_kb", F_INT, AT(struct limits, memory_kb), 0,
	    .min = 1024, .max = 1 << 30 },
	{ "output_kb", F_INT, AT(struct limits, output_kb), 0,
	    .min = 1, .max = 1 << 20 },
	{ "file_kb", F_INT, AT(struct limits, file_kb), 0,
	    .min = 1, .max = 1 << 24 },
	{ "processes", F_INT, AT(struct limits, processes), 0,
	    .min = 1, .max = 4096 },
	{ "code_kb", F_INT, AT(struct limits, code_kb), 0,
	    .min = 1, .max = 1 << 20 },
	{ "compile_time_ms", F_INT, AT(struct limits, compile_time_ms), 0,
	    .min = 1000, .max = 600000 },
	{ "compile_memory_kb", F_INT, AT(struct limits, compile_memory_kb), 0,
	    .min = 1024, .max = 1 << 30 },
	{ 0 }
};

struct sliding {
	int64_t amount, period_sec;
};

static const struct field sliding_fields[] = {
	{ "amount", F_INT, AT(struct sliding, amount), F_REQUIRED,
	    .min = 0, .max = NUMBER_MAX },
	{ "period_sec", F_INT, AT(struct sliding, period_sec), F_REQUIRED,
	    .min = 1, .max = SECONDS_MAX },
	{ 0 }
};

/* As INGInious has it: hours, and -1 for none. */
struct amounts {
	int64_t amount, period, total;
	bool has_period, has_total;
};

static const struct field amount_fields[] = {
	{ "amount", F_INT, AT(struct amounts, amount), F_REQUIRED,
	    .min = -1, .max = NUMBER_MAX },
	{ "period", F_INT, AT(struct amounts, period), 0,
	    .min = -1, .max = SECONDS_MAX / 3600,
	    .has = HAS(struct amounts, has_period) },
	{ "total", F_INT, AT(struct amounts, total), 0,
	    .min = 0, .max = NUMBER_MAX,
	    .has = HAS(struct amounts, has_total) },
	{ 0 }
};
/* clang-format on */

const struct fields wire_problem_fields = { "problem", problem_fields,
	sizeof(struct wire_problem), 0 };
static const struct fields limits_shape = { "limits", limit_fields,
	sizeof(struct limits), 0 };
static const struct fields sliding_shape = { "sliding", sliding_fields,
	sizeof(struct sliding), 0 };
static const struct fields amounts_shape = { "amounts", amount_fields,
	sizeof(struct amounts), 0 };

bool
wire_is_local_time(const char *s)
{
	/* What a shorter form leaves out. */
	static const char rest[] = "0000-00-00T00:00:00Z";
	char text[sizeof(rest)];
	size_t n = strlen(s);
	int64_t ms;

	if (n == 0 || clock_parse(s, &ms))
		return true;
	if (n != 10 && n != 13 && n != 16 && n != 19)
		return false;
	memcpy(text, rest, sizeof(rest));
	memcpy(text, s, n);
	if (n > 10 && text[10] == ' ')
		text[10] = 'T';
	return clock_parse(text, &ms);
}

/*
 * -- windows
 */

static const char *
window_text(struct faults *f, const char *pointer, struct str text)
{
	char *s = arena_memdup(f->arena, text.p, text.n);

	if (!wire_is_local_time(s))
		faults_add(f, pointer, "must be " WHAT_TIME);
	return s;
}

/* START, START/END, START/SOFT/END. */
static struct wire_windows
windows_line(struct faults *f, const char *pointer, const char *line)
{
	struct str rest = str_of(line);
	struct str part;
	const char *texts[3] = { "", "", "" };
	size_t n = 0;

	while (str_cut(&rest, '/', &part)) {
		if (n == 3) {
			faults_add(f, pointer, "must have at most three times");
			break;
		}
		texts[n++] = window_text(f, pointer, str_trim(part));
	}
	return n < 3 ? (struct wire_windows) { texts[0], "", texts[1] }
		     : (struct wire_windows) { texts[0], texts[1], texts[2] };
}

static struct wire_windows
windows_object(struct faults *f, const char *pointer, const struct json *j)
{
	struct wire_windows w = { 0 };

	for (size_t i = 0; i < j->n; i++) {
		const struct json_member *m = &j->members[i];
		const char *at =
		    json_pointer_member(f->arena, pointer, m->name);
		const char **to = strcmp(m->name, "start") == 0 ? &w.start
		    : strcmp(m->name, "soft") == 0              ? &w.soft
		    : strcmp(m->name, "end") == 0               ? &w.end
								: NULL;

		if (to == NULL)
			faults_add(f, at, "is not known here");
		else if (m->value.kind == JSON_NULL)
			*to = "";
		else if (m->value.kind != JSON_STRING)
			faults_add(f, at, "must be a string");
		else
			*to = window_text(f, at, str_of(m->value.string));
	}
	return w;
}

struct wire_windows
wire_windows_read(struct faults *f, const char *pointer, const struct json *j)
{
	switch (j->kind) {
	case JSON_OBJECT:
		return windows_object(f, pointer, j);
	case JSON_STRING:
		return windows_line(f, pointer, j->string);
	case JSON_NULL:
		return (struct wire_windows) { "", "", "" };
	case JSON_BOOL:
		return (
		    struct wire_windows) { j->boolean ? "" : "never", "", "" };
	default:
		faults_add(f, pointer,
		    "must be an object, a string, true or false");
		return (struct wire_windows) { 0 };
	}
}

/*
 * -- limits on submissions
 */

struct amount {
	int64_t total;   /* -1: not said */
	int64_t sliding; /* -1: not said; else with seconds */
	int64_t seconds;
};

static void
take_amounts(struct faults *f, const char *pointer, const struct json *j,
    struct amount *to)
{
	struct amounts in = { .period = -1 };
	size_t before = f->n;

	fields_read(&amounts_shape, j, pointer, f, &in);
	if (f->n > before)
		return;
	if (in.amount == 0 || (in.has_period && in.period == 0)) {
		faults_add(f, pointer,
		    "has to be more than nothing: close the window instead");
		return;
	}
	*to = (struct amount) { 0, 0, 0 };
	if (in.amount > 0 && in.has_period && in.period > 0)
		*to = (struct amount) { 0, in.amount, in.period * 3600 };
	else if (in.amount > 0)
		to->total = in.amount;
	if (in.has_total)
		to->total = in.total;
}

static void
take_limit(struct faults *f, const struct json *j, struct amount *to)
{
	static const char pointer[] = "/submission_limit";

	if (j->kind == JSON_OBJECT)
		take_amounts(f, pointer, j, to);
	else if (j->kind != JSON_INT)
		faults_add(f, pointer, "must be an integer or an object");
	else if (j->integer < 0 || j->integer > NUMBER_MAX)
		faults_add(f, pointer, "must be from 0 to %d", NUMBER_MAX);
	else
		to->total = j->integer;
}

static void
take_sliding(struct faults *f, const struct json *j, struct amount *to)
{
	struct sliding in = { 0 };

	fields_read(&sliding_shape, j, "/sliding_limit", f, &in);
	to->sliding = in.amount;
	to->seconds = in.amount == 0 ? 0 : in.period_sec;
}

/* NULL where there is none: it was JSON before. */
static const struct json *
json_of(struct arena *a, const char *text)
{
	const struct json *j = NULL;

	if (text != NULL &&
	    json_parse(a, text, strlen(text), &json_limits_body, &j) != NULL)
		return NULL;
	return j;
}

static struct amount
read_amounts(struct faults *f, const struct wire_problem *in)
{
	const struct json *total = json_of(f->arena, in->submission_limit);
	const struct json *sliding = json_of(f->arena, in->sliding_limit);
	struct amount amount = { -1, -1, 0 };

	if (total != NULL)
		take_limit(f, total, &amount);
	if (sliding != NULL)
		take_sliding(f, sliding, &amount);
	return amount;
}

static void
read_windows(struct faults *f, struct wire_problem *in)
{
	const struct json *j = json_of(f->arena, in->windows);
	struct wire_windows w;

	if (j == NULL)
		return;
	w = wire_windows_read(f, "/windows", j);
	if (in->opens_at != NULL || in->soft_at != NULL ||
	    in->closes_at != NULL)
		faults_add(f, "/windows",
		    "cannot stand beside opens_at, soft_at and closes_at");
	in->opens_at = w.start;
	in->soft_at = w.soft;
	in->closes_at = w.end;
}

/* The wall limit follows the time limit, as in a package. */
static const char *
limits_text(struct faults *f, const char *text)
{
	const struct json *j = json_of(f->arena, text);
	struct limits l = { 0 };

	if (j == NULL)
		return NULL;
	fields_read(&limits_shape, j, "/limits", f, &l);
	if (l.time_ms == 0 || l.wall_ms != 0)
		return text;
	return arena_printf(f->arena, "%.*s,\"wall_ms\":%lld}",
	    (int)strlen(text) - 1, text, 3 * (long long)l.time_ms + 5000);
}

struct err *
wire_problem_settings(struct arena *a, const struct wire_problem *in,
    const char **ret_json)
{
	struct wire_problem plain = *in;
	struct amount amount;
	struct faults f;
	struct json_w w;
	struct buf b;

	faults_init(&f, a);
	read_windows(&f, &plain);
	amount = read_amounts(&f, in);
	plain.limits = limits_text(&f, in->limits);
	TRY(faults_err(&f, ERR_FIELDS));

	plain.windows = NULL;
	plain.submission_limit = NULL;
	plain.sliding_limit = NULL;
	buf_init(&b, a, SETTINGS_BYTES);
	json_w_init(&w, &b);
	json_w_object(&w);
	fields_write_members(&wire_problem_fields, &w, &plain);
	if (in->has_network_grading)
		json_w_key_bool(&w, "network_by_staff", in->network_by_staff);
	if (amount.total >= 0)
		json_w_key_i64(&w, "submission_limit", amount.total);
	if (amount.sliding >= 0) {
		json_w_key_i64(&w, "sliding_n", amount.sliding);
		json_w_key_i64(&w, "sliding_s", amount.seconds);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR(a, ERR_TOO_LARGE, "the settings are too large");
	*ret_json = b.p;
	return NULL;
}

struct err *
wire_package_settings(struct arena *a, const struct json *j,
    const char *evaluate, const char **ret_json)
{
	static const char *const names[] = { "windows", "submission_limit",
		"groups", "weight", "stored_submissions", "visible" };
	struct wire_problem in = { 0 };
	struct buf b;
	struct json_w w;

	buf_init(&b, a, SETTINGS_BYTES);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "evaluate", evaluate);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct json *value = json_member(j, names[i]);

		if (value == NULL)
			continue;
		json_w_key(&w, names[i]);
		json_w_value(&w, value);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR(a, ERR_TOO_LARGE, "the settings are too large");
	TRY(fields_parse(a, &wire_problem_fields, &json_limits_body,
	    (struct str) { b.p, b.n }, &in));
	return wire_problem_settings(a, &in, ret_json);
}
