#include "core/runner.h"

#include <string.h>

#include "base/enc.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"
#include "core/entry.h"
#include "core/runner_cache.h"
#include "core/seen.h"
#include "dispatch/lease.h"
#include "dispatch/wake.h"
#include "grade/language.h"
#include "token/runner_token.h"

#define HEARTBEAT_MIN_S 1
#define HEARTBEAT_MAX_S 60
#define MAX_LISTED 1024

static int64_t
clamp(int64_t n, int64_t min, int64_t max)
{
	return n < min ? min : n > max ? max : n;
}

static int64_t
lease_ms(const struct core *c, int64_t heartbeat_s)
{
	int64_t ms = (2 * heartbeat_s + 2) * 1000;

	return ms < c->lease_max_ms ? ms : c->lease_max_ms;
}

int64_t
core_lease_ms(const struct core *c, const struct runner *r)
{
	return lease_ms(c, r->heartbeat_s);
}

bool
core_runner_takes_jobs(const struct runner *r)
{
	return strcmp(r->state, "active") == 0;
}

static const char *const *
all_languages(struct arena *a, size_t *ret_n)
{
	const char **names = arena_array(a, LANGUAGE__MAX + 1, sizeof(*names));

	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		names[i] = languages[i].name;
	names[LANGUAGE__MAX] = CORE_NO_LANGUAGE;
	*ret_n = LANGUAGE__MAX + 1;
	return names;
}

struct dispatch_want
core_runner_want(const struct core *c, struct arena *a, const struct runner *r)
{
	struct dispatch_want want = {
		.runner = r->id,
		.pools = r->pools,
		.n_pools = core_runner_takes_jobs(r) ? r->pools_n : 0,
		.languages = r->languages,
		.n_languages = r->languages_n,
		.lease_ms = core_lease_ms(c, r),
		.max_held = clamp(r->capacity, 1, c->jobs_max),
	};

	if (want.n_languages == 0)
		want.languages = all_languages(a, &want.n_languages);
	return want;
}

int64_t
core_alive_ms(const struct runner *r)
{
	return (3 * r->heartbeat_s + 2) * 1000;
}

bool
core_runner_is_alive(const struct runner *r)
{
	return r->seen_ago_ms < core_alive_ms(r);
}

struct err *
core_runner_release_all(const struct core *c, struct arena *a,
    const struct runner_leases *leases, const char *reason, bool refund)
{
	for (size_t i = 0; i < leases->n; i++) {
		const struct runner_lease *l = &leases->items[i];
		const struct job_release_args args = {
			.job_id = l->job_id,
			.runner_id = l->runner_id,
			.lease_id = l->lease_id,
			.reason = reason,
			.refund = refund,
		};
		struct job_released released;

		TRY(core_release(c, a, &args, &released));
	}
	return NULL;
}

/* While it is changed there are two: the new one and the old one. */
struct err *
core_runner_secret(const struct core *c, struct arena *a, const char *given)
{
	struct str rest;
	struct str word;
	bool good = false;

	if (c->registration_token == NULL)
		return ERR(a, ERR_UNAUTHENTICATED,
		    "registration is disabled: no secret is configured");
	rest = str_of(c->registration_token);
	while (str_word(&rest, &word))
		good |= str_secret_eq(given, str_dup(a, word));
	if (!good)
		return ERR(a, ERR_UNAUTHENTICATED,
		    "the registration token is not valid");
	return NULL;
}

struct err *
core_runner_languages(struct arena *a, const char *text,
    const char *const **ret_languages, size_t *ret_n)
{
	struct str rest = str_of(text);
	struct str part, word;
	const char **names = arena_array(a, strlen(text) + 1, sizeof(*names));
	size_t n = 0;

	while (str_cut(&rest, ',', &part))
		while (str_word(&part, &word)) {
			names[n] = str_dup(a, word);
			if (language_by_name(names[n]) == NULL &&
			    strcmp(names[n], CORE_NO_LANGUAGE) != 0)
				return ERR(a, ERR_REQUEST,
				    "runner_languages: no such language: %s",
				    names[n]);
			n++;
		}
	*ret_languages = names;
	*ret_n = n;
	return NULL;
}

