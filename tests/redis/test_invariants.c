/*
 * Whatever happens in whatever order, an entry is in exactly one place, and
 * nothing is left of those that are gone.
 */
#include "tests/redis/fixture.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/str.h"

#define N_JOBS 40
#define N_RUNNERS 4
#define STEPS 4000

/* Returns what is wrong, in words. */
static const char check[] =
    "local P, bad, nl, nr, nh = '{assize}:', {}, 0, 0, 0\n"
    "local function is(ok, what, x)\n"
    "  if not ok then bad[#bad + 1] = what .. ' ' .. x end\n"
    "end\n"
    "for _, k in ipairs(redis.call('KEYS', P .. 'job:*')) do\n"
    "  local j = k:sub(#P + 5)\n"
    "  local v = redis.call('HMGET', k, 'pool', 'lang', 'class', 'runner',\n"
    "      'lease')\n"
    "  local q = v[2] .. '/' .. v[3]\n"
    "  local ready = redis.call('ZSCORE', P .. 'q:' .. v[1] .. '/' .. q, j)\n"
    "  local due = redis.call('ZSCORE', P .. 'leased', j)\n"
    "  is(not ready ~= not due, 'neither or both', j)\n"
    "  is(not due == not v[4], 'runner without deadline', j)\n"
    "  if ready then\n"
    "    nr = nr + 1\n"
    "    is(redis.call('SISMEMBER', P .. 'ready:' .. v[1], q) == 1,\n"
    "        'not in the index', q)\n"
    "  else\n"
    "    nl = nl + 1\n"
    "    local h = redis.call('HGET', P .. 'held:' .. v[4], j)\n"
    "    is(h and h:sub(1, 35) == v[5], 'not held by its runner', j)\n"
    "  end\n"
    "end\n"
    "for _, k in ipairs(redis.call('KEYS', P .. 'held:*')) do\n"
    "  nh = nh + redis.call('HLEN', k)\n"
    "end\n"
    "is(nh == nl, 'held beside the leased', nh - nl)\n"
    "is(redis.call('ZCARD', P .. 'leased') == nl, 'leased', nl)\n"
    "for _, k in ipairs(redis.call('KEYS', P .. 'q:*')) do\n"
    "  nr = nr - redis.call('ZCARD', k)\n"
    "end\n"
    "is(nr == 0, 'queued without entry', -nr)\n"
    "for _, k in ipairs(redis.call('KEYS', P .. 'ready:*')) do\n"
    "  for _, q in ipairs(redis.call('SMEMBERS', k)) do\n"
    "    is(redis.call('EXISTS', P .. 'q:' .. k:sub(#P + 7) .. '/' .. q) == 1,\n"
    "        'empty queue in the index', q)\n"
    "  end\n"
    "end\n"
    "return table.concat(bad, '; ')\n";

/* ASSIZE_SEED repeats a run that failed. */
static uint64_t seed;

static uint32_t
pick(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static void
choose_seed(void)
{
	const char *text = getenv("ASSIZE_SEED");
	int64_t given;

	seed = (uint64_t)clock_wall_ms();
	if (text != NULL && str_to_i64(text, 0, INT64_MAX, &given))
		seed = (uint64_t)given;
	print_message("seed %llu\n", (unsigned long long)seed);
}

static const char *
what_is_wrong(void)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, A);
	batch_command(&b, "EVAL");
	batch_arg(&b, check);
	batch_int(&b, 0);
	assert_ok(batch_run(D, &b));
	return reply_text(b.replies[0], A);
}

/* The newest lease that we saw of each job, right or wrong. */
static char leases[N_JOBS][DISPATCH_LEASE_LEN + 1];

static const char *
job_name(uint32_t j)
{
	return arena_printf(A, "j%02u", j);
}

static const char *
runner_name(void)
{
	return arena_printf(A, "r%u", pick(N_RUNNERS));
}

static struct dispatch_job
some_job(uint32_t j)
{
	static const char *const languages[] = { "c", "cpp", "python3" };
	struct dispatch_job job =
	    job_of(job_name(j), arena_printf(A, "u%u", j % 7));

	job.submission = arena_printf(A, "s%u", j % 30);
	job.language = languages[j % 3];
	job.class = j % DISPATCH_CLASS__MAX;
	return job;
}

