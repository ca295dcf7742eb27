"""An SSH server in a box: dropbear, once for each caller.

Standard input is a socket to the supervisor: "ready" goes out, with the public
key by which callers know this box, a descriptor comes in for each caller, end of file is the end.  Arguments: seconds until
somebody must have logged in, PATH of the sessions, and what is run before and
after, as JSON lists.  It ends when the last session has, with what the last
script exits with; 253: nobody came; 254: it could not be run.
"""

import array
import ctypes
import io
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time

PR_SET_DUMPABLE = 4  # prctl(2)
TIMED_OUT = 253
FAILED = 254
# Seconds that a caller has to log in, and tries.
LOGIN_S = 30
TRIES = 3

# What dropbear runs once the password was right, instead of what is asked.
SESSION = """echo {number} > {fifo}
cd "$DOOR_CWD"
PATH=$DOOR_PATH; export PATH; unset DOOR_PATH DOOR_CWD
if [ -n "$SSH_ORIGINAL_COMMAND" ]
then exec "$SHELL" -c "$SSH_ORIGINAL_COMMAND"
fi
PS1='[\\u@\\h \\W]\\$ '; export PS1
if [ -t 0 ] && [ -n "{log}" ] && command -v script > /dev/null
then exec script -qeaf -c "$SHELL -i" "{log}"
else exec "$SHELL" -i
fi"""
# What a student box has of the script's: where sessions are written down, and
# what nobody sees while they last.
LOG = "/task/student/.ssh_logs"
SCRIPTS = "/task/student/scripts"


class Caller:
    def __init__(self, process):
        self.process = process
        self.until = time.monotonic() + LOGIN_S
        self.is_in = False


class Door:
    def __init__(self, path):
        self.control = socket.socket(fileno=0)
        self.top = tempfile.mkdtemp()
        self.fifo = os.path.join(self.top, "in")
        self.env = dict(os.environ, DOOR_PATH=path, DOOR_CWD=os.getcwd())
        self.callers = {}
        self.number = 0
        self.is_used = False
        os.mkfifo(self.fifo)
        self.logins = os.open(self.fifo, os.O_RDWR | os.O_NONBLOCK)
        # Whoever ends wakes us up.
        self.ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        subprocess.run(
            ["/usr/bin/dropbearkey", "-t", "ed25519", "-f", self.key()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=True)

    def key(self):
        return os.path.join(self.top, "key")

    def public_key(self):
        said = subprocess.run(
            ["/usr/bin/dropbearkey", "-y", "-f", self.key()], check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL).stdout.decode()
        line = next(x for x in said.splitlines() if x.startswith("ssh-"))
        return " ".join(line.split()[:2])

    def take(self):
        """One more caller; false: the door is shut."""
        data, ancillary, _, _ = self.control.recvmsg(
            16, socket.CMSG_SPACE(4), socket.MSG_CMSG_CLOEXEC)
        for _, kind, what in ancillary:
            if kind == socket.SCM_RIGHTS:
                for fd in array.array("i", what):
                    self.serve(fd)
        return bool(data)

    def serve(self, fd):
        self.number += 1
        session = SESSION.format(
            number=self.number, fifo=self.fifo,
            log=LOG if os.path.isdir(os.path.dirname(LOG)) and
            not os.path.exists("/control") else "")
        # Nothing is forwarded, and nobody is greeted.
        self.callers[self.number] = Caller(subprocess.Popen(
            ["/usr/sbin/dropbear", "-i", "-e", "-m", "-j", "-k",
             "-T", str(TRIES), "-K", "60", "-r", self.key(), "-c", session],
            stdin=fd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=self.env, start_new_session=True))
        os.close(fd)

    def hear_logins(self):
        try:
            words = os.read(self.logins, 4096).split()
        except BlockingIOError:
            return
        for word in words:
            caller = self.callers.get(int(word)) if word.isdigit() else None
            if caller is not None:
                caller.is_in = self.is_used = True

    def reap(self):
        """Forgets who ended, and ends who does not log in."""
        now = time.monotonic()
        gone = [n for n, c in self.callers.items()
                if c.process.poll() is not None]
        # After that: who has ended may have logged in a moment before.
        self.hear_logins()
        for number in gone:
            del self.callers[number]
        for caller in self.callers.values():
            if not caller.is_in and now > caller.until:
                caller.process.kill()

    def run(self, wait_s):
        until = time.monotonic() + wait_s
        self.control.send(b"ready " + self.public_key().encode())
        watched = [self.control, self.logins, self.ended]
        while True:
            ready, _, _ = select.select(watched, [], [], 1 if any(
                not c.is_in for c in self.callers.values()) or
                not self.is_used else None)
            if self.ended in ready:
                os.read(self.ended, 4096)
            self.reap()
            if self.is_used and not any(
                    c.is_in for c in self.callers.values()):
                return 0
            if not self.is_used and time.monotonic() > until:
                return TIMED_OUT
            if self.control in ready and not self.take():
                return FAILED


def run(words):
    """Its exit status, as run_student has it."""
    if not words:
        return 0
    try:
        status = subprocess.run(words, stdin=subprocess.DEVNULL,
                                check=False).returncode
    except OSError:
        return 127
    return status if status >= 0 else 256 + status


def take_scripts():
    """Out of reach of the session, in the memory of a process that others of
    its user may not look into."""
    if os.path.exists("/control") or not os.path.isdir(SCRIPTS) or \
            os.path.islink(SCRIPTS):
        return None
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(SCRIPTS, ".")
    shutil.rmtree(SCRIPTS)
    return data


def put_scripts(data):
    """As they were, whatever is in their place."""
    if data is None:
        return
    if os.path.islink(SCRIPTS) or os.path.isfile(SCRIPTS):
        os.unlink(SCRIPTS)
    shutil.rmtree(SCRIPTS, ignore_errors=True)
    os.makedirs(SCRIPTS)
    data.seek(0)
    with tarfile.open(fileobj=data) as tar:
        tar.extractall(SCRIPTS)


def main():
    wait_s, path, setup, teardown = sys.argv[1:]
    status = run(json.loads(setup))
    if status != 0:
        return status
    try:
        scripts = take_scripts()
        status = Door(path).run(int(wait_s))
        put_scripts(scripts)
    except (OSError, subprocess.SubprocessError, tarfile.TarError) as e:
        print(f"door: {e}", file=sys.stderr)
        status = FAILED
    return run(json.loads(teardown)) or status


if __name__ == "__main__":
    sys.exit(main())
