"""An HTTPS client that shows everything: status, headers, body."""

import http.client
import json as jsonlib
import ssl
import uuid


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def type(self):
        return (self.headers.get("Content-Type") or "").split(";")[0]

    @property
    def json(self):
        return jsonlib.loads(self.body)

    @property
    def data(self):
        """The data member of a good answer."""
        assert 200 <= self.status < 300, self.show()
        return self.json["data"]

    @property
    def slug(self):
        """The last part of a problem's type: the slug of errors.def."""
        return self.json["type"].replace("#", "/").replace(":", "/") \
            .rpartition("/")[2]

    def show(self):
        return f"{self.status} {self.type} {self.body[:2000]!r}"

    __repr__ = show


def tls_context(ca):
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Client:
    """One caller: where, with which token.  A connection for each request."""

    def __init__(self, port, ca, token=None, prefix="/api", timeout=65):
        self.port = port
        self.context = tls_context(ca)
        self.token = token
        self.prefix = prefix
        self.timeout = timeout

    def request(self, method, path, *, json=None, body=None, headers=None,
                token=None, timeout=None):
        head = {k: v for k, v in (headers or {}).items() if v is not None}
        token = self.token if token is None else token
        if token and "Authorization" not in head:
            head["Authorization"] = f"Bearer {token}"
        if json is not None:
            body = jsonlib.dumps(json).encode()
            head.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        conn = http.client.HTTPSConnection(
            "localhost", self.port, context=self.context,
            timeout=timeout or self.timeout)
        try:
            conn.request(method, self.prefix + path, body=body, headers=head)
            answer = conn.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            conn.close()

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, json=None, **kw):
        return self.request("POST", path, json=json, **kw)

    def put(self, path, json=None, **kw):
        return self.request("PUT", path, json=json, **kw)

    def delete(self, path, **kw):
        return self.request("DELETE", path, **kw)


def multipart(parts):
    """(content type, body) of multipart/form-data.

    parts: (name, value) or (name, filename, bytes[, content type]).
    """
    mark = uuid.uuid4().hex
    out = []
    for part in parts:
        name, value = part[0], part[-1] if len(part) == 2 else part[2]
        line = f'Content-Disposition: form-data; name="{name}"'
        if len(part) > 2:
            line += f'; filename="{part[1]}"'
        kind = part[3] if len(part) > 3 else None
        head = f"--{mark}\r\n{line}\r\n"
        head += f"Content-Type: {kind}\r\n" if kind else ""
        value = value.encode() if isinstance(value, str) else value
        out.append(head.encode() + b"\r\n" + value + b"\r\n")
    out.append(f"--{mark}--\r\n".encode())
    return f"multipart/form-data; boundary={mark}", b"".join(out)
