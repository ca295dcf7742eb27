/*
 * The job document: written by the server, read by the runner, both by one
 * table.  What NOJ's runners read is in it as well.
 */
#ifndef WIRE_JOB_H
#define WIRE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fields.h"

/* The submitted files: a zip, by a signed link (code_url). */
struct wire_job_source {
	const char *const *files; /* names in the zip */
	size_t n_files;
	const char *sha256; /* of the zip, hexadecimal */
	int64_t size;       /* bytes of the zip */
};

struct wire_job_package {
	const char *digest; /* SHA-256 of the zip, hexadecimal */
	const char *url;    /* GET with the runner's token */
	int64_t size;       /* bytes */
};

/* One group of cases, as NOJ sees it; written in both spellings. */
struct wire_job_task {
	int64_t task_id; /* 0, 1, ... */
	int64_t case_count;
	int64_t memory_limit; /* KiB */
	int64_t time_limit;   /* ms */
	int64_t task_score;   /* the sum over all tasks is 100 */
};

struct wire_job {
	const char *job_id;
	const char *submission_id;
	int64_t attempt; /* 1, 2, ... */
	const char *lease_id;
	int64_t problem_id;
	const char *problem; /* slug */
	const char *course;  /* slug */
	int64_t language;    /* 0 c, 1 cpp, 2 python3, then ours; -1 none */
	const char *language_name; /* or NULL */
	const char *code_url;      /* fetched without Authorization */
	const struct wire_job_source *source;
	const struct wire_job_package *package;
	const struct wire_job_package *common; /* the course's files, or NULL */
	const char *grading;  /* JSON object as text: the snapshot */
	const char *limits;   /* JSON object as text, or NULL */
	const char *state;    /* or NULL */
	const char *input;    /* JSON object as text, or NULL */
	const char *locale;   /* or NULL */
	const char *debug;    /* "ssh": a session instead of the grading */
	bool network;         /* the grader may reach it */
	int64_t deadline_sec; /* from now, by when it must be over */
	const char *checker;  /* for NOJ's runners, or NULL */
	const struct wire_job_task *tasks;
	size_t n_tasks;
};

extern const struct fields wire_job_fields; /* lenient */

/* Writes the document's members into an object that is open. */
void wire_job_write_members(struct json_w *, const struct wire_job *);
/*
 * Reads the document; members inside "data" are found where they are not at
 * top level.  ERR_NOT_JSON or ERR_FIELDS.
 */
struct err *wire_job_parse(struct arena *, struct str text,
    struct wire_job **ret_job) _must_check_;

#endif
