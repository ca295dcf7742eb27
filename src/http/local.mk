noinst_LIBRARIES += src/http/libhttp.a
src_http_libhttp_a_SOURCES = src/http/http.c src/http/http.h
EXTRA_DIST += src/http/README.md src/http/.may_include
HTTP_LIBS = src/http/libhttp.a $(BASE_LIBS) $(CURL_LIBS)

check_PROGRAMS += tests/unit/test_http
TESTS += tests/unit/test_http
tests_unit_test_http_SOURCES = tests/unit/test_http.c tests/unit/http_server.h
tests_unit_test_http_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_http_LDADD = $(HTTP_LIBS) $(CMOCKA_LIBS)
