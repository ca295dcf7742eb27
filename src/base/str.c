#include "base/str.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct str
str_of(const char *s)
{
	return (struct str) { s, strlen(s) };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_is(struct str a, const char *s)
{
	return str_eq(a, str_of(s));
}

bool
str_has_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s);
	size_t k = strlen(suffix);

	return n >= k && memcmp(s + n - k, suffix, k) == 0;
}

bool
str_is_among(const char *const *names, const char *s)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, s) == 0)
			return true;
	return false;
}

bool
str_cut(struct str *rest, char sep, struct str *ret_part)
{
	const char *at;

	if (rest->p == NULL)
		return false;
	at = rest->n > 0 ? memchr(rest->p, sep, rest->n) : NULL;
	if (at == NULL) {
		*ret_part = *rest;
		*rest = (struct str) { NULL, 0 };
		return true;
	}
	*ret_part = (struct str) { rest->p, (size_t)(at - rest->p) };
	rest->n -= ret_part->n + 1;
	rest->p = at + 1;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
str_word(struct str *rest, struct str *ret_word)
{
	size_t n = 0;

	while (rest->n > 0 && is_blank(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	*ret_word = (struct str) { rest->p, n };
	rest->p += n;
	rest->n -= n;
	return n > 0;
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t
str_from(const char *const *first, size_t n, size_t size, const char *key)
{
	const char *items = (const char *)first;
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *const *name = (const void *)(items + middle * size);

		if (strcmp(*name, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

char *
str_dup(struct arena *a, struct str s)
{
	return arena_memdup(a, s.p, s.n);
}

bool
str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = *s == '-';
	int64_t n = 0;

	if (negative)
		s++;
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		int digit = *s - '0';

		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, digit, &n))
			return false;
	}
	/* n is the negated number, because -n of INT64_MIN does not exist. */
	if (!negative && __builtin_sub_overflow(0, n, &n))
		return false;
	if (n < min || n > max)
		return false;
	*ret = n;
	return true;
}

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void
make_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bool
str_to_double(const char *s, double *ret)
{
	char *end;
	double d;

	/* strtod takes blanks, "inf", "nan" and hexadecimal: none is wanted. */
	if (*s == '\0' || s[strspn(s, "0123456789+-.eE")] != '\0')
		return false;
	pthread_once(&c_locale_once, make_c_locale);
	errno = 0;
	d = strtod_l(s, &end, c_locale);
	if (*end != '\0' || end == s || !isfinite(d))
		return false;
	*ret = d;
	return true;
}

/* Length of the sequence at p, or 0 where it is not valid. */
static size_t
utf8_sequence(const unsigned char *p, size_t n)
{
	size_t len;
	unsigned int c = p[0];

	if (c == 0)
		return 0;
	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ||
	    (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

size_t
str_utf8_prefix(const char *p, size_t n)
{
	size_t i = 0;
	size_t len;

	while (i < n &&
	    (len = utf8_sequence((const unsigned char *)p + i, n - i)) > 0)
		i += len;
	return i;
}

bool
str_is_utf8(const char *p, size_t n)
{
	return str_utf8_prefix(p, n) == n;
}

size_t
str_utf8_cut(const char *p, size_t n)
{
	size_t i = n;

	/* Back over at most three continuation bytes to their first byte. */
	while (i > 0 && n - i < 4 && ((unsigned char)p[i - 1] & 0xc0) == 0x80)
		i--;
	if (i == 0 || (unsigned char)p[i - 1] < 0xc0)
		return n;
	if (utf8_sequence((const unsigned char *)p + i - 1, n - i + 1) > 0)
		return n;
	return i - 1;
}

char *
str_utf8_repair(struct arena *a, const char *p, size_t n)
{
	struct buf b;
	size_t good;

	buf_init(&b, a, 3 * n + 1);
	while (n > 0) {
		good = str_utf8_prefix(p, n);
		buf_put(&b, p, good);
		p += good;
		n -= good;
		if (n > 0) {
			buf_puts(&b, "\xef\xbf\xbd");
			p++;
			n--;
		}
	}
	return b.p;
}

bool
str_secret_eq(const char *a, const char *b)
{
	size_t n = strlen(a);
	size_t k = strlen(b);
	volatile unsigned char diff = n != k;

	for (size_t i = 0; i < n; i++)
		diff |= (unsigned char)(a[i] ^ b[k == 0 ? 0 : i % k]);
	return diff == 0;
}
