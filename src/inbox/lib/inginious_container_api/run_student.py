"""Programs of students, each in a box of its own."""

import os
import shlex
import signal
import threading

import assize_box

NOT_AVAILABLE = 251
OUT_OF_MEMORY = 252
TIMED_OUT = 253
FAILED = 254

_PASSED_ON = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2",
              "SIGALRM", "SIGCONT", "SIGWINCH", "SIGTSTP")


def _words(cmd):
    if not isinstance(cmd, str):
        cmd = " ".join(cmd)
    return shlex.split(cmd) or ["true"]


def _with_teardown(words, teardown):
    """Of a program: of a session the supervisor has it."""
    if not teardown:
        return words
    return ["sh", "-c", '"$@"; status=$?; ' + shlex.join(_words(teardown))
            + "; exit $status", "sh", *words]


def run_student(cmd, container=None, time_limit=0, hard_time_limit=0,
                memory_limit=0, share_network=False, working_dir=None,
                stdin=None, stdout=None, stderr=None,
                signal_handler_callback=None, ssh=False, run_as_root=False,
                teardown_script="", start_student_as_root=False):
    """Runs the command in a student box; its exit status, or 251 (not
    available), 252 (out of memory), 253 (out of time), 254 (it could not be
    run)."""
    if run_as_root or start_student_as_root:
        return NOT_AVAILABLE
    null = os.open(os.devnull, os.O_RDWR)
    fds = [null if fd is None else fd if isinstance(fd, int) else fd.fileno()
           for fd in (stdin, stdout, stderr)]
    try:
        s = assize_box.connect()
        assize_box.send(s, {
            "type": "ssh" if ssh else "student",
            "cmd": _words(cmd or "") if ssh else _with_teardown(
                _words(cmd or ""), teardown_script),
            "cwd": working_dir or os.getcwd(), "environment": container,
            "time": time_limit, "hard_time": hard_time_limit,
            "memory": memory_limit, "share_network": share_network,
            "teardown": _words(teardown_script or "")}, fds)
        if signal_handler_callback is not None:
            signal_handler_callback(lambda n: s.send(bytes([int(n)])))
        answer = assize_box.receive(s)
        s.close()
        return answer.get("retval", FAILED)
    except (OSError, ValueError):
        return FAILED
    finally:
        os.close(null)


class _Reader(threading.Thread):
    """Reads a pipe to its end while the program still writes."""

    def __init__(self):
        super().__init__(daemon=True)
        self.read_end, self.write_end = os.pipe()
        self.data = b""
        self.start()

    def run(self):
        with os.fdopen(self.read_end, "rb") as f:
            self.data = f.read()

    def finish(self):
        os.close(self.write_end)
        self.join()
        return self.data


def _feed(data):
    """A pipe with that in it; its read end."""
    r, w = os.pipe()

    def write():
        try:
            with os.fdopen(w, "wb") as f:
                f.write(data)
        except OSError:
            pass
    threading.Thread(target=write, daemon=True).start()
    return r


def run_student_simple(cmd, cmd_input=None, container=None, time_limit=0,
                       hard_time_limit=0, memory_limit=0, share_network=False,
                       working_dir=None, stdout_err_fuse=False, text="utf-8"):
    """(stdout, stderr, status) of a command that gets this input;
    (stdout, status) with stdout_err_fuse."""
    stdin = None
    if cmd_input is not None:
        data = cmd_input
        if isinstance(data, str):
            data = data.encode(text or "utf-8")
        stdin = _feed(data)
    out = _Reader()
    err = out if stdout_err_fuse else _Reader()
    status = run_student(cmd, container, time_limit, hard_time_limit,
                         memory_limit, share_network, working_dir, stdin,
                         out.write_end, err.write_end)
    if stdin is not None:
        os.close(stdin)
    streams = [r.finish() for r in ([out] if out is err else [out, err])]
    if text is not False:
        streams = [s.decode(text, "replace") for s in streams]
    return (*streams, status)


def _hack_signals(receive_signal):
    """Hands every signal on that can be caught."""
    for name in _PASSED_ON:
        signal.signal(getattr(signal, name),
                      lambda number, _: receive_signal(number))


# The names that these had before.
run = run_student
run_simple = run_student_simple
hack_signals = _hack_signals
