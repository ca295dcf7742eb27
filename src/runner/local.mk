noinst_LIBRARIES += src/runner/librunner.a
src_runner_librunner_a_SOURCES = \
	src/runner/agent.c src/runner/agent.h \
	src/runner/backoff.c src/runner/backoff.h \
	src/runner/cache.c src/runner/cache.h \
	src/runner/carry.c src/runner/carry.h \
	src/runner/check.c src/runner/check.h \
	src/runner/check_case.c src/runner/check_case.h \
	src/runner/check_inputs.c src/runner/check_inputs.h \
	src/runner/check_open.c src/runner/check_open.h \
	src/runner/check_outputs.c src/runner/check_outputs.h \
	src/runner/check_show.c src/runner/check_show.h \
	src/runner/check_time.c src/runner/check_time.h \
	src/runner/client.c src/runner/client.h \
	src/runner/compile.c src/runner/compile.h \
	src/runner/config.c src/runner/config.h \
	src/runner/core.c src/runner/core.h \
	src/runner/criteria.c src/runner/criteria.h \
	src/runner/criteria_feedback.c src/runner/criteria_model.c \
	src/runner/doctor.c \
	src/runner/door.c src/runner/door.h \
	src/runner/exam.c src/runner/exam.h \
	src/runner/exam_table.c \
	src/runner/environment.c src/runner/environment.h \
	src/runner/event.c src/runner/event.h \
	src/runner/feedback.c \
	src/runner/interact.c src/runner/interact.h \
	src/runner/job.c src/runner/job.h \
	src/runner/judge_case.c \
	src/runner/judged.c \
	src/runner/keeper.c \
	src/runner/language_cmd.c src/runner/language_cmd.h \
	src/runner/language_files.c \
	src/runner/limits.c \
	src/runner/main_class.c src/runner/main_class.h \
	src/runner/model.c src/runner/model.h src/runner/model_cache.c \
	src/runner/model_text.c \
	src/runner/pipeline.c src/runner/pipeline.h \
	src/runner/preflight.c \
	src/runner/programs.c src/runner/programs.h \
	src/runner/quiz.c \
	src/runner/quiz_html.c src/runner/quiz_html.h \
	src/runner/quiet.c src/runner/quiet.h \
	src/runner/report.c src/runner/report.h \
	src/runner/answers.c src/runner/answers.h \
	src/runner/ran.c src/runner/ran.h \
	src/runner/result.c \
	src/runner/rst.c src/runner/rst.h \
	src/runner/score.c src/runner/score.h \
	src/runner/script.c src/runner/script.h \
	src/runner/script_door.c \
	src/runner/script_feedback.c src/runner/script_feedback.h \
	src/runner/script_files.c \
	src/runner/script_rst.c \
	src/runner/script_server.c \
	src/runner/script_student.c \
	src/runner/selftest.c src/runner/selftest.h \
	src/runner/shelf.c src/runner/shelf.h \
	src/runner/slot.c \
	src/runner/steps.c src/runner/steps.h \
	src/runner/template.c src/runner/template.h \
	src/runner/app.c src/runner/app.h \
	src/runner/helper.c src/runner/helper.h \
	src/runner/setup.c src/runner/setup.h \
	src/runner/structure.c \
	src/runner/templates/api.c \
	src/runner/templates/input_output.c \
	src/runner/templates/program.c src/runner/templates/program.h \
	src/runner/templates/css.c src/runner/templates/css.h \
	src/runner/templates/css_token.c src/runner/templates/css_token.h \
	src/runner/templates/html.c src/runner/templates/html.h \
	src/runner/templates/html_index.c \
	src/runner/templates/own.c \
	src/runner/templates/pattern.c src/runner/templates/pattern.h \
	src/runner/templates/probe.c src/runner/templates/probe.h \
	src/runner/templates/static_analysis.c \
	src/runner/templates/static_analysis.h \
	src/runner/templates/structure.c src/runner/templates/structure.h \
	src/runner/templates/syntax.c src/runner/templates/syntax.h \
	src/runner/templates/webdev.c src/runner/templates/webdev.h \
	src/runner/templates/webdev_css.c src/runner/templates/webdev_html.c \
	src/runner/templates/webdev_js.c \
	src/runner/templates/words.c src/runner/templates/words.h \
	src/runner/templates/words_programs.c \
	src/runner/templates/words_webdev.c \
	src/runner/tools.c src/runner/tools.h \
	src/runner/grader.c src/runner/grader.h \
	src/runner/validate.c src/runner/validate.h \
	src/runner/workspace.c src/runner/workspace.h
src_runner_librunner_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DLANGUAGES_DIR='"$(languagesdir)"' -DPROMPTS_DIR='"$(promptsdir)"' -DINBOX_DIR='"$(inboxdir)"' \
	-DRUNNER_LIBEXEC='"$(pkglibexecdir)"'
# What they say where they are not installed.
src/runner/language_texts.h: $(LANGUAGE_FILES) build-aux/embed.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && (cd $(srcdir) && \
		$(AWK) -v comment='#' -v prefix=LANGUAGE_TEXT \
		-v table=language_texts -v many=0 -f build-aux/embed.awk \
		$(LANGUAGE_FILES)) >$@.new && mv $@.new $@
