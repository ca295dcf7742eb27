noinst_LIBRARIES += src/grade/libgrade.a
src_grade_libgrade_a_SOURCES = \
	src/grade/compare.c src/grade/compare.h \
	src/grade/judge.c src/grade/judge.h \
	src/grade/language.c src/grade/language.h \
	src/grade/quiz.c src/grade/quiz.h src/grade/quiz_check.c \
	src/grade/quiz_read.c src/grade/quiz_show.c src/grade/quiz_words.c \
	src/grade/quiz_write.c \
	src/grade/tree.c src/grade/tree.h \
	src/grade/tree_json.c src/grade/tree_json.h \
	src/grade/verdict.c src/grade/verdict.h src/grade/verdicts.def
EXTRA_DIST += src/grade/README.md src/grade/.may_include
GRADE_LIBS = src/grade/libgrade.a $(WIRE_LIBS) -lm

GRADE_TESTS = tests/unit/test_compare tests/unit/test_judge \
	tests/unit/test_quiz tests/unit/test_tree tests/unit/test_verdict
check_PROGRAMS += $(GRADE_TESTS) tests/fuzz/replay_compare
TESTS += $(GRADE_TESTS) tests/fuzz/compare.sh
tests_unit_test_compare_SOURCES = tests/unit/test_compare.c
tests_unit_test_compare_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_compare_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_judge_SOURCES = tests/unit/test_judge.c
tests_unit_test_judge_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_judge_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_quiz_SOURCES = tests/unit/test_quiz.c
tests_unit_test_quiz_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_quiz_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_tree_SOURCES = tests/unit/test_tree.c
tests_unit_test_tree_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_tree_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_verdict_SOURCES = tests/unit/test_verdict.c
tests_unit_test_verdict_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_verdict_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
EXTRA_DIST += tests/data/vectors/quiz_cases.jsonl
EXTRA_DIST += tests/data/vectors/tree_scoring.json tests/data/vectors-deviations
tests_fuzz_replay_compare_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_compare.c tests/fuzz/replay.c
tests_fuzz_replay_compare_LDADD = $(GRADE_LIBS)
EXTRA_DIST += tests/fuzz/compare.sh tests/fuzz/corpus/compare
