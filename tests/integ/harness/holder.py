"""Holds one listening socket and keeps N workers on it, as systemd would.

usage: holder.py --socket PATH --run DIR --logs DIR --name NAME -n N -- ARGV

The socket is fd 3 of each worker (LISTEN_FDS=1), so a worker that ends loses
no connection: the next one accepts it.  A worker that ends is started again
after a second, or at once if it ended well.  SIGTERM ends all of them, then
the holder.  RUN/NAME-I.pid tells where worker I is, RUN/NAME-I.ready that it
said READY=1.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time

# python -I, so that nobody's modules come in; only the one beside this file.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import daemon  # noqa: E402

BACKLOG = 1024
RESTART_S = 1.0


def listen(path):
    if os.path.exists(path):
        os.unlink(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(path)
    os.chmod(path, 0o660)
    sock.listen(BACKLOG)
    return sock


def forget(path):
    if os.path.lexists(path):
        os.unlink(path)


class Holder:
    def __init__(self, args):
        self.args = args
        self.sock = listen(args.socket)
        self.notes = {i: self.make_notes(i) for i in range(1, args.n + 1)}
        self.workers = {}
        self.due = {i: 0.0 for i in range(1, args.n + 1)}
        self.ending = False

    def file(self, i, suffix):
        return f"{self.args.run}/{self.args.name}-{i}.{suffix}"

    def make_notes(self, i):
        """Where worker I says READY=1, as to systemd."""
        forget(self.file(i, "notify"))
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(self.file(i, "notify"))
        sock.setblocking(False)
        return sock

    def read_notes(self, i):
        try:
            while True:
                if b"READY=1" in self.notes[i].recv(4096).split(b"\n"):
                    os.close(os.open(self.file(i, "ready"),
                                     os.O_WRONLY | os.O_CREAT, 0o644))
        except BlockingIOError:
            pass

    def start(self, i):
        """dup2 to fd 3 happens in the shell, which then becomes the worker:
        LISTEN_PID has to be the worker's own pid."""
        fd = self.sock.fileno()
        env = {**os.environ, "NOTIFY_SOCKET": self.file(i, "notify")}
        move = "" if fd == 3 else f"3<&{fd} {fd}<&-"
        script = f'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" {move}'
        with open(f"{self.args.logs}/{self.args.name}-{i}.log", "ab",
                  buffering=0) as out:
            child = subprocess.Popen(
                ["/bin/sh", "-c", script, "sh", *self.args.argv],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                pass_fds=(fd,), env=env, preexec_fn=daemon.die_with_parent)
        self.workers[i] = child
        daemon.write_record(self.file(i, "pid"), child.pid)

    def look(self):
        now = time.monotonic()
        for i, child in list(self.workers.items()):
            self.read_notes(i)
            if child.poll() is not None:
                del self.workers[i]
                forget(self.file(i, "ready"))
                wait = 0.0 if child.returncode == 0 else RESTART_S
                self.due[i] = now + wait
        if self.ending:
            return
        for i, when in list(self.due.items()):
            if when <= now:
                del self.due[i]
                self.start(i)

    def end(self, *_):
        self.ending = True
        for child in self.workers.values():
            child.send_signal(signal.SIGTERM)

    def loop(self):
        signal.signal(signal.SIGTERM, self.end)
        signal.signal(signal.SIGINT, self.end)
        while not self.ending or self.workers:
            self.look()
            time.sleep(0.02)
        for i in range(1, self.args.n + 1):
            for suffix in ("pid", "notify", "ready"):
                forget(self.file(i, suffix))
        os.unlink(self.args.socket)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--logs", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("-n", type=int, default=2)
    parser.add_argument("argv", nargs="+")
    Holder(parser.parse_args()).loop()


if __name__ == "__main__":
    sys.exit(main())
