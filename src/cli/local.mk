noinst_LIBRARIES += src/cli/libcli.a
src_cli_libcli_a_SOURCES = \
	src/cli/api.c src/cli/api.h \
	src/cli/cli.h \
	src/cli/case.c src/cli/case.h \
	src/cli/cmd_act.c src/cli/cmd_case.c src/cli/cmd_check.c \
	src/cli/cmd_roster.c src/cli/cmd_roster.h src/cli/send.h \
	src/cli/cmd_course.c src/cli/cmd_grades.c src/cli/cmd_grades.h \
	src/cli/cmd_import.c src/cli/cmd_new.c \
	src/cli/cmd_problem.c src/cli/cmd_rejudge.c src/cli/cmd_runners.c \
	src/cli/cmd_show.c \
	src/cli/cmd_submit.c src/cli/cmd_token.c \
	src/cli/command.c src/cli/command.h \
	src/cli/option.c src/cli/option.h \
	src/cli/print.c src/cli/print.h \
	src/cli/submission.c src/cli/submission.h
EXTRA_DIST += src/cli/README.md src/cli/.may_include
src_cli_libcli_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DCLI_RUNNER='"$(sbindir)/assize-runner"'
CLI_LIBS = src/cli/libcli.a $(TOKEN_LIBS) $(PACKAGE_LIBS) \
	$(HTTP_LIBS)

bin_PROGRAMS += assize
assize_SOURCES = src/cli/main.c
assize_LDADD = $(CLI_LIBS)
dist_man_MANS += docs/man/assize.1
EXTRA_DIST += tests/integ/test_authoring.py tests/integ/test_command.py \
	tests/integ/test_problem_command.py

check_PROGRAMS += tests/unit/test_cli
TESTS += tests/unit/test_cli
tests_unit_test_cli_SOURCES = tests/unit/test_cli.c
tests_unit_test_cli_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cli_LDADD = $(CLI_LIBS) $(CMOCKA_LIBS)

# What "assize problem new" writes.
CLI_EXAMPLES = \
	src/cli/examples/api/assize.yaml \
	src/cli/examples/api/criteria.json \
	src/cli/examples/api/problem.yaml \
	src/cli/examples/api/statement/problem.en.md \
	src/cli/examples/api/submissions/accepted/server/main.py \
	src/cli/examples/api/submissions/wrong_answer/other/main.py \
	src/cli/examples/custom/assize.yaml \
	src/cli/examples/custom/criteria.json \
	src/cli/examples/custom/functions/words.py \
	src/cli/examples/custom/problem.yaml \
	src/cli/examples/custom/statement/problem.en.md \
	src/cli/examples/custom/submissions/accepted/long/essay.md \
	src/cli/examples/custom/submissions/wrong_answer/short/essay.md \
	src/cli/examples/input_output/assize.yaml \
	src/cli/examples/input_output/criteria.json \
	src/cli/examples/input_output/feedback.json \
	src/cli/examples/input_output/problem.yaml \
	src/cli/examples/input_output/statement/problem.en.md \
	src/cli/examples/input_output/submissions/accepted/whole/main.py \
	src/cli/examples/input_output/submissions/run_time_error/zero/main.py \
	src/cli/examples/judged/data/sample/1.ans \
	src/cli/examples/judged/data/sample/1.in \
	src/cli/examples/judged/data/secret/1.ans \
	src/cli/examples/judged/data/secret/1.in \
	src/cli/examples/judged/data/secret/2.ans \
	src/cli/examples/judged/data/secret/2.in \
	src/cli/examples/judged/data/secret/3.ans \
	src/cli/examples/judged/data/secret/3.in \
	src/cli/examples/judged/input_validators/numbers.py \
	src/cli/examples/judged/problem.yaml \
	src/cli/examples/judged/statement/problem.en.md \
	src/cli/examples/judged/submissions/accepted/sum.c \
	src/cli/examples/judged/submissions/accepted/sum.py \
	src/cli/examples/judged/submissions/wrong_answer/narrow.c \
	src/cli/examples/manual/assize.yaml \
	src/cli/examples/manual/problem.yaml \
	src/cli/examples/manual/statement/problem.en.md \
	src/cli/examples/quiz/assize.yaml \
	src/cli/examples/quiz/problem.yaml \
	src/cli/examples/quiz/test/right.test \
	src/cli/examples/quiz/test/wrong.test \
	src/cli/examples/script/assize.yaml \
	src/cli/examples/script/problem.yaml \
	src/cli/examples/script/run \
	src/cli/examples/script/test/right.test \
	src/cli/examples/script/test/wrong.test \
	src/cli/examples/static_analysis/assize.yaml \
	src/cli/examples/static_analysis/criteria.json \
	src/cli/examples/static_analysis/problem.yaml \
	src/cli/examples/static_analysis/statement/problem.en.md \
	src/cli/examples/static_analysis/submissions/accepted/formula/main.py \
	src/cli/examples/static_analysis/submissions/wrong_answer/loop/main.py \
	src/cli/examples/webdev/assize.yaml \
	src/cli/examples/webdev/criteria.json \
	src/cli/examples/webdev/problem.yaml \
	src/cli/examples/webdev/statement/problem.en.md \
	src/cli/examples/webdev/submissions/accepted/page/index.html \
	src/cli/examples/webdev/submissions/accepted/page/style.css \
	src/cli/examples/webdev/submissions/wrong_answer/bare/index.html \
	src/cli/examples/webdev/submissions/wrong_answer/bare/style.css
src/cli/examples_gen.h: $(CLI_EXAMPLES) build-aux/examples.awk
	$(AM_V_GEN)$(MKDIR_P) src/cli && (cd $(srcdir) && \
		$(AWK) -v root=src/cli/examples/ -f build-aux/examples.awk \
		$(CLI_EXAMPLES)) >$@.new && mv $@.new $@
nodist_src_cli_libcli_a_SOURCES = src/cli/examples_gen.h
BUILT_SOURCES += src/cli/examples_gen.h
CLEANFILES += src/cli/examples_gen.h
EXTRA_DIST += $(CLI_EXAMPLES) src/cli/examples/README.md \
	build-aux/examples.awk
