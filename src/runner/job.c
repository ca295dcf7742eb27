#include "runner/job.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/io.h"
#include "base/log.h"
#include "package/zip.h"
#include "runner/door.h"
#include "runner/report.h"
#include "runner/selftest.h"
#include "wire/result.h"

#define FETCH_TRIES 5
#define SOURCE_MAX ((int64_t)64 << 20)
#define PACKAGE_MAX ((int64_t)1 << 30)
#define RESULT_MAX ((size_t)8 << 20)
/* Leases are renewed while it is tried; then it is given up. */
#define SEND_MS 600000
#define DOOR_ARENA ((size_t)64 << 20)
#define PROGRESS_EVERY_MS 250
#define PROGRESS_PAUSE_MS 10000

struct run {
	struct slot *slot;
	const struct wire_job *job;
	struct claim claim;
	const struct shelf_book *book;
	struct zip_file *files;
	size_t files_n;
	struct wire_result *result;
	int common;         /* the course's files, a zip; -1: there are none */
	struct str archive; /* what it names, if it names one */
	/* Progress: how many tests were told, and when the next may be. */
	size_t told;
	int64_t tell_at_ms;
};

static void
touch(struct slot *s)
{
	atomic_store(&s->alive_ms, clock_mono_ms());
}

/*
 * Downloads, again where that may help.  once is one request; on 200 its
 * reply is the result.
 */
typedef struct err *request_fn(struct run *, struct arena *,
    const struct identity *, void *arg, struct reply *ret_reply);

static struct err *
fetch(struct run *r, struct arena *a, request_fn *once, void *arg,
    struct reply *ret_reply)
{
	struct slot *s = r->slot;
	struct backoff backoff = { 0 };
	struct identity id;
	struct err *e = NULL;

	for (int tries = 0; tries < FETCH_TRIES; tries++) {
		struct reply reply = { 0 };

		touch(s);
		if (!agent_identity(s->agent, &id))
			break;
		e = once(r, a, &id, arg, &reply);
		if (e != NULL && e->code != ERR_UNAVAILABLE)
			return e;
		if (e == NULL) {
			agent_note_status(s->agent, &id, reply.status);
			if (reply.status == 200) {
				*ret_reply = reply;
				return NULL;
			}
			e = ERR_WHY(a, ERR_UNAVAILABLE, "status %d",
			    reply.status);
			if (reply.status != 401 &&
			    !client_is_passing(reply.status))
				return e;
		}
		if (event_wait(&s->cancel,
			backoff_next_ms(&backoff, reply.retry_after_s)))
			break;
	}
	return e != NULL ? e : ERR_WHY(a, ERR_UNAVAILABLE, "cancelled");
}

/* A zip by its digest: where it goes, and what it is. */
struct wanted {
	const char *digest;
	int fd;
};

static struct err *
request_package(struct run *r, struct arena *a, const struct identity *id,
    void *arg, struct reply *ret_reply)
{
	const struct wanted *w = arg;
	struct download d = {
		/* Not the document's link: its host may not be ours. */
		.url = arena_printf(a, "%s/packages/%s",
		    r->slot->agent->config->server, w->digest),
		.max = PACKAGE_MAX,
		.sink = w->fd,
		.cancel = &r->slot->cancel.is_set,
	};

	if (ftruncate(w->fd, 0) < 0 || lseek(w->fd, 0, SEEK_SET) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "package: %s", strerror(errno));
	return client_package(r->slot->client, a, id, &d, ret_reply);
}

static struct err *
fetch_package(void *arg, struct arena *a, int fd)
{
	const struct run *r = arg;
	struct wanted w = { r->job->package->digest, fd };
	struct reply reply;

	return fetch(arg, a, request_package, &w, &reply);
}

static struct err *
fetch_common(void *arg, struct arena *a, int fd)
{
	const struct run *r = arg;
	struct wanted w = { r->job->common->digest, fd };
	struct reply reply;

	return fetch(arg, a, request_package, &w, &reply);
}

static struct err *
request_source(struct run *r, struct arena *a, const struct identity *id,
    void *arg, struct reply *ret_reply)
{
	const struct download d = {
		.url = r->job->code_url,
		.max = SOURCE_MAX,
		.sink = -1,
		.cancel = &r->slot->cancel.is_set,
	};

	return client_source(r->slot->client, a, &d, ret_reply);
}

static struct err *
take_source(struct run *r, struct arena *a)
{
	const struct wire_job_source *source = r->job->source;
	struct reply reply;

	TRY(fetch(r, a, request_source, NULL, &reply));
	if (strcmp(enc_sha256_hex(a, reply.body, reply.n), source->sha256) != 0)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "the source has another digest");
	return zip_read(a, reply.body, reply.n, &zip_limits_submission,
	    &r->files, &r->files_n);
}

