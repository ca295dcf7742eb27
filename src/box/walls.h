/*
 * For the tests: a second build of this directory, which is never installed,
 * has BOX_TEST_WALLS.  In it walls can be pulled down, to show that what they
 * stop would happen otherwise.  In the real build WALL is always true, and the
 * names are not even declared.
 */
#ifndef BOX_WALLS_H
#define BOX_WALLS_H

#include <stdbool.h>

#ifdef BOX_TEST_WALLS
enum box_wall {
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
	WALL_LIMITS = 1024,    /* of control groups and rlimits */
	WALL_WATCH = 2048,     /* the supervisor looks away */
	WALL_PRISTINE = 4096,  /* of boxinit: stays whatever was left */
	WALL_CAPS = 8192,      /* the box has all capabilities */
	WALL_USERS = 1 << 14,  /* no user namespace: ids are the machine's */
	WALL_NESTED = 1 << 15, /* user namespaces may be made inside */
	WALL_PIDS = 1 << 16,   /* the machine's processes, and its /proc */
	WALL_IPC = 1 << 17,
	WALL_DEV = 1 << 18,    /* the machine's /dev */
	WALL_ENV = 1 << 19,    /* bubblewrap and boxinit have ours */
	WALL_KILL = 1 << 20,   /* the supervisor asks with SIGTERM */
	WALL_GROUP = 1 << 21,  /* what is left in the control group lives */
	WALL_RACE = 1 << 22,   /* what is collected is looked at by its name */
	WALL_UIDS = 1 << 23,   /* all boxes have one user */
	WALL_MOUNTS = 1 << 24, /* the machine's directories are mounted */
	WALL_USR = 1 << 25,    /* /usr can be written to: a copy of it */
};
/* What a call that needs a right over the box's own namespaces meets. */
#define WALLS_SYSTEM (WALL_SECCOMP | WALL_CAPS | WALL_NESTED)
/* What keeps a box from being root of the machine. */
#define WALLS_ROOT (WALL_ROOT | WALL_USERS | WALL_CAPS)
extern unsigned int box_walls_down;
#define WALL(w) ((box_walls_down & (w)) == 0)
#else
#define WALL(w) true
#endif

#endif
