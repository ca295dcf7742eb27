/*
 * The sandbox: runs one program that nobody trusts, and says what it did.
 *
 * A host is what a machine offers (control groups, bubblewrap, user ids); one
 * per process.  box_run makes a box, runs the program in it, waits until
 * everything in it is dead, and fills a record.  What the program does, down
 * to its worst, is in the record; a struct err says that *we* failed, and the
 * run may be repeated.
 *
 * Inside a box: / read-only, /usr (/bin, /lib, /lib64, /sbin link there) of
 * this machine read-only, a small made-up /etc, /proc, a minimal /dev, /tmp
 * and /dev/shm (one tmpfs, writable), read-only mounts that are asked for, and
 * /out, also called /app (a tmpfs too) if limits.out_bytes is set.  User and
 * group 1000, no network but an own loopback, no capability, no descriptor but
 * 0, 1, 2, no environment but the given one.
 *
 * All functions may be called by several threads at once.
 */
#ifndef BOX_BOX_H
#define BOX_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "box/record.h"

struct box_host;

struct box_options {
	const char *boxinit; /* NULL: the installed assize-boxinit */
	const char *bwrap;   /* NULL: /usr/bin/bwrap */
	/*
	 * As root only: boxes run as uid_first .. uid_first + uid_count - 1,
	 * each box as another one.  0: 200000, 256.  They own no file.
	 */
	uid_t uid_first;
	uint32_t uid_count;
	/*
	 * Directory (below the mounts of the control groups, as in
	 * /proc/self/cgroup) under which ours are made; NULL: our own group.
	 */
	const char *cgroup;
	size_t max_prepared; /* boxes that may wait; 0: 8 */
};

/*
 * ERR_UNAVAILABLE (internal text: what is missing, and the command that
 * mends it) if this machine cannot run boxes.  Boxes that a dead process of
 * ours left behind are killed and removed.
 */
struct err *box_host_open(struct arena *, const struct box_options *,
    struct box_host **ret_host) _must_check_;
/* No box_run may be going on.  Kills the boxes that wait.  NULL is fine. */
void box_host_close(struct box_host *);
/* The control groups' version, bwrap's, the policy's digest: a line. */
const char *box_host_profile(const struct box_host *);

struct box_check {
	const char *name; /* "bubblewrap" */
	bool ok;
	const char *why;  /* what was found */
	const char *mend; /* a command or a sentence; NULL if ok */
};
/* Looks at everything a box needs, ends with a run of /bin/true. */
struct err *box_host_doctor(struct arena *, const struct box_options *,
    const struct box_check **ret_checks, size_t *ret_n) _must_check_;

struct box_limits {           /* 0 means the number behind */
	int64_t cpu_ms;       /* 10000, of all processes together */
	int64_t wall_ms;      /* 2 * cpu_ms + 1000 */
	int64_t memory_bytes; /* 256 MiB, of all, with tmpfs; least 4 */
	int64_t processes;    /* 64, with threads */
	int64_t output_bytes; /* 8 MiB, standard output and error together */
	int64_t file_bytes;   /* 64 MiB, of one file */
	int64_t tmp_bytes;    /* 32 MiB, /tmp and /dev/shm together */
	int64_t tmp_inodes;   /* 2048 */
	int64_t out_bytes;    /* no /out */
	int64_t out_inodes;   /* 1024 */
	int64_t open_files;   /* 256 */
};

struct box_mount {
	const char *host; /* no link; what is in it must be readable by all */
	const char *dest; /* absolute; nothing below /usr /proc /dev /tmp */
};

enum box_sink_kind {
	BOX_SINK_NULL,   /* counted and thrown away */
	BOX_SINK_MEMORY, /* the first max_bytes are kept in the record */
	/*
	 * Everything is written to fd by us.  If that is a socket, it is shut
	 * down when the program has closed its end and goes on.
	 */
	BOX_SINK_FD,
	BOX_SINK_SAME, /* of err: where out goes, in order */
	/*
	 * Written to fd as fast as its reader reads; when there is none any
	 * more, the program's next write fails as it would without us.
	 */
	BOX_SINK_RELAY,
};

