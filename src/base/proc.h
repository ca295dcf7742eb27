/*
 * Child processes: argument vectors, never a shell.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct proc_spec {
	const char *const *argv; /* argv[0] is looked up in PATH */
	const char *const *env;  /* NULL: ours */
	int dir;                 /* working directory fd, or -1 */
	int fd[3];               /* 0, 1, 2 of the child; -1: /dev/null */
};

/* Starts a child with only 0, 1, 2 open and all signals at default. */
struct err *proc_spawn(struct arena *, const struct proc_spec *, pid_t *ret_pid,
    int *ret_pidfd) _must_check_;

struct proc_output {
	int status; /* as of waitpid */
	char *out;  /* standard output and error, mixed */
	size_t n;
	bool cut;       /* more than max was written */
	bool timed_out; /* and killed */
};
/* Runs a child to its end, at most timeout_ms, keeping max bytes. */
struct err *proc_run(struct arena *, const char *const *argv, size_t max,
    int64_t timeout_ms, struct proc_output *ret_output) _must_check_;

/*
 * sd_notify(3) without the library: sends state to $NOTIFY_SOCKET.  Nothing
 * happens where there is none.
 */
void proc_notify(const char *state);
/*
 * Blocks the signals in the calling thread and those it makes, to be taken
 * with sigwait.
 */
void proc_block_signals(const int *signals, size_t n);

#endif