static struct err *
prepare(struct run *r, struct arena *a)
{
	const struct wire_job *job = r->job;

	if (job->source == NULL || job->package == NULL ||
	    job->code_url == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "a job without source or package");
	/* The source first: asking for it acknowledges the lease. */
	TRY(take_source(r, a));
	TRY(shelf_take(r->slot->agent->shelf, a, job->package->digest,
	    fetch_package, r, &r->book));
	if (r->book->package->method == PACKAGE_SCRIPT)
		slot_note_script(r->slot);
	if (job->common != NULL && r->book->package->method == PACKAGE_SCRIPT)
		TRY(shelf_zip(r->slot->agent->shelf, a, job->common->digest,
		    fetch_common, r, &r->common));
	return job_check_tests(a, job->grading, r->book->package);
}

/* A courtesy: its failure only stops it for a while. */
static void
tell_progress(void *arg, const struct wire_test *tests, size_t from, size_t n)
{
	struct run *r = arg;
	struct slot *s = r->slot;
	const struct wire_progress body = {
		.from = (int64_t)r->told,
		.tests = tests + r->told,
		.n_tests = from + n - r->told,
	};
	struct reply reply = { 0 };
	struct identity id;
	struct err *e;

	touch(s);
	if (clock_mono_ms() < r->tell_at_ms || !agent_identity(s->agent, &id))
		return;
	arena_reset(s->scratch);
	e = client_progress(s->client, s->scratch, &id, &r->claim, &body,
	    &reply);
	if (e == NULL && reply.status == 204) {
		r->told = from + n;
		r->tell_at_ms = clock_mono_ms() + PROGRESS_EVERY_MS;
	} else {
		r->tell_at_ms = clock_mono_ms() + PROGRESS_PAUSE_MS;
	}
}

static void
close_client(struct client **c)
{
	client_close(*c);
}

/*
 * From a thread of its own, while the slot's waits for the box: with a client
 * of its own.
 */
static struct err *
tell_door(void *arg, struct arena *a, const struct wire_ssh *door)
{
	_cleanup_(arena_freep) struct arena *own = NULL;
	_cleanup_(close_client) struct client *client = NULL;
	const struct run *r = arg;
	struct slot *s = r->slot;
	struct backoff backoff = { 0 };
	struct reply reply = { 0 };
	struct identity id;

	own = arena_new("door", DOOR_ARENA);
	TRY(client_open(own, s->agent->config, &client));
	for (int tries = 0; tries < FETCH_TRIES; tries++) {
		struct err *e;

		if (!agent_identity(s->agent, &id))
			break;
		e = client_ssh(client, own, &id, &r->claim, door, &reply);
		if (e == NULL && reply.status == 204) {
			log_event(LOG_INFO, "door_told",
			    LS("job", r->claim.job_id), LI("port", door->port),
			    LS("until", door->until));
			return NULL;
		}
		if (e == NULL && !client_is_passing(reply.status))
			break;
		if (event_wait(&s->cancel,
			backoff_next_ms(&backoff, reply.retry_after_s)))
			break;
	}
	return ERR_WHY(a, ERR_UNAVAILABLE,
	    "the server did not take the session: status %d", reply.status);
}

static struct err *
grade(struct run *r, struct arena *a)
{
	const struct wire_job *job = r->job;
	const struct door_teller doors = { tell_door, r };
	struct grading_job grading = {
		.owner = job->job_id,
		.package = r->book->package,
		.package_dir = r->book->dir,
		.programs = r->book->programs,
		.html = r->book->html,
		.package_digest = job->package->digest,
		.limits = r->book->package->limits,
		.language = language_by_id(job->language),
		.files = r->files,
		.files_n = r->files_n,
		.source_digest = job->source->sha256,
		.input = job->input,
		.locale = job->locale,
		.state = job->state != NULL ? job->state : "",
		.network = job->network,
		.is_debug = job->debug != NULL,
		.doors = &doors,
		.common = r->common + 1,
		.cancel = &r->slot->cancel,
		.core = r->slot->core,
		.quiet = r->slot->quiet,
		.progress = tell_progress,
		.progress_arg = r,
		.ret_archive = &r->archive,
	};

	if (grading.language == NULL && job->language >= 0)
		return ERR_WHY(a, ERR_UNAVAILABLE, "language %lld is unknown",
		    (long long)job->language);
	TRY(job_limits(a, job->limits, &grading.limits));
	TRY(job_all_tests(a, job->limits, &grading.all_tests));
	r->tell_at_ms = clock_mono_ms() + PROGRESS_EVERY_MS;
	return pipeline_run(r->slot->agent->grader, a, &grading, &r->result);
}

