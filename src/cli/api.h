/*
 * A call of the API: the envelope taken off, problems made errors, passing
 * failures tried again.
 */
#ifndef CLI_API_H
#define CLI_API_H

#include "cli/cli.h"

struct api_call {
	const char *method;
	const char *path; /* "/submissions?limit=5" */
	const char *type; /* Content-Type, or NULL: no body */
	const void *body;
	size_t body_n;
	const char *key; /* Idempotency-Key, or NULL */
};

/*
 * Returns the member "data" of the answer, or NULL if it has none.  An
 * answer of 400 and above is an error with the code of its problem, its
 * detail and its faults; cli->problem then is its text.  What may be
 * repeated (GET, PUT, DELETE, or a POST with a key) is repeated for about 20
 * seconds while the server is not there or is busy.
 */
struct err *api_do(struct cli *, const struct api_call *,
    const struct json **ret_data) _must_check_;

/*
 * GET, with the answer's bytes into a file that is open; it begins again
 * where the answer broke off and the file can be rewound.
 */
struct err *api_save(struct cli *, const char *path, int fd) _must_check_;

/* Each '%' of the form becomes the next word, percent-encoded. */
char *api_path(struct arena *, const char *form, const char *one,
    const char *two) _must_check_;

#endif
