/*
 * Control groups: what counts and limits a box.  One table for version 1 and
 * one for version 2 (cgroup_table.c); everything else is common.
 *
 *	base		where we are allowed to make groups
 *	base/assize-X	ours: one per host, locked while we live
 *	base/assize-X/N	one per box
 *
 * In version 1 that is three directories each: memory, pids, cpuacct.
 */
#ifndef BOX_CGROUP_H
#define BOX_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum cg_controller { CG_MEMORY, CG_PIDS, CG_CPU, CG__MAX };

struct cg_counter {
	enum cg_controller where;
	const char *file;
	const char *key; /* "key number" lines; NULL: a number alone */
	int64_t divide;
};

enum cg_value { CG_V_MEMORY, CG_V_PIDS, CG_V_TCP, CG_V_ZERO, CG_V_ONE };

struct cg_limit {
	enum cg_controller where;
	const char *file;
	enum cg_value value;
	bool is_optional; /* absent on some kernels (no swap) */
};

struct cg_table {
	const char *name;          /* "cgroup v1" */
	size_t dirs;               /* 1 or CG__MAX */
	const char *const *mounts; /* of each directory */
	struct cg_counter cpu_us;
	struct cg_counter peak_bytes;
	bool can_forget_peak; /* writing 0 makes it what is in use now */
	struct cg_counter oom_kills;
	struct cg_counter forks_refused;
	struct cg_limit limits[4];
	size_t limits_n;
	bool can_start_inside; /* CLONE_INTO_CGROUP */
};

extern const struct cg_table cg_table_v1;
extern const struct cg_table cg_table_v2;

struct cg_host {
	const struct cg_table *table;
	char name[32];     /* "assize-X" */
	int base[CG__MAX]; /* directory descriptors */
	int dir[CG__MAX];
};

struct cg_box {
	const struct cg_host *host;
	char name[24];
	int dir[CG__MAX];
};

/*
 * Finds the version, makes our group below the base (NULL: our own group),
 * kills and removes what dead hosts left beside it.  ERR_UNAVAILABLE with the
 * command that mends it where that is not allowed.
 */
struct err *cg_host_open(struct arena *, const char *base,
    struct cg_host *ret_host) _must_check_;
void cg_host_close(struct cg_host *);

struct err *cg_box_make(const struct cg_host *, struct arena *, uint64_t nr,
    struct cg_box *ret_box) _must_check_;
/*
 * Where a child cannot be started inside: descriptors, the caller's, into
 * which the child writes "0" to move itself.  A thread that moves itself needs
 * no lock of the kernel's that waits for all processors; for who moves
 * another process that is 10 ms and more.
 */
struct err *cg_box_doors(const struct cg_box *, struct arena *,
    int doors[CG__MAX], size_t *ret_n) _must_check_;
/* The directory for CLONE_INTO_CGROUP, or -1. */
int cg_box_start_fd(const struct cg_box *);
struct err *cg_box_limit(const struct cg_box *, struct arena *, int64_t memory,
    int64_t pids) _must_check_;
/* The peak begins anew; only where can_forget_peak. */
struct err *cg_box_forget_peak(const struct cg_box *,
    struct arena *) _must_check_;
/* A counter; -1 if it cannot be read. */
int64_t cg_box_read(const struct cg_box *, const struct cg_counter *);
/* The first processes in it, at most n; how many. */
size_t cg_box_pids(const struct cg_box *, pid_t *, size_t n);
/* Kills all in it, waits until they are gone, removes it. */
struct err *cg_box_remove(struct cg_box *, struct arena *) _must_check_;
void cg_box_kill(const struct cg_box *);

/* In cgroup_base.c: which table, and directories for the base. */
struct err *cg_find_base(struct arena *, const char *base,
    struct cg_host *host) _must_check_;
/* Kills and removes the groups "assize-*" that no living host has locked. */
void cg_recover(const struct cg_host *);
/* Kills what is in the group at dir/name, and removes it: 0 or -1, errno. */
int cg_clear(int dir, const char *name, int64_t timeout_ms);
/* Writes a file of a group: 0, or -1 and errno. */
int cg_write(int dir, const char *file, const char *text);
/* The content of a file of a group, NUL-terminated; -1 and errno. */
ssize_t cg_read(int dir, const char *file, char *p, size_t n);

#endif
