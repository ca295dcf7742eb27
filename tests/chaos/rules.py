"""Does each of the 24 rules of docs/dispatch.md have a test that fails
without it?  In a copy of the tree each rule is taken out, one after the other,
by a change of text, and the test that is named must fail.

usage: rules.py SOURCE BUILDDIR [RULE ...]
"""

import os
import re
import shutil
import subprocess
import sys

LUA, SQL = "src/dispatch/lua", "sql/functions"

# rule, file, what stands there, what stands there instead, the test
RULES = (
    (1, f"{SQL}/job_land.sql",
     "WHERE id = p_job FOR NO KEY UPDATE;", "WHERE id = p_job;",
     "S test_landing_at_once"),
    (2, "src/core/landing.c",
     "if (look.outcome == LAND_NOT_RECORDED) {",
     "if (look.outcome <= LAND_NOT_RECORDED) {",
     "I test_landing_without_redis"),
    (3, f"{SQL}/job_fail.sql",
     "SET state = 'ready',", "SET state = 'ready', lease_id = NULL,",
     "S test_landing_after_expiry"),
    (4, f"{SQL}/job_claim.sql",
     "ELSIF j.lease_id = p_lease THEN", "ELSIF false THEN",
     "S test_claim_counts_once"),
    (4, f"{SQL}/job_claim.sql",
     'ELSIF j.lease_id COLLATE "C" > p_lease COLLATE "C" THEN',
     "ELSIF false THEN", "S test_claim_counts_once"),
    (4, f"{SQL}/job_claim.sql", "ELSIF NOT j.live OR NOT j.current THEN",
     "ELSIF false THEN", "S test_claim_refusals"),
    (5, "src/core/claim.c",
     "\t\t\tgive_back(c, a, &leased[i]->claim);\n", "",
     "I test_a_claim_that_fails_is_given_back"),
    (6, "sql/views/job_payload.sql",
     "JOIN package k ON k.id = j.package_id",
     "JOIN package k ON k.id = p.package_id",
     "I test_a_package_that_changes_judges_only_what_comes_after"),
    (7, f"{LUA}/forget.lua",
     "if not e or (e.lease or '') ~= ARGV[2] then", "if not e then",
     "R test_forget"),
    (7, f"{LUA}/offer.lua",
     "if call('EXISTS', KEYS[1]) == 1 then return 0 end", "",
     "R test_offer_twice"),
    (8, "src/core/sweep.c",
     "\tif (!turn->is_empty)\n\t\tTRY(look_at_young(",
     "\tif (false)\n\t\tTRY(look_at_young(",
     "I test_a_job_whose_offer_was_lost_is_offered"),
    (8, "src/core/sweep.c", "\t\tTRY(end_hung(c, a, s));\n",
     "\t\tif (false)\n\t\t\tTRY(end_hung(c, a, s));\n",
     "I test_a_hung_job_ends_although_its_runner_lives"),
    (9, f"{LUA}/sweep_begin.lua", "if gap then", "if false then",
     "R test_sweep_gap"),
    (10, f"{LUA}/restore.lua",
     "lease(job, runner, h, t, tonumber(ARGV[10]))", "enqueue(job, e, 0)",
     "R test_restore_absent"),
    (11, f"{LUA}/renew.lua", "elseif listed or acked then",
     "elseif true then", "R test_renew_acked"),
    (11, f"{LUA}/restore.lua", "if e and (ARGV[12] == 'absent' or",
     "if e and (false or", "R test_restore_behind"),
    (11, f"{LUA}/lease.lua", "call('HDEL', P .. 'held:' .. e.runner, job)",
     "", "R test_late_heartbeat"),
    (12, f"{LUA}/renew.lua", "flags < '2' and 0 or 4", "0",
     "R test_recall"),
    (12, "src/core/runner.c", "if (mine[i].listed == LISTED_GONE)",
     "if (false)", "I test_cancel_of_running_work_reaches_its_runner"),
    (13, f"{LUA}/claim.lua", "if nonce ~= '' and h.nonce == nonce",
     "if false and h.nonce == nonce", "R test_nonce"),
    (14, f"{LUA}/claim.lua", "not subs[e.sub] and", "",
     "R test_not_same_submission"),
    (14, f"{LUA}/claim.lua", "may_try(e, runner, t) and", "",
     "R test_not_again_to_same_runner"),
    (15, f"{SQL}/job_release.sql",
     "OR j.lease_id <> coalesce(p_lease, j.lease_id)", "",
     "S test_release_answers"),
    (16, f"{SQL}/job_fail.sql", "refunded := j.refunds < 10",
     "refunded := j.refunds < 20", "S test_refund_cap"),
    (17, f"{SQL}/job_judge.sql",
     "WHEN NOT j.live OR NOT j.current THEN",
     "WHEN j.state <> 'je' AND NOT j.live THEN", "S test_judge_error"),
    (18, f"{SQL}/job_land.sql",
     "IF j.rejudging_id IS NULL THEN\n\t\tPERFORM submission_take_results",
     "IF true THEN\n\t\tPERFORM submission_take_results",
     "I test_a_set_lands_beside_the_result"),
    (19, f"{SQL}/runner.sql", "UPDATE runner r SET state = 'revoked',",
     "UPDATE runner r SET is_named = false,",
     "I test_the_same_name_again_takes_its_place"),
    (20, "src/core/runner.c",
     "clamp(heartbeat_s, HEARTBEAT_MIN_S, HEARTBEAT_MAX_S)",
     "clamp(heartbeat_s, HEARTBEAT_MIN_S, HEARTBEAT_MAX_S * 2)",
     "I test_heartbeats_are_clamped"),
    (20, f"{LUA}/claim.lua",
     "if max > 0 and acked >= max then return false end", "",
     "R test_max_held"),
    (21, "src/core/submission.c",
     "TRY(gate_key(c, a, who, in, digest, &id));",
     "if (c == NULL)\n\t\tTRY(gate_key(c, a, who, in, digest, &id));\n"
     "\tid = NULL;",
     "I test_a_key_passes_the_gates_it_passed_before"),
    (22, f"{SQL}/submission_act.sql",
     "WHEN j.state = 'cancelled' THEN 'cancelled'",
     "WHEN false THEN 'cancelled'",
     "I test_cancel_of_running_work_reaches_its_runner"),
    (23, f"{LUA}/lease.lua", "math.min(t + ms, h.hard)", "t + ms",
     "R test_hard_deadline"),
    (24, "src/core/core.c", "if (c->needs_standby)", "if (c == NULL)",
     "I test_a_standby_that_is_needed"),
)
WHERE = {"I": "tests/integ", "S": "tests/sql", "R": "tests/redis"}


