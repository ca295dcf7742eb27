noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_SOURCES = \
	src/store/act.c \
	src/store/args.c \
	src/store/config.c src/store/config.h \
	src/store/course.c src/store/course.h \
	src/store/db.c src/store/db.h \
	src/store/document.c src/store/document.h \
	src/store/grades.c src/store/grades.h \
	src/store/grading.c src/store/grading.h \
	src/store/job.c src/store/job.h src/store/job_row.h \
	src/store/land.c \
	src/store/member.c \
	src/store/migrate.c \
	src/store/outbox.c src/store/outbox.h \
	src/store/package.c src/store/package.h \
	src/store/pgerr.c \
	src/store/problem.c src/store/problem.h \
	src/store/rejudging.c src/store/rejudging.h \
	src/store/queue.c src/store/queue.h \
	src/store/roster.c src/store/roster.h \
	src/store/row.c \
	src/store/runner.c src/store/runner.h \
	src/store/schema.c src/store/schema.h \
	src/store/store.c src/store/store.h \
	src/store/submission.c src/store/submission.h \
	src/store/submission_gate.c \
	src/store/submission_list.c src/store/submission_row.h \
	src/store/sweep.c src/store/sweep.h \
	src/store/user.c src/store/user.h

# libpq's header has a word of base/banned.h in a macro: it comes first.
STORE_CPPFLAGS = $(PQ_CFLAGS) -include postgres_ext.h $(AM_CPPFLAGS)
src_store_libstore_a_CPPFLAGS = $(STORE_CPPFLAGS)

STORE_QUERIES = \
	src/store/queries/config.sql \
	src/store/queries/course.sql \
	src/store/queries/grades.sql \
	src/store/queries/grading.sql \
	src/store/queries/job.sql \
	src/store/queries/outbox.sql \
	src/store/queries/package.sql \
	src/store/queries/problem.sql \
	src/store/queries/queue.sql \
	src/store/queries/rejudging.sql \
	src/store/queries/roster.sql \
	src/store/queries/runner.sql \
	src/store/queries/store.sql \
	src/store/queries/submission.sql \
	src/store/queries/user.sql
STORE_MIGRATIONS = \
	sql/migrations/0001_tables.sql \
	sql/migrations/0002_testdata.sql \
	sql/migrations/0003_failures.sql \
	sql/migrations/0010_courses.sql \
	sql/migrations/0020_document.sql \
	sql/migrations/0030_operators.sql \
	sql/migrations/0040_languages.sql \
	sql/migrations/0070_outbox.sql \
	sql/migrations/0081_courses.sql \
	sql/migrations/0082_time_factor.sql \
	sql/migrations/0084_debug.sql \
	sql/migrations/0089_sessions.sql
# In the order in which they are made: views stand on views.
STORE_FUNCTIONS = \
	sql/functions/ts_text.sql \
	sql/functions/config.sql \
	sql/functions/window.sql \
	sql/functions/language_budget.sql \
	sql/functions/problem_put.sql \
	sql/functions/roster.sql \
	sql/functions/team.sql \
	sql/functions/blob.sql \
	sql/functions/standing.sql \
	sql/functions/user_ensure.sql \
	sql/functions/package_insert.sql \
	sql/functions/submission_status.sql \
	sql/functions/submission_prune.sql \
	sql/functions/submission_insert.sql \
	sql/functions/job_judge.sql \
	sql/functions/job_je.sql \
	sql/functions/job_fail.sql \
	sql/functions/job_claim.sql \
	sql/functions/job_land.sql \
	sql/functions/job_release.sql \
	sql/functions/runner.sql \
	sql/functions/runner_blame.sql \
	sql/functions/submission_act.sql \
	sql/functions/rejudging.sql \
	sql/functions/submission_grade.sql \
	sql/functions/job_file.sql \
	sql/functions/service.sql \
	sql/functions/rejudging_report.sql \
	sql/functions/submission_export.sql \
	sql/functions/op.sql \
	sql/functions/outbox.sql \
	sql/functions/op_explain.sql \
	sql/functions/op_problem.sql \
	sql/functions/op_rejudging.sql \
	sql/functions/op_user.sql
STORE_VIEWS = \
	sql/views/submission_document.sql \
	sql/views/job_payload.sql \
	sql/views/op_config.sql \
	sql/views/op_queue.sql \
	sql/views/op_runners.sql \
	sql/views/op_sessions.sql \
	sql/views/op_stuck.sql \
	sql/views/op_load.sql \
	sql/views/op_exports.sql \
	sql/views/op_rejudgings.sql \
	sql/views/op_versions.sql \
	sql/views/op_attention.sql \
	sql/views/inv.sql

STORE_EMBED = $(AM_V_GEN)$(MKDIR_P) src/store && \
	(cd $(srcdir) && $(AWK) -v comment=-- -v mutant='$(MUTANT)' -f build-aux/embed.awk
STORE_GEN = src/store/queries_gen.h src/store/migrate_gen.h \
	src/store/migrations_gen.h src/store/functions_gen.h \
	src/store/views_gen.h src/store/grants_gen.h

src/store/queries_gen.h: $(STORE_QUERIES) build-aux/embed.awk
	$(STORE_EMBED) -v prefix=Q -v table=queries -v many=1 \
		$(STORE_QUERIES)) >$@.new && mv $@.new $@
src/store/migrate_gen.h: src/store/migrate.sql build-aux/embed.awk
	$(STORE_EMBED) -v prefix=M -v table=migrate_steps -v many=1 \
		src/store/migrate.sql) >$@.new && mv $@.new $@
src/store/migrations_gen.h: $(STORE_MIGRATIONS) build-aux/embed.awk
	$(STORE_EMBED) -v prefix=MIGRATION -v table=migrations -v many=0 \
		$(STORE_MIGRATIONS)) >$@.new && mv $@.new $@
# Rows of the table "language", put in place like functions.
src/store/languages.sql: $(LANGUAGE_FILES) build-aux/languages.awk
	$(LANGUAGE_AWK) -v what=sql $(LANGUAGE_FILES)) >$@.new && mv $@.new $@
src/store/functions_gen.h: $(STORE_FUNCTIONS) src/store/languages.sql \
		build-aux/embed.awk
	$(STORE_EMBED) -v prefix=FUNCTION -v table=functions -v many=0 \
		$(STORE_FUNCTIONS) $(abs_builddir)/src/store/languages.sql) \
		>$@.new && mv $@.new $@
src/store/views_gen.h: $(STORE_VIEWS) build-aux/embed.awk
	$(STORE_EMBED) -v prefix=VIEW -v table=views -v many=0 \
		$(STORE_VIEWS)) >$@.new && mv $@.new $@
src/store/grants_gen.h: sql/grants.sql build-aux/embed.awk
	$(STORE_EMBED) -v prefix=GRANTS -v table=grants -v many=0 \
		sql/grants.sql) >$@.new && mv $@.new $@

nodist_src_store_libstore_a_SOURCES = $(STORE_GEN)
BUILT_SOURCES += $(STORE_GEN)
CLEANFILES += $(STORE_GEN) src/store/languages.sql
EXTRA_DIST += src/store/.may_include src/store/README.md \
	src/store/migrate.sql $(STORE_QUERIES)
# To read and to review; the program has its own copy.
nobase_dist_pkgdata_DATA = $(STORE_MIGRATIONS) $(STORE_FUNCTIONS) \
	$(STORE_VIEWS) sql/grants.sql
STORE_LIBS = src/store/libstore.a $(BASE_LIBS) $(PQ_LIBS)
