/*
 * The keeper: one thread that registers and sends heartbeats for as long as
 * there are slots.  The first heartbeat follows the registration at once.
 */
#include "runner/agent.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "runner/selftest.h"
#include "wire/json.h"
#include "grade/quiz.h"
#include "runner/environment.h"

#include <config.h>

/* More is refused by the server. */
#define LABELS_MAX 4096
/* While a script runs. */
#define SCRIPT_BEAT_MS 2000
#define KEEPER_ARENA ((size_t)64 << 20)

static bool
is_registered(struct agent *g)
{
	bool is;

	pthread_mutex_lock(&g->lock);
	is = g->is_registered;
	pthread_mutex_unlock(&g->lock);
	return is;
}

static bool
is_told(struct agent *g)
{
	bool told;

	pthread_mutex_lock(&g->lock);
	told = g->is_told;
	pthread_mutex_unlock(&g->lock);
	return told;
}

/*
 * Sleeps, but not on when the registration is lost, a fault has come or gone,
 * or all is over.  After a heartbeat that was heard not for long while a
 * script runs: it may have minutes left, and people in it, when somebody
 * takes it back.
 */
static void
rest(struct agent *g, int64_t ms, bool was_heard)
{
	int64_t begun = clock_mono_ms(), until = begun + ms, left;
	bool was_registered = is_registered(g), was_told = is_told(g);

	while ((left = until - clock_mono_ms()) > 0) {
		if (event_wait(&g->finished, left < 200 ? left : 200))
			break;
		if ((was_registered && !is_registered(g)) ||
		    (was_told && !is_told(g)))
			break;
		if (was_heard && clock_mono_ms() - begun >= SCRIPT_BEAT_MS &&
		    agent_has_script(g))
			break;
	}
}

static bool
take_identity(struct agent *g, const struct wire_registered *r)
{
	if (strlen(r->runner_id) >= IDENTITY_TEXT ||
	    strlen(r->token) >= IDENTITY_TEXT)
		return false;
	pthread_mutex_lock(&g->lock);
	memcpy(g->identity.runner_id, r->runner_id, strlen(r->runner_id) + 1);
	memcpy(g->identity.token, r->token, strlen(r->token) + 1);
	g->identity.generation++;
	g->server = *r->config;
	g->strikes = 0;
	g->is_told = false;
	g->is_registered = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	return true;
}

/* Where the registration ends if it fails: one line, then it is repeated. */
static void
tell_refused(const struct err *e, const struct reply *reply)
{
	if (e != NULL)
		log_err(LOG_WARNING, "register_failed", e);
	else
		log_event(reply->status == 401 ? LOG_ERROR : LOG_WARNING,
		    "register_refused", LI("status", reply->status));
}

/* Those whose tools are here, and what is in no language at all. */
static const char *const *
list_languages(struct agent *g, struct arena *a, size_t *ret_n)
{
	const char **names = arena_array(a, LANGUAGE__MAX + 1, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		if (tools_version(g->grader->tools, a, &languages[i]) != NULL)
			names[n++] = languages[i].name;
	names[n++] = WIRE_NO_LANGUAGE;
	*ret_n = n;
	return names;
}

static void
add_pool(const char **list, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(list[i], name) == 0)
			return;
	list[(*n)++] = name;
}

/* The configured ones, those of environments, and that of quizzes, which every runner can grade. */
static const char *const *
list_pools(struct agent *g, struct arena *a, size_t *ret_n)
{
	const char **list = runner_config_list(a, g->config->pools, ret_n);
	const struct environments *more = g->grader->environments;
	const char **pools =
	    arena_array(a, *ret_n + more->n + 1, sizeof(*pools));
	size_t n = 0;

	for (size_t i = 0; i < *ret_n; i++)
		add_pool(pools, &n, list[i]);
	for (size_t i = 0; i < more->n; i++)
		add_pool(pools, &n, more->list[i].name);
	add_pool(pools, &n, QUIZ_POOL);
	*ret_n = n;
	return pools;
}

/* {"tools": {"c": "gcc 12"}}: who compares runners sees what differs. */
static const char *
list_tools(struct agent *g, struct arena *a)
{
	struct json_w w;
	struct buf buf;

	buf_init(&buf, a, LABELS_MAX);
	json_w_init(&w, &buf);
	json_w_object(&w);
	json_w_key(&w, "tools");
	json_w_object(&w);
	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		json_w_key_str(&w, languages[i].name,
		    tools_version(g->grader->tools, a, &languages[i]));
	json_w_object_end(&w);
	json_w_object_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&buf) ? NULL : buf.p;
}

static bool
register_once(struct agent *g, struct client *c, struct arena *a,
    struct reply *ret_reply)
{
	const struct runner_config *config = g->config;
	struct wire_registered registered = { 0 };
	struct wire_register body = {
		.registration_token = config->registration_token,
		.name = config->name,
		.capacity = config->jobs,
		.has_capacity = true,
		.heartbeat_interval_sec = config->heartbeat_interval_sec,
		.has_heartbeat_interval = true,
		.version = PACKAGE_VERSION,
	};
	struct err *e;