static struct runner_new
new_row(const struct core *c, const struct wire_register *in, const char *ip)
{
	int64_t heartbeat_s = in->has_heartbeat_interval
	    ? in->heartbeat_interval_sec
	    : c->heartbeat_s;

	return (struct runner_new) {
		.name = in->name,
		.pools = in->pools,
		.pools_n = in->n_pools,
		.languages =
		    in->n_languages > 0 ? in->languages : c->runner_languages,
		.languages_n = in->n_languages > 0 ? in->n_languages
						   : c->n_runner_languages,
		.capacity = clamp(in->has_capacity ? in->capacity : c->jobs_max,
		    1, c->jobs_max),
		.heartbeat_s =
		    clamp(heartbeat_s, HEARTBEAT_MIN_S, HEARTBEAT_MAX_S),
		.version = in->version,
		.labels = in->labels,
		.ip = ip,
	};
}

struct err *
core_runner_register(const struct core *c, struct arena *a,
    const struct wire_register *in, const char *ip,
    struct wire_registered *ret_registered)
{
	struct wire_runner_config *config =
	    arena_new_of(a, struct wire_runner_config);
	struct runner_new row = new_row(c, in, ip);
	unsigned char digest[ENC_SHA256];
	struct runner_leases old;
	char *token;

	TRY(core_runner_secret(c, a, in->registration_token));
	token = token_runner_new(a);
	enc_sha256(token, strlen(token), digest);
	row.id = rand_id(a, "rn");
	row.token_sha256 = digest;
	TRY(store_runner_register(c->store, a, &row, &old));
	TRY(FAILPOINT(a, "register.before_release"));
	TRY(core_runner_release_all(c, a, &old, "reregistered", false));
	TRY(FAILPOINT(a, "register.before_answer"));
	*config = (struct wire_runner_config) {
		.heartbeat_interval_sec = row.heartbeat_s,
		.poll_interval_sec = c->poll_s,
		.max_concurrent_jobs = row.capacity,
		.lease_ttl_sec = lease_ms(c, row.heartbeat_s) / 1000,
		.wait_max_sec = CORE_WAIT_MAX_S,
	};
	*ret_registered = (struct wire_registered) { row.id, token, config };
	return NULL;
}

struct err *
core_runner_remove(const struct core *c, struct arena *a,
    const struct caller *who)
{
	const struct dispatch_want want = core_runner_want(c, a, who->runner);
	struct runner_leases leases;
	struct err *e;
	bool was;

	TRY(store_runner_end(c->store, a, who->runner->id, RUNNER_REMOVED, &was,
	    &leases));
	TRY(FAILPOINT(a, "remove.before_redis"));
	runner_cache_drop(c->runners, who->runner->id);
	e = dispatch_runner_gone(c->dispatch, a, &want);
	if (e == NULL)
		e = dispatch_tell_gone(c->dispatch, a, who->runner->id);
	if (e != NULL)
		log_err(LOG_WARNING, "runner_gone_untold", e);
	return core_runner_release_all(c, a, &leases, "unregistered", true);
}

/* A list from a client: ids that cannot be ours are left out. */
static size_t
pick_ids(const struct wire_heartbeat *in, const char **ids)
{
	size_t n = 0;

	for (size_t i = 0; i < in->n_active && n < MAX_LISTED; i++)
		if (rand_is_id(in->active_job_ids[i], "jb"))
			ids[n++] = in->active_job_ids[i];
	return n;
}

