/*
 * Migrations go forward only, each once; functions and views are put in
 * place whenever their text differs from what is there.  All of it is one
 * transaction under one lock: either the schema is this program's afterwards
 * or nothing happened.
 *
 * While it works, students submit.  Whoever waits for an exclusive lock on a
 * table stops all that come after; so no statement waits for long, and a
 * transaction that did not get its locks is rolled back and tried again.
 * What reads a whole table (an index, the check of a constraint) has a file
 * of its own that begins with "-- online": its steps, divided by lines
 * "-- step", run one by one outside of a transaction, and must be such that
 * they can be run again.
 */
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/str.h"
#include "store/db.h"
#include "store/migrate_gen.h"
#include "store/schema.h"
#include "store/store.h"

#define ONLINE "-- online\n"
#define STEP "\n-- step\n"
/* About two minutes of waiting for locks. */
#define TRIES 60
#define PAUSE_MS 100
#define PAUSE_MAX_MS 2000

struct migration {
	struct arena *arena;
	PGconn *conn;
	PGresult *applied; /* kind, name, checksum */
	struct store_migration done;
	bool is_stale;  /* some function or view differs */
	bool is_locked; /* the last failure: a lock was not to be had */
};

static void
finish(PGconn **conn)
{
	PQfinish(*conn);
}

static struct err *
check(struct migration *m, const char *what, const PGresult *r)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *hint = PQresultErrorField(r, PG_DIAG_MESSAGE_HINT);
	const char *where = PQresultErrorField(r, PG_DIAG_CONTEXT);
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	m->is_locked = state != NULL &&
	    (strcmp(state, "55P03") == 0 || strcmp(state, "40P01") == 0);
	if (PQresultStatus(r) == PGRES_COMMAND_OK ||
	    PQresultStatus(r) == PGRES_TUPLES_OK)
		return NULL;
	if (text == NULL)
		text = PQerrorMessage(m->conn);
	return ERR_WHY(m->arena, ERR_INTERNAL, "%s: %s%s%s%s%s", what, text,
	    hint != NULL ? "; " : "", hint != NULL ? hint : "",
	    where != NULL ? "; " : "", where != NULL ? where : "");
}

/* One text of any number of statements. */
static struct err *
run(struct migration *m, const char *what, const char *text)
{
	PGresult *r = PQexec(m->conn, text);
	struct err *e = check(m, what, r);

	PQclear(r);
	return e;
}

static struct err *
step(struct migration *m, enum migrate_steps_id id)
{
	return run(m, migrate_steps[id].name, migrate_steps[id].text);
}

/* The checksum under which the file was applied, or NULL. */
static const char *
applied_as(const struct migration *m, const char *kind, const char *name)
{
	for (int i = 0; i < PQntuples(m->applied); i++) {
		if (strcmp(PQgetvalue(m->applied, i, 0), kind) == 0 &&
		    strcmp(PQgetvalue(m->applied, i, 1), name) == 0)
			return PQgetvalue(m->applied, i, 2);
	}
	return NULL;
}

static struct err *
record(struct migration *m, const char *kind, const char *name,
    const char *checksum)
{
	const char *values[] = { kind, name, checksum };
	PGresult *r = PQexecParams(m->conn, migrate_steps[M_RECORD].text, 3,
	    NULL, values, NULL, NULL, 0);
	struct err *e = check(m, "record", r);

	PQclear(r);
	return e;
}

static bool
is_due(const struct migration *m, enum schema_kind kind, const char *had,
    const char *checksum)
{
	if (kind == SCHEMA_GRANTS && m->done.applied + m->done.replaced > 0)
		return true;
	/* They stand on functions and on each other. */
	if (kind == SCHEMA_VIEW && m->is_stale)
		return true;
	return had == NULL || strcmp(had, checksum) != 0;
}

static struct err *
apply(struct migration *m, const struct schema_file *f)
{
	const char *kind = schema_kind_name(f->kind);
	const char *sum = enc_sha256_hex(m->arena, f->text, strlen(f->text));
	const char *had = applied_as(m, kind, f->name);

	if (!is_due(m, f->kind, had, sum))
		return NULL;
	if (f->kind == SCHEMA_MIGRATION && had != NULL)
		return ERR_WHY(m->arena, ERR_CONFLICT,
		    "migration %s was applied with another text", f->name);
	TRY(run(m, f->name, f->text));
	TRY(record(m, kind, f->name, sum));
	if (f->kind == SCHEMA_MIGRATION)
		m->done.applied++;
	else if (f->kind != SCHEMA_GRANTS)
		m->done.replaced++;
	log_event(LOG_INFO, "schema_applied", LS("kind", kind),
	    LS("name", f->name));
	return NULL;
}

