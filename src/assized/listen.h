/*
 * The listening socket: from systemd, or our own.
 */
#ifndef ASSIZED_LISTEN_H
#define ASSIZED_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct listener {
	int fd;
	bool is_ours; /* made here, at path */
	const char *path;
	ino_t inode; /* of the path, when it was made */
};

/*
 * path NULL: standard input if it is a listening socket, else the
 * first descriptor of $LISTEN_FDS.  Otherwise a unix socket of our own, made
 * beside the path with mode 0660 and then renamed over it, so that nobody
 * sees it half made.
 */
struct err *listen_open(struct arena *, const char *path,
    struct listener *ret_listener) _must_check_;
/*
 * Takes our own socket out of the file system, unless another process has
 * put its own there meanwhile; clients that already wait stay in its queue.
 */
void listen_unlink(const struct listener *);

#endif
