#include "grade/compare.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

/* The format asks for 30 digits before and behind the point. */
#define NUMBER_MAX 400

struct side {
	const char *p;
	const char *end;
	const char *token;
	size_t token_n;
	size_t tokens;
	size_t line; /* of the current token, from 1 */
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Leaves p at the next token or the end. */
static void
skip_space(struct side *s)
{
	while (s->p < s->end && is_space(*s->p))
		if (*s->p++ == '\n')
			s->line++;
}

/* Takes the token at p; false at the end. */
static bool
take_token(struct side *s)
{
	s->token = s->p;
	while (s->p < s->end && !is_space(*s->p))
		s->p++;
	s->token_n = (size_t)(s->p - s->token);
	if (s->token_n == 0)
		return false;
	s->tokens++;
	return true;
}

/*
 * Both skip their whitespace, which must be the same bytes: the places where
 * they first differ are left in p.
 */
static bool
skip_same_space(struct side *out, struct side *ans)
{
	while (ans->p < ans->end && is_space(*ans->p)) {
		if (out->p == out->end || *out->p != *ans->p)
			return false;
		if (*ans->p == '\n') {
			ans->line++;
			out->line++;
		}
		ans->p++;
		out->p++;
	}
	return out->p == out->end || !is_space(*out->p);
}

static size_t
skip_digits(const char *p, size_t n, size_t i)
{
	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

/*
 * The format's grammar of numbers; strtod alone would also take inf, nan and
 * hexadecimal ones.
 */
static bool
is_number(const char *p, size_t n)
{
	size_t i = 0, from, digits;

	if (i < n && (p[i] == '+' || p[i] == '-'))
		i++;
	from = i;
	i = skip_digits(p, n, i);
	digits = i - from;
	if (i < n && p[i] == '.') {
		from = ++i;
		i = skip_digits(p, n, i);
		digits += i - from;
	}
	if (digits == 0)
		return false;
	if (i < n && (p[i] == 'e' || p[i] == 'E')) {
		i++;
		if (i < n && (p[i] == '+' || p[i] == '-'))
			i++;
		from = i;
		i = skip_digits(p, n, i);
		if (i == from)
			return false;
	}
	return i == n;
}

/*
 * Finite numbers only: what overflows is a token like another in the answer,
 * and not a number in the output.
 */
static bool
to_number(const char *p, size_t n, double *ret)
{
	char text[NUMBER_MAX + 1];
	double value;

	if (n > NUMBER_MAX || !is_number(p, n))
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	value = strtod(text, NULL);
	if (!isfinite(value))
		return false;
	*ret = value;
	return true;
}

static bool
is_near(double out, double ans, const struct compare_options *o)
{
	double diff = fabs(out - ans);

	return (o->has_absolute && diff <= o->absolute) ||
	    (o->has_relative && diff <= o->relative * fabs(ans));
}

static bool
is_same_text(const struct side *out, const struct side *ans, bool exact)
{
	if (out->token_n != ans->token_n)
		return false;
	if (exact)
		return memcmp(out->token, ans->token, out->token_n) == 0;
	for (size_t i = 0; i < out->token_n; i++)
		if (lower(out->token[i]) != lower(ans->token[i]))
			return false;
	return true;
}

static enum compare_result
compare_tokens(const struct side *out, const struct side *ans,
    const struct compare_options *o)
{
	double x, y;

	if ((o->has_absolute || o->has_relative) &&
	    to_number(ans->token, ans->token_n, &y)) {
		if (!to_number(out->token, out->token_n, &x))
			return COMPARE_NO_NUMBER;
		return is_near(x, y, o) ? COMPARE_SAME : COMPARE_NUMBER;
	}
	return is_same_text(out, ans, o->case_sensitive) ? COMPARE_SAME
							 : COMPARE_TOKEN;
}

static enum compare_result
compare_next(struct side *out, struct side *ans,
    const struct compare_options *o, bool *is_end)
{
	bool has_out, has_ans;

	if (o->space_change_sensitive) {
		if (!skip_same_space(out, ans))
			return COMPARE_SPACE;
	} else {
		skip_space(out);
		skip_space(ans);
	}
	has_out = take_token(out);
	has_ans = take_token(ans);
	*is_end = !has_out && !has_ans;
	if (*is_end)
		return COMPARE_SAME;
	if (!has_out)
		return COMPARE_SHORT;
	if (!has_ans)
		return COMPARE_LONG;
	return compare_tokens(out, ans, o);
}

static void
report(struct compare_report *r, enum compare_result result,
    const struct side *out, const struct side *ans)
{
	bool has_tokens = result != COMPARE_SAME && result != COMPARE_SPACE;

	*r = (struct compare_report) { .result = result };
	r->line = out->line;
	r->answer_line = ans->line;
	r->token = out->tokens;
	if (result == COMPARE_SHORT || result == COMPARE_SPACE)
		r->token++;
	if (has_tokens && result != COMPARE_SHORT) {
		r->output_token = out->token;
		r->output_token_n = out->token_n;
	}
	if (has_tokens && result != COMPARE_LONG) {
		r->answer_token = ans->token;
		r->answer_token_n = ans->token_n;
	}
}

bool
grade_compare(const char *output, size_t output_n, const char *answer,
    size_t answer_n, const struct compare_options *o,
    struct compare_report *ret_report)
{
	struct side out = { .p = output, .end = output + output_n, .line = 1 };
	struct side ans = { .p = answer, .end = answer + answer_n, .line = 1 };
	enum compare_result result;
	bool is_end = false;

	do {
		result = compare_next(&out, &ans, o, &is_end);
	} while (result == COMPARE_SAME && !is_end);
	if (ret_report != NULL)
		report(ret_report, result, &out, &ans);
	return result == COMPARE_SAME;
}

/* clang-format off */
static const char *const described[] = {
	[COMPARE_SAME]      = "the output is right",
	[COMPARE_TOKEN]     = "the output differs",
	[COMPARE_NUMBER]    = "the number is too far off",
	[COMPARE_NO_NUMBER] = "a number was expected",
	[COMPARE_SHORT]     = "the output ends too early",
	[COMPARE_LONG]      = "there is more output than expected",
	[COMPARE_SPACE]     = "blanks or line ends differ",
};
/* clang-format on */

const char *
compare_describe(struct arena *a, const struct compare_report *r)
{
	if (r->result == COMPARE_SAME)
		return described[COMPARE_SAME];
	return arena_printf(a, "line %zu, token %zu: %s", r->line, r->token,
	    described[r->result]);
}

static struct err *
take_tolerance(struct arena *a, const char *name, const char *text,
    double *ret_value)
{
	double value;

	if (text == NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s needs a number", name);
	if (!is_number(text, strlen(text)) || !str_to_double(text, &value) ||
	    value < 0)
		return ERR(a, ERR_IMPOSSIBLE,
		    "%s: \"%s\" is not a number from 0 up", name, text);
	*ret_value = value;
	return NULL;
}

struct err *
compare_options_parse(struct arena *a, const char *const *args, size_t n,
    struct compare_options *ret_options)
{
	struct compare_options o = { 0 };

	for (size_t i = 0; i < n; i++) {
		const char *name = args[i];
		const char *value = i + 1 < n ? args[i + 1] : NULL;
		bool both = strcmp(name, "float_tolerance") == 0;
		bool abs = strcmp(name, "float_absolute_tolerance") == 0;
		bool rel = strcmp(name, "float_relative_tolerance") == 0;

		if (strcmp(name, "case_sensitive") == 0) {
			o.case_sensitive = true;
			continue;
		}
		if (strcmp(name, "space_change_sensitive") == 0) {
			o.space_change_sensitive = true;
			continue;
		}
		if (!both && !abs && !rel)
			return ERR(a, ERR_IMPOSSIBLE,
			    "\"%s\" is not an argument of the default "
			    "validator",
			    name);
		if (((both || abs) && o.has_absolute) ||
		    ((both || rel) && o.has_relative))
			return ERR(a, ERR_IMPOSSIBLE,
			    "%s: the tolerance is given twice", name);
		if (both || abs)
			TRY(take_tolerance(a, name, value, &o.absolute));
		if (both || rel)
			TRY(take_tolerance(a, name, value, &o.relative));
		o.has_absolute |= both || abs;
		o.has_relative |= both || rel;
		i++;
	}
	*ret_options = o;
	return NULL;
}
