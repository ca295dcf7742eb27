"""What scripts in a grading box say to the supervisor outside of it.

One connection for each message: a line of JSON there, with descriptors beside
it where a program is to be run, a line of JSON back.
"""

import array
import json
import os
import socket

MESSAGE_MAX = 4 << 20
CONTROL = os.environ.get("ASSIZE_CONTROL", "/control")


class Refused(ValueError):
    """The supervisor did not take it, and says why."""


def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(CONTROL + "/socket")
    return s


def send(s, message, fds=()):
    data = json.dumps(message, allow_nan=False).encode() + b"\n"
    if len(data) > MESSAGE_MAX:
        raise Refused("that is too long")
    ancillary = []
    if fds:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                      array.array("i", fds))]
    # The descriptors travel with the first byte.
    sent = s.sendmsg([data], ancillary)
    if sent < len(data):
        s.sendall(data[sent:])


def receive(s):
    data = b""
    while not data.endswith(b"\n"):
        piece = s.recv(65536)
        if not piece:
            raise OSError("the supervisor has gone")
        data += piece
    return json.loads(data.decode())


def ask(message):
    s = connect()
    try:
        send(s, message)
        answer = receive(s)
    finally:
        s.close()
    if "error" in answer:
        raise Refused(answer["error"])
    return answer


def run_message():
    """What the job began with: input, environment, ..."""
    with open(CONTROL + "/run.json", encoding="utf-8") as f:
        return json.load(f)
