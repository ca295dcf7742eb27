"""What may happen.  Each fault is a generator: what comes before its yield is
the blow, what comes after it makes good; the number is how long it lasts.

To add one: a function here, with its line in FAULTS.
"""

import os
import shutil
import signal
import time

from place import CLOCKS, LEASE_S


def kill_worker(place, rng):
    place.signal(place.worker(rng) or 0, signal.SIGKILL)
    yield 0


def drain_worker(place, rng):
    place.signal(place.worker(rng) or 0, signal.SIGTERM)
    yield 0


def stop_worker(place, rng):
    pid = place.worker(rng)
    place.signal(pid, signal.SIGSTOP)
    yield 1 + rng.random() * 2
    place.signal(pid, signal.SIGCONT)


def kill_runners(place, rng):
    for runner in rng.sample(place.runners, len(place.runners) // 8 + 1):
        runner.kill()
    yield 0


def stop_runners(place, rng):
    """Beyond their leases: what they bring then may be anybody's."""
    for runner in rng.sample(place.runners, len(place.runners) // 8 + 1):
        runner.stop(LEASE_S * (1 + rng.random()))
    yield 1


def kill_real_runner(place, rng):
    name = rng.choice(place.real)
    place.signal(place.pid(name), signal.SIGKILL)
    yield 0.5
    place.wait_down(name)
    place.start_real(name)


def stop_real_runner(place, rng):
    pid = place.pid(rng.choice(place.real))
    place.signal(pid, signal.SIGSTOP)
    yield LEASE_S * (0.5 + rng.random())
    place.signal(pid, signal.SIGCONT)


def crash_redis(place, rng):
    place.signal(place.pid("redis"), signal.SIGKILL)
    place.wait_down("redis")
    yield rng.random()
    place.stack.redis.start()


def empty_redis(place, rng):
    """Another server takes over, and it has nothing."""
    place.signal(place.pid("redis"), signal.SIGKILL)
    place.wait_down("redis")
    shutil.rmtree(place.stack.redis.data)
    yield rng.random()
    place.stack.redis.start()


def stop_redis(place, rng):
    pid = place.pid("redis")
    place.signal(pid, signal.SIGSTOP)
    yield 1 + rng.random() * 2
    place.signal(pid, signal.SIGCONT)


def flush_redis(place, rng):
    place.stack.redis.command("FLUSHALL")
    yield 0


def crash_postgres(place, rng):
    """An immediate shutdown: the next start is a recovery."""
    place.signal(place.pid("postgres"), signal.SIGQUIT)
    place.wait_down("postgres")
    yield rng.random()
    place.revive_postgres()


def kill_backend(place, rng):
    """All of its connections go, and it recovers by itself."""
    pids = place.stack.psql("SELECT pid FROM pg_stat_activity "
                            "WHERE usename = 'assized'").split()
    if pids:
        place.signal(int(rng.choice(pids)), signal.SIGKILL)
    yield 0


def stop_postgres(place, rng):
    pids = place.postgres_pids()
    for pid in pids:
        place.signal(pid, signal.SIGSTOP)
    yield 1 + rng.random() * 2
    for pid in pids:
        place.signal(pid, signal.SIGCONT)


def reload_nginx(place, rng):
    place.stack.nginx.reload()
    yield 0


def lose_replies(place, rng):
    before = place.proxy.decide
    place.proxy.decide = lambda _: "drop" if rng.random() < 0.4 else None
    yield 2
    place.proxy.decide = before


def delay_replies(place, rng):
    before = place.proxy.decide
    place.proxy.decide = lambda _: 3 * rng.random()
    yield 2
    place.proxy.decide = before


def fill_disk(place, rng):
    path = f"{place.stack.dir}/pg/ballast"
    with open(path, "wb", buffering=0) as f:
        try:
            while True:
                f.write(bytes(1 << 20))
        except OSError:
            pass
    yield 2
    os.unlink(path)
    # Without room for its log Postgres may have ended.
    time.sleep(0.5)
    if not place.stack.is_running("postgres"):
        place.revive_postgres()


def jump_clock(place, rng):
    """Of some of the hosts, there and back."""
    for name in rng.sample(CLOCKS, 1 + rng.randrange(len(CLOCKS))):
        # People's tokens bear the time: not before they were made.
        signs = (1,) if name == "holder" else (-1, 1)
        place.set_clock(name, rng.choice(signs) * rng.choice(
            (2, 30, 3600, 5 * 3600)))
    yield 3
    for name in CLOCKS:
        place.set_clock(name, 0)


def stop_everything(place, rng):
    """All of our side, for two lease times."""
    pids = [*place.stack.worker_pids().values(), place.pid("redis"),
            *place.postgres_pids(), place.pid("nginx")]
    pids = [pid for pid in pids if pid]
    for pid in pids:
        place.signal(pid, signal.SIGSTOP)
    yield 2 * LEASE_S
    for pid in reversed(pids):
        place.signal(pid, signal.SIGCONT)


def failpoint(place, rng):
    """A worker dies between two steps; which, says points.py."""
    from points import POINTS
    name = rng.choice(sorted(POINTS))
    action = rng.choice(("kill", "kill", "error", "delay:1500"))
    place.arm(f"{name}={action}\n")
    POINTS[name](place)
    end = time.monotonic() + 3
    while place.is_armed() and time.monotonic() < end:
        time.sleep(0.05)
    yield 0
    place.disarm()


# name, weight, what it needs of the place
FAULTS = {
    "kill_worker": (kill_worker, 3, None),
    "drain_worker": (drain_worker, 1, None),
    "stop_worker": (stop_worker, 1, None),
    "kill_runners": (kill_runners, 2, None),
    "stop_runners": (stop_runners, 2, None),
    "kill_real_runner": (kill_real_runner, 1, "real"),
    "stop_real_runner": (stop_real_runner, 1, "real"),
    "crash_redis": (crash_redis, 1, None),
    "empty_redis": (empty_redis, 1, None),
    "stop_redis": (stop_redis, 1, None),
    "flush_redis": (flush_redis, 1, None),
    "crash_postgres": (crash_postgres, 1, None),
    "kill_backend": (kill_backend, 1, None),
    "stop_postgres": (stop_postgres, 1, None),
    "reload_nginx": (reload_nginx, 1, None),
    "lose_replies": (lose_replies, 1, None),
    "delay_replies": (delay_replies, 1, None),
    "fill_disk": (fill_disk, 1, "mounted"),
    "jump_clock": (jump_clock, 1, "has_clock"),
    "stop_everything": (stop_everything, 1, None),
    "failpoint": (failpoint, 3, "has_points"),
}


def possible(place):
    return [name for name, (_, _, needs) in FAULTS.items()
            if needs is None or getattr(place, needs)]


def plan(place, rng, rounds):
    """Every fault once in some order, then again by weight."""
    names = possible(place)
    first = names[:]
    rng.shuffle(first)
    weights = [FAULTS[n][1] for n in names]
    return first + rng.choices(names, weights, k=max(0, rounds))
