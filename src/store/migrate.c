/*
 * Migrations go forward only, each once; functions and views are put in
 * place whenever their text differs from what is there.  All of it is one
 * transaction under one lock: either the schema is this program's afterwards
 * or nothing happened.
 */
#include <string.h>

#include "base/enc.h"
#include "base/log.h"
#include "store/db.h"
#include "store/migrate_gen.h"
#include "store/schema.h"
#include "store/store.h"

struct migration {
	struct arena *arena;
	PGconn *conn;
	PGresult *applied; /* kind, name, checksum */
	struct store_migration done;
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

static struct err *
migrate(struct migration *m)
{
	const struct schema_file *f;

	TRY(step(m, M_BEGIN));
	TRY(step(m, M_LOCK));
	TRY(step(m, M_ROLES));
	TRY(step(m, M_OWN));
	TRY(step(m, M_TABLE));
	m->applied = PQexec(m->conn, migrate_steps[M_APPLIED].text);
	TRY(check(m, "applied", m->applied));
	TRY(check_not_newer(m));
	for (size_t i = 0; (f = schema_file(i)) != NULL; i++)
		TRY(apply(m, f));
	return step(m, M_COMMIT);
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
