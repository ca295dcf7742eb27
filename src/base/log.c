/*
 * A line is put together in a buffer on the stack and written with one
 * write(2), so that lines of threads and processes do not mix.
 */
#include "base/log.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

#define LINE_MAX_BYTES 8192
#define VALUE_MAX_BYTES 2048

struct line {
	char p[LINE_MAX_BYTES];
	size_t n;
};

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static struct {
	const char *program;
	enum log_level level;
	bool json;
} state = { "assize", LOG_INFO, false };

void
log_open(const char *program, enum log_level level, bool json)
{
	state.program = program;
	state.level = level;
	state.json = json;
}

bool
log_level_of(const char *name, enum log_level *ret_level)
{
	for (int i = 0; i < LOG__MAX; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* Room for the closing of a string and of the line is always kept. */
static void
add(struct line *l, const char *s, size_t n)
{
	size_t room = sizeof(l->p) - 16 - l->n;

	if (n > room)
		n = room;
	memcpy(l->p + l->n, s, n);
	l->n += n;
}

static void
add_text(struct line *l, const char *s)
{
	add(l, s, strlen(s));
}

static void
add_escaped_byte(struct line *l, unsigned char c)
{
	char u[8];

	if (c == '"' || c == '\\') {
		u[0] = '\\';
		u[1] = (char)c;
		add(l, u, 2);
	} else if (c < 0x20 || c == 0x7f) {
		snprintf(u, sizeof(u), "\\u%04x", c);
		add_text(l, u);
	} else {
		u[0] = (char)c;
		add(l, u, 1);
	}
}

/* A JSON string of s: cut, and with a '?' for each byte that is not UTF-8. */
static void
add_string(struct line *l, const char *s)
{
	size_t n = strlen(s);
	bool cut = n > VALUE_MAX_BYTES;
	size_t i = 0;
	size_t good;

	if (cut)
		n = str_utf8_cut(s, VALUE_MAX_BYTES);
	/* An escape is at most six bytes: never begin one that cannot end. */
	add(l, "\"", 1);
	while (i < n) {
		good = i + str_utf8_prefix(s + i, n - i);
		for (; i < good; i++) {
			if (l->n > sizeof(l->p) - 64)
				break;
			add_escaped_byte(l, (unsigned char)s[i]);
		}
		if (i < good)
			break;
		if (i < n) {
			add(l, "?", 1);
			i++;
		}
	}
	if (cut || i < n)
		add(l, "...", 3);
	l->p[l->n++] = '"';
}

static void
add_value(struct line *l, const struct log_field *f)
{
	char number[40];

	switch (f->kind) {
	case LOG_F_STR:
		add_string(l, f->s);
		return;
	case LOG_F_INT:
		snprintf(number, sizeof(number), "%lld", (long long)f->i);
		break;
	case LOG_F_DOUBLE:
		snprintf(number, sizeof(number), "%.3f",
		    isfinite(f->d) ? f->d : 0.0);
		break;
	case LOG_F_BOOL:
		snprintf(number, sizeof(number), "%s", f->b ? "true" : "false");
		break;
	case LOG_F_END:
		assert(0);
	}
	add_text(l, number);
}

static void
add_field(struct line *l, const struct log_field *f)
{
	if (state.json) {
		add_text(l, ",\"");
		add_text(l, f->key);
		add_text(l, "\":");
	} else {
		add_text(l, " ");
		add_text(l, f->key);
		add_text(l, "=");
	}
	add_value(l, f);
}

void
log_fields(enum log_level level, const char *event,
    const struct log_field *fields)
{
	struct line l = { .n = 0 };
	char when[CLOCK_TEXT];
	int n;

	if (level > state.level)
		return;
	clock_format(clock_wall_ms(), when);
	n = snprintf(l.p, sizeof(l.p) - 64,
	    state.json ? "{\"time\":\"%s\",\"level\":\"%s\",\"program\":\"%s\","
			 "\"event\":\"%s\""
		       : "%s %-7s %s %s",
	    when, level_names[level], state.program, event);
	assert(n > 0 && (size_t)n < sizeof(l.p) - 64);
	l.n = (size_t)n;
	for (; fields->kind != LOG_F_END; fields++) {
		if (fields->kind == LOG_F_STR && fields->s == NULL)
			continue;
		if (l.n > sizeof(l.p) - 128)
			break;
		add_field(&l, fields);
	}
	if (state.json)
		l.p[l.n++] = '}';
	l.p[l.n++] = '\n';
	/* Nothing can be done about a log that cannot be written. */
	if (write(STDERR_FILENO, l.p, l.n) < 0)
		return;
}

void
log_err(enum log_level level, const char *event, const struct err *e)
{
	const struct field_fault *f = e->faults;

	log_event(level, event, LS("error", err_info(e->code)->slug),
	    LS("detail", e->detail), LS("why", e->internal),
	    LS("where", e->where), LS("pointer", f ? f->pointer : NULL),
	    LS("fault", f ? f->detail : NULL));
}
