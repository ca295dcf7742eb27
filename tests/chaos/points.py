"""Each failpoint with what leads to it; the load alone leads to most."""

import threading

import kit
from wire import Caller


def load(place):
    """Students and runners come by."""


def flush(place):
    place.stack.redis.command("FLUSHALL")


def die(place):
    """Leases expire."""
    for runner in place.runners[:3]:
        runner.name = f"{runner.name.partition('.')[0]}.dead"
        runner.stop(8)


def quiet(call):
    def run():
        try:
            call()
        except (OSError, AssertionError, KeyError):
            pass
    threading.Thread(target=run, daemon=True).start()


def passing_runner(place, *steps):
    """A runner that comes, takes what there is, and does the steps."""
    def run():
        caller = Caller(place.proxy.path)
        secret = place.stack.secret("runner_registration_token")

        def register():
            got = caller.request("POST", "/runners/register", {
                "registration_token": secret, "name": "passing",
                "heartbeat_interval_sec": 1}).json
            caller.token = got["token"]
            return got["runner_id"]
        rid = register()
        caller.request("POST", f"/runners/{rid}/heartbeat",
                       {"active_job_ids": []})
        job = None
        for _ in range(50):
            answer = caller.request("GET", f"/runners/{rid}/next-job?wait=1")
            if answer.status == 200:
                job = answer.json
                break
        if job is None:
            return
        path = f"/runners/{rid}/jobs/{job['job_id']}"
        lease = job["lease_id"]
        if "progress" in steps:
            caller.request("PUT", f"{path}/progress", {
                "from": 0, "tests": kit.result("AC")["tests"][:1]},
                X_Assize_Lease=lease)
        if "abort" in steps:
            caller.request("PUT", f"{path}/abort", {"reason": "drain"},
                           X_Assize_Lease=lease)
        if "again" in steps:
            register()
        if "remove" in steps:
            caller.request("DELETE", f"/runners/{rid}")
    quiet(run)


def abort(place):
    passing_runner(place, "abort")


def progress(place):
    passing_runner(place, "progress", "abort")


def again(place):
    passing_runner(place, "again")


def remove(place):
    passing_runner(place, "remove")


POINTS = {
    "submit.before_row": load,
    "submit.before_offer": load,
    "submit.before_answer": load,
    "claim.before_row": load,
    "claim.before_answer": load,
    "handout.before_write": load,
    "heartbeat.before_renew": load,
    "heartbeat.before_settle": load,
    "heartbeat.before_answer": load,
    "progress.before_tests": progress,
    "complete.before_row": load,
    "complete.before_forget": load,
    "complete.before_answer": load,
    "abort.before_row": abort,
    "release.before_redis": abort,
    "release.before_answer": abort,
    "seen.before_redis": load,
    "register.before_release": again,
    "register.before_answer": again,
    "remove.before_redis": remove,
    "sweep.before_expire": load,
    "sweep.before_rows": die,
    "sweep.before_hung": load,
    "sweep.before_dirty": load,
    "sweep.before_audit": load,
    "sweep.before_entries": flush,
    "sweep.before_rebuilt": flush,
}
