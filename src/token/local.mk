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
