#include "wire/names.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"

const char *const wire_test_statuses[] = { "AC", "WA", "CE", "TLE", "MLE", "RE",
	"JE", "OLE", "skipped", NULL };
const char *const wire_verdicts[] = { "AC", "WA", "CE", "TLE", "MLE", "RE",
	"JE", "OLE", NULL };

const char *const wire_outcomes[] = { "success", "failed", "timeout",
	"overflow", "killed", "crash", "error", NULL };

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* 1 to max of the characters, the first one of the first ones. */
static bool
is_made_of(const char *s, size_t max, const char *first, const char *others)
{
	size_t n = strlen(s);

	return n >= 1 && n <= max && strchr(first, s[0]) != NULL &&
	    strspn(s, others) == n;
}

bool
wire_is_slug(const char *s)
{
	return is_made_of(s, 64, LOWER UPPER DIGITS, LOWER UPPER DIGITS "_-");
}

bool
wire_is_user(const char *s)
{
	return is_made_of(s, 128, LOWER UPPER DIGITS,
	    LOWER UPPER DIGITS "._@+-");
}

bool
wire_is_label(const char *s)
{
	return is_made_of(s, 32, LOWER DIGITS, LOWER DIGITS "_+.-");
}

bool
wire_is_nonce(const char *s)
{
	return is_made_of(s, 64, LOWER UPPER DIGITS "_-",
	    LOWER UPPER DIGITS "_-");
}

bool
wire_is_debug(const char *s)
{
	return strcmp(s, "ssh") == 0;
}

bool
wire_is_key(const char *s)
{
	size_t n = strlen(s);

	if (n < 1 || n > 128)
		return false;
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

bool
wire_is_zone(const char *s)
{
	return is_made_of(s, 64, LOWER UPPER, LOWER UPPER DIGITS "_+-/");
}

bool
wire_is_time(const char *s)
{
	int64_t ms;

	return clock_parse(s, &ms);
}

const char *const wire_exporters[] = { "redis", "webhook", "csv", NULL };

bool
wire_is_exporter(const char *s)
{
	for (size_t i = 0; wire_exporters[i] != NULL; i++)
		if (strcmp(wire_exporters[i], s) == 0)
			return true;
	return false;
}
