/*
 * A package as NOJ's runners take it: a zip of TTCC.in and TTCC.out (task and
 * case, two digits each), the list of tasks, and a checksum of both.
 */
#ifndef PACKAGE_TESTDATA_H
#define PACKAGE_TESTDATA_H

#include "package/package.h"

struct package_testdata {
	const void *zip;
	size_t zip_n;
	/* {"tasks": [...]}, to the byte as those runners write it. */
	const char *meta;
	const char *checksum; /* MD5 of zip and meta, hexadecimal */
};

/*
 * *ret_testdata is NULL for a package that has no such form: more than 100
 * tasks, or cases in one of them; tests whose program takes arguments or
 * whose answers are numbers with a tolerance, which those runners cannot
 * judge; more than 64 MiB of data.  p[0..n) is the zip that the package was
 * read from.
 */
struct err *package_testdata(struct arena *, const void *p, size_t n,
    const struct package *,
    struct package_testdata **ret_testdata) _must_check_;

#endif
