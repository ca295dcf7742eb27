noinst_LIBRARIES += src/wire/libwire.a
src_wire_libwire_a_SOURCES = \
	src/wire/course.c src/wire/course.h \
	src/wire/fields.c src/wire/fields.h src/wire/fields_write.c \
	src/wire/grade.c src/wire/grade.h \
	src/wire/job.c src/wire/job.h \
	src/wire/json.c src/wire/json.h src/wire/json_w.c \
	src/wire/names.c src/wire/names.h \
	src/wire/rejudging.c src/wire/rejudging.h \
	src/wire/result.c src/wire/result.h \
	src/wire/runner.c src/wire/runner.h \
	src/wire/roster.c src/wire/roster.h \
	src/wire/scan.c src/wire/scan.h \
	src/wire/schema.c \
	src/wire/settings.c src/wire/settings.h \
	src/wire/shorten.c src/wire/shorten.h \
	src/wire/submission.c src/wire/submission.h \
	src/wire/suggest.c src/wire/suggest.h
EXTRA_DIST += src/wire/README.md src/wire/.may_include
WIRE_LIBS = src/wire/libwire.a $(BASE_LIBS) $(JSONC_LIBS)

WIRE_TESTS = tests/unit/test_json tests/unit/test_fields tests/unit/test_shapes
check_PROGRAMS += $(WIRE_TESTS) tests/fuzz/replay_json
TESTS += $(WIRE_TESTS) tests/fuzz/json.sh
tests_unit_test_json_SOURCES = tests/unit/test_json.c
tests_unit_test_json_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_json_LDADD = $(WIRE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_fields_SOURCES = tests/unit/test_fields.c
tests_unit_test_fields_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_fields_LDADD = $(WIRE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_shapes_SOURCES = tests/unit/test_shapes.c
tests_unit_test_shapes_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_shapes_LDADD = $(WIRE_LIBS) $(CMOCKA_LIBS)
tests_fuzz_replay_json_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_json.c tests/fuzz/replay.c
tests_fuzz_replay_json_LDADD = $(WIRE_LIBS)
EXTRA_DIST += tests/fuzz/README.md tests/fuzz/json.sh tests/fuzz/corpus/json

check_PROGRAMS += tests/style/schemas
tests_style_schemas_SOURCES = tests/style/schemas.c
tests_style_schemas_LDADD = $(WIRE_LIBS)
TESTS += tests/style/openapi.py
EXTRA_DIST += tests/style/openapi.py
dist_doc_DATA += docs/api/openapi.yaml
