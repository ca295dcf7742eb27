"""A worker is killed at each failpoint, under load; nothing is lost.

Needs a build with --enable-failpoints.
"""

import time

import pytest

from place import Place
import checks
from points import POINTS

HIT_S = 40
PATIENCE_S = 60


@pytest.fixture(scope="module")
def place():
    place = Place(workers=3)
    if not place.has_points:
        place.stack.remove()
        pytest.skip("not built with --enable-failpoints")
    place.start()
    place.add_runners(12, "points", 0.15)
    place.add_students(3, "points", 10 ** 6, 0.15)
    place.drop_some("points", 0.01, 0.0)
    yield place
    place.stop(keep=bool(place.ledger.faults))


def died(place):
    """How often workers ended by this."""
    found = 0
    for i in range(1, place.workers + 1):
        with open(place.stack.log(f"assized-{i}"), "rb") as f:
            found += f.read().count(b'"failpoint"')
    return found


@pytest.mark.parametrize("name", sorted(POINTS))
def test_killed_there(place, name):
    before = died(place)
    place.arm(f"{name}=kill\n")
    end = time.monotonic() + HIT_S
    again = 0.0
    while place.is_armed():
        assert time.monotonic() < end, f"nobody came by {name}"
        if time.monotonic() > again:
            again = time.monotonic() + 5
            POINTS[name](place)
        time.sleep(0.05)
    time.sleep(0.1)
    assert died(place) > before


def test_nothing_is_lost(place):
    place.end_students()
    assert place.wait_judged(PATIENCE_S) == 0
    place.end_runners()
    assert checks.all_faults(place) == []
    assert checks.summary(place)["submissions"] > 20
