/*
 * Theory: a wake says that a job is ready in a queue, to every process, and
 * each process asks for as many of its polls as there are such jobs: one
 * batch, whatever the number of parked polls.  Another process may have been
 * first (then the queue is idle, and nobody else needs to ask), or a poll may
 * not have the job (its runner holds one of the same submission, or had this
 * one before): then the next one asks.
 *
 * A poll whose client has left is found before it is asked for, and a job
 * that could not be sent is given back at once: otherwise a client that goes
 * away eats jobs.
 */
#include "assized/handout.h"

#include <string.h>

#include "assized/h.h"
#include "assized/problem.h"
#include "assized/server.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "core/claim.h"
#include "core/runner.h"

/* Polls asked for in vain before the rest is left to the next scan. */
#define TRIES_MAX 256
#define SCAN_FIRST 8

/*
 * -- answers
 */

void
handout_nothing(struct handout *h, struct parked *p)
{
	struct req r;

	server_revive(h->app, h->answer, p, &r);
	h_job_answer(&r, NULL);
	/* Whoever has left misses nothing. */
	(void)!server_answer(&r, p);
	park_end(h->app->park, p);
	arena_reset(h->answer);
}

void
handout_error(struct handout *h, struct parked *p, const struct err *e)
{
	struct req r;

	server_revive(h->app, h->answer, p, &r);
	problem_answer(&r, e);
	(void)!server_answer(&r, p);
	park_end(h->app->park, p);
	arena_reset(h->answer);
}

static void
give_job(struct handout *h, struct parked *p, const struct wire_job *job)
{
	struct req r;

	server_revive(h->app, h->answer, p, &r);
	h_job_answer(&r, job);
	if (FAILPOINT(h->answer, "handout.before_write") != NULL ||
	    !server_answer(&r, p)) {
		log_event(LOG_INFO, "poll_left",
		    LS("runner", p->caller->runner->id),
		    LS("job", job->job_id));
		core_claim_undo(h->app->core, h->turn, p->caller, job);
	}
	park_end(h->app->park, p);
	arena_reset(h->answer);
}

/*
 * -- asking
 */

/* Answers those for whom there is something; how many got a job. */
static size_t
settle(struct handout *h, struct parked **polls, size_t n,
    const struct claim_got *gots)
{
	size_t given = 0;

	for (size_t i = 0; i < n; i++) {
		struct parked *p = polls[i];

		if (gots[i].job == NULL && gots[i].error == NULL &&
		    !gots[i].is_refused)
			continue;
		polls[i] = NULL;
		if (gots[i].job != NULL) {
			given++;
			give_job(h, p, gots[i].job);
		} else if (gots[i].error != NULL) {
			handout_error(h, p, gots[i].error);
		} else {
			handout_nothing(h, p);
		}
	}
	return given;
}

/* polls[i] is NULL afterwards if it was answered. */
static struct err *
ask(struct handout *h, struct parked **polls, size_t n,
    struct claim_got *ret_gots, size_t *ret_given)
{
	struct claim_ask *asks = arena_array(h->turn, n, sizeof(*asks));

	for (size_t i = 0; i < n; i++)
		asks[i] =
		    (struct claim_ask) { polls[i]->caller, polls[i]->nonce };
	TRY(core_claim_many(h->app->core, h->turn, asks, n, ret_gots));
	*ret_given = settle(h, polls, n, ret_gots);
	return NULL;
}

/* Those that are still there; the others end. */
static size_t
without_left(struct handout *h, struct parked **polls, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (fcgi_has_left(polls[i]->conn))
			park_end(h->app->park, polls[i]);
		else
			polls[kept++] = polls[i];
	}
	return kept;
}

bool
handout_ask(struct handout *h, struct parked **polls, size_t n, bool is_last)
{
	struct claim_got gots[HANDOUT_MAX];
	struct err *e = h->failure;
	size_t given;

	n = without_left(h, polls, n);
	if (n > 0 && e == NULL)
		e = ask(h, polls, n, gots, &given);
	h->failure = e;
	for (size_t i = 0; i < n && is_last; i++) {
		if (polls[i] == NULL)
			continue;
		if (e != NULL)
			handout_error(h, polls[i], e);
		else
			handout_nothing(h, polls[i]);
	}
	return e == NULL;
}

/*
 * -- choosing
 */

static bool
has_text(const char *const *texts, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

static bool
serves(const struct parked *p, const struct wanted *w)
{
	const struct runner *r = p->caller->runner;

	return has_text(r->pools, r->pools_n, w->pool) &&
	    (r->languages_n == 0 ||
		has_text(r->languages, r->languages_n, w->language));
}

/* Takes one of what is wanted for the poll; false if it serves none. */
static bool
take_wanted(struct parked *p, struct wanted *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (w[i].n > 0 && serves(p, &w[i])) {
			w[i].n--;
			p->wanted = i;
			return true;
		}
	return false;
}

/* The next ones of this round; w NULL: any, but not more than max. */
static size_t
choose(struct handout *h, struct wanted *w, size_t n_wanted,
    struct parked **polls, size_t max)
{
	struct parked_list *line = park_line(h->app->park, PARK_JOB);
	struct parked *next;
	size_t n = 0;

	for (struct parked *p = TAILQ_FIRST(line); p != NULL && n < max;
	     p = next) {
		next = TAILQ_NEXT(p, in_line);
		if (p->round == h->round)
			continue;
		if (fcgi_has_left(p->conn)) {
			park_end(h->app->park, p);
			continue;
		}
		if (w != NULL && !take_wanted(p, w, n_wanted))
			continue;
		p->round = h->round;
		polls[n++] = p;
	}
	return n;
}

/* They stay, behind those that were not tried. */
static size_t
keep(struct handout *h, struct parked **polls, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (polls[i] != NULL) {
			park_to_tail(h->app->park, polls[i]);
			kept++;
		}
	return kept;
}

static void
log_failure(const struct err *e)
{
	log_err(LOG_WARNING, "handout_failed", e);
}

/* What a poll learnt of the queues: empty, or not for this one. */
static void
learn(const struct parked *p, const struct claim_got *got, struct wanted *w,
    size_t n)
{
	if (!got->is_idle) {
		w[p->wanted].n++;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (serves(p, &w[i]))
			w[i].n = 0;
}

void
handout_ready(struct handout *h, struct wanted *w, size_t n)
{
	struct parked *polls[HANDOUT_MAX];
	struct claim_got gots[HANDOUT_MAX];
	size_t tries = 0;
	size_t asked, given;

	h->round++;
	while (tries < TRIES_MAX &&
	    (asked = choose(h, w, n, polls, HANDOUT_MAX)) > 0) {
		struct err *e = ask(h, polls, asked, gots, &given);

		if (e != NULL) {
			log_failure(e);
			return;
		}
		for (size_t i = 0; i < asked; i++)
			if (polls[i] != NULL)
				learn(polls[i], &gots[i], w, n);
		tries += keep(h, polls, asked);
	}
}

void
handout_scan(struct handout *h, bool all)
{
	struct parked *polls[HANDOUT_MAX];
	struct claim_got gots[HANDOUT_MAX];
	size_t max = all ? HANDOUT_MAX : SCAN_FIRST;
	size_t asked, given;

	h->round++;
	while ((asked = choose(h, NULL, 0, polls, max)) > 0) {
		struct err *e = ask(h, polls, asked, gots, &given);

		if (e != NULL) {
			log_failure(e);
			return;
		}
		(void)keep(h, polls, asked);
		if (given == 0 && !all)
			return;
		max = HANDOUT_MAX;
	}
}
