#include "assized/background.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/str.h"
#include "core/metrics.h"
#include "core/seen.h"
#include "core/sweep.h"

/* What operators do takes effect with the next turn: within a second. */
#define SWEEP_MS 500
#define SWEEP_BUSY_MS 5
#define SWEEP_BYTES (128u << 20)
#define NOTES_MS 1000
#define NOTES_BYTES (64u << 20)
/* Longer than any request may take: the process counts as stuck. */
#define STUCK_MS (120 * 1000)
#define NO_WATCHDOG_MS 5000

struct background {
	const struct core *core;
	const struct fcgi *fcgi;
	const struct dispatcher *dispatcher;
	int stop_fd;
	pthread_t sweeper;
	pthread_t notes;
	pthread_t health;
};

/* Waits; true if the thread shall end. */
static bool
wait_or_stop(const struct background *b, int ms)
{
	struct pollfd p = { .fd = b->stop_fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

/* What is done again and again: said once, not every second, if it fails. */
static void
tell(struct err *e, bool *was_failing, const char *failed, const char *works)
{
	if (e != NULL && !*was_failing)
		log_err(LOG_WARNING, failed, e);
	else if (e == NULL && *was_failing)
		log_event(LOG_INFO, works, LS("after", "a failure"));
	*was_failing = e != NULL;
}

static void *
sweep(void *arg)
{
	const struct background *b = arg;
	struct arena *a = arena_new("sweep", SWEEP_BYTES);
	struct sweep state = { 0 };
	bool failing = false;

	while (!wait_or_stop(b, state.is_auditing ? SWEEP_BUSY_MS : SWEEP_MS)) {
		struct err *e = core_sweep(b->core, a, &state);

		tell(e, &failing, "sweep_failed", "sweep_works");
		if (e != NULL)
			state.is_auditing = false;
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

/* Also where another process has the turn to sweep. */
static void *
write_notes(void *arg)
{
	const struct background *b = arg;
	struct arena *a = arena_new("notes", NOTES_BYTES);
	bool failing = false;
	bool mute = false;

	while (!wait_or_stop(b, NOTES_MS)) {
		tell(core_seen_flush(b->core, a), &failing, "seen_failed",
		    "seen_works");
		tell(core_metrics_flush(b->core, a), &mute, "metrics_failed",
		    "metrics_work");
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

static int
watchdog_ms(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	int64_t us;

	if (text == NULL || !str_to_i64(text, 1000, 3600000000LL, &us))
		return NO_WATCHDOG_MS;
	return (int)(us / 1000 / 3) + 1;
}

/* An idle worker is as alive as a busy one; a stuck one is not. */
static void *
watch(void *arg)
{
	const struct background *b = arg;
	int ms = watchdog_ms();

	while (!wait_or_stop(b, ms)) {
		int64_t busy = fcgi_busy_ms(b->fcgi);
		int64_t turn = dispatcher_busy_ms(b->dispatcher);

		if (turn > busy)
			busy = turn;
		if (busy < STUCK_MS)
			proc_notify("WATCHDOG=1");
		else
			log_event(LOG_ERROR, "stuck", LI("ms", busy));
	}
	return NULL;
}

struct err *
background_start(struct arena *a, const struct core *core,
    const struct fcgi *fcgi, const struct dispatcher *dispatcher,
    struct background **ret_background)
{
	struct background *b = arena_new_of(a, struct background);
	int rc;

	b->core = core;
	b->fcgi = fcgi;
	b->dispatcher = dispatcher;
	b->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (b->stop_fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "eventfd: %s",
		    strerrordesc_np(errno));
	rc = pthread_create(&b->sweeper, NULL, sweep, b);
	if (rc == 0)
		rc = pthread_create(&b->notes, NULL, write_notes, b);
	if (rc == 0)
		rc = pthread_create(&b->health, NULL, watch, b);
	if (rc != 0)
		return ERR_WHY(a, ERR_INTERNAL, "thread: %s",
		    strerrordesc_np(rc));
	*ret_background = b;
	return NULL;
}

void
background_stop(struct background *b)
{
	uint64_t one = 1;

	if (write(b->stop_fd, &one, sizeof(one)) != sizeof(one))
		log_event(LOG_ERROR, "stop_event_failed",
		    LS("error", strerrordesc_np(errno)));
	pthread_join(b->sweeper, NULL);
	pthread_join(b->notes, NULL);
	pthread_join(b->health, NULL);
	io_closep(&b->stop_fd);
}
