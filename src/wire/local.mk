noinst_LIBRARIES += src/wire/libwire.a
src_wire_libwire_a_SOURCES = \
	src/wire/course.c src/wire/course.h \
	src/wire/fields.c src/wire/fields.h src/wire/fields_write.c \
	src/wire/job.c src/wire/job.h \
	src/wire/json.c src/wire/json.h src/wire/json_w.c \
	src/wire/names.c src/wire/names.h \
	src/wire/result.c src/wire/result.h \
	src/wire/runner.c src/wire/runner.h \
	src/wire/scan.c src/wire/scan.h \
	src/wire/schema.c \
	src/wire/submission.c src/wire/submission.h \
	src/wire/suggest.c src/wire/suggest.h
EXTRA_DIST += src/wire/README.md src/wire/.may_include
WIRE_LIBS = src/wire/libwire.a $(BASE_LIBS) $(JSONC_LIBS)
