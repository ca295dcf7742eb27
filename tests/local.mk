# Suites that are not one program each.  Unit tests are in the local.mk of the
# directory that they test.
INTEG = \
	tests/integ/README.md \
	tests/integ/conftest.py \
	tests/integ/harness/__init__.py \
	tests/integ/harness/client.py \
	tests/integ/harness/daemon.py \
	tests/integ/harness/holder.py \
	tests/integ/harness/logs.py \
	tests/integ/harness/packages.py \
	tests/integ/harness/parts.py \
	tests/integ/harness/place.py \
	tests/integ/harness/statements.py \
	tests/integ/harness/stack.py \
	tests/integ/harness/tokens.py \
	tests/integ/harness/up.py \
	tests/integ/test_dev.py \
	tests/integ/test_nginx.py \
	tests/integ/test_plans.py \
	tests/integ/test_thread.py \
	tests/integ/test_workers.py
EXTRA_DIST += $(INTEG)

TEST_EXTENSIONS = .py
PY_LOG_COMPILER = $(PYTHON3)
AM_PY_LOG_FLAGS = -B

STYLE = \
	tests/style/includes.py \
	tests/style/banned.py \
	tests/style/lengths.py \
	tests/style/tree.py \
	tests/style/docs.py \
	tests/style/operations.py \
	tests/style/rules.py \
	tests/style/threats.py \
	tests/style/units.py \
	tests/style/words.py \
	tests/style/manuals.sh \
	tests/style/format.sh
TESTS += $(STYLE)
if !SANITIZED
TESTS += tests/style/hardening.py
endif
EXTRA_DIST += tests/vm/README.md tests/vm/guest.sh tests/vm/image.sh \
	tests/vm/run.sh
EXTRA_DIST += $(STYLE) tests/README.md tests/style/README.md \
	tests/unit/README.md \
	tests/style/hardening.py tests/style/source.py \
	tests/style/exceptions.txt tests/skips \
	tests/check.sh tests/install.sh tests/junit.py \
	dev .ci/run build-aux/packages.txt \
	build-aux/delegate.sh build-aux/format.sh .clang-format

check-integ: all
	ASSIZE_BUILDDIR='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON3) -m pytest -q -p no:cacheprovider \
	    $(srcdir)/tests/integ $(PYTEST_FLAGS)
format:
	ASSIZE_SRCDIR='$(abs_top_srcdir)' $(srcdir)/build-aux/format.sh
.PHONY: check-integ format
