"""The servers that are not ours, each started in the way a stack needs it."""

import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from . import daemon


class StackError(Exception):
    """What could not be started, with the end of its log."""


def tail(path, lines=30):
    try:
        with open(path, "rb") as f:
            text = f.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def wait_for(what, check, record=None, log=None, timeout=30):
    """Asks check() until it is true; fails if the process of record ends."""
    end = time.monotonic() + timeout
    while not check():
        gone = record is not None and daemon.read_record(record) is None
        if gone or time.monotonic() > end:
            why = "ended" if gone else f"not ready after {timeout} s"
            raise StackError(f"{what}: {why}\n{tail(log) if log else ''}")
        time.sleep(0.02)


def postgres_bin(name):
    """Debian keeps the server's programs out of PATH, by version."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"),
                   key=lambda p: int(p.split("/")[4]))
    path = found[-1] if found else shutil.which(name)
    if path is None:
        raise StackError(f"{name} is missing: apt-get install postgresql")
    return path


class Postgres:
    """One cluster, superuser postgres, reachable only through run/."""

    def __init__(self, stack):
        self.stack = stack
        self.data = f"{stack.dir}/pg"
        self.record = f"{stack.run}/postgres.pid"
        self.log = f"{stack.logs}/postgres.log"

    def init(self):
        if os.path.exists(f"{self.data}/PG_VERSION"):
            return
        self.stack.own_dir(self.data)
        self.stack.call([
            postgres_bin("initdb"), "-D", self.data, "-U", "postgres",
            "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-instructions", *self.stack.initdb_options])

    def start(self):
        self.init()
        settings = {
            "listen_addresses": "", "unix_socket_directories": self.stack.run,
            "unix_socket_permissions": "0700", "max_connections": "100",
            "shared_buffers": "64MB", "log_line_prefix": "%m [%p] %u ",
            "timezone": "UTC", "log_timezone": "UTC",
            **self.stack.postgres_settings}
        argv = [postgres_bin("postgres"), "-D", self.data]
        for key, value in settings.items():
            argv += ["-c", f"{key}={value}"]
        self.stack.spawn("postgres", argv)
        wait_for("postgres", self.ready, self.record, self.log, timeout=60)

    def ready(self):
        return subprocess.run(
            [postgres_bin("pg_isready"), "-q", "-h", self.stack.run],
            check=False).returncode == 0

    def stop(self):
        return daemon.stop(self.record, signal.SIGINT, timeout=30)

    def conninfo(self, user, database="assize"):
        return f"host={self.stack.run} user={user} dbname={database}"


class Redis:
    """The shipped redis.conf, on a unix socket."""

    def __init__(self, stack):
        self.stack = stack
        self.data = f"{stack.dir}/redis"
        self.socket = f"{stack.run}/redis.sock"
        self.record = f"{stack.run}/redis.pid"
        self.log = f"{stack.logs}/redis.log"

    def start(self):
        self.stack.own_dir(self.data)
        with open(f"{self.stack.source}/systemd/redis.conf",
                  encoding="utf-8") as f:
            self.stack.write(f"{self.data}/redis.conf", f.read())
        self.stack.spawn("redis", [
            "redis-server", f"{self.data}/redis.conf",
            "--port", "0", "--unixsocket", self.socket,
            "--unixsocketperm", "700", "--dir", self.data,
            "--daemonize", "no", "--save", ""])
        wait_for("redis", self.ready, self.record, self.log)

    def ready(self):
        try:
            return self.command("PING") == b"PONG"
        except OSError:
            return False

    def command(self, *words):
        """One command; the reply as Python values."""
        out = [b"*%d\r\n" % len(words)]
        for word in words:
            word = word if isinstance(word, bytes) else str(word).encode()
            out.append(b"$%d\r\n%s\r\n" % (len(word), word))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(30)
            s.connect(self.socket)
            s.sendall(b"".join(out))
            return read_reply(s.makefile("rb"))

    def stop(self):
        return daemon.stop(self.record)


def read_reply(f):
    line = f.readline()
    kind, rest = line[:1], line[1:].rstrip(b"\r\n")
    if kind == b"+":
        return rest
    if kind == b"-":
        raise OSError(rest.decode())
    if kind == b":":
        return int(rest)
    if kind == b"$":
        if rest == b"-1":
            return None
        data = f.read(int(rest) + 2)
        return data[:-2]
    if kind == b"*":
        return None if rest == b"-1" else \
            [read_reply(f) for _ in range(int(rest))]
    raise OSError(f"not a reply: {line!r}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


NGINX_MAIN = """\
pid {run}/nginx-master.pid;
error_log {logs}/nginx.log warn;
worker_processes 1;
worker_rlimit_nofile 4096;
daemon off;
events {{ worker_connections 2048; }}
http {{
	client_body_temp_path {tmp}/body;
	fastcgi_temp_path {tmp}/fastcgi;
	proxy_temp_path {tmp}/proxy;
	uwsgi_temp_path {tmp}/uwsgi;
	scgi_temp_path {tmp}/scgi;
	access_log off;
	include {conf}/assize.conf;
}}
"""

# As permissive as a test of something else needs it.
NGINX_DEFAULTS = {
    "listen_more": "", "server_name": "localhost", "read_timeout": "60s",
    "rate_token": "5000r/s", "rate_address": "5000r/s",
    "burst_token": "5000", "burst_address": "5000",
}


class Nginx:
    """The shipped template with our paths, on a free port with TLS."""

    def __init__(self, stack):
        self.stack = stack
        self.conf = f"{stack.dir}/nginx"
        self.cert = f"{self.conf}/cert.pem"
        self.record = f"{stack.run}/nginx.pid"
        self.log = f"{stack.logs}/nginx.log"
        self.port = None
        self.settings = {}

    def make_certificate(self):
        if os.path.exists(self.cert):
            return
        self.stack.call([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", f"{self.conf}/key.pem", "-out", self.cert])

    def values(self):
        return {
            **NGINX_DEFAULTS, "listen": f"127.0.0.1:{self.port}",
            "tls_certificate": self.cert,
            "tls_key": f"{self.conf}/key.pem",
            "snippets": f"{self.conf}/snippets", "www_dir": self.conf,
            "log_dir": self.stack.logs, "socket": self.stack.socket,
            "error_base": "urn:assize:problem:", **self.settings}

    def fill(self, name, target):
        """Copies a file of nginx/, with the values in place of @names@."""
        values = self.values()
        with open(f"{self.stack.source}/nginx/{name}",
                  encoding="utf-8") as f:
            text = f.read()
        if name.endswith(".in"):
            text = re.sub(r"@(\w+)@", lambda m: values[m[1]], text)
            target = target.removesuffix(".in")
        with open(f"{self.conf}/{target}", "w", encoding="utf-8") as f:
            f.write(text)

    def configure(self):
        self.stack.own_dir(self.conf)
        self.stack.own_dir(f"{self.conf}/tmp")
        os.makedirs(f"{self.conf}/snippets", exist_ok=True)
        self.make_certificate()
        self.fill("assize.conf.in", "assize.conf.in")
        self.fill("problem.json", "problem.json")
        for path in glob.glob(f"{self.stack.source}/nginx/snippets/*"):
            name = os.path.basename(path)
            if not name.endswith("~"):
                self.fill(f"snippets/{name}", f"snippets/{name}")
        with open(f"{self.conf}/nginx.conf", "w", encoding="utf-8") as f:
            f.write(NGINX_MAIN.format(
                run=self.stack.run, logs=self.stack.logs, conf=self.conf,
                tmp=f"{self.conf}/tmp"))

    def argv(self, *more):
        return ["nginx", "-e", self.log, "-p", self.conf, "-c",
                f"{self.conf}/nginx.conf", *more]

    def choose(self, wanted=None):
        """Takes a port (another one at each call) and writes the files."""
        self.port = wanted or free_port()
        self.configure()

    def start(self, wanted=None, tries=5):
        """Another process may take the port between our look and nginx's
        bind: then with another one."""
        if self.port is None:
            self.choose(wanted)
        for left in reversed(range(tries)):
            self.stack.spawn("nginx", self.argv())
            try:
                wait_for("nginx", self.ready, self.record, self.log)
                return
            except StackError as e:
                self.stop()
                if left == 0 or "Address already in use" not in str(e):
                    raise
                self.choose()

    def ready(self):
        with socket.socket() as s:
            s.settimeout(1)
            try:
                s.connect(("127.0.0.1", self.port))
            except OSError:
                return False
        # Somebody listens; it is ours only if our master wrote its pid.
        return os.path.exists(f"{self.stack.run}/nginx-master.pid")

    def reload(self):
        """With the files that choose() has written."""
        os.kill(daemon.read_record(self.record), signal.SIGHUP)

    def stop(self):
        return daemon.stop(self.record, signal.SIGQUIT, timeout=5)
