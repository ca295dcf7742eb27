noinst_LIBRARIES += src/dispatch/libdispatch.a
src_dispatch_libdispatch_a_SOURCES = \
	src/dispatch/batch.c \
	src/dispatch/claim.c \
	src/dispatch/conn.c src/dispatch/conn.h \
	src/dispatch/dispatch.c src/dispatch/dispatch.h \
	src/dispatch/job.h \
	src/dispatch/lease.c src/dispatch/lease.h \
	src/dispatch/metrics.c src/dispatch/metrics.h \
	src/dispatch/place.c src/dispatch/place.h \
	src/dispatch/progress.c src/dispatch/progress.h \
	src/dispatch/rate.c src/dispatch/rate.h \
	src/dispatch/runner.c src/dispatch/runner.h \
	src/dispatch/scores.c src/dispatch/scores.h \
	src/dispatch/sweep.c src/dispatch/sweep.h \
	src/dispatch/wake.c src/dispatch/wake.h
nodist_src_dispatch_libdispatch_a_SOURCES = src/dispatch/lua_scripts.h
DISPATCH_LIBS = src/dispatch/libdispatch.a $(HIREDIS_LIBS) $(BASE_LIBS)

# In the order of enum lua_id.
DISPATCH_LUA = \
	src/dispatch/lua/ack.lua \
	src/dispatch/lua/choose.lua \
	src/dispatch/lua/claim.lua \
	src/dispatch/lua/entry.lua \
	src/dispatch/lua/expire.lua \
	src/dispatch/lua/forget.lua \
	src/dispatch/lua/fresh.lua \
	src/dispatch/lua/lease.lua \
	src/dispatch/lua/metrics_add.lua \
	src/dispatch/lua/metrics_read.lua \
	src/dispatch/lua/offer.lua \
	src/dispatch/lua/place.lua \
	src/dispatch/lua/progress.lua \
	src/dispatch/lua/rate.lua \
	src/dispatch/lua/recall.lua \
	src/dispatch/lua/release.lua \
	src/dispatch/lua/renew.lua \
	src/dispatch/lua/restore.lua \
	src/dispatch/lua/seen.lua \
	src/dispatch/lua/sweep_begin.lua \
	src/dispatch/lua/sweep_rebuilt.lua \
	src/dispatch/lua/take.lua
dist_doc_DATA += docs/dispatch.md
EXTRA_DIST += $(DISPATCH_LUA) src/dispatch/README.md src/dispatch/.may_include

src/dispatch/lua_scripts.h: $(DISPATCH_LUA) build-aux/embed.awk
	$(AM_V_GEN)$(MKDIR_P) src/dispatch && \
	(cd $(srcdir) && $(AWK) -v prefix=LUA -v table=lua -v comment=-- \
		-v mutant='$(MUTANT)' \
		-v many=0 -f build-aux/embed.awk $(DISPATCH_LUA)) > $@.tmp && \
	mv $@.tmp $@
src/dispatch/conn.$(OBJEXT): src/dispatch/lua_scripts.h
BUILT_SOURCES += src/dispatch/lua_scripts.h
CLEANFILES += src/dispatch/lua_scripts.h src/dispatch/lua_scripts.h.tmp

# Against a real server; named by what they are about.
DISPATCH_TESTS = tests/redis/test_claim tests/redis/test_lease \
	tests/redis/test_outage tests/redis/test_invariants
check_PROGRAMS += $(DISPATCH_TESTS)
TESTS += $(DISPATCH_TESTS) tests/redis/test_keys.sh
EXTRA_DIST += tests/redis/test_keys.sh tests/redis/README.md
REDIS_FIXTURE = tests/redis/fixture.c tests/redis/fixture.h
REDIS_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
tests_redis_test_claim_SOURCES = tests/redis/test_claim.c $(REDIS_FIXTURE)
tests_redis_test_claim_CPPFLAGS = $(REDIS_CPPFLAGS)
tests_redis_test_claim_LDADD = $(DISPATCH_LIBS) $(CMOCKA_LIBS)
tests_redis_test_lease_SOURCES = tests/redis/test_lease.c $(REDIS_FIXTURE)
tests_redis_test_lease_CPPFLAGS = $(REDIS_CPPFLAGS)
tests_redis_test_lease_LDADD = $(DISPATCH_LIBS) $(CMOCKA_LIBS)
tests_redis_test_outage_SOURCES = tests/redis/test_outage.c $(REDIS_FIXTURE)
tests_redis_test_outage_CPPFLAGS = $(REDIS_CPPFLAGS)
tests_redis_test_outage_LDADD = $(DISPATCH_LIBS) $(CMOCKA_LIBS)
tests_redis_test_invariants_SOURCES = tests/redis/test_invariants.c \
	$(REDIS_FIXTURE)
tests_redis_test_invariants_CPPFLAGS = $(REDIS_CPPFLAGS)
tests_redis_test_invariants_LDADD = $(DISPATCH_LIBS) $(CMOCKA_LIBS)
