#include <math.h>
#include <string.h>

#include "base/str.h"
#include "package/read.h"

enum { LEGACY = 1, NEW = 2, ASSIZE = 4, ANY = LEGACY | NEW };

#define AT(member) offsetof(struct package_limits, member)

/* clang-format off */
/* Keys of the maps "limits": value * factor goes into the member. */
static const struct limit {
	const char *key;
	unsigned int where;
	size_t at;
	double factor, min, max;
	bool is_whole;
} limits[] = {
	{ "time_limit", ANY, AT(time_ms), 1000, 0.01, 600, false },
	{ "memory", ANY, AT(memory_kb), 1024, 1, 1048576, true },
	{ "output", ANY, AT(output_kb), 1024, 1, 1024, true },
	{ "code", ANY, AT(code_kb), 1, 1, 1048576, true },
	{ "compilation_time", ANY, AT(compile_time_ms), 1000, 1, 600, true },
	{ "compilation_memory", ANY, AT(compile_memory_kb), 1024, 1, 1048576,
	  true },
	{ "validation_time", ANY, AT(validation_time_ms), 1000, 1, 600, true },
	{ "validation_memory", ANY, AT(validation_memory_kb), 1024, 1, 1048576,
	  true },
	{ "validation_output", ANY, AT(validation_output_kb), 1024, 1, 1024,
	  true },
	{ "validation_passes", ANY, AT(validation_passes), 1, 1, 1000, true },

	{ "time_ms", ASSIZE, AT(time_ms), 1, 10, 600000, true },
	{ "wall_ms", ASSIZE, AT(wall_ms), 1, 100, 3600000, true },
	{ "memory_kb", ASSIZE, AT(memory_kb), 1, 1024, 1 << 30, true },
	{ "output_kb", ASSIZE, AT(output_kb), 1, 1, 1 << 20, true },
	{ "file_kb", ASSIZE, AT(file_kb), 1, 1, 1 << 24, true },
	{ "processes", ASSIZE, AT(processes), 1, 1, 4096, true },
	{ "code_kb", ASSIZE, AT(code_kb), 1, 1, 1048576, true },
	{ "compile_time_ms", ASSIZE, AT(compile_time_ms), 1, 1000, 600000,
	  true },
	{ "compile_memory_kb", ASSIZE, AT(compile_memory_kb), 1, 1024, 1 << 30,
	  true },
};

/* What holds where a package says nothing: the format's usual ones. */
static const struct package_limits defaults = {
	.time_ms = 0,	/* 2000, if nothing at all says it */
	.wall_ms = 0,	/* from the time limit */
	.memory_kb = 2048 * 1024,
	.output_kb = 8 * 1024,
	.file_kb = 64 * 1024,
	.processes = 64,
	.code_kb = 128,
	.compile_time_ms = 60 * 1000,
	.compile_memory_kb = 2048 * 1024,
	.validation_time_ms = 60 * 1000,
	.validation_memory_kb = 2048 * 1024,
	.validation_output_kb = 8 * 1024,
	.validation_passes = 2,
};
/* clang-format on */

#define DEFAULT_TIME_MS 2000
/* Where there are no test cases there is no contest either. */
#define UNJUDGED_TIME_MS 10000
#define SCRIPT_TIME_MS 30000

static void
take_limit(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, const struct limit *limit)
{
	double value = NAN;
	int64_t *at;

	meta_take_double(file, map, limit->key, limit->min, limit->max, &value);
	if (isnan(value))
		return;
	if (limit->is_whole && value != floor(value)) {
		meta_fault(file, meta_get(map, limit->key)->line,
		    "%s must be a whole number", limit->key);
		return;
	}
	at = (int64_t *)(void *)((char *)&r->package->limits + limit->at);
	*at = (int64_t)llround(value * limit->factor);
}

