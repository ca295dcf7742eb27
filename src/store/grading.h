/*
 * The gradings of a submission, by machines and by people, and the files that
 * runners sent with them.
 */
#ifndef STORE_GRADING_H
#define STORE_GRADING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/job.h"
#include "store/store.h"

/* Most of one submission that are shown, the newest. */
#define GRADINGS_MAX 200
#define GRADING_EVENTS_MAX 2000

struct grading_event {
	const char *at;
	const char *event;  /* created, claimed, landed, released, ... */
	const char *runner; /* its name, or NULL */
	const char *reason; /* or NULL */
};

/* One job; what it has no result for is NULL, NAN or -1. */
struct grading {
	const char *job_id;
	const char *class;
	const char *state;
	bool is_current; /* what happens to it decides */
	bool is_counted; /* its result is what counts */
	const char *rejudging_id;
	const char *package_digest;
	const char *created_at;
	const char *claimed_at;
	const char *ended_at;
	int64_t claims;
	const char *verdict;
	const char *outcome;
	double grade;
	int64_t time_ms;
	int64_t memory_kb;
	const char *runner; /* name of the one that landed it */
	const char *provenance;
	struct grading_event *events;
	size_t events_n;
};

/* A person's grade; NAN in new_grade: it was taken back. */
struct grading_person {
	const char *at;
	const char *user;
	double old_grade;
	double new_grade;
	const char *comment;
};

struct grading_history {
	struct grading *items; /* newest first */
	size_t n;
	struct grading_person *people; /* newest first */
	size_t people_n;
};

struct err *store_grading_history(struct store *, struct arena *,
    const char *submission_id,
    struct grading_history *ret_history) _must_check_;

enum grading_put { GRADING_DONE, GRADING_CANCELLED, GRADING_UNKNOWN };
/*
 * A grade that this user gives or takes back.  The standings follow, and an audit row says so.
 */
struct grading_by {
	int64_t user_id;
	const double *grade; /* NULL: none any more */
	const char *comment; /* or NULL */
};
struct err *store_grading_put(struct store *, struct arena *,
    const char *submission_id, const struct grading_by *,
    enum grading_put *ret_outcome) _must_check_;

#define JOB_FILES_MAX 100
#define JOB_FILES_BYTES ((int64_t)256 << 20)

struct job_file {
	const char *job_id;
	const char *runner_id;
	const char *lease_id; /* NULL: the recorded one of (job, runner) */
	bool record_claim;    /* Redis holds exactly this lease */
	const char *name;
	const void *p;
	size_t n;
};
/*
 * Kept until the job has ended, and then if it is this lease that landed.
 * LAND_LANDED: it is there; the other outcomes as for a result.
 * ERR_TOO_LARGE beyond JOB_FILES_MAX or JOB_FILES_BYTES of one lease.
 */
struct err *store_job_file_put(struct store *, struct arena *,
    const struct job_file *, enum job_landing *ret_outcome) _must_check_;
/* Of the result that counts; NULL if it has no such file. */
struct err *store_job_file_get(struct store *, struct arena *,
    const char *submission_id, const char *name,
    struct store_blob **ret_blob) _must_check_;

struct job_door {
	const char *job_id;
	const char *runner_id;
	const char *lease_id; /* NULL: the recorded one */
	const char *door;     /* JSON object: what the submitter sees */
	const char *until;    /* RFC 3339 */
};
/*
 * A door into a grading that runs, for its submitter.  LAND_LANDED: it is
 * open; else as for a result.  ERR_CONFLICT for a second one of a lease.
 * The submission is NULL where there is no such job.
 */
struct err *store_job_ssh_put(struct store *, struct arena *,
    const struct job_door *, enum job_landing *ret_outcome,
    const char **ret_submission) _must_check_;

/*
 * Removes bytes that nothing uses any more, looking at up to max of them;
 * *ret_n were looked at.
 */
struct err *store_blob_collect(struct store *, struct arena *, int64_t max,
    int64_t *ret_n) _must_check_;

#endif