/* A migration that we do not have: the database belongs to a newer program. */
static struct err *
check_not_newer(const struct migration *m)
{
	for (int i = 0; i < PQntuples(m->applied); i++) {
		const char *name = PQgetvalue(m->applied, i, 1);
		const struct schema_file *f;
		bool is_ours = false;

		if (strcmp(PQgetvalue(m->applied, i, 0), "migration") != 0)
			continue;
		for (size_t k = 0; (f = schema_file(k)) != NULL; k++) {
			if (f->kind == SCHEMA_MIGRATION &&
			    strcmp(f->name, name) == 0)
				is_ours = true;
		}
		if (!is_ours)
			return ERR_WHY(m->arena, ERR_CONFLICT,
			    "the database has migration %s, which this "
			    "program does not know",
			    name);
	}
	return NULL;
}

static bool
is_online(const struct schema_file *f)
{
	return f->kind == SCHEMA_MIGRATION &&
	    strncmp(f->text, ONLINE, strlen(ONLINE)) == 0;
}

static bool
is_due_file(const struct migration *m, const struct schema_file *f)
{
	const char *sum = enc_sha256_hex(m->arena, f->text, strlen(f->text));
	const char *had = applied_as(m, schema_kind_name(f->kind), f->name);

	return is_due(m, f->kind, had, sum);
}

static bool
find_stale(const struct migration *m)
{
	const struct schema_file *f;

	for (size_t i = 0; (f = schema_file(i)) != NULL; i++)
		if ((f->kind == SCHEMA_FUNCTION || f->kind == SCHEMA_VIEW) &&
		    is_due_file(m, f))
			return true;
	return false;
}

static struct err *
read_applied(struct migration *m)
{
	PQclear(m->applied);
	m->applied = PQexec(m->conn, migrate_steps[M_APPLIED].text);
	TRY(check(m, "applied", m->applied));
	return check_not_newer(m);
}

/*
 * One transaction: the files from *i on, up to one that is online and due, or
 * the end.
 */
static struct err *
apply_some(struct migration *m, size_t *i)
{
	const struct schema_file *f;

	TRY(step(m, M_BEGIN));
	TRY(step(m, M_ROLES));
	TRY(step(m, M_OWN));
	TRY(step(m, M_TABLE));
	TRY(read_applied(m));
	if (!m->is_stale && find_stale(m)) {
		m->is_stale = true;
		TRY(step(m, M_DROP_VIEWS));
	}
	for (; (f = schema_file(*i)) != NULL; (*i)++) {
		if (is_online(f) && is_due_file(m, f))
			break;
		TRY(apply(m, f));
	}
	return step(m, M_COMMIT);
}

/* The steps of an online file, and then that it was done. */
static struct err *
apply_online(struct migration *m, size_t *i)
{
	const struct schema_file *f = schema_file(*i);
	const char *name = f->name;
	const char *sum = enc_sha256_hex(m->arena, f->text, strlen(f->text));
	const char *rest = f->text;

	if (applied_as(m, "migration", name) != NULL)
		return ERR_WHY(m->arena, ERR_CONFLICT,
		    "migration %s was applied with another text", name);
	TRY(step(m, M_ONLINE));
	while (rest != NULL) {
		const char *end = strstr(rest, STEP);
		const char *text = end == NULL
		    ? rest
		    : str_dup(m->arena,
			  (struct str) { rest, (size_t)(end - rest) });

		TRY(run(m, name, text));
		rest = end == NULL ? NULL : end + strlen(STEP);
	}
	TRY(record(m, "migration", name, sum));
	m->done.applied++;
	(*i)++;
	log_event(LOG_INFO, "schema_applied", LS("kind", "online migration"),
	    LS("name", name));
	return NULL;
}

typedef struct err *part_fn(struct migration *, size_t *i);

/* Again while locks are not to be had. */
static struct err *
persist(struct migration *m, part_fn *part, size_t *i)
{
	int64_t pause = PAUSE_MS;
	struct err *e;

	for (int n = 1;; n++) {
		const struct migration before = *m;
		size_t from = *i;

		e = part(m, i);
		if (e == NULL || !m->is_locked || n == TRIES)
			return e;
		log_event(LOG_WARNING, "migration_waits",
		    LS("reason", e->internal), LI("tries", n));
		PQclear(PQexec(m->conn, "ROLLBACK"));
		m->done = before.done;
		m->is_stale = before.is_stale;
		*i = from;
		clock_sleep_ms(pause);
		pause = pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
	}
}

static struct err *
lock_migration(struct migration *m, size_t *i)
{
	(void)i;
	return step(m, M_LOCK);
}

static struct err *
migrate(struct migration *m)
{
	size_t i = 0;

	TRY(persist(m, lock_migration, &i));
	for (;;) {
		TRY(persist(m, apply_some, &i));
		if (schema_file(i) == NULL)
			return NULL;
		TRY(persist(m, apply_online, &i));
	}
}

struct err *
store_migrate(struct arena *a, const char *conninfo,
    struct store_migration *ret_migration)
{
	_cleanup_(finish) PGconn *conn = NULL;
	struct migration m = { .arena = a };
	struct err *e;

	TRY(db_connect(a, conninfo, "-c TimeZone=UTC", &conn));
	m.conn = conn;
	e = migrate(&m);
	PQclear(m.applied);
	if (e != NULL)
		return e; /* closing the connection rolls it back */
	m.done.version = schema_migrations();
	*ret_migration = m.done;
	return NULL;
}
