/*
 * How much stands in a directory that boxes write to.
 */
#ifndef BOX_DISK_H
#define BOX_DISK_H

#include "box/box.h"

/* More bytes or names than may be; what cannot be looked at counts as one. */
bool disk_is_over(const struct box_disk *) _must_check_;

#endif
