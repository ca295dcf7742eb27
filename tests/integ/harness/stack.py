"""One whole Assize in one directory, as ./dev up and the tests start it.

	with Stack.temporary(build) as stack:
		stack.start(workers=2)
		stack.start_runner("one")
		print(stack.client("alice").get("/health"))

Layout of the directory: bin/ (copies of the programs), run/ (sockets, pid
records), logs/, conf/, keys/, credentials/, pg/, redis/, nginx/, runner-*/.
As root, everything but the runners runs as the user postgres, since Postgres
refuses root; the runners remain root and give it away for each sandbox.
"""

import filecmp
import glob
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile

from . import daemon, tokens
from .client import Client
from .parts import Nginx, Postgres, Redis, StackError, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
PYTHON = "/usr/bin/python3"
ISSUER = "assize-dev"
AUDIENCE = "assize"
PROGRAMS = ("assized", "assize", "assize-exporter", "assize-runner",
            "assize-boxinit", "assize-probe", "assize-syntax")
SOCKET_PATH_MAX = 107 - len("/.s.PGSQL.5432.lock")

# Nothing has to survive a power cut while a test runs.
FAST_POSTGRES = {"fsync": "off", "full_page_writes": "off"}


def default_build():
    """Where the programs are: make check says it, ./dev builds in build/."""
    return os.environ.get("ASSIZE_BUILDDIR", f"{SOURCE}/build")


def can_be_reached(path):
    """May any user go through path and all directories above it?"""
    while path != "/":
        if not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True


def copy(source, target, mode):
    """Copies if the content differs; whether it did."""
    if os.path.exists(target) and filecmp.cmp(source, target, shallow=False):
        return False
    shutil.copyfile(source, f"{target}.new")
    os.chmod(f"{target}.new", mode)
    os.replace(f"{target}.new", target)
    return True


def delegated():
    """Who is not root gets control groups from systemd, in a scope that is
    delegated; the command keeps its pid."""
    if os.geteuid() == 0 or not os.path.exists(
            f"{os.environ.get('XDG_RUNTIME_DIR')}/systemd/private"):
        return []
    return ["systemd-run", "--user", "--scope", "--quiet", "--collect", "-p",
            "Delegate=yes", "--"]


