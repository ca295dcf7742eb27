/*
 * Bytes between two stream sockets, both ways, until one of them ends.
 */
#ifndef RUNNER_CARRY_H
#define RUNNER_CARRY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define CARRY_BYTES 16384

struct carry {
	int fd[2]; /* -1: not in use */
	/* What came from fd[i] and the other one did not take yet. */
	struct {
		char *p; /* CARRY_BYTES */
		size_t at;
		size_t n;
		bool is_ended;
	} from[2];
};

void carry_init(struct carry *);
/* Both become the carry's. */
void carry_begin(struct carry *, struct arena *, int fd, int other);
bool carry_is_used(const struct carry *) _must_check_;
/* What to wait for, in two places. */
void carry_poll(const struct carry *, struct pollfd ret_poll[2]);
/* Goes on as far as nothing blocks, and ends if one end has. */
void carry_turn(struct carry *);
/* Carries what the other one said last, without waiting; closes both. */
void carry_end(struct carry *);

#endif
