/*
 * A program that tries to get out.
 *
 *	attack probe NAME ANSWER PORT ABSTRACT	"blocked ..." or "ALLOWED"
 *	attack NAME [ARGUMENT...]		a burden (burden.c)
 *
 * Static, so that it runs wherever it is mounted.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "tests/box/probe.h"

static const struct {
	const char *name;
	probe_fn *fn;
} probes[] = {
#define X(name, walls, lack, why) { #name, probe_##name },
#include "tests/box/probes.def"
#undef X
};

static int
run_probe(char **argv)
{
	int64_t port = 0;
	struct prey prey = { argv[3], 0, argv[5] };

	if (!str_to_i64(argv[4], 0, 65535, &port))
		return 2;
	prey.port = (int)port;
	for (size_t i = 0; i < ARRAY_LEN(probes); i++) {
		if (strcmp(probes[i].name, argv[2]) != 0)
			continue;
		errno = 0;
		if (probes[i].fn(&prey))
			printf("ALLOWED\n");
		else
			printf("blocked: %s\n", strerror(errno));
		return 0;
	}
	return 2;
}

int
main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "probe") == 0)
		return run_probe(argv);
	if (argc >= 2)
		return burden(argc - 1, argv + 1);
	return 2;
}
