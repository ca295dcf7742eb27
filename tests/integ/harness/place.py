"""Where ./dev keeps what it started: .dev, if servers can live there.

A socket's path is short, and as root the servers run as another user, who has
to reach the directory.  Where .dev is not fit for that (a deep checkout, one
below /root), .dev/stack is a link to a directory of this checkout in
/var/tmp.
"""

import hashlib
import os
import shutil

from .stack import SOCKET_PATH_MAX, can_be_reached


def elsewhere(dev):
    mark = hashlib.sha256(dev.encode()).hexdigest()[:12]
    path = f"/var/tmp/assize-dev-{mark}"
    os.makedirs(path, mode=0o711, exist_ok=True)
    if os.stat(path).st_uid != os.geteuid():
        raise SystemExit(f"{path} belongs to somebody else")
    return path


def stack_dir(top):
    """The directory of this checkout's stack; made if it is not there."""
    dev = f"{os.path.realpath(top)}/.dev"
    os.makedirs(dev, exist_ok=True)
    link = f"{dev}/stack"
    if os.path.islink(link) and not os.path.isdir(link):
        os.unlink(link)
    if os.path.isdir(link):
        return os.path.realpath(link)
    fits = len(f"{link}/run") <= SOCKET_PATH_MAX
    if fits and (os.geteuid() != 0 or can_be_reached(os.path.realpath(top))):
        os.makedirs(link)
        return link
    os.symlink(elsewhere(dev), link)
    return os.path.realpath(link)


def forget(top):
    """Removes what stack_dir() made, with all data."""
    link = f"{os.path.realpath(top)}/.dev/stack"
    shutil.rmtree(os.path.realpath(link))
    if os.path.islink(link):
        os.unlink(link)