struct box_sink {
	enum box_sink_kind kind;
	int fd; /* the caller's; the program never sees it */
	size_t max_bytes;
};

/* Where what the program left in /out goes after its death. */
struct box_collect {
	int dir;           /* ours, open; nobody else writes there */
	size_t max_files;  /* directories count too */
	int64_t max_bytes; /* of all together */
};

/* A directory that boxes may write to (box_mount): more kills the box. */
struct box_disk {
	int dir;
	int64_t max_bytes;
	int64_t max_files;
};

/* Of hosts and resolv each, in bytes. */
#define BOX_ETC_MAX ((size_t)16 << 10)

/* By which an SSH server in the box knows the box's user, "student". */
struct box_login {
	const char *hash;  /* of the password, as crypt(3) has it */
	const char *shell; /* "/bin/sh" or "/bin/bash" */
};

struct box_spec {
	const char *owner; /* job id; see box_prepare.  Not NULL */
	const struct box_mount *mounts;
	size_t mounts_n;
	/* Bit i: mounts[i] may be written to, as far as modes let others. */
	uint32_t writable;
	const char *const *argv; /* argv[0] is an absolute path */
	const char *const *env;  /* NULL: PATH and HOME only */
	const char *cwd;         /* NULL: "/tmp" */
	/*
	 * -1: /dev/null.  Of a regular file a copy that cannot be written;
	 * pipes and sockets as they are.  Remains the caller's.
	 */
	int stdin_fd;
	struct box_sink out;
	struct box_sink err;
	struct box_limits limits;
	int fill; /* 0: /out is empty; n: it has copies of what is in fd n - 1 */
	const struct box_collect *collect; /* NULL: /out is forgotten */
	bool is_pooled;                    /* see box_pool */
	int cancel_fd; /* as soon as it is readable the box dies; -1: none */
	int core;      /* 0: any processor; n: number n - 1, for good */
	/*
	 * Each byte that comes from it is the number of a signal for the
	 * program and its group; end of file kills the box.
	 */
	bool has_signal_fd;
	int signal_fd;
	bool has_network; /* the host's; else an own loopback */
	bool is_sharing;  /* umask 0: what it writes is others' to change */
	const struct box_disk *disk; /* or NULL */
	const char *hosts;           /* more lines of /etc/hosts, or NULL */
	const char *resolv; /* NULL: with a network that of this machine */
	const char *root;   /* its usr/ is /usr; NULL: that of this machine */
	const struct box_login *login; /* NULL: nobody can log in */
	/*
	 * A run of the same owner, mounts and sizes may have its box after it,
	 * if nothing at all is left of it (src/box/pristine.h).
	 */
	bool may_stay;
};

/*
 * The record lives in the arena, which must have room for what the sinks
 * keep.  ERR_INTERNAL if the machinery failed; ERR_REQUEST for a spec that
 * cannot be run (relative path, missing mount source).
 */
struct err *box_run(struct box_host *, struct arena *, const struct box_spec *,
    struct box_record *ret_record) _must_check_;
/*
 * A hint, given before a run for the one after it: begins to build a box as
 * this spec needs it in the background.  A box_run with the same owner,
 * mounts and sizes of /tmp and /out takes one that is ready, else builds its
 * own; everything else may differ.
 */
void box_prepare(struct box_host *, const struct box_spec *);
/* Begins such boxes (is_pooled; owner: the pool) until n wait for a run. */
void box_pool(struct box_host *, const struct box_spec *, size_t n);
/* Does may_stay mean anything here?  Then few boxes are needed ahead. */
bool box_can_stay(const struct box_host *);
/* Kills the boxes that wait for this owner. */
void box_forget(struct box_host *, const char *owner);

#endif
