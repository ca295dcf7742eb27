CHAOS = \
	tests/chaos/README.md \
	tests/chaos/checks.py \
	tests/chaos/clock.c \
	tests/chaos/conftest.py \
	tests/chaos/faults.py \
	tests/chaos/load.py \
	tests/chaos/mutants.py \
	tests/chaos/place.py \
	tests/chaos/points.py \
	tests/chaos/rules.py \
	tests/chaos/run.py \
	tests/chaos/test_commit.py \
	tests/chaos/test_deadline.py \
	tests/chaos/test_failpoints.py \
	tests/chaos/test_lost_replies.py \
	tests/chaos/test_races.py \
	tests/chaos/wire.py
EXTRA_DIST += $(CHAOS)
TESTS += tests/style/failpoints.py
EXTRA_DIST += tests/style/failpoints.py

# SEED=7, CHAOS_FLAGS="--faults kill_worker": see tests/chaos/run.py.
CHAOS_ENV = ASSIZE_BUILDDIR='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1
# Both wait more than they compute.
chaos: all
	$(MAKE) -j2 chaos-schedule chaos-tests
chaos-schedule:
	$(CHAOS_ENV) $(PYTHON3) $(srcdir)/tests/chaos/run.py \
	    $(SEED:%=--seed %) $(CHAOS_FLAGS)
chaos-tests:
	$(CHAOS_ENV) $(PYTHON3) -m pytest -q -p no:cacheprovider \
	    $(srcdir)/tests/chaos $(PYTEST_FLAGS)
chaos-long: all
	$(CHAOS_ENV) $(PYTHON3) $(srcdir)/tests/chaos/run.py \
	    --submissions 20000 --rounds 100 --students 12 --pause 0 \
	    --service 0.3 $(SEED:%=--seed %) $(CHAOS_FLAGS)
chaos-mutants:
	$(PYTHON3) -B $(srcdir)/tests/chaos/mutants.py $(srcdir) .
# RULES="7 9": only these.
rules-mutants:
	$(PYTHON3) -B $(srcdir)/tests/chaos/rules.py $(srcdir) . $(RULES)
.PHONY: chaos chaos-schedule chaos-tests chaos-long chaos-mutants rules-mutants
