noinst_LIBRARIES += src/assized/libassized.a
src_assized_libassized_a_SOURCES = \
	src/assized/app.h \
	src/assized/background.c src/assized/background.h \
	src/assized/config.c src/assized/config.h \
	src/assized/dispatcher.c src/assized/dispatcher.h \
	src/assized/document.c src/assized/document.h \
	src/assized/fcgi.c src/assized/fcgi.h \
	src/assized/form.c src/assized/form.h \
	src/assized/h.h \
	src/assized/h_config.c \
	src/assized/h_course.c \
	src/assized/h_grades.c \
	src/assized/h_feedback.c src/assized/shown.c src/assized/shown.h \
	src/assized/h_grading.c \
	src/assized/h_job.c \
	src/assized/h_problem.c \
	src/assized/h_rejudging.c \
	src/assized/h_roster.c \
	src/assized/h_runner.c \
	src/assized/h_service.c \
	src/assized/h_submission.c \
	src/assized/h_testdata.c \
	src/assized/handout.c src/assized/handout.h \
	src/assized/listen.c src/assized/listen.h \
	src/assized/multipart.c src/assized/multipart.h \
	src/assized/park.c src/assized/park.h \
	src/assized/path.c src/assized/path.h \
	src/assized/problem.c src/assized/problem.h \
	src/assized/query.c src/assized/query.h \
	src/assized/req.c src/assized/req.h \
	src/assized/resp.c src/assized/resp.h \
	src/assized/route.c src/assized/route.h \
	src/assized/routes.c \
	src/assized/server.c src/assized/server.h \
	src/assized/zip_answer.c src/assized/zip_answer.h
ASSIZED_LIBS = src/assized/libassized.a $(CORE_LIBS) $(MARKUP_LIBS) $(FCGI_LIBS)

sbin_PROGRAMS += src/assized/assized
src_assized_assized_SOURCES = src/assized/main.c
src_assized_assized_LDADD = $(ASSIZED_LIBS)

EXTRA_DIST += src/assized/README.md src/assized/.may_include

check_PROGRAMS += tests/unit/test_multipart tests/unit/test_query \
	tests/unit/test_route
TESTS += tests/unit/test_multipart tests/unit/test_query \
	tests/unit/test_route
tests_unit_test_multipart_SOURCES = tests/unit/test_multipart.c
tests_unit_test_multipart_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_multipart_LDADD = $(ASSIZED_LIBS) $(CMOCKA_LIBS)
tests_unit_test_query_SOURCES = tests/unit/test_query.c
tests_unit_test_query_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_query_LDADD = $(ASSIZED_LIBS) $(CMOCKA_LIBS)
tests_unit_test_route_SOURCES = tests/unit/test_route.c
tests_unit_test_route_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_route_LDADD = $(ASSIZED_LIBS) $(CMOCKA_LIBS)

EXTRA_DIST += \
	tests/integ/fcgi_client.py \
	tests/integ/kit.py \
	tests/integ/noj_clients.py \
	tests/integ/test_drain.py \
	tests/integ/test_fuzz.py \
	tests/integ/test_server_bodies.py \
	tests/integ/test_noj.py \
	tests/integ/test_noj_data.py \
	tests/integ/test_server_chaos.py \
	tests/integ/test_server_courses.py \
	tests/integ/test_document.py \
	tests/integ/test_grades.py \
	tests/integ/test_server_gates.py tests/integ/test_bad_input.py \
	tests/integ/test_park.py \
	tests/integ/test_server_noj.py \
	tests/integ/test_server_operators.py \
	tests/integ/test_metrics.py \
	tests/integ/test_server_rejudgings.py \
	tests/integ/test_server_rotation.py \
	tests/integ/test_server_process.py \
	tests/integ/test_server_routes.py \
	tests/integ/test_server_runners.py \
	tests/integ/test_server_submit.py \
	tests/integ/test_feedback.py \
	tests/integ/test_rules.py \
	tests/integ/test_server_sweep.py \
	tests/integ/test_server_thread.py
