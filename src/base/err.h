/*
 * The error that travels from where its cause is known to the one place
 * where it ends (assized/problem.c, runner/report.c, cli/main.c).
 *
 * An error says that *we* could not do something.  A wrong answer of a
 * student's program is data, not an error; a mistake of ours is an assert.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/arena.h"

enum err_code {
#define X(code, slug, status, title, retry) code,
#include "base/errors.def"
#undef X
	ERR__MAX
};

/* One thing wrong in a document, by JSON pointer (RFC 6901). */
struct field_fault {
	const char *pointer;
	const char *detail;
	const struct field_fault *next;
};

/* Lives in the arena it was made with. */
struct err {
	enum err_code code;
	const char *detail;               /* for the client, or NULL */
	const char *internal;             /* for the log only, or NULL */
	const char *where;                /* file:line that made it */
	const struct field_fault *faults; /* what is wrong, in order, or NULL */
	int retry_after_s;                /* from the table; may be raised */
};

struct err_info {
	const char *name; /* "ERR_NOT_FOUND" */
	const char *slug;
	int status;
	const char *title;
	int retry_after_s;
};

const struct err_info *err_info(enum err_code);

/*
 * ERR(a, code, fmt, ...): the text is for the client: lower case, no full
 * stop, "could not" for what may work later, "cannot" for what never will.
 * ERR_WHY(a, code, fmt, ...): the text is for our log only.
 */
#define ERR(a, code, ...) err_new((a), (code), HERE, __VA_ARGS__)
#define ERR_WHY(a, code, ...) err_new_internal((a), (code), HERE, __VA_ARGS__)

struct err *err_new(struct arena *, enum err_code, const char *where,
    const char *fmt, ...) _printf_(4, 5) _must_check_;
struct err *err_new_internal(struct arena *, enum err_code, const char *where,
    const char *fmt, ...) _printf_(4, 5) _must_check_;
/* Adds the text for our log to an error; returns it. */
struct err *err_because(struct arena *, struct err *, const char *fmt, ...)
    _printf_(3, 4);

/* Hands an error on.  The only macro of ours that hides control flow. */
#define TRY(call)                              \
	do {                                   \
		struct err *try_err_ = (call); \
		if (try_err_ != NULL)          \
			return try_err_;       \
	} while (0)

/* A list of faults that is being collected, at most FAULTS_MAX of them. */
#define FAULTS_MAX 64

struct faults {
	struct arena *arena;
	const struct field_fault *first;
	const struct field_fault **last;
	size_t n; /* also counts those beyond FAULTS_MAX */
};

void faults_init(struct faults *, struct arena *);
void faults_add(struct faults *, const char *pointer, const char *fmt, ...)
    _printf_(3, 4);
/* NULL if there are none, else an error that carries them. */
struct err *faults_err(const struct faults *, enum err_code) _must_check_;

#endif