class Stack:
    def __init__(self, directory, build=None, source=SOURCE, tied=True):
        self.dir = os.path.abspath(directory)
        self.build = os.path.abspath(build or default_build())
        self.source = source
        self.tied = tied
        self.user = "postgres" if os.geteuid() == 0 else None
        self.bin = f"{self.dir}/bin"
        self.run = f"{self.dir}/run"
        self.logs = f"{self.dir}/logs"
        self.conf = f"{self.dir}/conf"
        self.keys = f"{self.dir}/keys"
        self.credentials = f"{self.dir}/credentials"
        self.runner_credentials = f"{self.dir}/credentials-runner"
        self.socket = f"{self.run}/assized.sock"
        self.postgres_settings = dict(FAST_POSTGRES) if tied else {}
        self.initdb_options = ["--no-sync"] if tied else []
        self.assized_settings = {}
        self.more_env = {}      # by the name of the process
        self.postgres = Postgres(self)
        self.redis = Redis(self)
        self.nginx = Nginx(self)
        self.prepare()

    @classmethod
    def temporary(cls, build=None):
        return cls(tempfile.mkdtemp(prefix="assize-"), build)

    # The directory

    def prepare(self):
        if len(self.run) > SOCKET_PATH_MAX:
            raise StackError(f"too long for a socket: {self.run}")
        os.makedirs(self.dir, exist_ok=True)
        os.chmod(self.dir, 0o711)
        os.makedirs(self.bin, exist_ok=True)
        for path in (self.run, self.logs, self.conf, self.keys,
                     self.credentials, self.runner_credentials):
            self.own_dir(path)

    def own_dir(self, path):
        os.makedirs(path, mode=0o700, exist_ok=True)
        self.give(path)

    def give(self, path):
        if self.user is not None:
            entry = pwd.getpwnam(self.user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def write(self, path, text, mode=0o600):
        """A file of mode, whole or not at all, for the servers' user."""
        tmp = f"{path}.new"
        data = text if isinstance(text, bytes) else text.encode()
        fd = os.open(tmp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(fd, "wb") as f:
            f.write(data)
        self.give(tmp)
        os.replace(tmp, path)

    def copy_programs(self):
        """Own copies: a rebuild changes nothing that runs, and other users
        reach them wherever the tree stands.  Names of those that changed."""
        changed = []
        for name in PROGRAMS:
            found = glob.glob(f"{self.build}/src/*/{name}") + \
                glob.glob(f"{self.build}/{name}")
            if found and copy(found[0], f"{self.bin}/{name}", 0o755):
                changed.append(name)
        for name in ("holder.py", "daemon.py"):
            if copy(f"{HERE}/{name}", f"{self.bin}/{name}", 0o644):
                changed.append(name)
        return changed

    # Processes

    def record(self, name):
        return f"{self.run}/{name}.pid"

    def log(self, name):
        return f"{self.logs}/{name}.log"

    def env(self, **more):
        keep = ("PATH", "LANG", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
        env = {k: os.environ[k] for k in keep if k in os.environ}
        env["PATH"] = env.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        return {**env, "LC_ALL": "C.UTF-8", **more}

    def spawn(self, name, argv, user="", **env):
        """user: "" for the servers' user, None for our own."""
        with open(self.log(name), "ab"):
            if user == "":
                self.give(self.log(name))
        daemon.spawn(self.record(name), argv, log=self.log(name),
                     user=self.user if user == "" else user,
                     env=self.env(**env, **self.more_env.get(name, {})),
                     cwd=self.dir, tied=self.tied)

    def call(self, argv, check=True, user="", **env):
        """Runs a command to its end; its output, or StackError with it."""
        who = {}
        user = self.user if user == "" else user
        if user is not None:
            entry = pwd.getpwnam(user)
            who = {"user": entry.pw_uid, "group": entry.pw_gid,
                   "extra_groups": []}
        done = subprocess.run(argv, cwd=self.dir, env=self.env(**env),
                              stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, **who)
        if check and done.returncode != 0:
            out = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise StackError(f"{' '.join(argv)}: {done.returncode}\n{out}")
        return done

    def is_running(self, name):
        return daemon.read_record(self.record(name)) is not None

    # Keys and configuration

    def make_secret(self, path, make):
        if not os.path.exists(path):
            self.write(path, make())

    def make_keys(self):
        for kid in ("users", "admins"):
            self.make_secret(f"{self.keys}/{kid}.key",
                             lambda: secrets.token_hex(32))
        self.write(f"{self.keys}/jwt.keys", "".join((
            f"users HS256 {self.keys}/users.key\n",
            f"admins HS256 {self.keys}/admins.key admin\n")))
        for name in ("runner_registration_token", "link_key"):
            self.make_secret(f"{self.credentials}/{name}",
                             lambda: secrets.token_hex(32))
        self.write(f"{self.runner_credentials}/registration_token",
                   self.secret("runner_registration_token"))

    def secret(self, name):
        with open(f"{self.credentials}/{name}", encoding="ascii") as f:
            return f.read()

    def write_assized_conf(self):
        settings = {
            "database": self.postgres.conninfo("assized"),
            "database_owner": self.postgres.conninfo("postgres"),
            "redis": self.redis.socket,
            "public_url": f"https://localhost:{self.nginx.port}/api",
            "jwt_keys_file": f"{self.keys}/jwt.keys",
            "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE,
            **self.assized_settings}
        self.write(f"{self.conf}/assized.conf", "".join(
            f"{k} = {v}\n" for k, v in settings.items() if v is not None))

    # The servers

    def start(self, workers=2, port=None):
        """Everything but the runners; returns when /ready says so."""
        self.copy_programs()
        self.make_keys()
        self.start_stores()
        self.nginx.choose(port)
        self.migrate()
        self.start_workers(workers)
        self.nginx.start()
        # nginx may have had to take another port.
        self.write_assized_conf()
        self.wait_ready()
        return self

    def start_stores(self):
        if not self.is_running("postgres"):
            self.postgres.start()
        if not self.is_running("redis"):
            self.redis.start()

    def migrate(self):
        self.write_assized_conf()
        if self.psql("SELECT 1 FROM pg_database WHERE datname = 'assize'",
                     database="postgres") == "":
            self.psql("CREATE DATABASE assize", database="postgres")
        self.call([f"{self.bin}/assized", "--migrate", "-c",
                   f"{self.conf}/assized.conf"],
                  CREDENTIALS_DIRECTORY=self.credentials)

    def start_workers(self, n=2):
        self.spawn("holder", [
            PYTHON, "-B", f"{self.bin}/holder.py", "--socket", self.socket,
            "--run", self.run, "--logs", self.logs, "--name", "assized",
            "-n", str(n), "--", f"{self.bin}/assized", "-c",
            f"{self.conf}/assized.conf"],
            CREDENTIALS_DIRECTORY=self.credentials)
        wait_for("assized", lambda: len(self.worker_pids()) == n,
                 self.record("holder"), self.log("assized-1"))

    def worker_pids(self):
        """Those that are ready, by their number."""
        found = {}
        for path in glob.glob(f"{self.run}/assized-*.pid"):
            pid = daemon.read_record(path)
            if pid is not None and os.path.exists(path[:-4] + ".ready"):
                found[int(path.rpartition("-")[2][:-4])] = pid
        return found

    def restart_worker(self, i, sig=15, timeout=40):
        """Ends one worker and waits until the next one is ready."""
        before = self.worker_pids()[i]
        os.kill(before, sig)
        wait_for(f"assized-{i}",
                 lambda: self.worker_pids().get(i, before) != before,
                 self.record("holder"), self.log(f"assized-{i}"), timeout)

    def stop_workers(self):
        return daemon.stop(self.record("holder"), timeout=60)

    def wait_ready(self, timeout=30):
        client = self.client()

        def check():
            try:
                return client.get("/ready", timeout=5).status == 200
            except OSError:
                return False
        wait_for("assized", check, self.record("holder"),
                 self.log("assized-1"), timeout)

    # Runners

    def start_runner(self, name="runner", **settings):
        base = f"{self.dir}/{name}"
        os.makedirs(base, mode=0o711, exist_ok=True)
        settings = {
            "server": f"https://localhost:{self.nginx.port}/api",
            "ca_file": self.nginx.cert, "name": name,
            "work_dir": f"{base}/work", "cache_dir": f"{base}/cache",
            "boxinit": f"{self.bin}/assize-boxinit",
            "inbox_dir": f"{self.source}/src/inbox",
            "environments_dir": f"{base}/environments.d",
            # More may be here, and each is tried when the runner starts.
            "languages": "c, cpp, python3", **settings}
        for key in ("work_dir", "cache_dir"):
            os.makedirs(settings[key], mode=0o711, exist_ok=True)
        conf = f"{self.conf}/{name}.conf"
        text = "".join(f"{k} = {v}\n" for k, v in settings.items()
                       if v is not None)
        self.write(conf, text)
        self.spawn(name, [*delegated(), f"{self.bin}/assize-runner", "-c",
                          conf], user=None,
                   CREDENTIALS_DIRECTORY=self.runner_credentials)

    def stop_runner(self, name="runner", timeout=30):
        return daemon.stop(self.record(name), timeout=timeout)

    def is_registered(self, name="runner"):
        return self.psql("SELECT count(*) FROM runner WHERE name = '%s'"
                         % name.replace("'", "''")) != "0"

    def wait_runner(self, name="runner"):
        """Until it has registered; StackError with its log if it ended."""
        wait_for(name, lambda: self.is_registered(name), self.record(name),
                 self.log(name), timeout=180)

    # Callers

    def token(self, sub, admin=False, **claims):
        kid = "admins" if admin else "users"
        with open(f"{self.keys}/{kid}.key", "rb") as f:
            key = f.read()
        if admin:
            claims["admin"] = True
        return tokens.hs256(
            key, tokens.claims(sub, ISSUER, AUDIENCE, **claims),
            {"alg": "HS256", "typ": "JWT", "kid": kid})

    def client(self, sub=None, admin=False):
        """A caller; without a name one that shows no token."""
        token = self.token(sub, admin) if sub else None
        return Client(self.nginx.port, self.nginx.cert, token)

    def assize(self, sub, *words, admin=False, check=True):
        """The assize command as that user; its finished process."""
        token = f"{self.dir}/{sub}.token"
        self.write(token, self.token(sub, admin))
        return self.call(
            [f"{self.bin}/assize", *words], check=check,
            ASSIZE_URL=f"https://localhost:{self.nginx.port}/api",
            ASSIZE_CA=self.nginx.cert, ASSIZE_TOKEN_FILE=token)

    def psql(self, sql, user="postgres", database="assize"):
        """The rows as text, columns separated by tabs."""
        done = self.call(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v",
             "ON_ERROR_STOP=1", "-d", self.postgres.conninfo(user, database),
             "-c", sql])
        return done.stdout.decode().rstrip("\n")

    # The end

    def records(self):
        """Names of all recorded processes, clients of others first."""
        names = [os.path.basename(p)[:-4]
                 for p in glob.glob(f"{self.run}/*.pid")]
        order = {"holder": 2, "nginx": 3, "redis": 4, "postgres": 5}
        names = [n for n in names if not n.startswith("assized-")
                 and n != "nginx-master"]
        return sorted(names, key=lambda n: (order.get(n, 1), n))

    def stop(self):
        """Ends all processes; names of those that had to be killed."""
        killed = []
        for name in self.records():
            part = {"nginx": self.nginx, "postgres": self.postgres,
                    "redis": self.redis}.get(name)
            clean = part.stop() if part else \
                daemon.stop(self.record(name), timeout=60)
            if not clean:
                killed.append(name)
        return killed

    def remove(self):
        shutil.rmtree(self.dir)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.stop()
        if kind is None and not os.environ.get("ASSIZE_KEEP"):
            self.remove()
        else:
            print(f"kept: {self.dir}")
