"""Tokens as nobody else makes them: any header, any claims, any signature.

Good tokens come from `assize token` (Stack.token); these are for the tests of
what the server must refuse.
"""

import base64
import hashlib
import hmac
import json
import time


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hs256(key, claims, header=None):
    """A token signed with HMAC-SHA-256 over exactly these claims."""
    head = {"alg": "HS256", "typ": "JWT"} if header is None else header
    text = b64(json.dumps(head).encode()) + "." + \
        b64(json.dumps(claims).encode())
    mac = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return text + "." + b64(mac)


def claims(sub, issuer, audience, ttl=3600, **more):
    now = int(time.time())
    return {"sub": sub, "iss": issuer, "aud": audience, "iat": now,
            "nbf": now, "exp": now + ttl, **more}
