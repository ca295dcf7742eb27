/* Packages of problems; core/course.h. */
#include "base/buf.h"
#include "base/log.h"
#include "core/course.h"
#include "core/entry.h"
#include "core/snapshot.h"
#include "dispatch/lease.h"
#include "dispatch/runner.h"
#include "package/testdata.h"
#include "store/rejudging.h"
#include "wire/json.h"
#include "wire/rejudging.h"

#define META_BYTES (256 << 10)

/* Title and statements, what is shown; and how long a job may take. */
static const char *
describe(struct arena *a, const struct package *p, const struct snapshot *s)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, a, META_BYTES);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "name", p->name);
	json_w_key_str(&w, "format", p->format);
	json_w_key_str(&w, "type", p->type);
	json_w_key_str(&w, "uuid", p->uuid);
	json_w_key_str(&w, "fingerprint", p->fingerprint);
	json_w_key_i64(&w, "budget_s", snapshot_budget_s(s));
	json_w_key(&w, "statements");
	json_w_array(&w);
	for (size_t i = 0; i < p->statement_n; i++) {
		json_w_object(&w);
		json_w_key_str(&w, "locale", p->statements[i].locale);
		json_w_key_str(&w, "name", p->statements[i].name);
		json_w_key_str(&w, "path", p->statements[i].path);
		json_w_object_end(&w);
	}
	json_w_array_end(&w);
	json_w_object_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}

/* Staff of the course, or it is forbidden, or it does not exist. */
static struct err *
enter(const struct core *c, struct arena *a, const struct caller *who,
    const struct problem_key *key, struct problem **ret_problem)
{
	struct submission_use use;
	struct problem *problem = NULL;

	TRY(core_problem_get(c, a, who, key, &problem, &use));
	if (problem->role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN, "this is for staff of the course");
	*ret_problem = problem;
	return NULL;
}

/*
 * Its jobs, and their results with all that they say of each test, must fit
 * into the documents that travel.
 */
static struct err *
check_tests(struct arena *a, const char *grading,
    struct snapshot **ret_snapshot)
{
	if (snapshot_read(a, grading, ret_snapshot) != NULL ||
	    (*ret_snapshot)->n_tests > SNAPSHOT_TESTS_MAX)
		return ERR(a, ERR_PACKAGE,
		    "more tests, or more arguments of tests, than can be "
		    "judged: at most %d tests",
		    SNAPSHOT_TESTS_MAX);
	return NULL;
}

static struct err *
add_testdata(struct arena *a, struct str zip, const struct package *package,
    struct store_package_new *row)
{
	struct package_testdata *t;

	TRY(package_testdata(a, zip.p, zip.n, package, &t));
	if (t == NULL)
		return NULL;
	row->testdata = t->zip;
	row->testdata_n = t->zip_n;
	row->tasks = t->meta;
	row->checksum = t->checksum;
	return NULL;
}

/* What it says about submitting, in the form of a problem's settings. */
static struct err *
take_settings(struct arena *a, const struct package *package,
    struct store_package_new *row)
{
	const struct json *j;
	struct err *e;

	TRY(json_parse(a, row->grading, strlen(row->grading),
	    &json_limits_document, &j));
	e = wire_package_settings(a, json_member(j, "settings"),
	    package->evaluate, &row->settings);
	if (e != NULL && e->code == ERR_FIELDS)
		e->code = ERR_PACKAGE;
	return e;
}

/* A set of all that was judged with another version, and how many it has. */
static struct err *
offer_rejudging(const struct core *c, struct arena *a,
    const struct problem_key *key, struct core_uploaded *up)
{
	const struct wire_rejudging filter = {
		.course = key->course,
		.problem = key->problem,
		.outdated = true,
		.has_outdated = true,
	};

	up->outdated = fields_text(a, &wire_rejudging_fields, &filter, 4096);
	return store_rejudging_offer(c->store, a, up->outdated,
	    &up->n_outdated);
}

