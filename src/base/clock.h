/*
 * Clocks.  Durations are measured with the monotonic clock; what is stored
 * comes from Postgres; wall time here is for logs, tokens and links only.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
/* Milliseconds since 1970, UTC. */
int64_t clock_wall_ms(void);
/* Sleeps, also through signals. */
void clock_sleep_ms(int64_t);

/* "2026-11-21T05:53:00.123Z"; wall is in ms since 1970. */
#define CLOCK_TEXT 25
void clock_format(int64_t wall_ms, char ret_text[CLOCK_TEXT]);
/* RFC 3339, with "Z" or an offset, up to ms; false if it is not that. */
bool clock_parse(const char *text, int64_t *ret_wall_ms) _must_check_;

#endif
