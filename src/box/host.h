/*
 * The host: what all boxes of this process share.
 */
#ifndef BOX_HOST_H
#define BOX_HOST_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "box/box.h"
#include "box/cgroup.h"
#include "box/policy.h"

struct lookahead;

struct box_host {
	struct arena *arena;
	const char *boxinit;
	const char *bwrap;
	const char *profile;
	bool is_root;
	uid_t uid_first;
	uint32_t uid_count;
	struct policy policy;
	struct cg_host cg;
	struct lookahead *lookahead;
	struct lookahead *pool;

	pthread_mutex_t lock; /* of what follows */
	bool *uid_taken;      /* uid_count of them */
	uint32_t uid_next;
	uint64_t next_nr;
};

/* The limits with the defaults filled in. */
struct box_limits box_limits_filled(const struct box_limits *);

/* The options with the defaults filled in. */
const char *box_boxinit_path(const struct box_options *);
const char *box_bwrap_path(const struct box_options *);
/* ERR_UNAVAILABLE if it is absent or older than what we need. */
struct err *box_bwrap_version(struct arena *, const char *path,
    const char **ret_version) _must_check_;

#endif
