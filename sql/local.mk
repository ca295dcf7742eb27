# The files here are embedded and installed: src/store/local.mk lists them.
EXTRA_DIST += sql/README.md tests/integ/test_backup.py
dist_sbin_SCRIPTS = sql/assize-backup
dist_man_MANS += docs/man/assize-backup.8

SQL_TESTS = tests/sql/test_store tests/sql/test_claim \
	tests/sql/test_land tests/sql/test_schema tests/sql/test_storm \
	tests/sql/test_migrate tests/sql/test_operators \
	tests/sql/test_rejudging tests/sql/test_gates \
	tests/sql/test_lists tests/sql/test_document
check_PROGRAMS += $(SQL_TESTS)
TESTS += $(SQL_TESTS)
EXTRA_DIST += tests/sql/README.md \
	tests/data/vectors/accessibility_windows.jsonl \
	tests/data/vectors/submission_limit_cases.json
SQL_FIXTURE = tests/sql/fixture.c tests/sql/fixture.h \
	tests/sql/many.c tests/sql/many.h \
	tests/sql/pg.c tests/sql/pg.h
SQL_CPPFLAGS = $(STORE_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
SQL_LIBS = $(STORE_LIBS) $(CMOCKA_LIBS)
tests_sql_test_store_SOURCES = tests/sql/test_store.c $(SQL_FIXTURE)
tests_sql_test_store_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_store_LDADD = $(SQL_LIBS)
tests_sql_test_claim_SOURCES = tests/sql/test_claim.c $(SQL_FIXTURE)
tests_sql_test_claim_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_claim_LDADD = $(SQL_LIBS)
tests_sql_test_land_SOURCES = tests/sql/test_land.c $(SQL_FIXTURE)
tests_sql_test_land_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_land_LDADD = $(SQL_LIBS)
tests_sql_test_schema_SOURCES = tests/sql/test_schema.c $(SQL_FIXTURE)
tests_sql_test_schema_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_schema_LDADD = $(SQL_LIBS)
tests_sql_test_storm_SOURCES = tests/sql/test_storm.c $(SQL_FIXTURE)
tests_sql_test_storm_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_storm_LDADD = $(SQL_LIBS)
tests_sql_test_gates_SOURCES = tests/sql/test_gates.c $(SQL_FIXTURE)
tests_sql_test_gates_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_gates_LDADD = $(WIRE_LIBS) $(SQL_LIBS)
tests_sql_test_rejudging_SOURCES = tests/sql/test_rejudging.c $(SQL_FIXTURE)
tests_sql_test_rejudging_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_rejudging_LDADD = $(SQL_LIBS)
tests_sql_test_operators_SOURCES = tests/sql/test_operators.c $(SQL_FIXTURE)
tests_sql_test_operators_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_operators_LDADD = $(SQL_LIBS)
tests_sql_test_migrate_SOURCES = tests/sql/test_migrate.c $(SQL_FIXTURE)
tests_sql_test_migrate_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_migrate_LDADD = $(SQL_LIBS)
tests_sql_test_migrate_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=schema_file
tests_sql_test_lists_SOURCES = tests/sql/test_lists.c $(SQL_FIXTURE)
tests_sql_test_lists_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_lists_LDADD = $(SQL_LIBS)
tests_sql_test_document_SOURCES = tests/sql/test_document.c $(SQL_FIXTURE)
tests_sql_test_document_CPPFLAGS = $(SQL_CPPFLAGS)
tests_sql_test_document_LDADD = $(SQL_LIBS)
