noinst_LIBRARIES += src/grade/libgrade.a
src_grade_libgrade_a_SOURCES = \
	src/grade/compare.c src/grade/compare.h \
	src/grade/feedback.c src/grade/feedback.h src/grade/feedback_config.c \
	src/grade/feedback_words.c \
	src/grade/comparison.c src/grade/comparison.h \
	src/grade/criteria.c src/grade/criteria.h \
	src/grade/criteria_use.c \
	src/grade/function.c src/grade/function.h \
	src/grade/functions.c \
	src/grade/judge.c src/grade/judge.h \
	src/grade/language.c src/grade/language.h \
	src/grade/quiz.c src/grade/quiz.h src/grade/quiz_check.c \
	src/grade/quiz_read.c src/grade/quiz_show.c src/grade/quiz_words.c \
	src/grade/quiz_words.h \
	src/grade/quiz_write.c \
	src/grade/regex.c src/grade/regex.h \
	src/grade/tree.c src/grade/tree.h src/grade/tree_drop.c \
	src/grade/tree_json.c src/grade/tree_json.h \
	src/grade/verdict.c src/grade/verdict.h src/grade/verdicts.def
EXTRA_DIST += src/grade/README.md src/grade/.may_include
GRADE_LIBS = src/grade/libgrade.a $(WIRE_LIBS) $(PCRE2_LIBS) -lm

GRADE_TESTS = tests/unit/test_compare tests/unit/test_criteria \
	tests/unit/test_feedback \
	tests/unit/test_judge \
	tests/unit/test_quiz tests/unit/test_regex tests/unit/test_tree tests/unit/test_verdict
check_PROGRAMS += $(GRADE_TESTS) tests/fuzz/replay_compare
TESTS += $(GRADE_TESTS) tests/fuzz/compare.sh
tests_unit_test_compare_SOURCES = tests/unit/test_compare.c
tests_unit_test_compare_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_compare_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_feedback_SOURCES = tests/unit/test_feedback.c
tests_unit_test_feedback_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_feedback_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_criteria_SOURCES = tests/unit/test_criteria.c
tests_unit_test_criteria_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_criteria_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_judge_SOURCES = tests/unit/test_judge.c
tests_unit_test_judge_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_judge_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_quiz_SOURCES = tests/unit/test_quiz.c
tests_unit_test_quiz_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_quiz_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_regex_SOURCES = tests/unit/test_regex.c
tests_unit_test_regex_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_regex_LDADD = $(GRADE_LIBS) $(CMOCKA_LIBS)
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

# What the languages are called: from the files that say all of them.
LANGUAGE_FILES = \
	src/runner/languages.d/ada.yaml \
	src/runner/languages.d/bash.yaml \
	src/runner/languages.d/c.yaml \
	src/runner/languages.d/cpp.yaml \
	src/runner/languages.d/csharp.yaml \
	src/runner/languages.d/fortran.yaml \
	src/runner/languages.d/go.yaml \
	src/runner/languages.d/haskell.yaml \
	src/runner/languages.d/java.yaml \
	src/runner/languages.d/javascript.yaml \
	src/runner/languages.d/kotlin.yaml \
	src/runner/languages.d/lua.yaml \
	src/runner/languages.d/ocaml.yaml \
	src/runner/languages.d/octave.yaml \
	src/runner/languages.d/pascal.yaml \
	src/runner/languages.d/perl.yaml \
	src/runner/languages.d/php.yaml \
	src/runner/languages.d/pypy3.yaml \
	src/runner/languages.d/python3.yaml \
	src/runner/languages.d/ruby.yaml \
	src/runner/languages.d/rust.yaml \
	src/runner/languages.d/sqlite.yaml
LANGUAGE_GEN = src/grade/language_ids.h src/grade/language_rows.h
LANGUAGE_AWK = $(AM_V_GEN)$(MKDIR_P) $(@D) && (cd $(srcdir) && \
	$(AWK) -f build-aux/languages.awk
src/grade/language_ids.h: $(LANGUAGE_FILES) build-aux/languages.awk
	$(LANGUAGE_AWK) -v what=enum $(LANGUAGE_FILES)) >$@.new && mv $@.new $@
src/grade/language_rows.h: $(LANGUAGE_FILES) build-aux/languages.awk
	$(LANGUAGE_AWK) -v what=rows $(LANGUAGE_FILES)) >$@.new && mv $@.new $@
nodist_src_grade_libgrade_a_SOURCES = $(LANGUAGE_GEN)
BUILT_SOURCES += $(LANGUAGE_GEN)
CLEANFILES += $(LANGUAGE_GEN)
EXTRA_DIST += build-aux/languages.awk build-aux/languages.py src/runner/languages.d/README.md
languagesdir = $(pkgdatadir)/languages.d
dist_languages_DATA = $(LANGUAGE_FILES)
