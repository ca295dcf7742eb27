/*
 * One event a line, on standard error, as JSON or (on a terminal) as
 * "time level event key=value ...".  Values are escaped here; secrets are
 * never given to it.
 *
 *	log_event(LOG_INFO, "job_landed", LS("job", id), LI("ms", ms));
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG, LOG__MAX };

struct log_field {
	const char *key;
	enum { LOG_F_END, LOG_F_STR, LOG_F_INT, LOG_F_DOUBLE, LOG_F_BOOL } kind;
	union {
		const char *s; /* NULL: the field is left out */
		int64_t i;
		double d;
		bool b;
	};
};

#define LS(k, v) ((struct log_field) { (k), LOG_F_STR, { .s = (v) } })
#define LI(k, v) ((struct log_field) { (k), LOG_F_INT, { .i = (v) } })
#define LD(k, v) ((struct log_field) { (k), LOG_F_DOUBLE, { .d = (v) } })
#define LB(k, v) ((struct log_field) { (k), LOG_F_BOOL, { .b = (v) } })

/*
 * The program's name goes into every line; lines above the level are
 * dropped.  Threads may log at once: each line is one write.  At most 8 KiB
 * a line; longer values are cut and marked.
 */
void log_open(const char *program, enum log_level, bool json);
/* "error", "warning", "info", "debug"; false for anything else. */
bool log_level_of(const char *name, enum log_level *ret_level);

#define log_event(level, event, ...)                  \
	log_fields((level), (event),                  \
	    (const struct log_field[]) { __VA_ARGS__, \
		{ NULL, LOG_F_END, { .s = NULL } } })
void log_fields(enum log_level, const char *event, const struct log_field *);
/* An error with its code, detail, internal text and origin. */
void log_err(enum log_level, const char *event, const struct err *);

#endif
