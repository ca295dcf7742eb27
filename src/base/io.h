/*
 * Files and descriptors.  Everything is close-on-exec from birth; functions
 * without struct err mirror libc: -1 and errno.
 */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* For _cleanup_: closes unless it is -1. */
void io_closep(int *);
/* Hands a descriptor on: returns it and leaves -1. */
int io_take_fd(int *);

/* All of it or -1; through EINTR and short writes. */
int io_write_all(int fd, const void *, size_t);
/* Up to n bytes, until end of file; -1 on error. */
ssize_t io_read_all(int fd, void *, size_t n);

/*
 * The whole file (path relative to dir, AT_FDCWD for the current one), at
 * most max bytes: ERR_TOO_LARGE beyond it, ERR_NOT_FOUND if absent, else
 * ERR_INTERNAL.  NUL-terminated.  Below a directory of the caller's a symlink in
 * the last part is not followed.
 */
struct err *io_read_file(struct arena *, int dir, const char *path, size_t max,
    char **ret_p, size_t *ret_n) _must_check_;
/* Written beside it, synced, renamed over it. */
struct err *io_write_file(struct arena *, int dir, const char *path,
    const void *, size_t, mode_t) _must_check_;
/*
 * A plain file as another one, with this mode whatever the umask says; not
 * synced.  What stands there before is emptied.
 */
struct err *io_copy_file(struct arena *, int from_dir, const char *from,
    int to_dir, const char *to, mode_t) _must_check_;
/* mkdir -p. */
struct err *io_mkdir_all(struct arena *, int dir, const char *path,
    mode_t) _must_check_;
/*
 * rm -r, never following a symlink out and never crossing into another file
 * system; absent is fine.  -1 and errno if something could not be removed.
 */
int io_remove_all(int dir, const char *path);
/* A name that may stand alone in a directory: not "", ".", "..", no '/'. */
bool io_is_plain_name(const char *) _must_check_;
/*
 * A relative path that stays below where it starts: parts of
 * [^/\0 controls], none empty, "." or "..", at most 255 bytes a part, 1024
 * in all, depth at most 16.
 */
bool io_is_safe_path(const char *) _must_check_;

#endif
