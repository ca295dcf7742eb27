/*
 * The body of POST /submissions, as JSON.
 */
#ifndef WIRE_SUBMISSION_H
#define WIRE_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/fields.h"

#define WIRE_FILES_MAX 200

struct wire_file {
	const char *name;    /* a safe relative path (io_is_safe_path) */
	const char *content; /* NUL-terminated; may hold NULs */
	size_t n;            /* bytes of content */
	const char *base64;  /* as it came, or NULL */
};

struct wire_submission {
	const char *course;            /* slug */
	const char *problem;           /* slug */
	const char *language;          /* label, or NULL */
	const struct wire_file *files; /* names differ */
	size_t n_files;
	const char *code;  /* one source text instead of files, or NULL */
	const char *input; /* JSON object as text, or NULL */
	const char *group; /* name of a team, or NULL */
	const char *debug; /* "ssh": a session instead of a grading; or NULL */
};

extern const struct fields wire_submission_fields;

/*
 * Reads a body.  Exactly one of "files" and "code" is there, unless there is
 * "input"; content_base64 is decoded.  ERR_NOT_JSON or ERR_FIELDS.
 */
struct err *wire_submission_parse(struct arena *, struct str body,
    struct wire_submission **ret_submission) _must_check_;
/* The body as text, for a client: base64 where content is not plain text. */
char *wire_submission_text(struct arena *,
    const struct wire_submission *) _must_check_;

#endif
