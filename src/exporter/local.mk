noinst_LIBRARIES += src/exporter/libexporter.a
src_exporter_libexporter_a_SOURCES = \
	src/exporter/config.c src/exporter/config.h \
	src/exporter/csv.c \
	src/exporter/exporter.h \
	src/exporter/exporters.c \
	src/exporter/loop.c \
	src/exporter/redis.c \
	src/exporter/webhook.c
EXTRA_DIST += src/exporter/README.md src/exporter/.may_include \
	tests/integ/test_exporter.py
EXPORTER_LIBS = src/exporter/libexporter.a $(DISPATCH_LIBS) $(STORE_LIBS) \
	$(WIRE_LIBS) $(HTTP_LIBS)

sbin_PROGRAMS += src/exporter/assize-exporter
src_exporter_assize_exporter_SOURCES = src/exporter/main.c
src_exporter_assize_exporter_LDADD = $(EXPORTER_LIBS)
dist_man_MANS += docs/man/assize-exporter.8 docs/man/assize-exporter.conf.5
