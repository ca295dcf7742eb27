/*
 * Theory: one thread waits for five things at once: the wake channel, newly
 * parked requests, clients that leave, deadlines, and a clock of its own.
 * The channel is a hint that makes answers fast; the clock makes them sure:
 * about once a second it looks for jobs, and reads the states of the submissions
 * that somebody waits for.
 *
 * No news is lost between a request's own look and its parking: it remembers
 * the count of news from before that look, and if the count has changed when
 * it gets here, it is looked after once more.  Messages that were read after
 * that find it in the table.  A lost connection counts as news.
 *
 * Events of connections are handled before all others of a turn: each ends
 * only its own request, so no event is left for one that is gone.
 */
#include "assized/dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>

#include "assized/h.h"
#include "assized/handout.h"
#include "assized/park.h"
#include "assized/problem.h"
#include "assized/server.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "core/runner_cache.h"
#include "core/view.h"
#include "dispatch/wake.h"

#define TURN_BYTES (256u << 20)
#define EVENTS 128
/* Without news jobs and submissions are looked at so often. */
#define SCAN_MS 1000
#define RECHECK_MS 800
#define RECONNECT_MS 250
/* Queues told apart in one turn; with more of them everybody asks. */
#define WANTED_MAX 64
#define LOOK_MAX 256

/* All but busy_since_ms is the thread's own; the park locks itself. */
struct dispatcher {
	struct app *app;
	struct park *park;
	pthread_t thread;
	int epoll_fd;
	_Atomic int64_t busy_since_ms; /* 0: it waits */
	struct handout handout;
	struct dispatch_wake *wake; /* NULL: not connected */
	int64_t connect_ms;         /* monotonic: not before */
	int64_t scanned_ms;
	int64_t rechecked_ms;
	bool is_away; /* said that Redis is */
	struct wanted wanted[WANTED_MAX];
	size_t n_wanted;
	bool scan_all;
};

/*
 * -- submissions
 */

/* Answers with the document as it is now. */
static void
answer_submission(struct dispatcher *d, struct parked *p)
{
	struct submission_view view;
	struct req r;
	struct err *e;

	server_revive(d->app, d->handout.answer, p, &r);
	e = core_submission_get(d->app->core, r.arena, r.caller, p->key, &view);
	if (e != NULL)
		problem_answer(&r, e);
	else
		h_submission_answer(&r, &view);
	/* Whoever has left can look again. */
	(void)!server_answer(&r, p);
	park_end(d->park, p);
	arena_reset(d->handout.answer);
}

/* Answers those whose submission has changed. */
static void
look_at(struct dispatcher *d, struct parked **polls, size_t n)
{
	const char *ids[LOOK_MAX];
	const char *states[LOOK_MAX];
	struct err *e;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		ids[i] = polls[i]->key;
	e = core_submission_versions(d->app->core, d->handout.turn, ids, n,
	    states);
	if (e != NULL) {
		log_err(LOG_WARNING, "recheck_failed", e);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (states[i] == NULL || strcmp(states[i], polls[i]->seen) != 0)
			answer_submission(d, polls[i]);
}

static void
recheck(struct dispatcher *d)
{
	struct parked *polls[LOOK_MAX];
	struct parked *next;
	size_t n = 0;

	for (struct parked *p =
		 TAILQ_FIRST(park_line(d->park, PARK_SUBMISSION));
	     p != NULL; p = next) {
		next = TAILQ_NEXT(p, in_line);
		polls[n++] = p;
		if (n == LOOK_MAX || next == NULL) {
			look_at(d, polls, n);
			n = 0;
		}
	}
}

static void
look_at_one(struct dispatcher *d, const char *id)
{
	struct parked *polls[LOOK_MAX];
	size_t n = 0;

	for (struct parked *p = park_find(d->park, PARK_SUBMISSION, id, NULL);
	     p != NULL && n < LOOK_MAX;
	     p = park_find(d->park, PARK_SUBMISSION, id, p))
		polls[n++] = p;
	look_at(d, polls, n);
}

/*
 * -- news
 */

static void
want(struct dispatcher *d, const struct dispatch_woken *woken)
{
	struct wanted *w = d->wanted;

	for (size_t i = 0; i < d->n_wanted; i++)
		if (strcmp(w[i].pool, woken->id) == 0 &&
		    strcmp(w[i].language, woken->language) == 0) {
			w[i].n++;
			return;
		}
	if (d->n_wanted == WANTED_MAX)
		d->scan_all = true;
	else
		w[d->n_wanted++] =
		    (struct wanted) { woken->id, woken->language, 1 };
}

/* Its next poll will be told what it is now. */
static void
runner_is_gone(struct dispatcher *d, const char *id)
{
	struct parked *next;

	runner_cache_drop(d->app->core->runners, id);
	for (struct parked *p = TAILQ_FIRST(park_line(d->park, PARK_JOB));
	     p != NULL; p = next) {
		next = TAILQ_NEXT(p, in_line);
		if (strcmp(p->caller->runner->id, id) == 0)
			handout_nothing(&d->handout, p);
	}
}

static void
take_news(struct dispatcher *d, const struct dispatch_woken *woken, size_t n)
{
	for (size_t i = 0; i < n; i++)
		switch (woken[i].news) {
		case DISPATCH_NEWS_READY:
			want(d, &woken[i]);
			break;
		case DISPATCH_NEWS_SUBMISSION:
			look_at_one(d, woken[i].id);
			break;
		case DISPATCH_NEWS_RUNNER:
			runner_is_gone(d, woken[i].id);
			break;
		}
}

static void
disconnect(struct dispatcher *d, struct err *why)
{
	if (!d->is_away)
		log_err(LOG_WARNING, "wake_lost", why);
	d->is_away = true;
	dispatch_wake_close(d->wake);
	d->wake = NULL;
	d->connect_ms = clock_mono_ms() + RECONNECT_MS;
}

static void
connect_wake(struct dispatcher *d)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = d };
	struct err *e;

	if (d->wake != NULL || clock_mono_ms() < d->connect_ms)
		return;
	e = dispatch_wake_open(d->app->core->dispatch, d->handout.turn,
	    &d->wake);
	if (e == NULL &&
	    epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, dispatch_wake_fd(d->wake),
		&ev) < 0)
		e = ERR_WHY(d->handout.turn, ERR_INTERNAL, "epoll: %s",
		    strerrordesc_np(errno));
	if (e != NULL) {
		disconnect(d, e);
		return;
	}
	if (d->is_away)
		log_event(LOG_INFO, "wake_works", LS("after", "a failure"));
	d->is_away = false;
	/* What was said meanwhile was not heard. */
	park_tell_news(d->park);
	d->scan_all = true;
	d->rechecked_ms = 0;
}

