"""What the compiler and the linker were asked for is in the programs."""

import os
import re
import subprocess

import source

BUILD = os.environ.get("ASSIZE_BUILDDIR", f"{source.ROOT}/build")
PROGRAMS = ("src/assized/assized", "src/runner/assize-runner", "assize",
            "src/box/assize-boxinit", "src/runner/assize-probe")
# They run where no library is to be believed.
STATIC = ("src/box/assize-boxinit", "src/runner/assize-probe")


def readelf(words, path):
    return subprocess.run(["readelf", "-W", *words, f"{BUILD}/{path}"],
                          check=True, capture_output=True, text=True).stdout


def is_fortified():
    """Without optimization there is no FORTIFY, and configure knows."""
    with open(f"{BUILD}/Makefile", encoding="utf-8") as f:
        text = f.read()
    flags = re.search(r"^CFLAGS = (.*)$", text, re.M)[1]
    return not re.search(r"(^| )-O0( |$)", flags)


def check(path):
    header, segments = readelf(["-h"], path), readelf(["-l"], path)
    dynamic, symbols = readelf(["-d"], path), readelf(["-s"], path)
    static = path in STATIC
    stack = re.search(r"GNU_STACK .* (\w+) +0x", segments)
    wanted = {
        "is position-independent": re.search(r"Type: +DYN", header),
        "has RELRO": "GNU_RELRO" in segments,
        "binds at start": re.search(r"FLAGS_1.*\bNOW\b", dynamic),
        "has no executable stack": stack and stack[1] == "RW",
        "has no text relocations": "TEXTREL" not in dynamic,
        "has no search path of its own": not re.search(
            r"\((RPATH|RUNPATH)\)", dynamic),
        "has stack protectors": "__stack_chk_fail" in symbols,
        "checks bounds (FORTIFY)": static or not is_fortified() or
        re.search(r"__\w+_chk\b", symbols.replace("__stack_chk", "")),
        "is static" if static else "is dynamic":
            static != ("(NEEDED)" in dynamic),
    }
    return [f"{path}: not so: it {what}" for what, ok in wanted.items()
            if not ok]


def main():
    source.finish([fault for path in PROGRAMS for fault in check(path)])


if __name__ == "__main__":
    main()