static void
do_claim(uint32_t j)
{
	struct dispatch_want w = want_of(runner_name());
	struct dispatch_claim c;

	if (j % 2 == 0)
		w.nonce = arena_printf(A, "n%u", j % 4);
	c = claim(&w);
	if (c.job == NULL)
		return;
	j = (uint32_t)(c.job[1] - '0') * 10 + (uint32_t)(c.job[2] - '0');
	memcpy(leases[j], c.lease, sizeof(leases[j]));
}

static void
do_restore(uint32_t j)
{
	struct dispatch_job job = some_job(j);
	bool done;

	if (leases[j][0] == '\0')
		return;
	job.lease = leases[j];
	job.runner = runner_name();
	assert_ok(dispatch_restore(D, A,
	    j % 2 == 0 ? DISPATCH_IF_ABSENT : DISPATCH_IF_BEHIND, &job, 30000,
	    &done));
}

static void
do_renew(void)
{
	const char *jobs[] = { job_name(pick(N_JOBS)), job_name(pick(N_JOBS)) };
	enum dispatch_renewal r[2];
	size_t n;

	const struct dispatch_list l = { runner_name(), jobs, 2, 30000 };

	assert_ok(dispatch_renew(D, A, &l, r));
	assert_ok(dispatch_renew_acked(D, A, runner_name(), 30000, &n));
}

static void
do_something(void)
{
	uint32_t j = pick(N_JOBS);
	const char *lease = leases[j][0] == '\0' ? NULL : leases[j];
	struct dispatch_job job = some_job(j);

	switch (pick(9)) {
	case 0:
	case 1:
		job.lease = lease;
		assert_ok(dispatch_offer(D, A, &job, 1, NULL));
		return;
	case 2:
	case 3:
	case 4:
		do_claim(j);
		return;
	case 5:
		do_restore(j);
		return;
	case 6:
		if (lease != NULL)
			assert_ok(dispatch_release(D, A, job.id, lease,
			    j % 3 == 0 ? DISPATCH_FAILED : DISPATCH_GIVEN_BACK,
			    NULL));
		return;
	case 7:
		assert_ok(dispatch_forget(D, A, job.id, lease, NULL));
		return;
	default:
		do_renew();
		if (strcmp(state_of(job.id), "leased") == 0)
			end_lease(job.id);
		if (pick(4) == 0)
			expire();
	}
}

static void
test_any_order(void **state)
{
	struct arena *outer = A;

	choose_seed();
	for (int i = 0; i < STEPS; i++) {
		A = arena_new("step", 1 << 20);
		do_something();
		if (i % 20 == 0)
			assert_string_equal(what_is_wrong(), "");
		arena_free(A);
	}
	A = outer;
	/* The check itself can fail. */
	RAW("ZADD", "{assize}:leased", "1", "stray");
	assert_string_not_equal(what_is_wrong(), "");
}

struct worker {
	pthread_t thread;
	int id;
	int got;
	bool failed;
};

static void *
claim_until_empty(void *arg)
{
	struct worker *w = arg;
	struct arena *a = arena_new("worker", 64 << 20);
	char runner[8] = { 'w', (char)('0' + w->id) };
	struct dispatch_want want = want_of(runner);
	struct dispatch_claim c;

	do {
		w->failed = dispatch_claim(D, a, &want, 1, &c) != NULL;
		w->got += !w->failed && c.job != NULL;
	} while (!w->failed && c.job != NULL);
	arena_free(a);
	return NULL;
}

/* More threads than connections; each job is handed out once. */
static void
test_threads(void **state)
{
	struct worker w[8] = { 0 };
	int got = 0;

	for (int i = 0; i < 2000; i++)
		offer(arena_printf(A, "t%04d", i),
		    arena_printf(A, "u%d", i % 50));
	for (int i = 0; i < 8; i++) {
		w[i].id = i;
		assert_int_equal(pthread_create(&w[i].thread, NULL,
				     claim_until_empty, &w[i]),
		    0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(w[i].thread, NULL);
		assert_false(w[i].failed);
		got += w[i].got;
	}
	assert_int_equal(got, 2000);
	assert_int_equal(RAW("ZCARD", "{assize}:leased"), 2000);
	assert_string_equal(what_is_wrong(), "");
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_any_order),
		T(test_threads),
	};

	return cmocka_run_group_tests_name("dispatch invariants", tests,
	    group_setup, group_teardown);
}