def copy(source, where):
    """The tree and a build of it; what a run before left is used again."""
    shutil.rmtree(f"{where}/src", ignore_errors=True)
    shutil.copytree(source, f"{where}/src", symlinks=True,
                    ignore=shutil.ignore_patterns(
                        ".git", "autom4te.cache", "__pycache__",
                        os.path.basename(os.path.dirname(where))))
    # What was built from a change of the last run is built anew.
    for file in {rule[1] for rule in RULES}:
        os.utime(f"{where}/src/{file}")
    os.makedirs(f"{where}/b", exist_ok=True)
    if not os.path.exists(f"{where}/b/Makefile"):
        subprocess.run(["../src/configure", "-q", "--enable-failpoints"],
                       cwd=f"{where}/b", check=True)


def file_of(source, test):
    letter, name = test.split()
    pattern = r"^\t+T\(%s\)" if letter != "I" else r"^def %s\("
    for file in sorted(os.listdir(f"{source}/{WHERE[letter]}")):
        path = f"{WHERE[letter]}/{file}"
        if file.startswith("test_"):
            with open(f"{source}/{path}", encoding="utf-8") as f:
                if re.search(pattern % name, f.read(), re.M):
                    return path
    raise KeyError(test)


def make(where, *targets):
    jobs = f"-j{os.cpu_count() or 1}"
    done = subprocess.run(["make", "-s", jobs, *targets], cwd=f"{where}/b",
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def fails(where, test):
    """Does the test fail (and not: it could not be run)?"""
    env = {**os.environ, "ASSIZE_SRCDIR": f"{where}/src",
           "ASSIZE_BUILDDIR": f"{where}/b", "PYTHON3": sys.executable}
    letter, name = test.split()
    path = file_of(f"{where}/src", test)
    if letter == "I":
        make(where)
        done = subprocess.run(
            [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p",
             "no:cacheprovider", "-k", name, f"{where}/src/{path}"],
            env=env, cwd=where, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        for kept in re.findall(r"^kept: (/\S+)$", said, re.M):
            shutil.rmtree(kept, ignore_errors=True)
        if not re.search(r"(\d+) (passed|failed)", said):
            print(said[-2000:], flush=True)
        return bool(re.search(rf"^FAILED .*::{name}\b", done.stdout, re.M))
    program = path[:-2]
    make(where, program)
    done = subprocess.run([f"./{program}"], env=env, cwd=f"{where}/b",
                          capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert re.search(rf"\[ +RUN +\] {name}\b", said), said[-3000:]
    return bool(re.search(rf"\[  FAILED  \] {name}\b", said)) or \
        not re.search(rf"\[       OK \] {name}\b", said)


def try_one(where, file, there, instead, test):
    path = f"{where}/src/{file}"
    with open(path, encoding="utf-8") as f:
        text = f.read()
    assert there in text, f"{file}: there is no {there!r}"
    try:
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(there, instead, 1))
        return fails(where, test)
    finally:
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


def main():
    source, builddir = (os.path.abspath(p) for p in sys.argv[1:3])
    wanted = [int(x) for x in sys.argv[3:]]
    where = f"{builddir}/rules"
    os.makedirs(where, exist_ok=True)
    copy(source, where)
    make(where)
    missed = 0
    for rule, file, there, instead, test in RULES:
        if wanted and rule not in wanted:
            continue
        failed = try_one(where, file, there, instead, test)
        missed += not failed
        print(f"rule {rule:2} without {there.strip()[:44]!r}: {test} "
              f"{'fails' if failed else 'DOES NOT FAIL'}", flush=True)
    if not wanted:
        assert {r[0] for r in RULES} == set(range(1, 25)), "a rule is left out"
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
