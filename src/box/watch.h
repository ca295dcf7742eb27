/*
 * Watching: gives a cell its job, and looks after it until it is dead.
 */
#ifndef BOX_WATCH_H
#define BOX_WATCH_H

#include "box/cell.h"

/* Fills the record but for the files of /out.  The cell is dead afterwards. */
struct err *watch_run(struct cell *, struct arena *, const struct box_spec *,
    struct box_record *ret_record) _must_check_;

/* In job.c: sends the job with these standard descriptors. */
/* May the box serve another run, if this one leaves nothing? */
bool job_may_stay(const struct cell *, const struct box_spec *);
struct err *job_send(struct cell *, struct arena *, const struct box_spec *,
    const int fds[3]) _must_check_;
/* What the program gets as standard input; -1 is /dev/null. */
struct err *job_stdin(struct arena *, int fd, int *ret_fd) _must_check_;

/* In collect.c: copies /out of a dead cell. */
struct err *collect_out(struct cell *, struct arena *,
    const struct box_collect *, struct box_record *) _must_check_;

/* In fill.c: what /out has before the program starts. */
struct err *fill_out(struct cell *, struct arena *, int fill) _must_check_;

#endif
