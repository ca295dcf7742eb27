"""GET /metrics: what it says, that it is true, and who may ask."""

import re
import socket
import ssl
import time

import pytest

from kit import Runner, result, make_course, submit

SERIES = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (-?[0-9.]+)$')


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, members=["alice"], settings={"allow_pending": True})
    return stack


def scrape(server):
    """{name: {labels: value}} and {name: type}; the whole page is checked."""
    answer = server.client().get("/metrics")
    assert answer.status == 200, answer.show()
    assert answer.headers["Content-Type"] == \
        "text/plain; version=0.0.4; charset=utf-8"
    values, types = {}, {}
    for line in answer.body.decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types, "families stand together"
            types[name] = kind
            last = name
        elif not line.startswith("# HELP "):
            name, labels, value = SERIES.match(line).groups()
            assert re.sub("_(bucket|sum|count)$", "", name) == last or \
                name == last
            series = values.setdefault(name, {})
            assert labels not in series, line
            series[labels] = float(value)
    return values, types


def wait_for(check, seconds=5):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_happened_is_counted(server):
    before, _ = scrape(server)
    made = [submit(server.client("alice")) for _ in range(3)]
    assert {x.status for x in made} == {201}
    page, _ = scrape(server)
    assert page["assize_queue_jobs"]['pool="default",class="live"'] == 3
    assert 0 <= page["assize_queue_oldest_seconds"][
        'pool="default",class="live"'] < 60
    runner = Runner(server)
    job = runner.take()
    assert runner.abort(job, "drain").status == 202
    jobs = [runner.take() for _ in range(3)]
    page, _ = scrape(server)
    assert page["assize_leases"][None] == 3
    assert page["assize_runners"][None] >= 0
    for one in jobs[1:]:
        assert runner.finish(one, result("WA")).status == 204
    assert runner.finish(jobs[1], result("WA")).status == 204
    assert runner.leave().status == 204

    def more(name, labels):
        page, _ = scrape(server)
        return page[name][labels] - before.get(name, {}).get(labels, 0)
    # Another worker may have counted it, and says so within a second.
    for name, labels, n in (
            ("assize_submissions_total", None, 3),
            ("assize_claims_total", 'outcome="ok"', 4),
            ("assize_landings_total", 'outcome="landed"', 2),
            ("assize_landings_total", 'outcome="replay"', 1),
            ("assize_verdicts_total", 'verdict="WA"', 2),
            ("assize_reclaims_total", 'reason="drain"', 1),
            ("assize_reclaims_total", 'reason="unregistered"', 1),
            ("assize_queue_wait_seconds_count", 'class="live"', 3),
            ("assize_queue_wait_seconds_bucket", 'class="live",le="+Inf"', 3),
            ("assize_service_seconds_count", 'class="live"', 2)):
        wait_for(lambda: more(name, labels) >= n)
        assert more(name, labels) == n, (name, labels)
    assert page["assize_queue_wait_seconds_sum"]['class="live"'] > 0
    buckets = [v for k, v in page["assize_queue_wait_seconds_bucket"].items()
               if k.startswith('class="live"')]
    assert buckets == sorted(buckets) and buckets[-1] > 0


def test_errors_by_type(server):
    before, _ = scrape(server)
    name, labels = "assize_errors_total", 'type="unauthenticated"'
    for _ in range(3):
        assert server.client().get("/submissions").status == 401
    wait_for(lambda: scrape(server)[0][name][labels] ==
             before[name][labels] + 3)


def test_each_worker_says_what_it_has(server):
    pids = {str(pid) for pid in server.worker_pids().values()}

    def said():
        page, _ = scrape(server)
        return {re.search('worker="([0-9]+)"', k)[1]
                for k in page["assize_parked_polls"]}
    wait_for(lambda: said() == pids)
    page, _ = scrape(server)
    assert len(page["assize_connections_max"]) == 2 * len(pids)
    assert all(v > 0 for v in page["assize_connections_max"].values())
    server.restart_worker(1)
    pids = {str(pid) for pid in server.worker_pids().values()}
    wait_for(lambda: said() == pids, 15)


def test_the_page_of_the_docs_names_them_all(server):
    _, types = scrape(server)
    with open(f"{server.source}/docs/metrics.md", encoding="utf-8") as f:
        told = dict(re.findall(r"^\| `(assize_[a-z_]+)` \| ([a-z]+) \|",
                               f.read(), re.M))
    assert told == types


def test_only_this_machine_may_ask(server):
    """A connection from another address, even of loopback, is refused."""
    context = ssl.create_default_context(cafile=server.nginx.cert)
    with socket.create_connection(
            ("127.0.0.1", server.nginx.port), timeout=10,
            source_address=("127.0.0.2", 0)) as raw, \
            context.wrap_socket(raw, server_hostname="localhost") as s:
        s.sendall(b"GET /api/metrics HTTP/1.1\r\nHost: localhost\r\n"
                  b"Connection: close\r\n\r\n")
        assert s.recv(4096).startswith(b"HTTP/1.1 403 ")


def test_a_store_that_is_away(server):
    server.redis.stop()
    try:
        page, _ = scrape(server)
        assert page["assize_store_up"] == {'store="postgres"': 1,
                                           'store="redis"': 0}
        assert "assize_leases" not in page
    finally:
        server.redis.start()

    def is_back():
        return scrape(server)[0]["assize_store_up"]['store="redis"'] == 1
    wait_for(is_back)
