noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/attr.h src/base/banned.h \
	src/base/buf.c src/base/buf.h \
	src/base/err.c src/base/err.h src/base/errors.def \
	src/base/str.c src/base/str.h
EXTRA_DIST += src/base/README.md src/base/.may_include
BASE_LIBS = src/base/libbase.a $(CRYPTO_LIBS)
