#include "runner/check_outputs.h"

#include <stdio.h>

#include "base/io.h"
#include "base/str.h"

#define OUTPUT_MAX ((size_t)16 << 20)
#define JOB_ARENA ((size_t)128 << 20)

static void
print_fault(const struct check_inputs *c, const struct package_probe *probe,
    const char *what, const char *said)
{
	if (c->json == NULL) {
		printf("%-44s %s\n", probe->output, what);
		if (said != NULL && said[0] != '\0')
			printf("    %s\n", said);
		return;
	}
	json_w_object(c->json);
	json_w_key_str(c->json, "output", probe->output);
	json_w_key_str(c->json, "answer", probe->test.answer);
	json_w_key_str(c->json, "verdict", what);
	json_w_key_str(c->json, "fault", said);
	json_w_key_bool(c->json, "ok", false);
	json_w_object_end(c->json);
}

/* What is wrong with the verdict; NULL: nothing. */
static const char *
fault_of(const struct package_probe *probe, int verdict)
{
	if (verdict == WIRE_JE)
		return "made the output validator fail";
	if (probe->kind == PACKAGE_VALID_OUTPUT && verdict != WIRE_AC)
		return "is refused by the output validator";
	if (probe->kind == PACKAGE_INVALID_OUTPUT && verdict == WIRE_AC)
		return "is accepted by the output validator";
	return NULL;
}

/* It is judged as if it had been submitted to a problem with that one test. */
static struct err *
check_one(const struct check_inputs *c, struct arena *a,
    const struct package_probe *probe, size_t *wrong)
{
	const struct judge_group group = { .path = "", .name = "", .n = 1 };
	const struct judge_test test = { .path = probe->name,
		.name = probe->name,
		.weight = 1 };
	struct package package = *c->package;
	struct zip_file file = { .path = probe->name };
	const char *blamed = NULL, *what;
	struct grading_job job = {
		.owner = "check",
		.package = &package,
		.package_dir = c->dir,
		.programs = c->programs,
		.limits = package.limits,
		.files = &file,
		.files_n = 1,
		.cancel = c->never,
		.ret_blamed = &blamed,
	};
	struct wire_result *result;
	char *p;

	package.plan = (struct judge_plan) { .groups = &group,
		.group_n = 1,
		.tests = &test,
		.test_n = 1 };
	package.tests = &probe->test;
	package.is_submit_answer = true;
	package.static_validator = NULL;
	package.grader = NULL;
	TRY(io_read_file(a, c->dir, probe->output, OUTPUT_MAX, &p, &file.n));
	file.p = p;
	TRY(pipeline_run(c->grader, a, &job, &result));
	what = fault_of(probe, result->verdict);
	if (what == NULL)
		return NULL;
	++*wrong;
	print_fault(c, probe, what,
	    blamed != NULL             ? blamed
		: result->n_tests == 0 ? NULL
		: result->tests[0].judge_message != NULL
		? result->tests[0].judge_message
		: result->tests[0].report);
	return NULL;
}

struct err *
check_outputs(const struct check_inputs *c, size_t *wrong)
{
	_cleanup_(arena_freep) struct arena *a = NULL;

	a = arena_new("output", JOB_ARENA);
	for (size_t i = 0; i < c->package->probe_n; i++) {
		const struct package_probe *probe = &c->package->probes[i];
		struct err *e;

		if (probe->output == NULL)
			continue;
		e = check_one(c, a, probe, wrong);
		if (e != NULL)
			return ERR_WHY(c->arena, e->code, "%s: %s%s",
			    probe->output, e->detail != NULL ? e->detail : "",
			    e->internal != NULL ? e->internal : "");
		arena_reset(a);
	}
	return NULL;
}
