/*
 * What the tests of the sandbox share: a host, a directory with prey that no
 * box may reach, and the check that nothing is left behind.
 */
#ifndef TESTS_BOX_BOXTEST_H
#define TESTS_BOX_BOXTEST_H

#include "tests/unit/unit.h"
#include "box/box.h"

#define MIB ((int64_t)1 << 20)
/* User ids of the boxes of one test program. */
#define BOXTEST_UIDS 64

/* Controls without a box, see probes.def; as root, what a kernel lacks. */
#define WALL_PLAIN (1u << 29)
/* The answer is mounted, too. */
#define WALL_PREY (1u << 28)
#define WALL_USER (1u << 31)

struct boxtest {
	struct arena *arena; /* reset before each test */
	struct arena *own;
	struct box_host *host;
	const char *attack; /* the program that tries */
	const char *dir;    /* ours, mode 0777 below */
	const char *answer; /* a readable file that no box has */
	const char *data;   /* a directory, mounted at /data and /data2 */
	const char *input;  /* a file for standard input */
	int segment;        /* of System V shared memory */
	int listener;
	int abstract;
	int leaked; /* open without close-on-exec */
	const char *port;
	const char *name; /* of the abstract socket */
	uid_t uid_first;  /* of the boxes of this program */
	int descriptors;  /* open after the set-up */
	int mounts;
	int64_t memory;  /* of all boxes, before the test */
	int64_t work_ms; /* CPU of a small piece of work, at first */
};

/* By how much a slow machine stretches times: ASSIZE_SLOW, else 1. */
int64_t boxtest_slow(void);
/* Options for a host of this test program: user ids of its own. */
struct box_options boxtest_options(struct boxtest *, const char *boxinit);
/* Group fixtures; the program has set ASSIZE_BUILDDIR or runs in it. */
int boxtest_open(void **state);
int boxtest_close(void **state);
/* Test fixtures: the teardown fails if anything is left. */
int boxtest_begin(void **state);
int boxtest_end(void **state);

/* A spec that runs attack with these words, keeping its output. */
struct box_spec boxtest_spec(struct boxtest *, const char *const *words);
/* Runs it and returns the record; an error of ours fails the test. */
struct box_record boxtest_run(struct boxtest *, const struct box_spec *);
#define LIMITS(...) (&(const struct box_limits) { __VA_ARGS__ })
#define RUN(t, limits, ...)              \
	boxtest_run_words((t), (limits), \
	    (const char *const[]) { __VA_ARGS__, NULL })
struct box_record boxtest_run_words(struct boxtest *, const struct box_limits *,
    const char *const *words);
/* Fails, with the whole record, unless it ended so. */
void boxtest_expect(const struct box_record *, enum box_cause);
/* Runs it beside a box that sleeps for a second: does that one go on? */
bool boxtest_survives(struct boxtest *, const char *const *words);
/* Runs a probe: "ALLOWED" or "blocked: why". */
const char *boxtest_probe(struct boxtest *, const char *name, bool has_prey);
/* Runs a script of scripts.def: all that it printed. */
const char *boxtest_script(struct boxtest *, const char *script, bool has_prey);
/* Processes with a user id of our boxes. */
int boxtest_processes(struct boxtest *);
/* Sends it to each of them. */
void boxtest_signal(struct boxtest *, int signal);
/* Waits until there are some, or none; reaps what became ours. */
void boxtest_wait(struct boxtest *, bool some);
/* Directories "assize-*" in the control groups that are ours. */
int boxtest_groups(struct boxtest *);
/* Objects of System V IPC with a user id of our boxes. */
int boxtest_ipc(struct boxtest *);
/* Bytes that belong to boxes, dead ones too, and cannot be given back. */
int64_t boxtest_memory(struct boxtest *);
/* Does a program now take the CPU that it took at first? */
void boxtest_expect_same_work(struct boxtest *, const char *after);

#endif
