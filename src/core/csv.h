/*
 * Lines of CSV (RFC 4180).
 */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include <stdbool.h>

#include "base/buf.h"

struct csv {
	struct buf *buf;
	bool is_begun; /* the line has a cell */
};

/*
 * A cell; NULL is empty.  What a spreadsheet would run as a formula (it
 * begins with one of =+-@, a tab or a return) gets a "'" before it.
 */
void csv_text(struct csv *, const char *);
/* Two decimals, without zeros at the end; NAN is empty. */
void csv_number(struct csv *, double);
void csv_end(struct csv *);

#endif
