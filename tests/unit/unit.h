/*
 * What every unit test includes: cmocka with the headers it wants first.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"

#define UNIT_ARENA(name)                            \
	_cleanup_(arena_freep) struct arena *name = \
	    arena_new("test", (size_t)256 << 20)

/* Fails with the error's text unless the call succeeded. */
#define assert_ok(call)                                                      \
	do {                                                                 \
		const struct err *unit_err_ = (call);                        \
		if (unit_err_ != NULL)                                       \
			fail_msg("%s: %s: %s (%s)", #call,                   \
			    err_info(unit_err_->code)->slug,                 \
			    unit_err_->detail != NULL ? unit_err_->detail    \
						      : unit_err_->internal, \
			    unit_err_->where);                               \
	} while (0)

/* Fails unless the call failed with this code. */
#define assert_err(call, expected)                                           \
	do {                                                                 \
		const struct err *unit_err_ = (call);                        \
		if (unit_err_ == NULL)                                       \
			fail_msg("%s succeeded", #call);                     \
		else                                                         \
			assert_string_equal(err_info(unit_err_->code)->slug, \
			    err_info(expected)->slug);                       \
	} while (0)

#endif
