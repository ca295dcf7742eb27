/*
 * Environments of scripts: what programs they find, which is the pool of the
 * problems that want it.  One YAML file each in environments_dir:
 *
 *	name: java		# of the pool; [a-z0-9_+.-]
 *	root: /srv/java		# its usr/ is /usr in boxes; absent: this host's
 *	limits: {memory_mb: 2048, processes: 200, disk_mb: 512}
 *
 * Where there is nothing else, "default" is this host's own /usr.
 */
#ifndef RUNNER_ENVIRONMENT_H
#define RUNNER_ENVIRONMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define ENVIRONMENT_DEFAULT "default"

struct environment {
	const char *name;
	const char *root;     /* absolute, or NULL */
	int64_t memory_bytes; /* most of a box; 0: as the package says */
	int64_t processes;    /* the same */
	int64_t disk_bytes;   /* most that is written, all boxes together */
};

struct environments {
	const struct environment *list;
	size_t n;
};

/*
 * Reads the directory; absent is empty.  ERR_IMPOSSIBLE with every fault
 * (file and line), also for a root without usr/bin/env, a name that another has,
 * and more than 32.
 */
struct err *environments_load(struct arena *, const char *dir,
    struct environments *ret) _must_check_;
/* NULL if there is none; "default" and NULL always find one. */
const struct environment *environment_find(const struct environments *,
    const char *name);

#endif