/* Postgres knows the lease and Redis has no entry: it was emptied. */
static struct err *
restore_mine(const struct core *c, struct arena *a, const struct runner *r,
    const struct job_mine *mine)
{
	if (mine->listed != LISTED_MINE)
		return NULL;
	return core_entry_restore(c, a, DISPATCH_IF_ABSENT, mine->entry,
	    core_lease_ms(c, r));
}

static struct err *
end_hung(const struct core *c, struct arena *a, const struct runner *r,
    const char *job_id)
{
	const struct job_release_args args = {
		.job_id = job_id,
		.runner_id = r->id,
		.reason = "hung",
	};
	struct job_released released;

	return core_release(c, a, &args, &released);
}

static struct err *
settle_listed(const struct core *c, struct arena *a, const struct runner *r,
    const struct job_mine *mine, enum dispatch_renewal renewal)
{
	switch (renewal) {
	case DISPATCH_UNKNOWN:
		return restore_mine(c, a, r, mine);
	case DISPATCH_HUNG:
		return end_hung(c, a, r, mine->job_id);
	default:
		return NULL;
	}
}

/*
 * What Redis says of a listed job is not all: Postgres is asked.  That a
 * runner shall end what it works on matters if it understands so.
 */
static bool
is_in_doubt(enum dispatch_renewal renewal, bool commands)
{
	switch (renewal) {
	case DISPATCH_UNKNOWN:
	case DISPATCH_HUNG:
		return true;
	case DISPATCH_NOT_MINE:
	case DISPATCH_RECALLED:
		return commands;
	default:
		return false;
	}
}

static struct err *
renew_listed(const struct core *c, struct arena *a, const struct runner *r,
    const struct wire_heartbeat *in, struct wire_commands *commands)
{
	const char **ids = arena_array(a, MAX_LISTED, sizeof(*ids));
	size_t n = pick_ids(in, ids);
	const struct dispatch_list list = { r->id, ids, n,
		core_lease_ms(c, r) };
	enum dispatch_renewal *renewals =
	    arena_array(a, n + 1, sizeof(*renewals));
	const char **cancel = arena_array(a, n + 1, sizeof(*cancel));
	struct job_mine *mine;
	bool ask = false;

	if (n == 0)
		return NULL;
	TRY(dispatch_renew(c->dispatch, a, &list, renewals));
	TRY(FAILPOINT(a, "heartbeat.before_settle"));
	for (size_t i = 0; i < n; i++)
		ask = ask || is_in_doubt(renewals[i], in->commands);
	if (!ask)
		return NULL;
	TRY(store_job_listed(c->store, a, r->id, ids, n, &mine));
	for (size_t i = 0; i < n; i++) {
		TRY(settle_listed(c, a, r, &mine[i], renewals[i]));
		if (mine[i].listed == LISTED_GONE)
			cancel[commands->n_cancel++] = ids[i];
	}
	commands->cancel = cancel;
	return NULL;
}

struct err *
core_heartbeat(const struct core *c, struct arena *a, const struct caller *who,
    const struct wire_heartbeat *in, struct wire_commands *ret_commands)
{
	const struct runner *r = who->runner;
	struct wire_commands commands = {
		.drain = strcmp(r->state, "draining") == 0,
		.selftest = strcmp(r->state, "set_aside") == 0 &&
		    (!in->has_fault || in->fault[0] != '\0'),
	};
	size_t renewed;

	commands.has_selftest = commands.selftest;

	TRY(core_seen_note(c, a, r));
	if (in->has_fault) {
		TRY(store_runner_fault(c->store, a, r->id, in->fault));
		runner_cache_drop(c->runners, r->id);
	}
	TRY(FAILPOINT(a, "heartbeat.before_renew"));
	if (in->has_active)
		TRY(renew_listed(c, a, r, in, &commands));
	else
		TRY(dispatch_renew_acked(c->dispatch, a, r->id,
		    core_lease_ms(c, r), &renewed));
	TRY(FAILPOINT(a, "heartbeat.before_answer"));
	*ret_commands = commands;
	return NULL;
}
