"""A session of the student's own in a student box, where the runner's host
opens ports for it; elsewhere it is not available (251).  The submitter finds
host, port, user and password in the submission while it is open.  Nobody came
within two minutes, or the time is over: 253."""

from inginious_container_api.run_student import run_student


def ssh_student(setup_script=None, memory_limit=0, hard_time_limit=0,
                time_limit=0, container=None, run_as_root=False,
                teardown_script=None, share_network=True, working_dir=None,
                cmd=None):
    return run_student(setup_script or cmd or "", container, time_limit,
                       hard_time_limit, memory_limit, share_network,
                       working_dir, stdin=0, stdout=1, stderr=2, ssh=True,
                       run_as_root=run_as_root,
                       teardown_script=teardown_script or "")
