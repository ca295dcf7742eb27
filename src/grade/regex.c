#include "grade/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <string.h>

/*
 * What Python does: \d and \w know Unicode, \u00e9 is a letter, ".", "$" and
 * "^" know no other end of line than \n.  AUTO_CALLOUT: we are called before
 * each part of the pattern, and count; PCRE2's own limits begin anew at each
 * byte of the text.
 */
#define OPTIONS                                                        \
	(PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_BSUX | PCRE2_AUTO_CALLOUT | \
	    PCRE2_NEVER_BACKSLASH_C)
#define HEAP_KB_MAX (64 << 10)
#define WHY_MAX 200

static void
free_code(pcre2_code **code)
{
	pcre2_code_free(*code);
}

static void
free_context(pcre2_compile_context **context)
{
	pcre2_compile_context_free(*context);
}

static void
free_match_context(pcre2_match_context **context)
{
	pcre2_match_context_free(*context);
}

static void
free_match(pcre2_match_data **match)
{
	pcre2_match_data_free(*match);
}

/* NULL, with the error's number and place, if it is no pattern. */
static pcre2_code *
compile(const char *pattern, int *ret_error, size_t *ret_at)
{
	_cleanup_(free_context) pcre2_compile_context *context =
	    pcre2_compile_context_create(NULL);

	*ret_error = 0;
	*ret_at = 0;
	if (context == NULL)
		return NULL;
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_max_pattern_length(context, REGEX_BYTES_MAX);
	return pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern), OPTIONS,
	    ret_error, ret_at, context);
}

const char *
regex_fault(struct arena *a, const char *pattern)
{
	size_t at;
	int error;
	_cleanup_(free_code) pcre2_code *code = compile(pattern, &error, &at);
	PCRE2_UCHAR why[WHY_MAX] = "no memory";

	if (code != NULL)
		return NULL;
	if (error != 0)
		pcre2_get_error_message(error, why, sizeof(why));
	return arena_printf(a, "%s at byte %zu", (const char *)why, at);
}

struct count {
	size_t at; /* where in the text we were last */
	uint64_t steps;
};

static int
step(pcre2_callout_block *block, void *arg)
{
	struct count *count = arg;
	size_t now = block->current_position;

	count->steps += 1 + (now > count->at ? now - count->at : 0);
	count->at = now;
	return count->steps > REGEX_STEPS_MAX ? PCRE2_ERROR_CALLOUT : 0;
}

enum regex_answer
regex_search(const char *pattern, const char *text, size_t n)
{
	size_t at;
	int error;
	struct count count = { 0 };
	_cleanup_(free_code) pcre2_code *code = compile(pattern, &error, &at);
	_cleanup_(free_match_context) pcre2_match_context *context =
	    pcre2_match_context_create(NULL);
	_cleanup_(free_match) pcre2_match_data *match =
	    pcre2_match_data_create(1, NULL);

	if (code == NULL || context == NULL || match == NULL)
		return REGEX_NOT_FOUND;
	pcre2_set_callout(context, step, &count);
	pcre2_set_heap_limit(context, HEAP_KB_MAX);
	error = pcre2_match(code, (PCRE2_SPTR)text, n, 0, 0, match, context);
	if (error >= 0)
		return REGEX_FOUND;
	return error == PCRE2_ERROR_NOMATCH ? REGEX_NOT_FOUND : REGEX_TOO_MUCH;
}
