"""Sessions in boxes, by the real ssh: who comes in, what is there, when it
ends, and that it is off where nobody opened ports."""

import base64
import os
import socket
import subprocess
import time

import pytest

from kit import check_problem, make_course, make_zip

COURSE = "c1"
QUIZ = """template: script
quiz:
  problems:
    q1: {type: code}
limits: {wall_ms: 60000}
"""
STUDENT = """#!/bin/bash
getinput q1 > student/answer
ssh_student --setup-script "sh student/before" \
    --teardown-script "sh student/after" $(cat options)
echo status $?
cat student/log
feedback-result success
"""


def free_ports(n):
    """The first of n ports that nobody has now."""
    while True:
        with socket.socket() as s:
            s.bind(("", 0))
            first = s.getsockname()[1]
        held = []
        try:
            for port in range(first, first + n):
                held.append(socket.socket(socket.AF_INET6))
                held[-1].bind(("", port))
            return first
        except OSError:
            continue
        finally:
            for s in held:
                s.close()


@pytest.fixture(scope="module")
def ports():
    first = free_ports(3)
    return range(first, first + 3)


@pytest.fixture(scope="module")
def course(stack, ports):
    stack.start_runner("runner", jobs=3, heartbeat_interval_sec=1,
                       ssh_host="127.0.0.1",
                       ssh_ports=f"{ports[0]}-{ports[-1]}")
    make_course(stack, members=("alice", "bob"), problem="other")
    put(stack, "student", {
        "run": STUDENT, "options": "", "hidden": "secret",
        "student/before": "echo before > student/log",
        "student/after": "echo after >> student/log"})
    put(stack, "short", {
        "run": STUDENT, "options": "--hard-time 4",
        "student/before": "", "student/after": ""})
    put(stack, "nobody", {
        "run": STUDENT, "options": "--hard-time 2",
        "student/before": "", "student/after": ""})
    put(stack, "debug", {"run": "#!/bin/bash\nfeedback-result success\n"
                                "feedback-msg -m \"$(getinput q1)\"\n"})
    put(stack, "files", {"run": "#!/bin/bash\nfeedback-result success\n"},
        "template: script\n")
    return stack


def put(stack, problem, files, assize=QUIZ):
    admin = stack.client("root", admin=True)
    path = f"/courses/{COURSE}/problems/{problem}"
    assert admin.put(path, {"title": problem}).status == 200
    done = admin.put(f"{path}/package", body=make_zip(
        {"problem.yaml": "name: x\n", "assize.yaml": assize, **files}),
        headers={"Content-Type": "application/zip"})
    assert done.status == 201, done.show()


def submit(stack, problem, user="alice", admin=False, **more):
    made = stack.client(user, admin=admin).post("/submissions", {
        "course": COURSE, "problem": problem, "input": {"q1": "text"},
        **more})
    assert made.status == 201, made.show()
    return made.data["id"]


def look(stack, sb, user="alice", admin=False):
    return stack.client(user, admin=admin).get(f"/submissions/{sb}").data


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def door_of(stack, sb, user="alice", admin=False):
    return until(lambda: look(stack, sb, user, admin).get("ssh"))


def end_of(stack, sb):
    """What staff see of it when it has ended."""
    return until(lambda: (lambda d: d if d["status"] not in
                          ("waiting", "running") else None)(
                              look(stack, sb, "root", True)), 60)


