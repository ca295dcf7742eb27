#include "core/grading.h"

#include <string.h>

#include "base/log.h"
#include "core/landing.h"
#include "core/reconcile.h"
#include "core/view.h"
#include "dispatch/lease.h"
#include "dispatch/wake.h"

#define DOOR_BYTES (16u << 10)

struct err *
core_grading_history(const struct core *c, struct arena *a,
    const struct caller *who, const char *submission_id,
    struct grading_view *ret_view)
{
	struct grading_view v = { 0 };
	struct submission *row;
	enum member_role role;
	size_t n = 0;

	TRY(core_submission_find(c, a, who, submission_id, &row, &role));
	TRY(store_grading_history(c->store, a, submission_id, &v.history));
	v.sees_all = role >= ROLE_TUTOR;
	for (size_t i = 0; i < v.history.n; i++)
		if (v.sees_all || v.history.items[i].rejudging_id == NULL)
			v.history.items[n++] = v.history.items[i];
	v.history.n = n;
	*ret_view = v;
	return NULL;
}

/* Who waits looks again in seconds anyway. */
static void
tell(const struct core *c, struct arena *a, const char *submission_id)
{
	struct err *e = dispatch_tell_submission(c->dispatch, a, submission_id);

	if (e != NULL)
		log_err(LOG_WARNING, "tell_failed", e);
}

struct err *
core_grading_put(const struct core *c, struct arena *a,
    const struct caller *who, const char *submission_id, const double *grade,
    const char *comment)
{
	enum grading_put outcome;
	struct submission *row;
	enum member_role role;

	TRY(core_submission_find(c, a, who, submission_id, &row, &role));
	if (role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN, "only staff may grade");
	TRY(store_grading_put(c->store, a, submission_id,
	    &(struct grading_by) { who->user->id, grade, comment }, &outcome));
	switch (outcome) {
	case GRADING_DONE:
		break;
	case GRADING_CANCELLED:
		return ERR(a, ERR_CONFLICT, "the submission was cancelled");
	case GRADING_UNKNOWN:
		return ERR(a, ERR_NOT_FOUND, "no such submission");
	}
	tell(c, a, submission_id);
	return NULL;
}

static bool
is_hidden(const struct json *test)
{
	const struct json *hidden = json_member(test, "hidden");

	return hidden == NULL || hidden->kind != JSON_BOOL || hidden->boolean;
}

static const struct json *
find_test(const struct json *result, const char *path)
{
	const struct json *tests = json_member(result, "tests");

	for (size_t i = 0;
	     tests != NULL && tests->kind == JSON_ARRAY && i < tests->n; i++) {
		const char *name = json_member_string(&tests->items[i], "path");

		if (name != NULL && strcmp(name, path) == 0)
			return &tests->items[i];
	}
	return NULL;
}

struct err *
core_grading_output(const struct core *c, struct arena *a,
    const struct caller *who, const char *submission_id, const char *test,
    struct grading_output *ret_output)
{
	const struct json *result = NULL;
	struct grading_output out;
	struct submission *row;
	enum member_role role;

	TRY(core_submission_find(c, a, who, submission_id, &row, &role));
	if (row->result == NULL)
		return ERR(a, ERR_NOT_FOUND, "there is no result yet");
	TRY(json_parse(a, row->result, strlen(row->result),
	    &json_limits_document, &result));
	out.test = find_test(result, test);
	out.sees_all = role >= ROLE_TUTOR;
	if (out.test == NULL)
		return ERR(a, ERR_NOT_FOUND, "the result has no such test");
	if (!out.sees_all && is_hidden(out.test))
		return ERR(a, ERR_FORBIDDEN, "the test is hidden");
	*ret_output = out;
	return NULL;
}

/* As a plain name. */
static const char *
file_of(struct arena *a, const char *test, const char *stream)
{
	char *name = arena_printf(a, "%s.%s", test, stream);

	for (char *p = name; *p != '\0'; p++)
		if (*p == '/')
			*p = ':';
	return name;
}

