#include "token/claims.h"

#include <string.h>

#include "base/enc.h"
#include "base/str.h"
#include "wire/names.h"

#define TOKEN_PARTS 3
#define NAME_MAX_BYTES 255
#define TIME_MAX (INT64_C(1) << 53)

static const struct json_limits token_limits = { 256, 8 };

static const struct json *
read_part(struct arena *a, struct str part)
{
	const struct json *j;
	size_t n;
	char *text = enc_base64url_decode(a, part.p, part.n, &n);

	if (text == NULL || json_parse(a, text, n, &token_limits, &j) != NULL)
		return NULL;
	return j->kind == JSON_OBJECT ? j : NULL;
}

/* Splits at every '.'; the number of parts, at most max + 1. */
static size_t
split(const char *token, struct str *ret_parts, size_t max)
{
	const char *dot;
	size_t n = 0;

	for (;;) {
		dot = strchrnul(token, '.');
		if (n == max)
			return max + 1;
		ret_parts[n++] = (struct str) { token, (size_t)(dot - token) };
		if (*dot == '\0')
			return n;
		token = dot + 1;
	}
}

const char *
token_parts_read(struct arena *a, const char *token,
    struct token_parts *ret_parts)
{
	struct str parts[TOKEN_PARTS];
	size_t n;

	if (strnlen(token, TOKEN_JWT_MAX + 1) > TOKEN_JWT_MAX)
		return "token is too long";
	if (split(token, parts, TOKEN_PARTS) != TOKEN_PARTS)
		return "token has not three parts";
	if (parts[2].n == 0 ||
	    enc_base64url_decode(a, parts[2].p, parts[2].n, &n) == NULL)
		return "signature is not base64url";
	ret_parts->header = read_part(a, parts[0]);
	if (ret_parts->header == NULL)
		return "header is not acceptable";
	ret_parts->claims = read_part(a, parts[1]);
	if (ret_parts->claims == NULL)
		return "claims are not acceptable";
	return NULL;
}

/* A time of a claim in whole seconds; false if it is no sensible time. */
static bool
read_time(const struct json *j, int64_t *ret_s)
{
	if (j->kind == JSON_INT && j->integer >= 0 && j->integer < TIME_MAX) {
		*ret_s = j->integer;
		return true;
	}
	if (j->kind == JSON_DOUBLE && j->number >= 0 &&
	    j->number < (double)TIME_MAX) {
		*ret_s = (int64_t)j->number;
		return true;
	}
	return false;
}

static const char *
check_times(const struct json *claims, int64_t max_ttl_s, int64_t now_s,
    struct token_claims *ret)
{
	const struct json *exp = json_member(claims, "exp");
	const struct json *nbf = json_member(claims, "nbf");
	int64_t from;

	if (exp == NULL || !read_time(exp, &ret->exp_s))
		return "exp is missing or no time";
	if (now_s >= ret->exp_s + TOKEN_LEEWAY_S)
		return "token has expired";
	if (max_ttl_s > 0 && ret->exp_s > now_s + max_ttl_s + TOKEN_LEEWAY_S)
		return "token is valid for too long";
	if (nbf == NULL)
		return NULL;
	if (!read_time(nbf, &from))
		return "nbf is no time";
	return from > now_s + TOKEN_LEEWAY_S ? "token is not valid yet" : NULL;
}

static bool
is_string(const struct json *j, const char *s)
{
	return j != NULL && j->kind == JSON_STRING && strcmp(j->string, s) == 0;
}

static bool
has_audience(const struct json *aud, const char *audience)
{
	if (aud == NULL || aud->kind != JSON_ARRAY)
		return is_string(aud, audience);
	for (size_t i = 0; i < aud->n; i++)
		if (is_string(&aud->items[i], audience))
			return true;
	return false;
}

const char *
token_claims_read(struct arena *a, const struct json *claims,
    const struct token_wanted *wanted, int64_t now_s, struct token_claims *ret)
{
	const char *why = check_times(claims, wanted->max_ttl_s, now_s, ret);
	const struct json *admin = json_member(claims, "admin");
	const char *name;

	if (why != NULL)
		return why;
	if (wanted->issuer != NULL &&
	    !is_string(json_member(claims, "iss"), wanted->issuer))
		return "issuer is not ours";
	if (wanted->audience != NULL &&
	    !has_audience(json_member(claims, "aud"), wanted->audience))
		return "audience is not ours";
	ret->sub = json_member_string(claims, "sub");
	if (ret->sub == NULL || !wire_is_user(ret->sub))
		return "sub is missing or no user name";
	name = json_member_string(claims, "name");
	if (name != NULL && strlen(name) > NAME_MAX_BYTES)
		name = str_dup(a,
		    (struct str) { name, str_utf8_cut(name, NAME_MAX_BYTES) });
	ret->name = name;
	ret->admin =
	    admin != NULL && admin->kind == JSON_BOOL && admin->boolean;
	return NULL;
}
