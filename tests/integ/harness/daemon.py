"""Processes that outlive the command that started them.

A daemon is known by a record RUN/NAME.pid that holds its pid and the time at
which the kernel started it, so that a pid which was given to another process
meanwhile is never signalled.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1


def started(pid):
    """The start time of a living process in clock ticks, or None."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as f:
            fields = f.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return int(fields[19])


def reap(pid):
    """Collects a child that ended; says nothing if it is not our child."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def write_record(path, pid):
    tmp = f"{path}.new"
    with open(tmp, "w", encoding="ascii") as f:
        f.write(f"{pid} {started(pid)}\n")
    os.replace(tmp, path)


def read_record(path):
    """The pid of the record's process if that very process lives."""
    try:
        with open(path, encoding="ascii") as f:
            pid, start = f.read().split()
    except (FileNotFoundError, ValueError):
        return None
    reap(int(pid))
    if start == "None" or started(int(pid)) != int(start):
        return None
    return int(pid)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(record, argv, *, log, user=None, env=None, cwd="/", tied=False,
          stdin=subprocess.DEVNULL, pass_fds=()):
    """Starts argv in a session of its own and writes its record.

    user: a name to become (only root can); tied: it gets SIGTERM when the
    calling process ends, however that ends.
    """
    who = {}
    if user is not None:
        entry = pwd.getpwnam(user)
        who = {"user": entry.pw_uid, "group": entry.pw_gid,
               "extra_groups": []}
    with open(log, "ab", buffering=0) as out:
        child = subprocess.Popen(
            argv, stdin=stdin, stdout=out, stderr=out, cwd=cwd, env=env,
            start_new_session=True, pass_fds=pass_fds,
            preexec_fn=die_with_parent if tied else None, **who)
    write_record(record, child.pid)
    # The record is the owner from here on, not this object.
    child.returncode = 0
    return child.pid


def wait_gone(record, timeout):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if read_record(record) is None:
            return True
        time.sleep(0.01)
    return read_record(record) is None


def stop(record, sig=signal.SIGTERM, timeout=20):
    """Ends the process of a record; True if it went by the first signal."""
    pid = read_record(record)
    clean = True
    if pid is not None:
        os.kill(pid, sig)
        if not wait_gone(record, timeout):
            clean = False
            os.kill(pid, signal.SIGKILL)
            wait_gone(record, 5)
    if os.path.exists(record):
        os.unlink(record)
    return clean