/* For people who choose a time limit: what --check proposes. */
static void
read_multipliers(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	static const char *const keys[] = { "ac_to_time_limit",
		"time_limit_to_tle", NULL };
	struct package *p = r->package;
	const struct meta *one = meta_get(map, "time_multiplier");
	const struct meta *m = meta_get(map, "time_multipliers");
	double resolution = r->is_legacy ? 0 : 1;

	p->ac_to_limit = r->is_legacy ? 5 : 2;
	p->limit_to_tle = r->is_legacy ? 2 : 1.5;
	/* Drafts of the new format had a map under this name. */
	if (one != NULL && one->kind == META_MAP)
		m = one;
	else
		meta_take_double(file, map, "time_multiplier", 1, 1000,
		    &p->ac_to_limit);
	meta_take_double(file, map, "time_safety_margin", 1, 1000,
	    &p->limit_to_tle);
	meta_take_double(file, map, "time_resolution", 0.001, 600, &resolution);
	p->time_resolution_ms = llround(resolution * 1000);
	if (m == NULL || !meta_is_map(file, m, "time_multipliers"))
		return;
	meta_check_keys(file, m, keys);
	meta_take_double(file, m, keys[0], 1, 1000, &p->ac_to_limit);
	meta_take_double(file, m, keys[1], 1, 1000, &p->limit_to_tle);
}

static void
read_limits(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, unsigned int where)
{
	const char *keys[ARRAY_LEN(limits) + 5];
	size_t n = 0;

	if (map == NULL || !meta_is_map(file, map, "limits"))
		return;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		if ((limits[i].where & where) != 0) {
			keys[n++] = limits[i].key;
			take_limit(r, file, map, &limits[i]);
		}
	if (where != ASSIZE) {
		keys[n++] = "time_multiplier";
		keys[n++] = "time_safety_margin";
		keys[n++] = "time_multipliers";
		keys[n++] = "time_resolution";
	}
	keys[n] = NULL;
	meta_check_keys(file, map, keys);
}

void
pkg_read_limits(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	r->package->limits = defaults;
	read_multipliers(r, file, map);
	read_limits(r, file, map, r->is_legacy ? LEGACY : NEW);
}

static void
take_seconds(struct pkg_reader *r, const char *path, struct str text)
{
	double value;

	text = str_trim(text);
	if (text.n > 1 && (text.p[0] == '"' || text.p[0] == '\'') &&
	    text.p[text.n - 1] == text.p[0])
		text = (struct str) { text.p + 1, text.n - 2 };
	if (!str_to_double(str_dup(r->arena, text), &value) || value < 0.01 ||
	    value > 600)
		faults_add(&r->faults, path,
		    "the time limit must be a number of seconds from 0.01 "
		    "to 600");
	else if (r->package->limits.time_ms == 0)
		r->package->limits.time_ms = (int64_t)llround(value * 1000);
}

/* Of its lines "key = value" only timelimit means something to us. */
static void
read_ini(struct pkg_reader *r, const struct pkg_file *file)
{
	struct str rest = str_of(file->text);
	struct str line;

	while (str_cut(&rest, '\n', &line)) {
		struct str key;

		if (str_cut(&line, '=', &key) &&
		    str_is(str_trim(key), "timelimit"))
			take_seconds(r, file->path, line);
	}
}

void
pkg_read_own_limits(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map)
{
	read_limits(r, file, map, ASSIZE);
}

void
pkg_finish_limits(struct pkg_reader *r)
{
	struct package_limits *l = &r->package->limits;
	const struct pkg_file *file;

	file = pkg_files_find(&r->files, ".timelimit");
	if (file != NULL && file->text != NULL)
		take_seconds(r, file->path, str_of(file->text));
	file = pkg_files_find(&r->files, "domjudge-problem.ini");
	if (file != NULL && file->text != NULL)
		read_ini(r, file);
	/* Answers are no code. */
	if (r->package->is_submit_answer) {
		l->code_kb =
		    l->code_kb > l->output_kb ? l->code_kb : l->output_kb;
		if (l->time_ms == 0)
			l->time_ms = UNJUDGED_TIME_MS;
	}
	if (l->time_ms == 0 && r->package->method != PACKAGE_JUDGED)
		l->time_ms = r->package->method == PACKAGE_SCRIPT
		    ? SCRIPT_TIME_MS
		    : UNJUDGED_TIME_MS;
	if (l->time_ms == 0) {
		l->time_ms = DEFAULT_TIME_MS;
		faults_add(&r->warnings, "problem.yaml",
		    "no time limit: %d ms are taken", DEFAULT_TIME_MS);
	}
	/* Real time is for sleepers; a busy host must not end honest work. */
	if (l->wall_ms == 0)
		l->wall_ms = 3 * l->time_ms + 5000;
}
