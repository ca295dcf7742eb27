/*
 * The lock is a name in the abstract namespace of Unix sockets: nothing is
 * left behind, whatever becomes of the process.  Who takes the names without
 * need gains nothing: the slot then runs on any processor.
 */
#include "runner/core.h"

#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
lock_of(int cpu)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int n;

	if (fd < 0)
		return -1;
	/* The first byte is NUL: no file. */
	n = snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1,
	    "assize-runner/cpu%d", cpu);
	if (bind(fd, (const struct sockaddr *)&at,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
		    (size_t)n)) == 0)
		return fd;
	close(fd);
	return -1;
}

int
core_claim(int *ret_lock)
{
	cpu_set_t ours;

	*ret_lock = -1;
	if (sched_getaffinity(0, sizeof(ours), &ours) != 0)
		return 0;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &ours))
			continue;
		*ret_lock = lock_of(cpu);
		if (*ret_lock >= 0)
			return cpu + 1;
	}
	return 0;
}
