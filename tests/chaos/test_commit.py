"""Postgres dies between a statement's rows and its commit: the rows have
arrived, and are no answer.

It dies of itself, of SIGQUIT in a trigger that is deferred to the commit.
What its connection still holds is sent then, as in any immediate shutdown.
"""

import time

import pytest

from kit import Runner, submit
from place import Place

DIE = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	COPY (SELECT 1) TO PROGRAM 'kill -QUIT $PPID';
	PERFORM pg_sleep(5);
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER die AFTER INSERT ON job_history
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.event = 'landed') EXECUTE FUNCTION die();
"""


@pytest.fixture(scope="module")
def place():
    place = Place()
    place.start()
    yield place
    place.stop()


def insist(call, patience=30):
    end = time.monotonic() + patience
    while True:
        try:
            return call()
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_rows_without_a_commit(place):
    stack = place.stack
    made = submit(stack.client("s0"))
    assert made.status == 201, made.show()
    runner = Runner(stack)
    job = runner.take()
    stack.psql(DIE)
    answer = runner.finish(job)
    assert answer.status == 503, answer.show()
    insist(lambda: stack.psql("DROP TRIGGER die ON job_history"))

    def landed():
        again = runner.finish(job)
        assert again.status == 204, again.show()
    insist(landed)
    assert stack.psql("SELECT count(*) FROM job_history WHERE event = "
                      "'landed'") == "1"
