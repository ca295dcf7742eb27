"""A FastCGI client that can also do what no web server does."""

import socket
import struct

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7


def record(kind, data=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(data), 0) + data


def pairs(params):
    out = b""
    for name, value in params.items():
        name, value = name.encode(), value.encode()
        for n in (len(name), len(value)):
            out += bytes([n]) if n < 128 else struct.pack(">I", n | 1 << 31)
        out += name + value
    return out


def begin():
    return record(BEGIN, struct.pack(">HB5x", 1, 0))


def head(method, path, **more):
    params = {"REQUEST_METHOD": method, "PATH_RAW": path, **more}
    return begin() + record(PARAMS, pairs(params)) + record(PARAMS)


def stdin(data):
    out = b""
    for i in range(0, len(data), 60000):
        out += record(STDIN, data[i:i + 60000])
    return out


def connect(path, timeout=10):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(timeout)
    s.connect(path)
    return s


def read_answer(s):
    """(status, body), or None if the peer just closes."""
    data, out = b"", b""
    while True:
        try:
            more = s.recv(65536)
        except ConnectionResetError:
            more = b""
        if not more:
            break
        data += more
        while len(data) >= 8:
            _, kind, _, n, pad = struct.unpack(">BBHHB", data[:7])
            if len(data) < 8 + n + pad:
                break
            if kind == STDOUT:
                out += data[8:8 + n]
            if kind == END:
                headers, _, body = out.partition(b"\r\n\r\n")
                return int(headers.split()[1]), body
            data = data[8 + n + pad:]
    return None


def ask(path, method="GET", target="/health", body=b"", length=None, **more):
    """One whole request."""
    if body or length is not None:
        more["CONTENT_LENGTH"] = str(len(body) if length is None else length)
    with connect(path) as s:
        s.sendall(head(method, target, **more) + stdin(body) + record(STDIN))
        return read_answer(s)
