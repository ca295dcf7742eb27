noinst_LIBRARIES += src/core/libcore.a
src_core_libcore_a_SOURCES = \
	src/core/act.c src/core/act.h \
	src/core/answers.c src/core/answers.h \
	src/core/audit.c src/core/audit.h \
	src/core/auth.c src/core/auth.h \
	src/core/claim.c src/core/claim.h \
	src/core/core.c src/core/core.h \
	src/core/course.c src/core/course.h \
	src/core/csv.c src/core/csv.h \
	src/core/entry.c src/core/entry.h \
	src/core/export.c \
	src/core/grades.c src/core/grades.h \
	src/core/grading.c src/core/grading.h \
	src/core/gate.c src/core/gate.h \
	src/core/job.c src/core/job.h \
	src/core/landing.c src/core/landing.h \
	src/core/metrics.c src/core/metrics.h \
	src/core/operate.c src/core/operate.h \
	src/core/package.c \
	src/core/queue.c src/core/queue.h \
	src/core/config.c src/core/config.h \
	src/core/roster.c src/core/roster.h \
	src/core/reconcile.c src/core/reconcile.h \
	src/core/rejudging.c src/core/rejudging.h \
	src/core/result_check.c src/core/result_check.h \
	src/core/runner.c src/core/runner.h \
	src/core/runner_cache.c src/core/runner_cache.h \
	src/core/seen.c src/core/seen.h \
	src/core/snapshot.c src/core/snapshot.h \
	src/core/source.c src/core/source.h \
	src/core/submission.c src/core/submission.h \
	src/core/sweep.c src/core/sweep.h \
	src/core/view.c src/core/view.h
EXTRA_DIST += src/core/README.md src/core/.may_include
CORE_LIBS = src/core/libcore.a $(PACKAGE_LIBS) $(TOKEN_LIBS) $(STORE_LIBS) \
	$(DISPATCH_LIBS) $(GRADE_LIBS) $(WIRE_LIBS) $(BASE_LIBS)

check_PROGRAMS += tests/unit/test_result_check
TESTS += tests/unit/test_result_check
tests_unit_test_result_check_SOURCES = tests/unit/test_result_check.c
tests_unit_test_result_check_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_result_check_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_csv
TESTS += tests/unit/test_csv
tests_unit_test_csv_SOURCES = tests/unit/test_csv.c
tests_unit_test_csv_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_csv_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)
