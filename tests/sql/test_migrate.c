/*
 * Migrations of a database that is in use: students submit all the time, and
 * none of them stands behind a lock for long.  $ASSIZE_MIGRATE_ROWS makes as
 * many submissions first (a million is the long form).
 *
 * The program's files of sql/ are followed by two of the test's own, as a
 * next version would have them: one in a transaction, one online.
 */
#include "tests/sql/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "store/schema.h"

/* The linker sends the migrator here (--wrap), and us to the program's. */
const struct schema_file *__real_schema_file(size_t i);
const struct schema_file *__wrap_schema_file(size_t i);

#define ROWS 20000

static const struct schema_file next_version[] = {
	{ SCHEMA_MIGRATION, "9001_next",
	    "ALTER TABLE submission ADD COLUMN next_n integer NOT NULL"
	    " DEFAULT 7;"
	    "ALTER TABLE submission ADD CONSTRAINT submission_next_ck"
	    " CHECK (next_n BETWEEN 0 AND 9) NOT VALID;" },
	{ SCHEMA_MIGRATION, "9002_next_online",
	    "-- online\n"
	    "DROP INDEX CONCURRENTLY IF EXISTS submission_next_ix\n"
	    "-- step\n"
	    "CREATE INDEX CONCURRENTLY submission_next_ix"
	    " ON submission (next_n, seq)\n"
	    "-- step\n"
	    "ALTER TABLE submission VALIDATE CONSTRAINT submission_next_ck\n" },
};
static bool is_next; /* the next version is what is applied */

const struct schema_file *
__wrap_schema_file(size_t i)
{
	size_t n = (size_t)schema_migrations();
	size_t more = is_next ? ARRAY_LEN(next_version) : 0;

	if (i >= n && i < n + more)
		return &next_version[i - n];
	return __real_schema_file(i < n ? i : i - more);
}

static struct {
	atomic_bool is_ending;
	atomic_int submitted;
	struct err *error;
	struct arena *arena;
	int64_t longest_ms;
} load;

/* A student who submits again and again. */
static void *
submit_thread(void *arg)
{
	(void)arg;
	while (!atomic_load(&load.is_ending) && load.error == NULL) {
		struct submission_new n = new_submission(W.bob);
		struct submission_inserted in;
		int64_t start = clock_mono_ms();

		n.id = rand_id(load.arena, "sb");
		n.job_id = rand_id(load.arena, "jb");
		load.error = store_submission_insert(S, load.arena, &n, &in);
		start = clock_mono_ms() - start;
		if (start > load.longest_ms)
			load.longest_ms = start;
		atomic_fetch_add(&load.submitted, 1);
		clock_sleep_ms(2);
	}
	return NULL;
}

static pthread_t
start_load(void)
{
	pthread_t t;

	memset(&load, 0, sizeof(load));
	load.arena = arena_new("load", (size_t)512 << 20);
	assert_int_equal(pthread_create(&t, NULL, submit_thread, NULL), 0);
	return t;
}

static void
end_load(pthread_t t)
{
	atomic_store(&load.is_ending, true);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_ok(load.error);
	arena_free(load.arena);
}

static struct err *
migrate(struct arena *a, struct store_migration *ret)
{
	return store_migrate(a,
	    pg_conninfo(&PG, "super", sql_in(a, "SELECT current_database()")),
	    ret);
}

static void *
migrate_thread(void *arg)
{
	struct store_migration m;
	struct err *e = migrate(arg, &m);

	if (e != NULL)
		(void)fprintf(stderr, "%s\n", e->internal);
	return e == NULL && m.applied == ARRAY_LEN(next_version) ? arg : NULL;
}

static int64_t
fill(void)
{
	int64_t n = rows_wanted("ASSIZE_MIGRATE_ROWS", ROWS, 1000000);

	(void)submit(W.alice);
	(void)sql(arena_printf(A,
	    "INSERT INTO submission (id, course_id, problem_id, user_id,"
	    " submitted_at, language, source, is_manual, status, outcome) SELECT"
	    " 'sb_fill' || g, s.course_id, s.problem_id, s.user_id, now(), 'c',"
	    " s.source, true, 'cancelled', 'killed' FROM submission s,"
	    " generate_series(1, %lld) g",
	    (long long)n));
	return n;
}

/*
 * Somebody reads the table for long: the migration waits, and who submits
 * meanwhile does not wait behind it.
 */
static void
test_migrate_under_load(void **state)
{
	int64_t rows = fill();
	PGconn *reader = PQconnectdb(
	    pg_conninfo(&PG, "super", sql("SELECT current_database()")));
	struct arena *a = arena_new("migrate", (size_t)16 << 20);
	int64_t start;
	void *done = NULL;
	pthread_t student;
	pthread_t migrator;
	int before;

	(void)state;
	PQclear(PQexec(reader, "BEGIN; SELECT count(*) FROM submission"));
	is_next = true;
	student = start_load();
	start = clock_mono_ms();
	assert_int_equal(pthread_create(&migrator, NULL, migrate_thread, a), 0);
	/* Long enough for several tries. */
	clock_sleep_ms(2500);
	assert_string_equal(sql("SELECT count(*) FROM schema_version"
				" WHERE name = '9001_next'"),
	    "0");
	before = atomic_load(&load.submitted);
	assert_true(before > 10);
	PQclear(PQexec(reader, "COMMIT"));
	PQfinish(reader);
	assert_int_equal(pthread_join(migrator, &done), 0);
	print_message("%lld rows: migrated in %lld ms, %d submitted meanwhile,"
		      " the slowest in %lld ms\n",
	    (long long)rows, (long long)(clock_mono_ms() - start),
	    atomic_load(&load.submitted), (long long)load.longest_ms);
	assert_non_null(done);
	end_load(student);
	assert_true(atomic_load(&load.submitted) > before);
	assert_string_equal(sql("SELECT indisvalid FROM pg_index WHERE"
				" indexrelid = 'submission_next_ix'::regclass"),
	    "t");
	assert_string_equal(sql("SELECT convalidated FROM pg_constraint"
				" WHERE conname = 'submission_next_ck'"),
	    "t");
	assert_string_equal(sql("SELECT count(*) FROM submission"
				" WHERE next_n <> 7"),
	    "0");
	/* Nothing of it is done twice. */
	assert_int_equal(migrate_thread(a) == NULL, true);
	arena_free(a);
}

/* An online step that failed half way is begun again, not believed. */
static void
test_online_begins_again(void **state)
{
	struct store_migration m;

	(void)state;
	is_next = true;
	(void)sql("CREATE TABLE submission_next_ix (i int)");
	assert_err(migrate(A, &m), ERR_INTERNAL);
	assert_string_equal(sql("SELECT string_agg(name, ' ') FROM"
				" schema_version WHERE name LIKE '900%'"),
	    "9001_next");
	(void)sql("DROP TABLE submission_next_ix");
	assert_ok(migrate(A, &m));
	assert_int_equal(m.applied, 1);
	assert_ok(migrate(A, &m));
	assert_int_equal(m.applied, 0);
}

static int
setup(void **state)
{
	is_next = false;
	return test_setup(state);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_migrate_under_load),
		T(test_online_begins_again),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
