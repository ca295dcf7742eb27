/*
 * For the tests: a second build of this directory, which is never installed,
 * has BOX_TEST_WALLS.  In it one wall at a time can be pulled down, to show
 * that what the wall stops would happen otherwise.  In the real build WALL is
 * always true, and the names are not even declared.
 */
#ifndef BOX_WALLS_H
#define BOX_WALLS_H

#include <stdbool.h>

#ifdef BOX_TEST_WALLS
enum box_wall {
	WALL_NONE = 0,
	WALL_SECCOMP = 1,
	WALL_FDS = 2,
	WALL_INIT = 4, /* of boxinit: not dumpable */
	WALL_EOF = 8,  /* of boxinit: ends with the supervisor */
	WALL_READONLY = 16,
	WALL_STDIN = 32,
	WALL_ROOT = 64,
	WALL_NET = 128,
	WALL_INODES = 256,
	WALL_COLLECT = 512,
	WALL_LIMITS = 1024,   /* of control groups and rlimits */
	WALL_WATCH = 2048,    /* the supervisor looks away */
	WALL_PRISTINE = 4096, /* of boxinit: stays whatever was left */
};
extern unsigned int box_walls_down;
#define WALL(w) ((box_walls_down & (w)) == 0)
#else
#define WALL(w) true
#endif

#endif
