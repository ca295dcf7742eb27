noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/attr.h src/base/banned.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/conf.c src/base/conf.h \
	src/base/enc.c src/base/enc.h \
	src/base/err.c src/base/err.h src/base/errors.def \
	src/base/io.c src/base/io.h \
	src/base/log.c src/base/log.h \
	src/base/pool.c src/base/pool.h \
	src/base/proc.c src/base/proc.h \
	src/base/rand.c src/base/rand.h \
	src/base/str.c src/base/str.h
EXTRA_DIST += src/base/README.md src/base/.may_include
BASE_LIBS = src/base/libbase.a $(CRYPTO_LIBS)
