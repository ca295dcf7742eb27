noinst_LIBRARIES += src/package/libpackage.a
src_package_libpackage_a_SOURCES = \
	src/package/assize.c \
	src/package/constants.c \
	src/package/criteria.c \
	src/package/data.c \
	src/package/functions.c \
	src/package/files.c src/package/files.h \
	src/package/grading_json.c \
	src/package/groups.c src/package/groups.h \
	src/package/groups_new.c \
	src/package/import.c src/package/import.h \
	src/package/import_autograder.c \
	src/package/import_course.c src/package/import_inginious.c \
	src/package/import_inginious.h src/package/import_noj.c \
	src/package/import_quiz.c \
	src/package/limits.c \
	src/package/links.c \
	src/package/meta.c src/package/meta.h \
	src/package/meta_json.c \
	src/package/meta_take.c \
	src/package/package.c src/package/package.h \
	src/package/parts.h \
	src/package/probes.c \
	src/package/problem.c \
	src/package/rules.c \
	src/package/programs.c \
	src/package/quiz.c \
	src/package/read.h \
	src/package/script.c \
	src/package/setup.c src/package/setup.h \
	src/package/sections.c src/package/sections.h \
	src/package/shown.c \
	src/package/statements.c \
	src/package/submissions.c \
	src/package/tasks.c src/package/tasks.h \
	src/package/testdata.c src/package/testdata.h \
	src/package/walk.c src/package/walk.h \
	src/package/weights.c \
	src/package/zip.c src/package/zip.h \
	src/package/zip_dir.c src/package/zip_dir.h \
	src/package/zip_out.c src/package/zip_out.h \
	src/package/zip_write.c
EXTRA_DIST += src/package/README.md src/package/.may_include
PACKAGE_LIBS = src/package/libpackage.a $(GRADE_LIBS) $(ARCHIVE_LIBS) \
	$(YAML_LIBS)

PACKAGE_TESTS = tests/unit/test_package tests/unit/test_package_assize \
	tests/unit/test_package_faults tests/unit/test_package_format \
	tests/unit/test_zip
check_PROGRAMS += $(PACKAGE_TESTS) tests/fuzz/replay_package
TESTS += $(PACKAGE_TESTS) tests/fuzz/package.sh
tests_unit_test_zip_SOURCES = tests/unit/test_zip.c
tests_unit_test_zip_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_zip_LDADD = $(PACKAGE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_package_SOURCES = tests/unit/test_package.c
tests_unit_test_package_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_package_LDADD = $(PACKAGE_LIBS) $(CMOCKA_LIBS)
EXTRA_DIST += tests/data/README.md tests/data/packages
tests_unit_test_package_assize_SOURCES = tests/unit/test_package_assize.c
tests_unit_test_package_assize_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_package_assize_LDADD = $(PACKAGE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_package_faults_SOURCES = tests/unit/test_package_faults.c
tests_unit_test_package_faults_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_package_faults_LDADD = $(PACKAGE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_package_format_SOURCES = tests/unit/test_package_format.c
tests_unit_test_package_format_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_package_format_LDADD = $(PACKAGE_LIBS) $(CMOCKA_LIBS)
tests_fuzz_replay_package_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_package.c tests/fuzz/replay.c
tests_fuzz_replay_package_LDADD = $(PACKAGE_LIBS)
EXTRA_DIST += tests/fuzz/package.sh tests/fuzz/corpus/package
