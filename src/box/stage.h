/*
 * The stage: what happens in the new process between our fork and the exec of
 * bubblewrap.  It makes, in a mount namespace of its own, the things that
 * bubblewrap 0.8 cannot make (tmpfs with a limit of inodes, a descriptor of
 * /out, files from directories that only we may enter), gives up root, and
 * becomes bubblewrap.
 */
#ifndef BOX_STAGE_H
#define BOX_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

/* Where the stage puts things; bubblewrap's arguments name these. */
#define STAGE_DIR "/tmp"
#define STAGE_INIT STAGE_DIR "/init"
#define STAGE_ETC STAGE_DIR "/etc"
#define STAGE_USR STAGE_DIR "/usr"
#define STAGE_RW STAGE_DIR "/rw"
#define STAGE_RW_TMP STAGE_RW "/tmp"
#define STAGE_RW_SHM STAGE_RW "/shm"
#define STAGE_OUT STAGE_DIR "/out"

#define STAGE_DOORS_MAX 3

struct stage_mount {
	const char *host;
	const char *at; /* below STAGE_DIR */
	bool may_link;  /* host may be a symlink: nobody in a box makes it */
};

struct stage {
	bool is_root; /* else a user namespace is needed */
	uid_t uid;    /* to become, or to remain */
	gid_t gid;
	const char *uid_map; /* not root: the line to write */
	const char *gid_map;
	const char *rw_options;  /* of the tmpfs with /tmp and /dev/shm */
	const char *out_options; /* of the tmpfs of /out, or NULL */
	const char *passwd;      /* all of /etc/passwd */
	const char *hosts;       /* more of /etc/hosts */
	const char *resolv;      /* /etc/resolv.conf, or NULL */
	const struct stage_mount *mounts;
	size_t mounts_n; /* at most STAGE_MOUNTS_MAX */
	const char *bwrap;
	char *const *argv;
	int doors[STAGE_DOORS_MAX]; /* of control groups, to write "0" into */
	size_t doors_n;
	int ctl;       /* the box's end of the control socket */
	int complaint; /* standard error of bubblewrap */
};

#define STAGE_MOUNTS_MAX 32

/*
 * In a fresh child of a program that may have threads: only system calls.
 * Waits for GO first.
 */
_noreturn_ void stage_enter(const struct stage *);

#endif
