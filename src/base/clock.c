#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

static int64_t
read_us(clockid_t id)
{
	struct timespec t;
	int rc = clock_gettime(id, &t);

	assert(rc == 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

void
clock_sleep_ms(int64_t ms)
{
	struct timespec t;
	int64_t until = clock_mono_us() + ms * 1000;

	t.tv_sec = (time_t)(until / 1000000);
	t.tv_nsec = (long)(until % 1000000) * 1000;
	while (
	    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		continue;
}

void
clock_format(int64_t wall_ms, char ret_text[CLOCK_TEXT])
{
	struct tm tm;
	time_t s = (time_t)(wall_ms / 1000);
	int ms = (int)(wall_ms % 1000);
	size_t n;

	if (ms < 0) {
		ms += 1000;
		s--;
	}
	gmtime_r(&s, &tm);
	n = strftime(ret_text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(ret_text + n, CLOCK_TEXT - n, ".%03dZ", ms);
}

/* n decimal digits at *p, which moves behind them. */
static bool
take_digits(const char **p, int n, int max, int *ret)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if ((*p)[i] < '0' || (*p)[i] > '9')
			return false;
		v = 10 * v + (*p)[i] - '0';
	}
	*p += n;
	*ret = v;
	return v <= max;
}

static bool
take_char(const char **p, const char *any)
{
	if (**p == '\0' || strchr(any, **p) == NULL)
		return false;
	++*p;
	return true;
}

/* ".123456" as milliseconds; more digits are dropped. */
static bool
take_fraction(const char **p, int *ret_ms)
{
	int scale = 100;

	*ret_ms = 0;
	if (!take_char(p, "."))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; ++*p) {
		*ret_ms += scale * (**p - '0');
		scale /= 10;
	}
	return true;
}

/* "Z" or "+hh:mm", as minutes east. */
static bool
take_offset(const char **p, int *ret_minutes)
{
	int sign;
	int h;
	int m;

	*ret_minutes = 0;
	if (take_char(p, "Zz"))
		return true;
	sign = **p == '-' ? -1 : 1;
	if (!take_char(p, "+-") || !take_digits(p, 2, 23, &h) ||
	    !take_char(p, ":") || !take_digits(p, 2, 59, &m))
		return false;
	*ret_minutes = sign * (60 * h + m);
	return true;
}

bool
clock_parse(const char *text, int64_t *ret_wall_ms)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	struct tm tm = { 0 };
	const char *p = text;
	int year;
	int ms;
	int offset;

	if (!take_digits(&p, 4, 9999, &year) || !take_char(&p, "-") ||
	    !take_digits(&p, 2, 12, &tm.tm_mon) || !take_char(&p, "-") ||
	    !take_digits(&p, 2, 31, &tm.tm_mday) || !take_char(&p, "Tt ") ||
	    !take_digits(&p, 2, 23, &tm.tm_hour) || !take_char(&p, ":") ||
	    !take_digits(&p, 2, 59, &tm.tm_min) || !take_char(&p, ":") ||
	    !take_digits(&p, 2, 60, &tm.tm_sec) || !take_fraction(&p, &ms) ||
	    !take_offset(&p, &offset) || *p != '\0')
		return false;
	if (year < 1970 || tm.tm_mon < 1 || tm.tm_mday < 1 ||
	    tm.tm_mday > days[tm.tm_mon - 1])
		return false;
	if (tm.tm_mon == 2 && tm.tm_mday == 29 &&
	    (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
		return false;
	tm.tm_mon--;
	tm.tm_year = year - 1900;
	*ret_wall_ms = ((int64_t)timegm(&tm) - 60 * offset) * 1000 + ms;
	return true;
}
