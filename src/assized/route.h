/*
 * Routes as data, and everything that must be true before a handler runs.
 */
#ifndef ASSIZED_ROUTE_H
#define ASSIZED_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "assized/query.h"
#include "assized/req.h"
#include "wire/fields.h"

enum method { M_GET, M_POST, M_PUT, M_DELETE, METHOD__MAX };

enum who {
	WHO_ANYONE,
	WHO_USER,   /* a person's JWT */
	WHO_ADMIN,  /* and an administrator */
	WHO_RUNNER, /* a runner's token; that runner if the path names one */
	WHO_LINK,   /* the signed link is the credential */
	WHO__MAX
};

/* Content types that a route takes. */
#define T_JSON 1u
#define T_MULTIPART 2u
#define T_ZIP 4u
#define T_BYTES 8u /* any; it is not looked at */
#define T_CSV 16u

/* The body is checked before the credentials. */
#define R_BODY_FIRST 1u
/* No body at all is as good as one. */
#define R_BODY_OPTIONAL 2u
/* Unknown query keys are skipped; a missing Content-Type means JSON. */
#define R_LENIENT 4u
/* A GET that changes something: HEAD would do so and lose the answer. */
#define R_ACTS 8u
/* The token may also stand in the query, as "token", and be the secret of
 * registration: then the caller is no particular runner. */
#define R_QUERY_TOKEN 16u
/* Asked all day: the runner may be as it was a second ago. */
#define R_OFTEN 32u
/* Outputs in it are cut while it is read (wire/shorten.h). */
#define R_SHORTENED 64u

/* A body that is shortened is at most so long then, else ERR_TOO_LARGE. */
#define ROUTE_KEPT_MAX ((size_t)16 << 20)

typedef struct err *handler_fn(struct req *);

struct route {
	enum method method;
	const char *path; /* {name} stands for one part */
	handler_fn *handler;
	enum who who;
	size_t body_max; /* bytes; 0: none is taken */
	unsigned int types;
	const struct fields *fields;   /* of a JSON body, or NULL */
	const struct query_key *query; /* NULL: none is taken */
	unsigned int flags;
};

/* THE TABLE; it ends with a NULL path. */
extern const struct route routes[];

const char *method_name(enum method);
const char *who_name(enum who);
/* A body as large as the largest of all routes, as it is kept. */
size_t route_largest_body(void);

struct route_found {
	const struct route *route;
	const char *param[REQ_MAX_PARAMS]; /* of the path, decoded */
	const char *allow; /* ERR_METHOD: value of the Allow header */
};

/*
 * Finds the route of a method and a raw path.  ERR_NOT_FOUND; ERR_METHOD;
 * ERR_REQUEST if the path cannot be decoded (the route is then set).
 */
struct err *route_find(struct arena *, const struct route *table,
    const char *method, const char *path,
    struct route_found *ret_found) _must_check_;

/*
 * From a fresh request to its answer: the preconditions in their order, the
 * handler, and a problem where something failed.
 */
void route_serve(struct req *, const struct route *table);

#endif
