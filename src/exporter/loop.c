/*
 * One exporter: what is due is held for HOLD_S, sent, and then said to be
 * sent or failed.  Whoever is killed in between has sent it, or not: after
 * HOLD_S it is due again.
 */
#include <poll.h>

#include "base/log.h"
#include "base/rand.h"
#include "exporter/exporter.h"

#define ARENA_BYTES ((size_t)512 << 20)
/* Longer than a batch takes in which each item times out. */
#define HOLD_S 600
#define FIRST_RETRY_S 5
#define RETRY_MAX_S 3600
#define STORE_PAUSE_MS 2000

static void
pause_for(const struct stop *stop, int64_t ms)
{
	struct pollfd p = { .fd = stop->fd, .events = POLLIN };

	(void)poll(&p, 1, (int)ms);
}

/* Doubles up to an hour; a quarter up or down, so that not all come at once. */
static double
retry_of(const struct outbox_item *item, const struct outcome *o)
{
	double s = FIRST_RETRY_S;

	for (int64_t i = 1; i < item->tries && s < RETRY_MAX_S; i++)
		s *= 2;
	if (s > RETRY_MAX_S)
		s = RETRY_MAX_S;
	s *= 0.75 + (double)rand_below(1000) / 2000;
	return s > o->retry_after_s ? s : o->retry_after_s;
}

static struct err *
settle(const struct exporter_type *type, const struct exporter_env *env,
    struct arena *a, const struct outbox_page *page,
    const struct outcome *outcomes)
{
	struct outbox_page sent = { page->items, 0 };
	size_t n = page->n;

	/* Those that were sent move to the front. */
	for (size_t i = 0; i < n; i++) {
		const struct outcome *o = &outcomes[i];

		if (o->kind == OUTCOME_SENT)
			sent.items[sent.n++] = page->items[i];
		else
			TRY(store_outbox_failed(env->store, a, type->name,
			    &page->items[i], o->error,
			    o->kind == OUTCOME_NEVER
				? -1
				: retry_of(&page->items[i], o)));
	}
	if (sent.n > 0)
		TRY(store_outbox_sent(env->store, a, type->name, &sent));
	log_event(sent.n == n ? LOG_INFO : LOG_WARNING, "exported",
	    LS("exporter", type->name), LI("sent", (int64_t)sent.n),
	    LI("failed", (int64_t)(n - sent.n)),
	    LS("error", outcomes[n - 1].error));
	return NULL;
}

static const char *
text_of(struct arena *a, const struct err *e)
{
	const char *text = e->internal != NULL ? e->internal : e->detail;

	return arena_strdup(a, text != NULL ? text : err_info(e->code)->title);
}

/* *ret_n: how many were due. */
static struct err *
pass(const struct exporter_type *type, const struct exporter_env *env,
    void *state, struct arena *a, size_t *ret_n)
{
	struct outbox_page page;
	struct outcome *outcomes;
	struct err *e;

	*ret_n = 0;
	TRY(store_outbox_take(env->store, a, type->name, type->batch, HOLD_S,
	    &page));
	if (page.n == 0)
		return NULL;
	*ret_n = page.n;
	outcomes = arena_array(a, page.n, sizeof(*outcomes));
	e = type->send(env, state, a, &page, outcomes);
	if (e != NULL)
		log_err(LOG_WARNING, "export_failed", e);
	for (size_t i = 0; i < page.n; i++) {
		if (outcomes[i].kind == OUTCOME_OPEN)
			outcomes[i] = (struct outcome) {
				.kind = OUTCOME_LATER,
				.error =
				    e != NULL ? text_of(a, e) : "was not sent",
			};
	}
	TRY(settle(type, env, a, &page, outcomes));
	return e;
}

bool
loop_run(const struct exporter_type *type, const struct exporter_env *env,
    bool once)
{
	_cleanup_(arena_freep) struct arena *own = NULL;
	_cleanup_(arena_freep) struct arena *a = NULL;
	void *state = NULL;
	struct err *e = NULL;
	size_t n;

	own = arena_new("exporter", ARENA_BYTES);
	a = arena_new("batch", ARENA_BYTES);
	if (type->open != NULL)
		e = type->open(own, env, &state);
	if (e != NULL) {
		log_err(LOG_ERROR, "exporter_cannot_start", e);
		return false;
	}
	while (!atomic_load(&env->stop->is_set)) {
		arena_reset(a);
		e = pass(type, env, state, a, &n);
		if (e != NULL && n == 0)
			log_err(LOG_ERROR, "outbox_failed", e);
		if (once && (e != NULL || n < type->batch))
			break;
		if (e != NULL)
			pause_for(env->stop, STORE_PAUSE_MS);
		else if (n < type->batch)
			pause_for(env->stop, type->pause_ms);
	}
	if (type->close != NULL)
		type->close(state);
	return !once || e == NULL;
}
