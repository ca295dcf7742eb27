noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/attr.h src/base/banned.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/conf.c src/base/conf.h \
	src/base/enc.c src/base/enc.h \
	src/base/err.c src/base/err.h src/base/errors.def \
	src/base/failpoint.c src/base/failpoint.h \
	src/base/io.c src/base/io.h \
	src/base/log.c src/base/log.h \
	src/base/pool.c src/base/pool.h \
	src/base/proc.c src/base/proc.h \
	src/base/rand.c src/base/rand.h \
	src/base/sink.h \
	src/base/str.c src/base/str.h
EXTRA_DIST += src/base/README.md src/base/.may_include
BASE_LIBS = src/base/libbase.a $(CRYPTO_LIBS)

# A unit test's name is its module's; all of base's need the same.
BASE_TESTS = tests/unit/test_arena tests/unit/test_str tests/unit/test_enc \
	tests/unit/test_io tests/unit/test_conf tests/unit/test_pool
check_PROGRAMS += $(BASE_TESTS)
TESTS += $(BASE_TESTS)
tests_unit_test_arena_SOURCES = tests/unit/test_arena.c tests/unit/unit.h
tests_unit_test_arena_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_arena_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_str_SOURCES = tests/unit/test_str.c
tests_unit_test_str_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_str_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_enc_SOURCES = tests/unit/test_enc.c
tests_unit_test_enc_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_enc_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_io_SOURCES = tests/unit/test_io.c
tests_unit_test_io_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_io_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_conf_SOURCES = tests/unit/test_conf.c
tests_unit_test_conf_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_conf_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_pool_SOURCES = tests/unit/test_pool.c
tests_unit_test_pool_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pool_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