struct err *
core_grading_stream(const struct core *c, struct arena *a,
    const struct caller *who, const struct output_key *key,
    struct str *ret_bytes)
{
	struct grading_output out;
	struct store_blob *blob;
	const char *text;

	if (strcmp(key->stream, "stdout") != 0 &&
	    strcmp(key->stream, "stderr") != 0)
		return ERR(a, ERR_REQUEST, "the streams are stdout and stderr");
	TRY(core_grading_output(c, a, who, key->submission, key->test, &out));
	TRY(store_job_file_get(c->store, a, key->submission,
	    file_of(a, key->test, key->stream), &blob));
	if (blob != NULL) {
		*ret_bytes = (struct str) { blob->p, blob->n };
		return NULL;
	}
	text = json_member_string(out.test, key->stream);
	*ret_bytes = str_of(text == NULL ? "" : text);
	return NULL;
}

struct err *
core_grading_archive(const struct core *c, struct arena *a,
    const struct caller *who, const char *submission_id, const char **ret_name,
    struct store_blob **ret_blob)
{
	struct store_blob *blob = NULL;
	struct submission *row;
	enum member_role role;

	TRY(core_submission_find(c, a, who, submission_id, &row, &role));
	if (row->archive != NULL)
		TRY(store_job_file_get(c->store, a, submission_id, row->archive,
		    &blob));
	if (blob == NULL)
		return ERR(a, ERR_NOT_FOUND, "the result has no archive");
	*ret_name = row->archive;
	*ret_blob = blob;
	return NULL;
}

/* Who sends a file has got the answer that named the job. */
static void
acknowledge(const struct core *c, struct arena *a, const struct job_file *f)
{
	const char *held;
	struct err *e = dispatch_ack(c->dispatch, a, f->runner_id, f->job_id,
	    f->lease_id, &held);

	if (e != NULL)
		log_err(LOG_WARNING, "acknowledge_failed", e);
}

struct err *
core_job_file_put(const struct core *c, struct arena *a,
    const struct caller *who, const struct job_file *in)
{
	struct job_file f = *in;
	enum job_landing outcome;

	f.runner_id = who->runner->id;
	TRY(store_job_file_put(c->store, a, &f, &outcome));
	if (outcome == LAND_NOT_RECORDED) {
		TRY(core_recorded_by_redis(c, a, who, in->job_id, in->lease_id,
		    &f.lease_id));
		f.record_claim = true;
		TRY(store_job_file_put(c->store, a, &f, &outcome));
	}
	if (outcome == LAND_LANDED)
		acknowledge(c, a, &f);
	else if (outcome == LAND_NOT_HELD)
		core_let_go(c, a, in->job_id, f.runner_id);
	return core_landing_answer(a, outcome);
}

struct err *
core_job_ssh_put(const struct core *c, struct arena *a,
    const struct caller *who, const struct job_door *in,
    const struct wire_ssh *ssh)
{
	struct job_door door = *in;
	enum job_landing outcome;
	const char *submission;

	if ((ssh->password == NULL) == (ssh->key == NULL))
		return ERR(a, ERR_IMPOSSIBLE,
		    "there must be either a password or a key");
	door.runner_id = who->runner->id;
	door.until = ssh->until;
	door.door = fields_text(a, &wire_ssh_fields, ssh, DOOR_BYTES);
	if (door.door == NULL)
		return ERR(a, ERR_TOO_LARGE, "the door is too long");
	TRY(store_job_ssh_put(c->store, a, &door, &outcome, &submission));
	if (outcome == LAND_LANDED) {
		const struct job_file f = { .job_id = in->job_id,
			.runner_id = door.runner_id,
			.lease_id = in->lease_id };

		acknowledge(c, a, &f);
		tell(c, a, submission);
	}
	return core_landing_answer(a, outcome);
}
