"""The rows of ./dev bench script: what a job costs beside its program."""

import statistics

from machine import Watch
from place import kit
from harness import Stack

JOBS = 10
SCRIPT = {
    "problem.yaml": "name: x\n",
    "assize.yaml": "template: script\nquiz: {problems: {q: {type: code}}}\n",
    "run": "#!/bin/sh\nfeedback-result success\n"}
STUDENT = {**SCRIPT, "run": "#!/bin/sh\nrun_student true\n"
           "feedback-result success\n"}
QUIZ = {
    "problem.yaml": "name: x\n",
    "assize.yaml": "template: quiz\nquiz: {problems: {q: {type: match, "
                   "answer: x}}}\n"}
# Messages that docutils has to convert, once.
RST = {
    "problem.yaml": "name: x\n",
    "assize.yaml": "template: quiz\nquiz: {text_format: rst, problems: {q: "
                   "{type: multiple_choice, choices: [{text: x, valid: true, "
                   "feedback: '**Good**: `x <https://a.example>`_'}]}}}\n"}
# From the claim to the landing, as the server saw them.
TOOK = ("SELECT extract(epoch FROM r.landed_at - h.at) * 1000"
        "  FROM result r JOIN job_history h ON h.job_id = r.job_id"
        "  JOIN submission s ON s.id = r.submission_id"
        "  JOIN problem p ON p.id = s.problem_id"
        " WHERE h.event = 'claimed' AND p.slug = '%s' ORDER BY r.landed_at")


def grade(client, problem, answer):
    made = client.post("/submissions", {
        "course": kit.COURSE, "problem": problem, "input": {"q": answer}})
    doc = made.data
    while doc["status"] in ("waiting", "running"):
        doc = client.get(f"/submissions/{doc['id']}?wait=20").data
    assert doc["result"] == "success", doc


class Jobs:
    """Jobs one after the other on a runner that has the package."""

    def __init__(self, name, what, bar, files, answer="x"):
        self.name, self.what, self.bar, self.files = name, what, bar, files
        self.answer = answer

    def rows(self, stack, rounds):
        admin = stack.client("root", admin=True)
        alice = stack.client("alice")
        kit.make_problem(admin, kit.COURSE, self.name,
                         zip_bytes=kit.make_zip(self.files))
        for _ in range(1 + rounds * JOBS):
            grade(alice, self.name, self.answer)
        took = [float(x) for x in stack.psql(TOOK % self.name).split()][1:]
        raw = [{"ms": round(statistics.median(took[i:i + JOBS]), 1)}
               for i in range(0, len(took), JOBS)]
        yield (self.name, self.what, self.bar,
               statistics.median(r["ms"] for r in raw), raw)


ROWS = [
    Jobs("quiz", "a quiz, from the claim to the landing, in ms", 10, QUIZ),
    Jobs("rst", "a quiz with messages in rst, in ms", 10, RST, "0"),
    Jobs("script", "a script that says how it went, in ms", 100, SCRIPT),
    Jobs("student", "the same with a student box, in ms", 150, STUDENT),
]


def measure(kind, args):
    watch = Watch()
    stack = Stack.temporary(args.build)
    try:
        stack.start(workers=1)
        stack.start_runner()
        stack.wait_runner()
        kit.make_course(stack)
        rows = list(kind.rows(stack, args.rounds))
    finally:
        stack.stop_runner()
        stack.stop()
        stack.remove()
    seen = watch.done()
    return [{"name": name, "what": what, "bar": bar, "value": round(value, 3),
             "is_met": value <= bar, "raw": raw, **seen}
            for name, what, bar, value, raw in rows]
