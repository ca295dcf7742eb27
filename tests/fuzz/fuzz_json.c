/*
 * What must hold for any bytes: json_parse ends without a fault; what it
 * accepts it writes as text that it accepts again and that reads the same;
 * and no body makes a shape's reader fail otherwise than by an error.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "wire/job.h"
#include "wire/json.h"
#include "wire/result.h"
#include "wire/runner.h"
#include "wire/submission.h"

#define ARENA_LIMIT ((size_t)256 << 20)

static void
round_trip(struct arena *a, const char *text, size_t n)
{
	const struct json *first;
	const struct json *second;
	char *once;

	if (json_parse(a, text, n, &json_limits_body, &first) != NULL)
		return;
	once = json_text(a, first);
	if (json_parse(a, once, strlen(once), &json_limits_body, &second) !=
	    NULL)
		abort();
	if (strcmp(json_text(a, second), once) != 0)
		abort();
}

static void
read_shapes(struct arena *a, struct str body)
{
	struct wire_submission *submission;
	struct wire_result *result;
	struct wire_job *job;
	struct wire_register reg = { 0 };

	if (wire_submission_parse(a, body, &submission) == NULL &&
	    wire_submission_text(a, submission) == NULL)
		abort();
	if (wire_result_parse(a, body, &result) == NULL && !result->is_noj &&
	    wire_result_text(a, result, SIZE_MAX / 4) == NULL)
		abort();
	if (wire_job_parse(a, body, &job) == NULL && job->job_id == NULL)
		abort();
	if (fields_parse(a, &wire_register_fields, &json_limits_body, body,
		&reg) == NULL &&
	    reg.registration_token == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("fuzz", ARENA_LIMIT);

	round_trip(a, (const char *)data, n);
	read_shapes(a, (struct str) { (const char *)data, n });
	return 0;
}
