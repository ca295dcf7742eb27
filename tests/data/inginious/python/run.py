#!/usr/bin/env python3
import json

from inginious import feedback, input, rst
from inginious_container_api.run_student import run_student_simple

with open("student/answer.py", "w") as f:
    f.write(input.get_input("q1"))

out, err, status = run_student_simple("python3 student/check.py",
                                      time_limit=2)
if status == 253:
    feedback.set_global_result("timeout")
elif status != 0:
    feedback.set_global_result("failed")
    feedback.set_problem_feedback(rst.get_codeblock("text", err), "q1")
else:
    values = json.loads(out.splitlines()[-1])
    right = sum(v == w for v, w in zip(values, [1, 0, 100]))
    feedback.set_global_result("success" if right == 3 else "failed")
    feedback.set_grade(100 * right / 3)
    feedback.set_problem_feedback(
        "Your code is correct" if right == 3
        else "Your code is not correct", "q1")
    feedback.set_custom_value("right", right)
feedback.set_state(str(int(input.get_input("@state") or 0) + 1))
