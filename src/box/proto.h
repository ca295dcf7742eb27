/*
 * What the supervisor and the processes of a box say to each other, over a
 * SOCK_SEQPACKET pair whose other end is descriptor BOX_CTL_FD in the box.
 * Both ends are of one build, so that the shapes are those of the compiler.
 *
 *	supervisor	box
 *	GO		(stage waits for it: the supervisor lives)
 *			OUT with the directory of /out (stage)
 *			FAIL with a text (stage, boxinit)
 *			READY (boxinit; its credentials say its pid)
 *	JOB with three descriptors, then the filter and the strings
 *	SIGNAL, any number of times
 *			DONE or NOT_STARTED (boxinit, then it ends), or
 *			STAYS (and another JOB may come)
 *
 * End of file at the box's end means that the supervisor is dead: boxinit
 * ends, and with it everything in the box.
 */
#ifndef BOX_PROTO_H
#define BOX_PROTO_H

#include <stdint.h>

#define BOX_CTL_FD 3
#define BOX_MSG_MAX ((size_t)160 * 1024)
#define BOX_STRINGS_MAX ((size_t)96 * 1024) /* argv, env, cwd with NULs */
#define BOX_ARGS_MAX 1024
#define BOX_ENV_MAX 256
#define BOX_FAIL_MAX 256
#define BOX_LIMITS 8

enum box_msg_kind {
	BOX_MSG_GO = 0x626f7801,
	BOX_MSG_OUT,
	BOX_MSG_FAIL,
	BOX_MSG_READY,
	BOX_MSG_JOB,
	BOX_MSG_DONE,
	BOX_MSG_NOT_STARTED,
	BOX_MSG_SIGNAL,
	BOX_MSG_STAYS,
};

/* All but JOB: just this, and of FAIL a text behind it. */
struct box_msg {
	uint32_t kind;
	/* DONE, STAYS: wait status; NOT_STARTED, FAIL: errno; SIGNAL: its number */
	int32_t value;
};

struct box_msg_limit {
	int32_t resource;
	uint32_t unused;
	uint64_t soft;
	uint64_t hard;
};

/*
 * Behind it: filter_n instructions, then argc + envc + 1 strings, each with
 * its NUL: the arguments, the environment, the working directory.
 */
struct box_msg_job {
	uint32_t kind;
	uint32_t argc;
	uint32_t envc;
	uint32_t filter_n;
	uint32_t strings_n; /* bytes */
	uint32_t limits_n;
	uint32_t mask;     /* umask */
	uint32_t may_stay; /* if nothing is left of it: STAYS, and the next */
	struct box_msg_limit limits[BOX_LIMITS];
};

#endif
