"""A stack for each module that asks for one; kept if a test of it failed."""

import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Stack  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "long: takes long; run by ./dev check --long only")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        item.module.assize_failed = True


def end(request, stack):
    killed = stack.stop()
    failed = getattr(request.module, "assize_failed", False)
    if failed or os.environ.get("ASSIZE_KEEP"):
        print(f"\nkept: {stack.dir}", file=sys.__stderr__)
    else:
        shutil.rmtree(stack.dir)
    assert killed == [], f"had to be killed: {killed}"


@pytest.fixture(scope="module")
def bare(request):
    """A stack in which nothing runs yet."""
    stack = Stack.temporary()
    yield stack
    end(request, stack)


@pytest.fixture(scope="module")
def stack(request, bare):
    """Postgres, Redis, nginx and two assized workers."""
    return bare.start(workers=2)


@pytest.fixture(scope="module")
def runner(stack):
    """The same with one runner."""
    stack.start_runner("runner")
    return stack