@pytest.fixture
def ssh(tmp_path):
    """Starts the real client, which asks a program for the password."""
    ask = tmp_path / "ask"
    ask.write_text("#!/bin/sh\necho \"$ANSWER\"\n")
    ask.chmod(0o700)

    known = tmp_path / "known_hosts"

    def start(door, *words, password=None, tty=False, options=()):
        known.write_text(f"[{door['host']}]:{door['port']} "
                         f"{door['host_key']}\n", encoding="ascii")
        return subprocess.Popen(
            ["ssh", *options, "-tt" if tty else "-T", "-F", "none", "-p",
             str(door["port"]), "-o", "StrictHostKeyChecking=yes", "-o",
             f"UserKnownHostsFile={known}", "-o", "LogLevel=ERROR", "-o",
             "NumberOfPasswordPrompts=1", "-o", "PubkeyAuthentication=no",
             f"{door['user']}@{door['host']}", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={
                **os.environ, "SSH_ASKPASS": str(ask),
                "SSH_ASKPASS_REQUIRE": "force",
                "ANSWER": password or door["password"]})
    return start


def finish(process, text="", timeout=30):
    out, err = process.communicate(text, timeout=timeout)
    return process.returncode, out, err


def is_open(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def test_a_student_has_a_session(course, ports, ssh):
    """Who must not come in does not; the control is who may."""
    sb = submit(course, "student")
    door = door_of(course, sb)
    assert door["host"] == "127.0.0.1" and door["port"] in ports
    assert set(door) == {"host", "port", "user", "password", "host_key",
                         "fingerprint", "until"}
    # For the submitter alone.
    assert course.client("bob").get(f"/submissions/{sb}").status == 404
    assert "ssh" not in look(course, sb, "root", True)
    # Of the key that ssh shows; another one it does not take.
    asked = subprocess.run(
        ["ssh-keygen", "-l", "-f", "-"], input=door["host_key"].encode(),
        capture_output=True, check=True).stdout.decode()
    assert asked.split()[1] == door["fingerprint"]
    other = base64.b64decode(door["host_key"].split()[1])
    other = base64.b64encode(other[:-1] + bytes([other[-1] ^ 1])).decode()
    status, _, err = finish(ssh({**door, "host_key": f"ssh-ed25519 {other}"},
                                "id"))
    assert status == 255 and "verification failed" in err, err
    # Who does not know the password stays out, and it goes on.
    status, out, err = finish(ssh(door, "id", password="wrong"))
    assert status == 255 and out == "" and "denied" in err
    session = ssh(door, tty=True)
    session.stdin.write("cat student/answer; echo\n")
    session.stdin.flush()
    while session.stdout.readline().strip() != "text":
        pass
    # A second one beside it: it ends, and the first does not.
    status, out, err = finish(ssh(
        door, "id -un; ls /task /task/student /assize /control hidden;"
        " touch /task/x; echo $PATH; cat; exit 7"), "in\n")
    assert status == 7, err
    assert out.split() == ["student", "/task:", "student", "/task/student:",
                           "after", "answer", "before", "log",
                           "/usr/local/bin:/usr/bin:/bin", "in"], out
    for word in ("/assize", "/control", "hidden", "/task/x"):
        assert word in err, err
    status, out, _ = finish(session, "tty; pwd; exit 3\n")
    assert status == 3 and "/dev/pts/" in out and "/task\n" in \
        out.replace("\r", ""), out
    doc = end_of(course, sb)
    assert doc["stdout"] == "status 0\nbefore\nafter\n", doc
    assert doc["result"] == "success"
    assert not is_open(door["port"])
    assert "ssh" not in look(course, sb)


def test_sessions_are_written_down_and_scripts_hidden(course, ssh):
    """What a student typed, for the script; what looks at it, for nobody."""
    put(course, "written", {
        "run": "#!/bin/bash\nssh_student --teardown-script "
               "'sh student/scripts/after'\necho $?\n"
               "grep -c 'touch made' student/.ssh_logs\n"
               "cat student/scripts/seen\nfeedback-result success\n",
        "student/scripts/after": "ls student > student/scripts/seen",
        "student/scripts/sub/secret": "hidden answer"})
    sb = submit(course, "written")
    door = door_of(course, sb)
    assert course.psql("SELECT runner || ' ' || problem || ' ' || \"user\" ||"
                       " ' ' || box FROM op_sessions WHERE submission = "
                       f"'{sb}' AND port = {door['port']} AND ends_at > now()"
                       " AND open_for < interval '1 minute'") == \
        "runner c1/written alice student"
    first = ssh(door, tty=True)
    first.stdin.write("ls student; cat student/scripts/after; touch made\n")
    first.stdin.flush()
    seen = ""
    while "No such file" not in seen:
        seen += first.stdout.readline()
    status, out, _ = finish(ssh(
        door, "ls student; grep -rl 'hidden answer' /task /tmp;"
        "for p in /proc/[0-9]*; do grep -q door.py $p/cmdline &&"
        " echo served && (: < $p/mem) && echo opened; done;"
        "(: < /proc/self/mem) && echo own; ln -s / student/scripts"))
    assert "scripts" not in out and "\nmem\n" not in out, out
    assert "served" in out and "own" in out, out
    finish(first, "touch student/made; exit\n")
    doc = end_of(course, sb)
    lines = doc["stdout"].split("\n")
    assert lines[0] == "0" and int(lines[1]) > 0, doc
    assert "made" in lines and "scripts" in lines, doc
    assert course.psql("SELECT count(*) FROM op_sessions WHERE submission = "
                       f"'{sb}'") == "0"


def test_a_session_that_takes_too_much_memory(course, ssh):
    put(course, "greedy", {
        "run": "#!/bin/bash\nssh_student --memory 60; echo $?\n"
               "feedback-result success\n"})
    sb = submit(course, "greedy")
    status, _, _ = finish(ssh(door_of(course, sb), "python3 -c "
                              "'x = bytearray(200 << 20)'; sleep 9"))
    assert status == 255
    assert end_of(course, sb)["stdout"] == "252\n"


def test_a_place_is_left_for_others(course):
    """Three jobs at once, so two sessions; who asks for one more is told."""
    sessions = {user: submit(course, "student", user)
                for user in ("alice", "bob")}
    doors = [door_of(course, sb, user) for user, sb in sessions.items()]
    doc = end_of(course, submit(course, "greedy"))
    assert doc["stdout"] == "254\n", doc
    assert "No ports are available" in doc["stderr"], doc
    plain = course.client("bob").post("/submissions", {
        "course": COURSE, "problem": "debug", "input": {"q1": "x"}})
    assert end_of(course, plain.data["id"])["result"] == "success"
    for user, sb in sessions.items():
        assert course.client(user).post(
            f"/submissions/{sb}/cancel").status == 200
    assert course.psql("SELECT count(*) FROM op_sessions") == "0"
    # The runner hears of it with its next heartbeat.
    until(lambda: not any(is_open(d["port"]) for d in doors))
    time.sleep(0.2)


def test_nothing_is_forwarded_and_the_box_has_no_network(course, ssh):
    sb = submit(course, "student")
    door = door_of(course, sb)
    # -W asks the server to connect to somewhere.
    status, out, err = finish(ssh(door, options=["-W", "127.0.0.1:22"]))
    assert status == 255 and "forwarding" in err, err
    # One interface, and nobody talks or listens but in it.
    status, out, err = finish(ssh(
        door, "grep -c : /proc/net/dev; tail -qn +2 /proc/net/tcp*"))
    assert out == "1\n", (out, err)
    end_of(course, sb)


def test_its_time_ends_it(course, ssh):
    """The control is what ends before its time."""
    sb = submit(course, "short")
    door = door_of(course, sb)
    assert finish(ssh(door, "sleep 0.1"))[0] == 0
    end_of(course, sb)
    sb = submit(course, "short")
    door = door_of(course, sb)
    begun = time.monotonic()
    status, _, _ = finish(ssh(door, "sleep 60"))
    assert status == 255 and time.monotonic() - begun < 20
    doc = end_of(course, sb)
    assert "status 253\n" in doc["stdout"], doc
    assert not is_open(door["port"])


def test_strangers_do_not_use_it_up(course, ssh):
    """The first few come in at once, then one a second; who knows the
    password still comes in.  The control of those who wait are the first."""
    sb = submit(course, "student")
    door = door_of(course, sb)
    greeted, waits = 0, []
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", door["port"])) as s:
            begun = time.monotonic()
            s.settimeout(max(0.01, end - begun))
            try:
                greeted += s.recv(4) == b"SSH-"
            except TimeoutError:
                pass
            waits.append(time.monotonic() - begun)
    assert 1 <= greeted <= 12
    assert min(waits) < 0.4 <= max(waits), waits
    status, out, err = finish(ssh(door, "echo in"))
    assert (status, out) == (0, "in\n"), err
    assert "status 0\n" in end_of(course, sb)["stdout"]


def test_nobody_comes(course):
    sb = submit(course, "nobody")
    door = door_of(course, sb)
    assert is_open(door["port"])
    doc = end_of(course, sb)
    assert "status 253\n" in doc["stdout"], doc
    assert not is_open(door["port"])


def test_scripts_before_and_after_may_fail(course):
    for name, lines, status in (
            ("fails", "ssh_student --setup-script 'sh -c \"exit 9\"'", 9),
            ("twice", "ssh_student --hard-time 1; ssh_student", 254),
            ("where", "ssh_student --container nowhere", 254)):
        put(course, name, {"run": f"#!/bin/bash\n{lines}\necho status $?\n"
                                  "feedback-result success\n"})
        doc = end_of(course, submit(course, name))
        assert f"status {status}\n" in doc["stdout"], doc


@pytest.mark.parametrize("module", ["inginious_container_api", "inginious"])
def test_the_module(course, ssh, module):
    put(course, f"module-{module}", {"run.py": f"""
from {module} import feedback, ssh_student
print("status", ssh_student.ssh_student(
    setup_script="sh setup", teardown_script="sh -c 'exit 5'",
    hard_time_limit=30, memory_limit=100, working_dir="/task/student"))
feedback.set_global_result("success")
""", "student/setup": "pwd > where"})
    sb = submit(course, f"module-{module}", "bob")
    status, out, err = finish(ssh(door_of(course, sb, "bob"),
                                  "pwd; cat where"))
    assert (status, out) == (0, "/task/student\n" * 2), err
    doc = end_of(course, sb)
    assert doc["stdout"] == "status 5\n", doc


def test_cancel_ends_it(course, ssh):
    sb = submit(course, "student")
    door = door_of(course, sb)
    session = ssh(door, "echo in; sleep 60")
    assert session.stdout.readline() == "in\n"
    cancelled = course.client("alice").post(f"/submissions/{sb}/cancel")
    assert cancelled.status == 200, cancelled.show()
    assert finish(session)[0] == 255
    until(lambda: not is_open(door["port"]))
    assert "ssh" not in look(course, sb)


def test_staff_debug_in_the_grading_box(course, ssh):
    """The control of a student's is the same of staff."""
    check_problem(course.client("alice").post("/submissions", {
        "course": COURSE, "problem": "debug", "debug": "ssh",
        "input": {"q1": "text"}}), 403, "forbidden")
    admin = course.client("root", admin=True)
    check_problem(admin.post("/submissions", {
        "course": COURSE, "problem": "debug", "debug": "gdb",
        "input": {"q1": "text"}}), 400, "fields", "/debug")
    check_problem(admin.post("/submissions", {
        "course": COURSE, "problem": "other", "debug": "ssh",
        "language": "c", "code": "int main(void) { return 0; }"}),
        422, "impossible")
    sb = submit(course, "debug", "root", True, debug="ssh")
    # Longer than its limits say, and nobody takes it for hung.
    assert int(course.psql("SELECT budget_s FROM job WHERE submission_id = "
                           f"'{sb}'")) >= 1800
    door = door_of(course, sb, "root", True)
    assert "ssh" not in look(course, sb, "ada", True)
    status, out, err = finish(ssh(
        door, "pwd; getinput q1; echo; bash run; run_student id -un"))
    assert status == 0, err
    assert out.split() == ["/task", "text", "student"], out
    doc = end_of(course, sb)
    assert (doc["result"], doc["text"]) == ("success", "text"), doc
    assert "ssh" not in look(course, sb, "root", True)
    # A rejudge runs the script.
    assert admin.post(f"/submissions/{sb}/rejudge").status in (200, 202)
    assert end_of(course, sb)["result"] == "success"


def test_the_command_says_how_to_log_in(course, ssh):
    with open(f"{course.dir}/main.txt", "w", encoding="ascii") as f:
        f.write("text\n")
    sb = course.assize(
        "root", "submit", "--course", COURSE, "--problem", "files",
        "--debug", f"{course.dir}/main.txt", admin=True).stdout.decode()
    door = door_of(course, sb.strip(), "root", True)
    shown = course.assize("root", "show", sb.strip(), admin=True)
    line = (f"ssh -p {door['port']} student@127.0.0.1, password "
            f"{door['password']}")
    assert line in shown.stdout.decode(), shown
    assert door["fingerprint"] in shown.stdout.decode(), shown
    status, out, err = finish(ssh(door, "feedback-result failed;"
                                  "cat student/main.txt"))
    assert (status, out) == (0, "text\n"), err
    assert end_of(course, sb.strip())["result"] == "failed"


def test_no_port_is_free(course, ports):
    held = []
    for port in ports:
        held.append(socket.create_server(("", port)))
    try:
        doc = end_of(course, submit(course, "student"))
        assert "status 254\n" in doc["stdout"], doc
        assert "No ports are available" in doc["stderr"], doc
        doc = end_of(course, submit(course, "debug", "root", True,
                                    debug="ssh"))
        assert (doc["result"], doc["verdict"]) == ("crash", "JE"), doc
        assert "No ports are available" in doc["text"], doc
    finally:
        for s in held:
            s.close()


def test_no_secret_is_in_a_log(course, ssh):
    sb = submit(course, "short")
    door = door_of(course, sb)
    argvs = subprocess.run(["ps", "-eo", "args"], capture_output=True,
                           text=True, check=True).stdout
    assert "door.py" in argvs and door["password"] not in argvs
    finish(ssh(door, "true"))
    end_of(course, sb)
    for where, _, names in os.walk(course.dir):
        for name in names:
            if "logs" in where or name.endswith(".log"):
                with open(f"{where}/{name}", "rb") as f:
                    assert door["password"].encode() not in f.read(), name