static void
read_wake(struct dispatcher *d)
{
	struct dispatch_woken *woken;
	struct err *e;
	size_t n;

	if (d->wake == NULL)
		return;
	do {
		e = dispatch_wake_read(d->wake, d->handout.turn, &woken, &n);
		if (e != NULL) {
			disconnect(d, e);
			return;
		}
		if (n > 0)
			park_tell_news(d->park);
		take_news(d, woken, n);
	} while (n > 0);
}

/*
 * -- what comes and goes
 */

/*
 * The same slot again: whoever asked before is not there any more.  It may
 * be one of those that are still to be looked after.
 */
static void
replace(struct dispatcher *d, const struct parked *p, struct parked **again,
    size_t n)
{
	struct parked *old;

	if (p->kind != PARK_JOB || p->key == NULL)
		return;
	old = park_find(d->park, PARK_JOB, p->key, NULL);
	if (old == NULL || old == p)
		return;
	for (size_t i = 0; i < n; i++)
		if (again[i] == old)
			again[i] = NULL;
	handout_nothing(&d->handout, old);
}

static bool
watch(struct dispatcher *d, struct parked *p)
{
	struct epoll_event ev = { .events = EPOLLRDHUP, .data.ptr = p };

	if (epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, fcgi_fd(p->conn), &ev) == 0)
		return true;
	log_event(LOG_ERROR, "park_failed",
	    LS("error", strerrordesc_np(errno)));
	return false;
}

/* News came between their own look and now. */
static void
look_again(struct dispatcher *d, struct parked **polls, size_t n)
{
	struct parked *jobs[HANDOUT_MAX];
	struct parked *submissions[HANDOUT_MAX];
	size_t n_jobs = 0, n_submissions = 0;

	for (size_t i = 0; i < n; i++) {
		if (polls[i] == NULL)
			continue;
		if (polls[i]->kind == PARK_JOB)
			jobs[n_jobs++] = polls[i];
		else
			submissions[n_submissions++] = polls[i];
	}
	look_at(d, submissions, n_submissions);
	if (n_jobs > 0 && !handout_ask(&d->handout, jobs, n_jobs, false))
		d->scan_all = true;
}

static void
take_in(struct dispatcher *d)
{
	struct parked *again[HANDOUT_MAX];
	uint64_t news = park_news(d->park);
	struct parked *p;
	size_t n = 0;

	while ((p = park_take_in(d->park)) != NULL) {
		replace(d, p, again, n);
		if (!watch(d, p)) {
			park_end(d->park, p);
			continue;
		}
		if (p->news != news)
			again[n++] = p;
		if (n == HANDOUT_MAX) {
			look_again(d, again, n);
			n = 0;
		}
	}
	look_again(d, again, n);
}

/* Their time has come: at most HANDOUT_MAX of them. */
static void
end_some(struct dispatcher *d, struct parked **polls, size_t n)
{
	struct parked *jobs[HANDOUT_MAX];
	size_t n_jobs = 0;

	for (size_t i = 0; i < n; i++) {
		if (polls[i]->kind == PARK_JOB)
			jobs[n_jobs++] = polls[i];
		else
			answer_submission(d, polls[i]);
	}
	if (n_jobs > 0)
		(void)handout_ask(&d->handout, jobs, n_jobs, true);
}

