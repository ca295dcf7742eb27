/*
 * The columns that the statements on jobs have in common.
 */
#ifndef STORE_JOB_ROW_H
#define STORE_JOB_ROW_H

#include "store/db.h"
#include "store/job.h"
#include "store/sweep.h"

/* The next columns are an entry. */
struct job_entry job_entry_take(struct db_row *);
/* All rows are entries. */
void job_page_take(const PGresult *, struct arena *, size_t limit,
    struct job_page *ret_page);

#endif