/* A script's environment that no runner has: its submissions will wait. */
static void
warn_of_environment(const struct core *c, struct arena *a, struct package *p)
{
	struct field_fault *warning = arena_new_of(a, struct field_fault);
	bool served = true;
	struct err *e;

	if (p->method != PACKAGE_SCRIPT || p->pool == NULL)
		return;
	e = dispatch_is_served(c->dispatch, a, p->pool, CORE_NO_LANGUAGE,
	    &served);
	if (e != NULL)
		log_err(LOG_WARNING, "environment_unknown", e);
	if (e != NULL || served)
		return;
	warning->pointer = "assize.yaml#/script/environment";
	warning->detail = arena_printf(a,
	    "no runner has the environment \"%s\" now: submissions wait for "
	    "one",
	    p->pool);
	warning->next = p->warnings;
	p->warnings = warning;
}

struct err *
core_package_put(const struct core *c, struct arena *a,
    const struct caller *who, const struct problem_key *key, struct str zip,
    struct core_uploaded *ret_uploaded)
{
	struct package_source source = { .dir = -1 };
	struct store_package_new row = { .user_id = who->user->id };
	struct store_package *stored;
	struct problem *problem = NULL;
	struct package *package;
	struct snapshot *snapshot;
	size_t grading_n;

	TRY(enter(c, a, who, key, &problem));
	TRY(package_unlink(a, zip, &zip));
	source.zip = row.zip = zip.p;
	source.zip_n = row.zip_n = zip.n;
	TRY(package_read(a, &source, &package));
	TRY(package_grading_json(a, package, &row.grading, &grading_n));
	TRY(check_tests(a, row.grading, &snapshot));
	row.problem_id = problem->id;
	row.meta = describe(a, package, snapshot);
	TRY(take_settings(a, package, &row));
	TRY(add_testdata(a, zip, package, &row));
	TRY(store_package_insert(c->store, a, &row, &stored));
	warn_of_environment(c, a, package);
	*ret_uploaded =
	    (struct core_uploaded) { .row = stored, .package = package };
	return offer_rejudging(c, a, key, ret_uploaded);
}

struct err *
core_package_get(const struct core *c, struct arena *a,
    const struct caller *who, const struct problem_key *key,
    struct store_blob **ret_blob)
{
	struct problem *problem = NULL;
	struct store_blob *blob = NULL;

	TRY(enter(c, a, who, key, &problem));
	if (problem->package_digest != NULL)
		TRY(store_package_bytes(c->store, a, problem->id,
		    problem->package_digest, &blob));
	if (blob == NULL)
		return ERR(a, ERR_NOT_FOUND, "the problem has no package yet");
	*ret_blob = blob;
	return NULL;
}

static struct err *
no_testdata(struct arena *a)
{
	return ERR(a, ERR_NOT_FOUND,
	    "no such problem, or it has not the form of tasks and cases");
}

/* Of the caller, or NULL: of any runner. */
static const char *
runner_of(const struct caller *who)
{
	return who->runner == NULL ? NULL : who->runner->id;
}

/*
 * Who asks for a problem's data has got the job that it is for: the data may
 * be large and the link slow, and the source is fetched after them.
 */
static void
acknowledge(const struct core *c, struct arena *a, const struct caller *who,
    int64_t problem_id)
{
	const char *runner = runner_of(who);
	const char *job, *held;
	struct err *e;

	if (runner == NULL)
		return;
	e = store_testdata_job(c->store, a, problem_id, runner, &job);
	if (e == NULL && job != NULL)
		e = dispatch_ack(c->dispatch, a, runner, job, NULL, &held);
	if (e != NULL)
		log_err(LOG_WARNING, "acknowledge_failed", e);
}

struct err *
core_testdata_get(const struct core *c, struct arena *a,
    const struct caller *who, int64_t problem_id,
    struct store_testdata **ret_testdata)
{
	struct store_testdata *t;

	TRY(store_testdata_get(c->store, a, problem_id, runner_of(who), &t));
	if (t == NULL)
		return no_testdata(a);
	acknowledge(c, a, who, problem_id);
	*ret_testdata = t;
	return NULL;
}

struct err *
core_testdata_bytes(const struct core *c, struct arena *a,
    const struct caller *who, int64_t problem_id, struct store_blob **ret_blob)
{
	struct store_blob *blob;

	TRY(store_testdata_bytes(c->store, a, problem_id, runner_of(who),
	    &blob));
	if (blob == NULL)
		return no_testdata(a);
	acknowledge(c, a, who, problem_id);
	*ret_blob = blob;
	return NULL;
}