static void
end_due(struct dispatcher *d)
{
	struct parked *due[HANDOUT_MAX];
	size_t n;

	while ((n = park_due(d->park, clock_mono_ms(), due, HANDOUT_MAX)) > 0)
		end_some(d, due, n);
}

/* The process ends: for everybody the time has come. */
static void
end_all(struct dispatcher *d)
{
	for (enum park_kind kind = 0; kind < PARK_KIND__MAX; kind++) {
		struct parked *polls[HANDOUT_MAX];
		struct parked *p;
		size_t n;

		do {
			n = 0;
			TAILQ_FOREACH (p, park_line(d->park, kind), in_line)
				if (n < HANDOUT_MAX)
					polls[n++] = p;
			end_some(d, polls, n);
		} while (n > 0);
	}
}

/*
 * -- the thread
 */

static bool
is_waited_for(const struct dispatcher *d, enum park_kind kind)
{
	return !TAILQ_EMPTY(park_line(d->park, kind));
}

static int
sooner(int ms, int64_t at_ms, int64_t now_ms)
{
	int64_t left = at_ms > now_ms ? at_ms - now_ms : 0;

	return ms < 0 || left < ms ? (int)left : ms;
}

static int
wait_ms(const struct dispatcher *d)
{
	int64_t now = clock_mono_ms();
	int ms = park_next_ms(d->park, now);

	if (d->wake == NULL)
		ms = sooner(ms, d->connect_ms, now);
	if (is_waited_for(d, PARK_JOB))
		ms = sooner(ms, d->scanned_ms + SCAN_MS, now);
	if (is_waited_for(d, PARK_SUBMISSION))
		ms = sooner(ms, d->rechecked_ms + RECHECK_MS, now);
	return ms;
}

/* Ends those whose clients left; the rest of the turn sees the others. */
static void
wait_for_events(struct dispatcher *d)
{
	struct epoll_event events[EVENTS];
	int n;

	atomic_store(&d->busy_since_ms, 0);
	n = epoll_wait(d->epoll_fd, events, EVENTS, wait_ms(d));
	atomic_store(&d->busy_since_ms, clock_mono_ms());
	for (int i = 0; i < n; i++) {
		void *p = events[i].data.ptr;

		if (p != d && p != d->park)
			park_end(d->park, p);
	}
}

static void
hand_out(struct dispatcher *d)
{
	if (d->scan_all)
		handout_scan(&d->handout, true);
	else if (d->n_wanted > 0)
		handout_ready(&d->handout, d->wanted, d->n_wanted);
	/* A poll that serves several may have got another one's job. */
	if (d->n_wanted > 1)
		handout_scan(&d->handout, false);
	d->scan_all = false;
	d->n_wanted = 0;
}

static void
keep_time(struct dispatcher *d)
{
	int64_t now = clock_mono_ms();

	end_due(d);
	if (now - d->scanned_ms >= SCAN_MS) {
		d->scanned_ms = now;
		handout_scan(&d->handout, false);
	}
	if (now - d->rechecked_ms >= RECHECK_MS) {
		d->rechecked_ms = now;
		recheck(d);
	}
}

static void *
run(void *arg)
{
	struct dispatcher *d = arg;
	bool is_closed;

	while (!park_is_over(d->park, &is_closed)) {
		connect_wake(d);
		wait_for_events(d);
		take_in(d);
		read_wake(d);
		hand_out(d);
		keep_time(d);
		if (is_closed)
			end_all(d);
		d->handout.failure = NULL;
		arena_reset(d->handout.turn);
	}
	dispatch_wake_close(d->wake);
	return NULL;
}

struct err *
dispatcher_start(struct arena *a, struct app *app,
    struct dispatcher **ret_dispatcher)
{
	struct dispatcher *d = arena_new_of(a, struct dispatcher);
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = app->park };
	int rc;

	d->app = app;
	d->park = app->park;
	d->handout = (struct handout) {
		.app = app,
		.turn = arena_new("dispatcher", TURN_BYTES),
		.answer = arena_new("answer", server_arena_bytes()),
	};
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (d->epoll_fd < 0 ||
	    epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, park_fd(d->park), &ev) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "epoll: %s",
		    strerrordesc_np(errno));
	rc = pthread_create(&d->thread, NULL, run, d);
	if (rc != 0)
		return ERR_WHY(a, ERR_INTERNAL, "thread: %s",
		    strerrordesc_np(rc));
	*ret_dispatcher = d;
	return NULL;
}

void
dispatcher_stop(struct dispatcher *d)
{
	park_close(d->park);
	pthread_join(d->thread, NULL);
	io_closep(&d->epoll_fd);
	arena_free(d->handout.turn);
	arena_free(d->handout.answer);
}

int64_t
dispatcher_busy_ms(const struct dispatcher *d)
{
	int64_t since = atomic_load(&d->busy_since_ms);

	return since == 0 ? 0 : clock_mono_ms() - since;
}
