/*
 * Memory that is nobody's page: what the kernel keeps for pipes and sockets
 * that somebody has filled and nobody reads.
 */
#include "tests/box/probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"

#define MIB ((int64_t)1 << 20)
#define ENDS_MAX 100

/* Writes until it would have to wait, or has written so much in all. */
static void
stuff(int fd, int64_t most, int64_t *written)
{
	static char block[65536];
	ssize_t n = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (*written < most && (n = write(fd, block, sizeof(block))) > 0)
		*written += n;
}

int
burden_pipes(int64_t mib, int64_t m)
{
	int64_t written = 0;
	int ends[2];

	for (int i = 0; i < ENDS_MAX && pipe(ends) == 0; i++) {
		fcntl(ends[1], F_SETPIPE_SZ, (int)MIB);
		stuff(ends[1], mib * MIB, &written);
	}
	return written < mib * MIB;
}

int
burden_unix(int64_t mib, int64_t m)
{
	int64_t written = 0;
	int ends[2];

	for (int i = 0; i < ENDS_MAX; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
			break;
		stuff(ends[0], mib * MIB, &written);
	}
	return written < mib * MIB;
}

/* 0: so much stands in connections of the box's loopback. */
int
burden_tcp(int64_t mib, int64_t m)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(here);
	int door = socket(AF_INET, SOCK_STREAM, 0);
	int64_t written = 0;

	if (bind(door, (const void *)&here, sizeof(here)) != 0 ||
	    listen(door, ENDS_MAX) != 0 ||
	    getsockname(door, (void *)&here, &n) != 0)
		return 2;
	for (int i = 0; i < ENDS_MAX && written < mib * MIB; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(fd, (const void *)&here, sizeof(here)) != 0)
			break;
		stuff(fd, mib * MIB, &written);
	}
	return written < mib * MIB;
}
