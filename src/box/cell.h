/*
 * A cell: one box, from its birth to its removal.  Built, it waits for its
 * job; it runs one job and is freed.
 */
#ifndef BOX_CELL_H
#define BOX_CELL_H

#include <sys/types.h>

#include "box/box.h"
#include "box/cgroup.h"
#include "box/stage.h"

struct cell {
	struct arena *arena; /* its own: it may outlive the caller's */
	struct box_host *host;
	uid_t uid;
	bool has_uid;
	bool has_cg;
	struct cg_box cg;
	int ctl;       /* our end */
	int complaint; /* standard error of bubblewrap, to read */
	int out_dir;   /* /out, or -1 */
	pid_t pid;     /* bubblewrap */
	int pidfd;
	pid_t init_pid;
	int init_pidfd; /* boxinit, once ready: its death is all's */
	bool stays;     /* it waits for another job, as new */
};

/* Begins a box as the spec needs it; from here on it builds itself. */
struct err *cell_begin(struct box_host *, struct arena *,
    const struct box_spec *, struct cell **ret_cell) _must_check_;
/* Waits until it is ready for its job. */
struct err *cell_await(struct cell *, struct arena *) _must_check_;
/* Will cell_await find something at once?  Never blocks. */
bool cell_has_spoken(const struct cell *);
/* Kills everything in it; cell_free waits for that. */
void cell_kill(struct cell *);
/* Kills, waits, removes.  NULL is fine.  Returns what could not be removed. */
struct err *cell_free(struct arena *, struct cell *) _must_check_;

/* In bwrap.c: the stage of a cell, with bubblewrap's arguments. */
struct stage *cell_stage(struct arena *, const struct box_host *,
    const struct box_spec *, uid_t) _must_check_;

#endif