	body.labels = list_tools(g, a);
	body.languages = list_languages(g, a, &body.n_languages);
	body.pools = list_pools(g, a, &body.n_pools);
	e = client_register(c, a, &body, ret_reply, &registered);
	if (e != NULL || ret_reply->status != 201) {
		tell_refused(e, ret_reply);
		return false;
	}
	if (!take_identity(g, &registered))
		return false;
	log_event(LOG_INFO, "registered", LS("runner", registered.runner_id),
	    LI("heartbeat_s", registered.config->heartbeat_interval_sec),
	    LI("lease_s", registered.config->lease_ttl_sec));
	return true;
}

static size_t
list_jobs(struct agent *g, struct arena *a, const char ***ret_ids)
{
	const char **ids = arena_array(a, g->slots_n + 1, sizeof(*ids));
	size_t n = 0;

	pthread_mutex_lock(&g->lock);
	for (size_t i = 0; i < g->slots_n; i++)
		if (g->slots[i].job_id[0] != '\0')
			ids[n++] = arena_strdup(a, g->slots[i].job_id);
	pthread_mutex_unlock(&g->lock);
	*ret_ids = ids;
	return n;
}

static void
obey(struct agent *g, const struct wire_commands *commands)
{
	for (size_t i = 0; i < commands->n_cancel; i++) {
		log_event(LOG_INFO, "cancel", LS("job", commands->cancel[i]));
		agent_cancel_job(g, commands->cancel[i]);
	}
	if (commands->selftest)
		selftest_doubt(g, NULL);
	pthread_mutex_lock(&g->lock);
	if (g->is_drained != commands->drain)
		log_event(LOG_INFO, "server_drain",
		    LB("drain", commands->drain));
	g->is_drained = commands->drain;
	pthread_mutex_unlock(&g->lock);
}

static bool
beat_once(struct agent *g, struct client *c, struct arena *a,
    struct reply *ret_reply)
{
	struct wire_heartbeat body = { .has_active = true, .commands = true };
	struct wire_commands commands;
	struct identity id;
	const char **ids;
	struct err *e;

	if (!agent_identity(g, &id))
		return false;
	body.n_active = list_jobs(g, a, &ids);
	body.active_job_ids = ids;
	body.has_fault = selftest_fault(g, a, &body.fault);
	e = client_heartbeat(c, a, &id, &body, ret_reply, &commands);
	if (e != NULL) {
		log_err(LOG_WARNING, "heartbeat_failed", e);
		return false;
	}
	agent_note_status(g, &id, ret_reply->status);
	if (ret_reply->status != 200 && ret_reply->status != 204) {
		log_event(LOG_WARNING, "heartbeat_refused",
		    LI("status", ret_reply->status));
		return false;
	}
	if (body.has_fault)
		selftest_told(g, body.fault);
	obey(g, &commands);
	return true;
}

static int64_t
interval_ms(struct agent *g)
{
	bool is_drained;
	int64_t s = agent_server(g, &is_drained).heartbeat_interval_sec;

	return s > 0 ? s * 1000 : g->config->heartbeat_interval_sec * 1000;
}

/* One turn; returns how long to rest. */
static int64_t
keep(struct agent *g, struct client *c, struct arena *a, struct backoff *b,
    bool *ret_heard)
{
	struct reply reply = { 0 };
	int64_t ms;

	*ret_heard = false;

	if (!is_registered(g)) {
		if (event_is_set(&g->stop))
			return 200;
		if (!register_once(g, c, a, &reply))
			return backoff_next_ms(b, reply.retry_after_s);
		backoff_reset(b);
	}
	if (beat_once(g, c, a, &reply)) {
		backoff_reset(b);
		*ret_heard = true;
		return is_told(g) ? interval_ms(g) : 0;
	}
	ms = backoff_next_ms(b, reply.retry_after_s);
	return ms < interval_ms(g) ? ms : interval_ms(g);
}

/* Leases of jobs that we no longer have are ready again at once. */
static void
unregister(struct agent *g, struct client *c, struct arena *a)
{
	struct reply reply = { 0 };
	struct identity id;
	struct err *e;

	if (!is_registered(g) || !agent_identity(g, &id))
		return;
	e = client_unregister(c, a, &id, &reply);
	if (e != NULL)
		log_err(LOG_WARNING, "unregister_failed", e);
}

void *
keeper_main(void *arg)
{
	struct agent *g = arg;
	struct arena *own = arena_new("keeper", KEEPER_ARENA);
	struct arena *turn = arena_new("heartbeat", KEEPER_ARENA);
	struct backoff backoff = { 0 };
	struct client *c = NULL;
	struct err *e;

	e = client_open(own, g->config, &c);
	if (e != NULL)
		log_err(LOG_ERROR, "keeper_failed", e);
	while (e == NULL && !event_is_set(&g->finished)) {
		bool is_heard;
		int64_t ms;

		atomic_store(&g->keeper_alive_ms, clock_mono_ms());
		ms = keep(g, c, turn, &backoff, &is_heard);
		arena_reset(turn);
		/* While resting it is alive. */
		atomic_store(&g->keeper_alive_ms, clock_mono_ms());
		rest(g, ms, is_heard);
	}
	if (e == NULL)
		unregister(g, c, turn);
	client_close(c);
	arena_free(turn);
	arena_free(own);
	return NULL;
}
