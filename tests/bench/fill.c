/*
 * fill SOCKET READY LEASES RUNNERS: a crowd in Redis, through the functions
 * that assized has for it.  Jobs "job submission" of standard input, a line
 * each, are offered first and claimed before all others; then READY more in
 * the same queue, LEASES leased ones of another pool, and RUNNERS that serve
 * it.
 */
#include "base/str.h"
#include "dispatch/dispatch.h"
#include "dispatch/runner.h"

#define BATCH 1000
#define USERS 1000
#define HARD_MS (3600 * 1000)
#define ARENA_BYTES ((size_t)256 << 20)

static struct {
	struct arena *arena;
	struct dispatch *dispatch;
	struct dispatch_job batch[BATCH];
	size_t n;
	int64_t offered;
} fill;

static void
check(const struct err *e)
{
	if (e == NULL)
		return;
	fprintf(stderr, "fill: %s\n",
	    e->internal != NULL ? e->internal : e->detail);
	exit(1);
}

static void
flush(void)
{
	check(dispatch_offer(fill.dispatch, fill.arena, fill.batch, fill.n,
	    NULL));
	fill.offered += (int64_t)fill.n;
	fill.n = 0;
	arena_reset(fill.arena);
}

static void
offer(const char *job, const char *submission, const char *user,
    const char *pool)
{
	fill.batch[fill.n++] = (struct dispatch_job) {
		.id = arena_strdup(fill.arena, job),
		.submission = arena_strdup(fill.arena, submission),
		.user = arena_strdup(fill.arena, user),
		.pool = pool,
		.language = "c",
		.class = DISPATCH_LIVE,
		.hard_ms = HARD_MS,
	};
	if (fill.n == BATCH)
		flush();
}

/* Each of its own user, hence all at the start of virtual time. */
static void
offer_given(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *space = strchr(line, ' ');

		if (space == NULL)
			continue;
		*space = '\0';
		space[1 + strcspn(space + 1, "\n")] = '\0';
		offer(line, space + 1, space + 1, "default");
	}
}

static void
offer_crowd(int64_t n, const char *pool, const char *mark)
{
	for (int64_t i = 0; i < n; i++)
		offer(arena_printf(fill.arena, "jb_Z%s%024lld", mark,
			  (long long)i),
		    arena_printf(fill.arena, "sb_Z%s%024lld", mark,
			(long long)i),
		    arena_printf(fill.arena, "crowd%lld",
			(long long)(i % USERS)),
		    pool);
	flush();
}

static struct dispatch_want
runner_of(int64_t i)
{
	static const char *const pools[] = { "elsewhere" };
	static const char *const languages[] = { "c" };

	return (struct dispatch_want) {
		.runner = arena_printf(fill.arena, "rn_Z%025lld", (long long)i),
		.pools = pools,
		.n_pools = 1,
		.languages = languages,
		.n_languages = 1,
		.lease_ms = HARD_MS,
	};
}

static void
make_runners(int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		const struct dispatch_alive one = { runner_of(i), HARD_MS };

		check(dispatch_runner_seen(fill.dispatch, fill.arena, &one, 1));
		arena_reset(fill.arena);
	}
}

static void
make_leases(int64_t n, int64_t runners)
{
	offer_crowd(n, "elsewhere", "L");
	for (int64_t i = 0; i < n; i++) {
		struct dispatch_want want = runner_of(i % runners);
		struct dispatch_claim claim;

		check(dispatch_claim(fill.dispatch, fill.arena, &want, 1,
		    &claim));
		if (claim.job == NULL) {
			fprintf(stderr, "fill: a job was not claimed\n");
			exit(1);
		}
		arena_reset(fill.arena);
	}
}

int
main(int argc, char **argv)
{
	struct dispatch_conf conf = { 0 };
	int64_t ready = 0;
	int64_t leases = 0;
	int64_t runners = 0;

	if (argc != 5 || !str_to_i64(argv[2], 0, 10000000, &ready) ||
	    !str_to_i64(argv[3], 0, 1000000, &leases) ||
	    !str_to_i64(argv[4], 1, 1000000, &runners)) {
		fprintf(stderr, "usage: fill SOCKET READY LEASES RUNNERS\n");
		return 2;
	}
	conf.address = argv[1];
	fill.arena = arena_new("fill", ARENA_BYTES);
	fill.dispatch = dispatch_open(&conf);
	offer_given();
	flush();
	offer_crowd(ready, "default", "R");
	make_runners(runners);
	make_leases(leases, runners);
	printf("{\"offered\":%lld}\n", (long long)fill.offered);
	dispatch_close(fill.dispatch);
	arena_free(fill.arena);
	return 0;
}
