# Programs of ./dev bench; built with the tests, run by hand only.
BENCH = tests/bench/fill tests/bench/grade tests/bench/judge tests/bench/load \
	tests/bench/null_fcgi tests/bench/parked tests/bench/redis_floor
check_PROGRAMS += $(BENCH)
bench-programs: $(BENCH)
.PHONY: bench-programs
BENCH_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
BENCH_CONN = tests/bench/conn.c tests/bench/conn.h
tests_bench_fill_SOURCES = tests/bench/fill.c
tests_bench_fill_LDADD = $(DISPATCH_LIBS)
tests_bench_grade_SOURCES = tests/bench/grade.c
tests_bench_grade_LDADD = $(RUNNER_LIBS)
tests_bench_judge_SOURCES = tests/bench/judge.c
tests_bench_judge_LDADD = $(RUNNER_LIBS)
tests_bench_load_SOURCES = tests/bench/load.c $(BENCH_CONN)
tests_bench_load_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_load_LDADD = $(BASE_LIBS) -lssl $(CRYPTO_LIBS)
tests_bench_null_fcgi_SOURCES = tests/bench/null_fcgi.c
tests_bench_null_fcgi_LDADD = $(FCGI_LIBS)
tests_bench_redis_floor_SOURCES = tests/bench/redis_floor.c
tests_bench_redis_floor_LDADD = $(BASE_LIBS) $(HIREDIS_LIBS)
tests_bench_parked_SOURCES = tests/bench/parked.c $(BENCH_CONN)
tests_bench_parked_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_parked_LDADD = $(BASE_LIBS) -lssl $(CRYPTO_LIBS)
EXTRA_DIST += tests/bench/README.md tests/bench/bench.py \
	tests/bench/floors.py tests/bench/grading.py tests/bench/judging.py tests/bench/machine.py tests/bench/place.py \
	tests/bench/rows.py tests/bench/scripting.py tests/bench/sets.py \
	tests/bench/sets_fill.sql tests/bench/sets_judge.sql tests/bench/waits.py
