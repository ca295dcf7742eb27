/*
 * What is submitted: which files, in which language, as which bytes.
 */
#ifndef CORE_SOURCE_H
#define CORE_SOURCE_H

#include "core/snapshot.h"
#include "core/submission.h"
#include "grade/language.h"
#include "store/problem.h"

struct source {
	const struct language *language; /* NULL: none */
	const struct zip_file *files;
	size_t n_files;
	char *zip;
	size_t zip_n;
	const char *input;  /* JSON: {"files":[...],"input":...} */
	const char *pool;   /* of its job */
	const char *locale; /* or NULL */
};

/*
 * Chooses the language, the caller's or the one that the files' names tell.
 * ERR_LANGUAGE if the problem does not take it or none can be told.  NULL
 * where the problem is not about programs, whatever was said.
 */
struct err *source_language(struct arena *, const struct submit *,
    const struct problem *, const struct snapshot *,
    const struct language **ret_language) _must_check_;
/*
 * Unpacks a single zip, names a single source text, checks names, sizes and
 * (of what is judged) that there is a file to start, and packs all of it the same way each time.
 * ERR_FILES, ERR_TOO_LARGE.
 */
struct err *source_pack(struct arena *, const struct submit *,
    const struct snapshot *, const struct language *,
    struct source *ret_source) _must_check_;
/*
 * What is kept beside the bytes, to be read again without unpacking them; NULL
 * if that is more than max bytes.
 */
const char *source_describe(struct arena *, const struct source *,
    const char *input, size_t max);
/* Names the request: the same for the same request, however it was sent. */
char *source_request_digest(struct arena *, const struct submit *) _must_check_;

#endif
