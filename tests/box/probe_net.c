/*
 * Probes of the network and of sockets.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/box/probe.h"

#define FAMILY_ALG 38
#define FAMILY_XDP 44
#define FAMILY_VSOCK 40

static bool
connects_to(int type, uint32_t address, int port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(address),
	};
	int fd = socket(AF_INET, type, 0);

	return fd >= 0 && connect(fd, (const void *)&sin, sizeof(sin)) == 0;
}

bool
probe_net_tcp(const struct prey *prey)
{
	return connects_to(SOCK_STREAM, INADDR_LOOPBACK, prey->port);
}

bool
probe_net_udp(const struct prey *prey)
{
	/* TEST-NET-1: a route to anywhere is one too many. */
	return connects_to(SOCK_DGRAM, 0xc0000201, 53);
}

bool
probe_net_abstract(const struct prey *prey)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t n = strlen(prey->abstract);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(sun.sun_path + 1, prey->abstract, n);
	return fd >= 0 &&
	    connect(fd, (const void *)&sun,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n)) ==
	    0;
}

static bool
makes_socket(int family, int type, int protocol)
{
	return socket(family, type, protocol) >= 0;
}

bool
probe_socket_vsock(const struct prey *prey)
{
	return makes_socket(FAMILY_VSOCK, SOCK_STREAM, 0);
}

/* Of the families that nobody needs those that kernels have most often. */
bool
probe_socket_other(const struct prey *prey)
{
	return makes_socket(FAMILY_ALG, SOCK_SEQPACKET, 0) ||
	    makes_socket(FAMILY_XDP, SOCK_RAW, 0);
}

bool
probe_socket_netlink(const struct prey *prey)
{
	return makes_socket(AF_NETLINK, SOCK_RAW, 0);
}

bool
probe_socket_packet(const struct prey *prey)
{
	return makes_socket(AF_PACKET, SOCK_RAW, 0);
}

bool
probe_socket_raw(const struct prey *prey)
{
	return makes_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}
