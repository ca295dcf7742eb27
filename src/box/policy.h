/*
 * The seccomp filter of a box, as the bytes that the kernel takes.
 */
#ifndef BOX_POLICY_H
#define BOX_POLICY_H

#include <stddef.h>

#include "base/err.h"

struct policy {
	const void *filter; /* struct sock_filter[n] */
	size_t n;           /* instructions */
	const char *digest; /* SHA-256 of the bytes, hexadecimal */
};

/* Built once, since libseccomp takes 1.6 ms for it. */
struct err *policy_build(struct arena *,
    struct policy *ret_policy) _must_check_;

#endif
