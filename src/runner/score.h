/*
 * Scores that a package's validators leave: score.txt, score_multiplier.txt.
 */
#ifndef RUNNER_SCORE_H
#define RUNNER_SCORE_H

#include "runner/pipeline.h"
#include "runner/validate.h"

/*
 * What the validator of test i left, as a part of what the test is worth; or
 * (j->fault) what it did that the format forbids.  Of problems of the type
 * scoring; j says whether it accepted.
 */
void score_take(struct grading *, size_t i, struct judgement *j);

#endif
