noinst_LIBRARIES += src/cli/libcli.a
src_cli_libcli_a_SOURCES = \
	src/cli/api.c src/cli/api.h \
	src/cli/cli.h \
	src/cli/cmd_act.c src/cli/cmd_check.c \
	src/cli/cmd_course.c src/cli/cmd_rejudge.c src/cli/cmd_runners.c \
	src/cli/cmd_import.c src/cli/cmd_problem.c \
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
EXTRA_DIST += tests/integ/test_command.py tests/integ/test_problem_command.py

check_PROGRAMS += tests/unit/test_cli
TESTS += tests/unit/test_cli
tests_unit_test_cli_SOURCES = tests/unit/test_cli.c
tests_unit_test_cli_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cli_LDADD = $(CLI_LIBS) $(CMOCKA_LIBS)
