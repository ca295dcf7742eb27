"""What must be true at the end, from what clients were told and from what
Postgres and Redis say.  Nothing here asks a guard whether it guarded."""

from load import expected

LIMIT = 10


def rows(stack, sql):
    text = stack.psql(sql)
    return [line.split("\t") for line in text.split("\n")] if text else []


def submissions(place):
    return {r[0]: r[1:] for r in rows(place.stack, """
        SELECT s.id, s.status, coalesce(s.verdict, ''),
            coalesce(s.time_ms, -1), encode(s.source, 'hex'), s.key
          FROM submission s""")}


def accepted_are_there(place, found):
    """Invariant 1, and the Idempotency-Keys."""
    ledger = place.ledger
    for key, sid in ledger.accepted.items():
        if sid not in found:
            yield f"{sid} was accepted and is lost"
        elif found[sid][4] != key:
            yield f"{sid} has the key {found[sid][4]}, not {key}"
    if len(set(ledger.accepted.values())) != len(ledger.accepted):
        yield "two keys, one submission"
    for key, n in rows(place.stack, "SELECT key, count(*) FROM submission "
                       "GROUP BY user_id, key HAVING count(*) > 1"):
        yield f"key {key} made {n} submissions"


def verdicts_are_right(place, found):
    wanted = place.ledger.wanted
    for sid, (status, verdict, ms, source, _) in found.items():
        if status != "done":
            continue
        want = wanted.get(sid)
        if want is not None:
            if verdict != want:
                yield f"{sid}: {verdict}, its program deserves {want}"
        elif (verdict, int(ms)) != expected(source):
            yield f"{sid}: {verdict} {ms} ms, right is {expected(source)}"


def errors_are_honest(place):
    """JE only after three charged claims that ended without a result."""
    for job, charged, ended in rows(place.stack, """
        SELECT j.id, j.charged, (SELECT count(*) FROM job_history h
            WHERE h.job_id = j.id AND h.event IN ('released', 'je'))
          FROM job j WHERE j.state = 'je'"""):
        if int(charged) < 3 or int(ended) < 3:
            yield f"{job} is JE after {charged} charges, {ended} ends"


def landed_once(place):
    """Counted from the history, not from the guard."""
    for job, n in rows(place.stack, """
        SELECT job_id, count(*) FROM job_history WHERE event = 'landed'
         GROUP BY job_id HAVING count(*) > 1"""):
        yield f"{job} landed {n} times"
    for job, n in rows(place.stack, """
        SELECT job_id, count(*) FROM result GROUP BY job_id
        HAVING count(*) > 1"""):
        yield f"{job} has {n} results"
    for sid, n in rows(place.stack, """
        SELECT j.submission_id, count(*) FROM job j
          JOIN job_history h ON h.job_id = j.id AND h.event = 'landed'
         WHERE j.rejudging_id IS NULL AND j.state <> 'superseded'
         GROUP BY j.submission_id HAVING count(*) > 1"""):
        yield f"{sid} has {n} verdicts"


def promises_kept(place):
    """A 204 says that the result of this very lease is in Postgres."""
    history = {(job, lease) for job, lease in rows(
        place.stack, "SELECT job_id, lease_id FROM job_history "
        "WHERE event = 'landed'")}
    for job, lease, _ in place.ledger.landed:
        if (job, lease) not in history:
            yield f"{job}: 204 for {lease}, which has not landed"
    claimed = {(job, lease) for job, lease in rows(
        place.stack, "SELECT job_id, lease_id FROM job_history "
        "WHERE event = 'claimed'")}
    for job, lease in history - claimed:
        yield f"{job}: {lease} landed and was never claimed"


def views_are_empty(place):
    views = rows(place.stack, "SELECT viewname FROM pg_views "
                 "WHERE viewname LIKE 'inv\\_%'")
    if not views:
        yield "there are no inv_ views"
    for (view,) in views:
        for row in rows(place.stack, f"SELECT * FROM {view} LIMIT {LIMIT}"):
            yield f"{view}: {' '.join(row)}"


def redis_agrees(place):
    """Invariant 4, when all is quiet."""
    prefix = b"{assize}:job:"
    entries = {k[len(prefix):].decode()
               for k in place.stack.redis.command("KEYS", prefix + b"*")}
    live = {r[0] for r in rows(place.stack,
                               "SELECT id FROM job WHERE live")}
    for job in live - entries:
        yield f"{job} waits and Redis has no entry"
    for job in entries - live:
        yield f"{job} has ended and Redis has an entry"


def audit_is_clean(place):
    """As operators ask for it."""
    stack = place.stack
    done = stack.call([f"{stack.bin}/assized", "--audit", "-c",
                       f"{stack.conf}/assized.conf"], check=False,
                      CREDENTIALS_DIRECTORY=stack.credentials)
    if done.returncode != 0:
        yield f"assized --audit: {(done.stdout + done.stderr)[:500]!r}"


def all_faults(place):
    """Everything that is wrong; an empty list is what we want."""
    found = submissions(place)
    faults = list(place.ledger.faults)
    for check in (accepted_are_there, verdicts_are_right):
        faults += list(check(place, found))
    for check in (errors_are_honest, landed_once, promises_kept,
                  views_are_empty, redis_agrees, audit_is_clean):
        faults += list(check(place))
    return faults


def summary(place):
    found = submissions(place)
    n = {}
    for status, *_ in found.values():
        n[status] = n.get(status, 0) + 1
    claims = rows(place.stack, "SELECT count(*) FROM job_history "
                  "WHERE event = 'claimed'")[0][0]
    aside = rows(place.stack, "SELECT count(*) FROM runner "
                 "WHERE state = 'set_aside'")[0][0]
    return {"submissions": len(found), "claims": int(claims),
            "runners set aside": int(aside), **n}
