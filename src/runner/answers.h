/*
 * What is submitted in place of a program: the outputs for the tests, each a
 * file (problems of the type submit-answer).
 */
#ifndef RUNNER_ANSWERS_H
#define RUNNER_ANSWERS_H

#include "runner/pipeline.h"

/*
 * The file for test i: of those whose path, without .out, .ans or .txt at its
 * end, is the end of the test's path ("1.out" and "a/1.ans" of "secret/a/1"),
 * the one with the longest path.  Of a sample it must begin with "sample/".
 * Where there is only one secret test and one file, that.  NULL: there is none.
 */
const struct zip_file *answers_find(const struct grading_job *, size_t i);

#endif
