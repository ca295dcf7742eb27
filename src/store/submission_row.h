/*
 * The columns that the statements on submissions have in common.
 */
#ifndef STORE_SUBMISSION_ROW_H
#define STORE_SUBMISSION_ROW_H

#include "store/db.h"
#include "store/document.h"

/* The next columns; those behind them are the caller's. */
struct submission submission_take(struct db_row *);

#endif
