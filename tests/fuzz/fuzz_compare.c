/*
 * What must hold for any bytes: the first says the options, the rest is cut
 * in two at its middle; either half is the same as itself, whatever the
 * options; where they are the same without tolerance and case, they are so
 * with; and a difference has a place.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "grade/compare.h"

static void
compare(const char *out, size_t out_n, const char *ans, size_t ans_n,
    const struct compare_options *o)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("fuzz", 1 << 16);
	const struct compare_options exact = {
		.case_sensitive = true,
		.space_change_sensitive = true,
	};
	struct compare_report r;
	bool same = grade_compare(out, out_n, ans, ans_n, o, &r);

	if (same != (r.result == COMPARE_SAME) || r.line == 0 ||
	    compare_describe(a, &r) == NULL)
		abort();
	if (r.output_token != NULL &&
	    (r.output_token < out ||
		r.output_token + r.output_token_n > out + out_n))
		abort();
	if (!same && grade_compare(out, out_n, ans, ans_n, &exact, NULL))
		abort();
	if (!grade_compare(out, out_n, out, out_n, o, NULL))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data + 1;
	struct compare_options o = { 0 };
	size_t half;

	if (n < 1)
		return 0;
	o.case_sensitive = (data[0] & 1) != 0;
	o.space_change_sensitive = (data[0] & 2) != 0;
	o.has_absolute = (data[0] & 4) != 0;
	o.has_relative = (data[0] & 8) != 0;
	o.absolute = 1e-3;
	o.relative = 1e-3;
	half = (n - 1) / 2;
	compare(p, half, p + half, n - 1 - half, &o);
	compare(p + half, n - 1 - half, p, half, &o);
	return 0;
}