nodist_src_runner_librunner_a_SOURCES = src/runner/language_texts.h
BUILT_SOURCES += src/runner/language_texts.h
CLEANFILES += src/runner/language_texts.h
dist_man_MANS += docs/man/assize-runner.8 docs/man/assize-runner.conf.5
EXTRA_DIST += src/runner/templates/README.md
EXTRA_DIST += src/runner/.may_include src/runner/README.md \
	tests/integ/proctree.py tests/integ/test_runner_agent.py \
	tests/integ/test_runner_check.py tests/integ/test_runner_compile.py \
	tests/integ/test_languages.py tests/integ/test_runner_limits.py \
	tests/integ/test_runner_validators.py \
	tests/integ/test_model.py tests/integ/test_runner_interactive.py \
	tests/integ/test_quiz.py \
	tests/integ/test_script.py tests/integ/test_ssh.py \
	tests/integ/test_inbox.py \
	tests/integ/test_templates.py \
	tests/integ/test_criteria_runs.py \
	tests/integ/test_runner_format.py tests/integ/test_runner_scores.py

# Static: it runs in boxes, beside whatever a submission is.
pkglibexec_PROGRAMS += src/runner/assize-probe
src_runner_assize_probe_SOURCES = src/runner/templates/probe_main.c \
	src/runner/templates/probe_main.h
src_runner_assize_probe_CFLAGS = $(AM_CFLAGS) -fPIE -fno-sanitize=all
src_runner_assize_probe_LDFLAGS = -static-pie -Wl,-z,relro,-z,now

# Grammars of tree-sitter: generated sources that configure fetched.
if GRAMMARS
noinst_LIBRARIES += src/runner/libgrammars.a
nodist_src_runner_libgrammars_a_SOURCES = \
	grammars/c/parser.c \
	grammars/cpp/parser.c grammars/cpp/scanner.c \
	grammars/java/parser.c \
	grammars/javascript/parser.c grammars/javascript/scanner.c \
	grammars/python/parser.c grammars/python/scanner.c
src_runner_libgrammars_a_CFLAGS = -std=gnu11 -w \
	-Werror=implicit-function-declaration $(HARDEN_CFLAGS)
src_runner_libgrammars_a_CPPFLAGS =
pkglibexec_PROGRAMS += src/runner/assize-syntax
src_runner_assize_syntax_SOURCES = src/runner/templates/syntax_main.c
src_runner_assize_syntax_CFLAGS = $(AM_CFLAGS) -fno-sanitize=all
src_runner_assize_syntax_LDFLAGS = $(HARDEN_LDFLAGS)
src_runner_assize_syntax_LDADD = src/runner/libgrammars.a \
	src/base/libbase.a $(TREE_SITTER_LIBS) $(BASE_LIBS)
endif
DISTCLEANFILES += grammars.log
distclean-local:
	rm -rf grammars
EXTRA_DIST += build-aux/grammars.sh tests/data/templates \
	tests/data/vectors/test_functions.json \
	tests/data/vectors/io_pipeline.json

RUNNER_LIBS = src/runner/librunner.a $(BOX_LIBS) $(PACKAGE_LIBS) $(GRADE_LIBS) \
	$(WIRE_LIBS) $(GUMBO_LIBS) $(CRYPT_LIBS) $(HTTP_LIBS)

sbin_PROGRAMS += src/runner/assize-runner
src_runner_assize_runner_SOURCES = src/runner/main.c
src_runner_assize_runner_LDADD = $(RUNNER_LIBS)

RUNNER_TESTS = tests/unit/test_backoff tests/unit/test_cache \
	tests/unit/test_carry tests/unit/test_language_cmd tests/unit/test_score \
	tests/unit/test_limits tests/unit/test_model \
	tests/unit/test_pipeline tests/unit/test_probes tests/unit/test_quiet
check_PROGRAMS += $(RUNNER_TESTS)
TESTS += $(RUNNER_TESTS)
tests_unit_test_backoff_SOURCES = tests/unit/test_backoff.c
tests_unit_test_backoff_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_backoff_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_cache_SOURCES = tests/unit/test_cache.c
tests_unit_test_cache_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cache_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_carry_SOURCES = tests/unit/test_carry.c
tests_unit_test_carry_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_carry_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_score_SOURCES = tests/unit/test_score.c
tests_unit_test_score_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_score_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_language_cmd_SOURCES = tests/unit/test_language_cmd.c
tests_unit_test_language_cmd_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_language_cmd_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c
tests_unit_test_limits_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_limits_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_model_SOURCES = tests/unit/test_model.c tests/unit/http_server.h
tests_unit_test_model_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_model_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_probes_SOURCES = tests/unit/test_probes.c
tests_unit_test_probes_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_probes_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_pipeline_SOURCES = tests/unit/test_pipeline.c
tests_unit_test_pipeline_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pipeline_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)

# What a language model is told.
promptsdir = $(pkgdatadir)/prompts
dist_prompts_DATA = src/runner/prompts/grade.md src/runner/prompts/feedback.md
tests_unit_test_quiet_SOURCES = tests/unit/test_quiet.c
tests_unit_test_quiet_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_quiet_LDADD = $(RUNNER_LIBS) $(CMOCKA_LIBS)
EXTRA_DIST += \
	tests/data/inginious/README.md \
	tests/data/inginious/course.yaml \
	tests/data/inginious/quiz/test/half.test \
	tests/data/inginious/quiz/task.yaml \
	tests/data/inginious/cunit/test/last.test \
	tests/data/inginious/cunit/task.yaml \
	tests/data/inginious/cunit/greatest.c.tpl \
	tests/data/inginious/cunit/tests.c \
	tests/data/inginious/cunit/run \
	tests/data/inginious/python/test/negative.test \
	tests/data/inginious/python/task.yaml \
	tests/data/inginious/python/run.py \
	tests/data/inginious/python/student/check.py \
	tests/data/inginious/template/test/cat.test \
	tests/data/inginious/template/task.yaml \
	tests/data/inginious/template/sentence.tpl \
	tests/data/inginious/template/run
