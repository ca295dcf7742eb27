/*
 * A fuzz target is one function.  Linked with replay.c it runs over files
 * (make check); with clang -fsanitize=fuzzer it looks for new ones.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
