"""Do the units say what systemd understands, and nothing more?

systemd-analyze verify exits with 0 for unknown keys, so any output is a
failure.  The programs of the units need not be installed: they are copied
into a root of their own, where an executable stands for each.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ["ASSIZE_BUILDDIR"]
UNITS = f"{BUILD}/systemd"
# Exposure, times ten: what a unit may reach at most.
THRESHOLDS = {"assized@1.service": 15, "assize-exporter.service": 25,
              "assize-runner.service": 40}


def run(*argv):
    done = subprocess.run(argv, capture_output=True, check=False, text=True)
    return done.returncode, done.stdout + done.stderr


def make_root(root):
    """The units, and a true(1) for each program that they start."""
    target = f"{root}/etc/systemd/system"
    shutil.copytree("/usr/lib/systemd/system", f"{root}/usr/lib/systemd/system",
                    symlinks=True)
    os.symlink("usr/lib", f"{root}/lib")
    os.makedirs(target)
    for name in os.listdir(UNITS):
        if not name.endswith((".service", ".socket", ".target")):
            continue
        with open(f"{UNITS}/{name}", encoding="utf-8") as f:
            text = f.read()
        assert not re.search(r"@[a-z]+@", text), f"{name}: a name is left"
        with open(f"{target}/{name}", "w", encoding="utf-8") as f:
            f.write(text)
        for program in re.findall(r"^Exec(?:Start|Reload)=(\S+)", text,
                                  re.M):
            os.makedirs(os.path.dirname(root + program), exist_ok=True)
            shutil.copy("/bin/true", root + program)
    for other in ("postgresql.service", "redis-server.service"):
        with open(f"{target}/{other}", "w", encoding="utf-8") as f:
            f.write("[Service]\nExecStart=/bin/true\n")
    for path in ("/bin", "/usr/bin"):
        os.makedirs(root + path, exist_ok=True)
        shutil.copy("/bin/true", f"{root}{path}/true")
    return sorted(x for x in os.listdir(target)
                  if x in os.listdir(UNITS))


def verify(root, units):
    """Only what is said about our units: the system's own are not whole
    without the programs of a real machine."""
    names = [u.replace("@.", "@1.") for u in units]
    code, out = run("systemd-analyze", "verify", "--recursive-errors=no",
                    "--man=no", f"--root={root}",
                    *(f"{root}/etc/systemd/system/{n}" if "@" not in n
                      else n for n in names))
    if code != 0 or out:
        return [f"systemd-analyze verify: {code}: {out.strip()}"]
    return []


def security(root):
    faults = []
    for unit, threshold in THRESHOLDS.items():
        template = re.sub(r"@\d+", "@", unit)
        code, out = run("systemd-analyze", "security", "--no-pager",
                        "--offline=true", f"--threshold={threshold}",
                        f"{root}/etc/systemd/system/{template}")
        last = out.strip().splitlines()[-1] if out.strip() else ""
        if code != 0:
            faults.append(f"{unit}: more exposed than {threshold / 10}: "
                          f"{last}")
    return faults


def refuses_faults(root):
    """Can this test fail?  A copy with a wrong key has to be found."""
    path = f"{root}/etc/systemd/system/assize-runner.service"
    with open(path, encoding="utf-8") as f:
        text = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("[Service]", "[Service]\nProtectSytem=yes"))
    found = verify(root, ["assize-runner.service"])
    return [] if found else ["a unit with a wrong key was accepted"]


def main():
    if shutil.which("systemd-analyze") is None:
        print("systemd-analyze is missing")
        return 77
    with tempfile.TemporaryDirectory(prefix="assize-units-") as root:
        units = make_root(root)
        faults = [] if len(units) >= 4 else [f"only {units}"]
        faults += verify(root, units) + security(root)
        faults += refuses_faults(root)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
