/*
 * A slot: one thread that asks for a job, runs it, and asks again.
 *
 * Its nonce stays the same until a poll was answered with 200 or 204: if an
 * answer is lost on its way, the next poll gets the same job.
 */
#include "runner/agent.h"

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/rand.h"
#include "runner/job.h"
#include "runner/report.h"
#include "runner/selftest.h"

#define NONCE_BYTES 12
#define NONCE_TEXT 32
#define POLL_DEFAULT_MS 3000

struct poller {
	struct backoff backoff;
	struct backoff faults; /* jobs that failed by our fault */
	char nonce[NONCE_TEXT];
};

static void
renew_nonce(struct poller *p, struct arena *a)
{
	unsigned char bytes[NONCE_BYTES];
	const char *text;

	rand_bytes(bytes, sizeof(bytes));
	text = enc_hex(a, bytes, sizeof(bytes));
	memcpy(p->nonce, text, strlen(text) + 1);
}

/* How long the server may hold a poll: as long as both agree to. */
static int64_t
wait_s(const struct agent *g, const struct wire_runner_config *server)
{
	int64_t ours = g->config->wait_sec;

	return server->wait_max_sec < ours ? server->wait_max_sec : ours;
}

/*
 * About the interval that the server wants; not all slots at once.  Where the
 * poll itself waits there is no need to, unless the server asks for it.
 */
static int64_t
idle_ms(const struct agent *g, const struct wire_runner_config *server,
    int retry_after_s)
{
	int64_t ms = server->poll_interval_sec > 0
	    ? server->poll_interval_sec * 1000
	    : POLL_DEFAULT_MS;

	if (retry_after_s > 0)
		ms = (int64_t)retry_after_s * 1000;
	else if (wait_s(g, server) > 0)
		return 100 + rand_below(200);
	return ms - ms / 8 + rand_below((uint32_t)(ms / 4) + 1);
}

/*
 * Takes the job, or gives it back at once if the process is ending.  A job
 * that failed by our fault is followed by a growing rest: what is broken here
 * must not eat the queue.
 */
static int64_t
take_job(struct slot *s, struct poller *p, const struct wire_job *job)
{
	bool is_fine;

	const struct claim claim = { job->job_id, job->lease_id };

	if (!slot_begin_job(s, job->job_id)) {
		report_abort(s, &claim, "drain");
		return 0;
	}
	is_fine = job_run(s, job);
	slot_end_job(s);
	if (is_fine) {
		backoff_reset(&p->faults);
		return 0;
	}
	return backoff_next_ms(&p->faults, 0);
}

/* One poll with what follows; returns how long to rest. */
static int64_t
turn(struct slot *s, struct poller *p, const struct identity *id)
{
	struct agent *g = s->agent;
	struct wire_job *job = NULL;
	struct reply reply = { 0 };
	bool is_drained;
	struct wire_runner_config server = agent_server(g, &is_drained);
	struct poll poll = {
		.nonce = p->nonce,
		.wait_s = wait_s(g, &server),
		.cancel = &g->stop.is_set,
	};
	struct err *e;

	if (is_drained)
		return idle_ms(g, &server, 0);
	if (!selftest_passes(g, s->scratch))
		return backoff_next_ms(&p->faults, 0);
	e = client_next_job(s->client, s->turn, id, &poll, &reply, &job);
	if (e != NULL) {
		if (!event_is_set(&g->stop))
			log_err(LOG_WARNING, "poll_failed", e);
		return backoff_next_ms(&p->backoff, 0);
	}
	agent_note_status(g, id, reply.status);
	if (reply.status != 200 && reply.status != 204) {
		log_event(LOG_WARNING, "poll_refused",
		    LI("status", reply.status));
		return backoff_next_ms(&p->backoff, reply.retry_after_s);
	}
	backoff_reset(&p->backoff);
	renew_nonce(p, s->turn);
	if (job == NULL)
		return idle_ms(g, &server, reply.retry_after_s);
	return take_job(s, p, job);
}

void *
slot_main(void *arg)
{
	struct slot *s = arg;
	struct agent *g = s->agent;
	struct poller p = { 0 };
	struct identity id;

	renew_nonce(&p, s->turn);
	while (!event_is_set(&g->stop) && agent_identity(g, &id)) {
		int64_t ms = turn(s, &p, &id);

		atomic_store(&s->alive_ms, clock_mono_ms());
		arena_reset(s->turn);
		arena_reset(s->scratch);
		if (ms > 0)
			event_wait(&g->stop, ms);
	}
	atomic_fetch_sub(&g->live_slots, 1);
	return NULL;
}
