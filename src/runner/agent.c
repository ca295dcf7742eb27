#include "runner/agent.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/str.h"
#include "runner/core.h"
#include "runner/selftest.h"

#define TURN_ARENA ((size_t)256 << 20)
#define SCRATCH_ARENA ((size_t)64 << 20)
/* The keeper may be in a request and in a wait; a slot in a download. */
#define KEEPER_SILENT_MS 180000
#define SLOT_SILENT_MS 1800000
#define TICK_MS 1000
#define DRAIN_TICK_MS 100

bool
agent_identity(struct agent *g, struct identity *ret_identity)
{
	bool ok;

	pthread_mutex_lock(&g->lock);
	while (!g->is_registered && !g->is_giving_up && !event_is_set(&g->stop))
		pthread_cond_wait(&g->changed, &g->lock);
	ok = g->is_registered;
	if (ok)
		*ret_identity = g->identity;
	pthread_mutex_unlock(&g->lock);
	return ok;
}

void
agent_note_status(struct agent *g, const struct identity *id, int status)
{
	pthread_mutex_lock(&g->lock);
	if (g->is_registered && g->identity.generation == id->generation) {
		g->strikes = status == 401 ? g->strikes + 1 : 0;
		if (g->strikes >= 2) {
			g->is_registered = false;
			pthread_cond_broadcast(&g->changed);
		}
	}
	pthread_mutex_unlock(&g->lock);
}

struct wire_runner_config
agent_server(struct agent *g, bool *ret_is_drained)
{
	struct wire_runner_config server;

	pthread_mutex_lock(&g->lock);
	server = g->server;
	*ret_is_drained = g->is_drained;
	pthread_mutex_unlock(&g->lock);
	return server;
}

bool
slot_begin_job(struct slot *s, const char *job_id)
{
	struct agent *g = s->agent;
	bool ok;

	pthread_mutex_lock(&g->lock);
	ok = !event_is_set(&g->stop) && strlen(job_id) < JOB_ID_TEXT;
	event_reset(&s->cancel);
	s->why = CANCEL_NONE;
	s->is_script = false;
	if (ok)
		memcpy(s->job_id, job_id, strlen(job_id) + 1);
	pthread_mutex_unlock(&g->lock);
	return ok;
}

enum slot_cancel
slot_why(struct slot *s)
{
	enum slot_cancel why;

	pthread_mutex_lock(&s->agent->lock);
	why = s->why;
	pthread_mutex_unlock(&s->agent->lock);
	return why;
}

enum slot_cancel
slot_end_job(struct slot *s)
{
	enum slot_cancel why;

	pthread_mutex_lock(&s->agent->lock);
	why = s->why;
	s->job_id[0] = '\0';
	s->is_script = false;
	pthread_mutex_unlock(&s->agent->lock);
	return why;
}

void
slot_note_script(struct slot *s)
{
	pthread_mutex_lock(&s->agent->lock);
	s->is_script = true;
	pthread_mutex_unlock(&s->agent->lock);
}

bool
agent_has_script(struct agent *g)
{
	bool has = false;

	pthread_mutex_lock(&g->lock);
	for (size_t i = 0; i < g->slots_n; i++)
		has = has || g->slots[i].is_script;
	pthread_mutex_unlock(&g->lock);
	return has;
}

/* Under the lock. */
static void
cancel(struct slot *s, enum slot_cancel why)
{
	if (s->why == CANCEL_NONE)
		s->why = why;
	event_set(&s->cancel);
}

void
agent_cancel_job(struct agent *g, const char *job_id)
{
	pthread_mutex_lock(&g->lock);
	for (size_t i = 0; i < g->slots_n; i++)
		if (g->slots[i].job_id[0] != '\0' &&
		    strcmp(g->slots[i].job_id, job_id) == 0)
			cancel(&g->slots[i], CANCEL_BY_SERVER);
	pthread_mutex_unlock(&g->lock);
}

