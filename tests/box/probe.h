/*
 * What attack.c's files share.
 */
#ifndef TESTS_BOX_PROBE_H
#define TESTS_BOX_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* What the test put outside of the box, to be found. */
struct prey {
	const char *answer;   /* path of a readable file */
	int port;             /* a TCP listener on the loopback */
	const char *abstract; /* name of an abstract unix listener */
};

/* true: it succeeded, which it must not. */
typedef bool probe_fn(const struct prey *);

#define X(name, walls, lack, why) probe_fn probe_##name;
#include "tests/box/probes.def"
#undef X

/* In burden.c: programs that use up time, memory, processes, files. */
int burden(int argc, char **argv);

/* In burden_kernel.c: 0 if the kernel keeps so many MiB for it. */
int burden_pipes(int64_t mib, int64_t m);
int burden_unix(int64_t mib, int64_t m);
int burden_tcp(int64_t mib, int64_t m);

#endif