static void
tell_sent(struct run *r, int status)
{
	log_event(status == 204 ? LOG_INFO : LOG_WARNING,
	    status == 204 ? "job_done" : "result_not_taken",
	    LS("job", r->claim.job_id), LS("submission", r->job->submission_id),
	    LS("verdict", wire_verdicts[r->result->verdict]),
	    LD("grade", r->result->grade), LI("status", status));
}

/*
 * Sends until it is answered: 204 taken, 404 and 409 not ours any more.  An
 * answer that blames the result gives the job back, since repeating it would
 * change nothing.
 */
static struct err *
send_result(struct run *r, struct arena *a)
{
	char *text = wire_result_text(a, r->result, RESULT_MAX);
	int64_t until = clock_mono_ms() + SEND_MS;
	struct backoff backoff = { 0 };
	struct slot *s = r->slot;
	struct identity id;

	if (text == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "the result is too long");
	while (clock_mono_ms() < until && agent_identity(s->agent, &id)) {
		struct reply reply = { 0 };
		struct err *e;

		touch(s);
		arena_reset(s->scratch);
		e = client_complete(s->client, s->scratch, &id, &r->claim, text,
		    &reply);
		if (e != NULL)
			log_err(LOG_WARNING, "complete_failed", e);
		else
			agent_note_status(s->agent, &id, reply.status);
		if (e == NULL &&
		    (reply.status == 204 || reply.status == 404 ||
			reply.status == 409)) {
			tell_sent(r, reply.status);
			return NULL;
		}
		if (e == NULL && reply.status != 401 &&
		    !client_is_passing(reply.status))
			return ERR_WHY(a, ERR_RESULT_MISMATCH,
			    "result refused with status %d: %.300s",
			    reply.status, reply.body);
		if (event_wait(&s->cancel,
			backoff_next_ms(&backoff, reply.retry_after_s)))
			break;
	}
	return ERR_WHY(a, ERR_UNAVAILABLE, "the result could not be sent");
}

/*
 * Before the result that names it.  Who does not take it gets the result
 * without: a grade is worth more than its archive.
 */
static void
send_archive(struct run *r)
{
	struct backoff backoff = { 0 };
	struct slot *s = r->slot;
	struct identity id;

	for (int tries = 0; tries < FETCH_TRIES; tries++) {
		struct reply reply = { 0 };
		struct err *e;

		touch(s);
		if (!agent_identity(s->agent, &id))
			break;
		arena_reset(s->scratch);
		e = client_file(s->client, s->scratch, &id, &r->claim,
		    &(struct upload) { r->result->archive, r->archive },
		    &reply);
		if (e != NULL)
			log_err(LOG_WARNING, "archive_failed", e);
		else if (reply.status == 204)
			return;
		else if (!client_is_passing(reply.status))
			break;
		if (event_wait(&s->cancel,
			backoff_next_ms(&backoff, reply.retry_after_s)))
			break;
	}
	log_event(LOG_WARNING, "archive_not_taken", LS("job", r->claim.job_id),
	    LI("bytes", (int64_t)r->archive.n));
	r->result->archive = NULL;
}

static struct err *
run_phases(struct run *r, struct arena *a, enum phase *phase)
{
	*phase = PHASE_PREPARE;
	TRY(prepare(r, a));
	*phase = PHASE_GRADE;
	TRY(grade(r, a));
	*phase = PHASE_SEND;
	if (r->result->archive != NULL)
		send_archive(r);
	return send_result(r, a);
}

bool
job_run(struct slot *s, const struct wire_job *job)
{
	struct run r = {
		.slot = s,
		.job = job,
		.claim = { job->job_id, job->lease_id },
		.common = -1,
	};
	enum phase phase;
	struct err *e;
	bool is_fine;

	log_event(LOG_INFO, "job_taken", LS("job", job->job_id),
	    LS("submission", job->submission_id), LI("attempt", job->attempt),
	    LS("problem", job->problem), LS("language", job->language_name));
	e = run_phases(&r, s->turn, &phase);
	io_closep(&r.common);
	is_fine = e == NULL || slot_why(s) != CANCEL_NONE;
	shelf_give(s->agent->shelf, r.book, is_fine);
	if (!is_fine)
		selftest_doubt(s->agent, e);
	if (e != NULL)
		report_failure(s, &r.claim, phase, e);
	return is_fine;
}
