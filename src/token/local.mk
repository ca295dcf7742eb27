noinst_LIBRARIES += src/token/libtoken.a
src_token_libtoken_a_SOURCES = \
	src/token/cache.c src/token/cache.h \
	src/token/claims.c src/token/claims.h \
	src/token/jwt.c src/token/jwt.h \
	src/token/keys.c src/token/keys.h \
	src/token/link.c src/token/link.h \
	src/token/runner_token.c src/token/runner_token.h
EXTRA_DIST += src/token/README.md src/token/.may_include
TOKEN_LIBS = src/token/libtoken.a $(WIRE_LIBS) $(JWT_LIBS)

TOKEN_TESTS = tests/unit/test_jwt tests/unit/test_token
check_PROGRAMS += $(TOKEN_TESTS)
TESTS += $(TOKEN_TESTS)
tests_unit_test_jwt_SOURCES = tests/unit/test_jwt.c
tests_unit_test_jwt_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_jwt_LDADD = $(TOKEN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_token_SOURCES = tests/unit/test_token.c
tests_unit_test_token_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_token_LDADD = $(TOKEN_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/fuzz/replay_token
TESTS += tests/fuzz/token.sh
tests_fuzz_replay_token_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_token.c tests/fuzz/replay.c
tests_fuzz_replay_token_LDADD = $(TOKEN_LIBS)
EXTRA_DIST += tests/fuzz/token.sh tests/fuzz/corpus/token
