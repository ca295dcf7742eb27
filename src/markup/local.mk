noinst_LIBRARIES += src/markup/libmarkup.a
src_markup_libmarkup_a_SOURCES = src/markup/hidden.c \
	src/markup/hidden.h src/markup/markup.c src/markup/markup.h \
	src/markup/safe.c src/markup/safe.h
EXTRA_DIST += src/markup/README.md src/markup/.may_include
MARKUP_LIBS = src/markup/libmarkup.a $(BASE_LIBS) $(CMARK_LIBS)

check_PROGRAMS += tests/unit/test_markup
TESTS += tests/unit/test_markup
tests_unit_test_markup_SOURCES = tests/unit/test_markup.c
tests_unit_test_markup_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_markup_LDADD = $(MARKUP_LIBS) $(CMOCKA_LIBS)
