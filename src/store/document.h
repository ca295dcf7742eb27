/*
 * Submissions as they are looked at: one, many, pages of them.
 */
#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct submission {
	const char *id;
	int64_t problem_id;
	int64_t course_id;
	const char *course; /* slugs */
	const char *problem;
	const char *const *users; /* names; the first one submitted */
	size_t users_n;
	const char *submitted_at;
	const char *language; /* or NULL */
	const char *input;    /* JSON or NULL */
	const char *source_digest;
	int64_t source_size;
	const char *status;  /* waiting running done error cancelled */
	const char *verdict; /* AC ..., NULL while there is none */
	const char *outcome; /* success failed timeout ..., or NULL */
	double grade;        /* what counts; NAN: none */
	double machine_grade;
	double manual_grade;
	const char *comment; /* that goes with the manual grade, or NULL */
	const char *graded_by;
	const char *graded_at;
	double penalty; /* points of a hundred of the machine's grade */
	bool is_late;
	int64_t time_ms; /* -1: not known */
	int64_t memory_kb;
	bool is_evaluated; /* the standing of an author counts it */
	const char *judged_at;
	const char *judged_by; /* name of the runner, or of who graded */
	const char *job_id;    /* the current one, or NULL */
	const char *lease_id;  /* its newest, or NULL */
	int64_t attempt;       /* claims of it */
	const char *pool;      /* where it waits */
	bool is_manual;        /* only people grade it: it has no job */
	bool is_held;          /* its problem is not judged now */
	bool is_delayed;       /* a claim failed: it is tried again later */
	const char *const *removed; /* ids that made room for it */
	size_t removed_n;
	const char *version; /* changes with what a reader could see */
	bool is_author;      /* the user who asks wrote it */
	/* Not in lists. */
	const char *result;   /* JSON as landed, or NULL */
	const char *previous; /* the same of before a rejudge, or NULL */
	const char *state;    /* after it; of one that waits: before it */
	const char *archive;  /* name of the file, or NULL */
	const char *ssh;      /* JSON: a door, for the submitter alone */
	const char *export;   /* JSON: its step in the pipeline; or NULL */
	bool is_removed;      /* the row is all that is left */
};

/*
 * NULL if there is none.  user_id only fills is_author; who may see it is
 * judged by core, which finds the caller's role by course_id.
 */
struct err *store_submission_get(struct store *, struct arena *,
    int64_t user_id, const char *id,
    struct submission **ret_submission) _must_check_;

struct submission_state {
	const char *version; /* NULL: there is no such submission */
	const char *status;
	const char *job_id; /* the current one and its lease, or NULL */
	const char *lease_id;
};

/* Of many, in the order of the ids. */
struct err *store_submission_states(struct store *, struct arena *,
    const char *const *ids, size_t n,
    struct submission_state **ret_states) _must_check_;

struct submission_filter {
	int64_t viewer_id;  /* only what this user may see: own ones, and
				 * those of courses where tutor or staff */
	bool sees_all;      /* an admin asks */
	const char *course; /* slug, or NULL; and so on */
	const char *problem;
	const char *user;
	const char *status;
	const char *verdict;
	const char *language;
	const char *after;  /* RFC 3339: submitted at or after */
	const char *before; /* submitted before */
	const char *cursor; /* next_cursor of the page before, or NULL */
	size_t limit;       /* 1..200 */
};

struct submission_list {
	struct submission *items; /* newest first, without result */
	size_t n;
	const char *next_cursor; /* NULL at the end */
};

/* ERR_REQUEST if the cursor or a time is not one. */
struct err *store_submission_list(struct store *, struct arena *,
    const struct submission_filter *,
    struct submission_list *ret_list) _must_check_;

#endif
