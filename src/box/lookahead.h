/*
 * Look-ahead: boxes that build themselves while others run.
 */
#ifndef BOX_LOOKAHEAD_H
#define BOX_LOOKAHEAD_H

#include "box/cell.h"

struct lookahead;

/*
 * At most max wait.  makes_room: for a new one the one that waits longest for
 * another use goes; else there is no new one.
 */
struct lookahead *lookahead_open(struct box_host *, size_t max,
    bool makes_room);
/* Kills the boxes that wait. */
void lookahead_close(struct lookahead *);
void lookahead_want(struct lookahead *, const struct box_spec *);
/* How many that would serve it are there or being built. */
size_t lookahead_count(struct lookahead *, const struct box_spec *);
/* A box that is ready and fits the spec, or NULL. */
struct cell *lookahead_take(struct lookahead *, const struct box_spec *);
/* One that stays, ours from now on; the next that fits takes it. */
void lookahead_give(struct lookahead *, const struct box_spec *, struct cell *);
void lookahead_forget(struct lookahead *, const char *owner);

#endif