/* The grace is over: running jobs end now and go back. */
static void
give_up(struct agent *g)
{
	pthread_mutex_lock(&g->lock);
	g->is_giving_up = true;
	for (size_t i = 0; i < g->slots_n; i++)
		cancel(&g->slots[i], CANCEL_BY_DRAIN);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static void
stop(struct agent *g)
{
	event_set(&g->stop);
	pthread_mutex_lock(&g->lock);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

/* Do the threads get on?  Only then is the watchdog told so. */
static void
check_health(struct agent *g)
{
	int64_t now = clock_mono_ms();
	const char *who = NULL;

	if (now - atomic_load(&g->keeper_alive_ms) > KEEPER_SILENT_MS)
		who = "keeper";
	for (size_t i = 0; i < g->slots_n; i++)
		if (now - atomic_load(&g->slots[i].alive_ms) > SLOT_SILENT_MS)
			who = "slot";
	/* A slot that has ended is silent for good. */
	if (who != NULL && !event_is_set(&g->stop))
		log_event(LOG_ERROR, "thread_hangs", LS("thread", who));
	else
		proc_notify("WATCHDOG=1");
}

/* The next signal, or 0 after ms. */
static int
wait_signal(const sigset_t *set, int64_t ms)
{
	const struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };
	int sig = sigtimedwait(set, NULL, &t);

	return sig < 0 ? 0 : sig;
}

static bool
is_end(int sig)
{
	return sig == SIGTERM || sig == SIGINT;
}

static void
drain(struct agent *g, const sigset_t *set)
{
	int64_t until = clock_mono_ms() + g->config->drain_grace_sec * 1000;
	bool has_given_up = false;

	proc_notify("STOPPING=1");
	log_event(LOG_INFO, "draining",
	    LI("grace_s", g->config->drain_grace_sec));
	stop(g);
	while (atomic_load(&g->live_slots) > 0) {
		bool again = is_end(wait_signal(set, DRAIN_TICK_MS));

		check_health(g);
		if (has_given_up || (!again && clock_mono_ms() < until))
			continue;
		has_given_up = true;
		give_up(g);
	}
}

static struct err *
make_slot(struct arena *a, struct agent *g, struct slot *s)
{
	s->agent = g;
	s->turn = arena_new("job", TURN_ARENA);
	s->scratch = arena_new("request", SCRATCH_ARENA);
	atomic_init(&s->alive_ms, clock_mono_ms());
	s->core = core_claim(&s->core_lock);
	quiet_init(&s->own_quiet);
	s->quiet = &s->own_quiet;
	TRY(event_init(&s->cancel, a));
	return client_open(a, g->config, &s->client);
}

/* More slots than processors: what is left shares those that we have. */
static void
share_cores(struct agent *g)
{
	size_t n = 0;

	while (n < g->slots_n && g->slots[n].core != 0)
		n++;
	for (size_t i = n; i < g->slots_n; i++) {
		const struct slot *with = &g->slots[n > 0 ? i % n : 0];

		g->slots[i].core = with->core;
		g->slots[i].quiet = with->quiet;
	}
}

static struct err *
start_thread(struct arena *a, pthread_t *thread, void *(*run)(void *),
    void *arg)
{
	int rc = pthread_create(thread, NULL, run, arg);

	if (rc != 0)
		return ERR_WHY(a, ERR_INTERNAL, "pthread_create: %s",
		    strerror(rc));
	return NULL;
}

static struct err *
start(struct arena *a, struct agent *g)
{
	TRY(event_init(&g->stop, a));
	TRY(event_init(&g->finished, a));
	pthread_mutex_init(&g->lock, NULL);
	pthread_mutex_init(&g->selftest, NULL);
	atomic_init(&g->is_doubted, true);
	TRY(selftest_begin(g, a));
	pthread_cond_init(&g->changed, NULL);
	atomic_init(&g->keeper_alive_ms, clock_mono_ms());
	g->slots_n = (size_t)g->config->jobs;
	g->slots = arena_array(a, g->slots_n, sizeof(*g->slots));
	for (size_t i = 0; i < g->slots_n; i++)
		TRY(make_slot(a, g, &g->slots[i]));
	share_cores(g);
	atomic_init(&g->live_slots, g->slots_n);
	TRY(start_thread(a, &g->keeper, keeper_main, g));
	for (size_t i = 0; i < g->slots_n; i++)
		TRY(start_thread(a, &g->slots[i].thread, slot_main,
		    &g->slots[i]));
	return NULL;
}

static void
finish(struct agent *g)
{
	for (size_t i = 0; i < g->slots_n; i++) {
		struct slot *s = &g->slots[i];

		pthread_join(s->thread, NULL);
		client_close(s->client);
		event_done(&s->cancel);
		io_closep(&s->core_lock);
		arena_free(s->turn);
		arena_free(s->scratch);
	}
	event_set(&g->finished);
	pthread_join(g->keeper, NULL);
}

struct err *
agent_run(struct arena *a, const struct runner_config *config,
    const struct grader *grader, struct shelf *shelf)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct agent *g = arena_new_of(a, struct agent);
	sigset_t set;
	int sig;

	g->config = config;
	g->grader = grader;
	g->shelf = shelf;
	proc_block_signals(signals, ARRAY_LEN(signals));
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaddset(&set, signals[i]);
	TRY(start(a, g));
	proc_notify("READY=1");
	log_event(LOG_INFO, "started", LS("server", config->server),
	    LS("name", config->name), LI("jobs", config->jobs),
	    LS("sandbox", box_host_profile(grader->boxes)));
	do {
		sig = wait_signal(&set, TICK_MS);
		check_health(g);
	} while (!is_end(sig));
	drain(g, &set);
	finish(g);
	log_event(LOG_INFO, "stopped", LS("name", config->name));
	return NULL;
}
