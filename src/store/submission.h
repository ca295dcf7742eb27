/*
 * Submissions: what students sent, and what became of it.
 */
#ifndef STORE_SUBMISSION_H
#define STORE_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/problem.h"
#include "store/store.h"

struct submission_new {
	const char *id;     /* sb_..., made by the caller */
	const char *job_id; /* jb_..., made by the caller */
	int64_t problem_id;
	const char *package_id; /* the snapshot: what is judged with */
	const char *limits;     /* JSON object over the package's, or NULL */
	struct authors authors; /* at least one */
	const char *language;   /* name, or NULL where there is none */
	const char *pool;
	int64_t budget_s;   /* longest honest grading, its language aside */
	const void *source; /* zip of the files */
	size_t source_n;
	const char *input;          /* JSON: file names, answers; or NULL */
	const char *locale;         /* or NULL */
	int64_t submitted_ms;       /* since 1970: nginx had the request */
	const char *key;            /* Idempotency-Key, or NULL */
	const char *request_digest; /* of the request, if there is a key */
	bool teaches;               /* passes all gates */
	bool is_all;                /* laziness skips no test */
	const char *team;           /* whose authors they are, or NULL */
	const char *debug;          /* "ssh", or NULL */
};

/* Why it is not taken: see submission_refusal in sql/functions. */
struct refusal {
	const char *reason;  /* pending quota sliding daily interval rate */
	const char *pending; /* the submission that is waited for */
	int64_t wait_s;      /* 0: waiting does not help */
};

enum submission_insert {
	SUBMISSION_MADE,
	SUBMISSION_WAS_THERE, /* the same key: see id and digest */
	SUBMISSION_REFUSED,   /* see refusal */
};

struct submission_inserted {
	enum submission_insert outcome;
	const char *id;             /* MADE, WAS_THERE */
	const char *job_id;         /* its current job, or NULL */
	const char *request_digest; /* WAS_THERE: to compare */
	int64_t budget_s;           /* MADE: its job's, with the language */
	struct refusal refusal;
};

/*
 * One transaction: blob, submission, authors, job.  The gates are judged
 * under a lock, so that two requests at once cannot both pass the last one.
 * ERR_NOT_FOUND if problem or package do not exist (any more).
 */
struct err *store_submission_insert(struct store *, struct arena *,
    const struct submission_new *,
    struct submission_inserted *ret_inserted) _must_check_;

/* *ret_id is NULL if the user has not used this key. */
struct err *store_submission_by_key(struct store *, struct arena *,
    int64_t user_id, const char *key, const char **ret_id,
    const char **ret_request_digest) _must_check_;

struct refusal_look {
	struct refusal refusal; /* reason NULL: nothing is against it */
	/* What Redis is to allow; -1: as the file of the service says. */
	int64_t burst; /* in the period; 0: any number */
	int64_t burst_s;
};

/* A look only: the insert decides. */
struct err *store_submission_refusal(struct store *, struct arena *,
    int64_t problem_id, const struct authors *, int64_t at_ms,
    struct refusal_look *ret_look) _must_check_;

struct submission_use {
	struct refusal refusal; /* now, for the user or their team */
	int64_t used;           /* attempts that count, waiting ones too */
	int64_t most;           /* with an extension's; -1: any number */
};

struct err *store_submission_use(struct store *, struct arena *,
    int64_t user_id, int64_t problem_id,
    struct submission_use *ret_use) _must_check_;

enum submission_act {   /* what became of a cancel or a rejudge */
	ACT_DONE,       /* now, or it was so before */
	ACT_ENDED,      /* cancel: it neither waits nor runs */
	ACT_REJUDGED,   /* cancel: a result stands behind it */
	ACT_CANCELLED,  /* rejudge: it was taken back */
	ACT_NO_PACKAGE, /* rejudge: nothing to judge it with */
	ACT_ARCHIVED,   /* rejudge: its course can only be read */
	ACT_UNKNOWN,    /* no such submission, or one without a job */
};

struct submission_acted {
	enum submission_act act;
	const char *job_id; /* that was current before: its entry in Redis is
			     * to follow; NULL with UNKNOWN */
};

struct err *store_submission_cancel(struct store *, struct arena *,
    const char *id, bool is_staff, const char *reason,
    struct submission_acted *ret_acted) _must_check_;

struct submission_rejudge {
	const char *id;
	const char *job_id; /* jb_..., made by the caller */
	const char *reason;
	bool is_all; /* laziness skips no test */
};
struct err *store_submission_rejudge(struct store *, struct arena *,
    const struct submission_rejudge *,
    struct submission_acted *ret_acted) _must_check_;

/* The zip of the files as submitted; NULL if there is no such submission. */
struct err *store_submission_source(struct store *, struct arena *,
    const char *id, struct store_blob **ret_blob) _must_check_;

#endif
