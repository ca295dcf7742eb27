/*
 * Theory: all that must be true before a handler runs is checked here, in one
 * order, so that every route refuses in the same way:
 *
 *	route (404), method (405), size (413), type (415), credentials (401),
 *	role (403), ids in the path (404), query (400), body (400), handler
 *
 * A route with R_BODY_FIRST has its body checked before the credentials.
 */
#include "assized/route.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "assized/app.h"
#include "assized/path.h"
#include "assized/problem.h"
#include "base/buf.h"
#include "base/str.h"
#include "core/auth.h"
#include "core/core.h"
#include "core/runner.h"
#include "wire/shorten.h"

/* What is read at once of a body that is shortened. */
#define PIECE ((size_t)64 << 10)

static const char *const methods[METHOD__MAX] = {
	[M_GET] = "GET",
	[M_POST] = "POST",
	[M_PUT] = "PUT",
	[M_DELETE] = "DELETE",
};

static const char *const whos[WHO__MAX] = {
	[WHO_ANYONE] = "anyone",
	[WHO_USER] = "user",
	[WHO_ADMIN] = "admin",
	[WHO_RUNNER] = "runner",
	[WHO_LINK] = "link",
};

static const struct {
	unsigned int type;
	const char *name;
} types[] = {
	{ T_JSON, "application/json" },
	{ T_MULTIPART, "multipart/form-data" },
	{ T_ZIP, "application/zip" },
	{ T_ZIP, "application/x-zip-compressed" },
	{ T_ZIP, "application/octet-stream" },
	{ T_CSV, "text/csv" },
};

const char *
method_name(enum method m)
{
	return methods[m];
}

const char *
who_name(enum who who)
{
	return whos[who];
}

static size_t
kept_max(const struct route *route)
{
	return (route->flags & R_SHORTENED) != 0 &&
		route->body_max > ROUTE_KEPT_MAX
	    ? ROUTE_KEPT_MAX
	    : route->body_max;
}

size_t
route_largest_body(void)
{
	size_t max = 0;

	for (const struct route *r = routes; r->path != NULL; r++)
		if (kept_max(r) > max)
			max = kept_max(r);
	return max;
}

/* HEAD is GET; the body is left out when it is written. */
static bool
has_head(const struct route *r)
{
	return r->method == M_GET && (r->flags & R_ACTS) == 0;
}

static bool
is_method(const struct route *r, const char *method)
{
	return strcmp(methods[r->method], method) == 0 ||
	    (has_head(r) && strcmp(method, "HEAD") == 0);
}

static struct err *
decode_params(struct arena *a, const char *raw[REQ_MAX_PARAMS],
    const char *param[REQ_MAX_PARAMS])
{
	for (size_t i = 0; i < REQ_MAX_PARAMS && raw[i] != NULL; i++) {
		param[i] = path_decode(a, raw[i]);
		if (param[i] == NULL)
			return ERR(a, ERR_REQUEST,
			    "a part of the path cannot be decoded");
	}
	return NULL;
}

struct err *
route_find(struct arena *a, const struct route *table, const char *method,
    const char *path, struct route_found *ret_found)
{
	const char *pattern = NULL;
	struct buf allow;

	*ret_found = (struct route_found) { 0 };
	buf_init(&allow, a, 64);
	for (const struct route *r = table; r->path != NULL; r++) {
		const char *raw[REQ_MAX_PARAMS] = { NULL };

		if (!path_match(a, r->path, path, raw, REQ_MAX_PARAMS))
			continue;
		/* The first pattern that fits is what the path means. */
		if (pattern == NULL)
			pattern = r->path;
		else if (strcmp(pattern, r->path) != 0)
			continue;
		if (is_method(r, method)) {
			ret_found->route = r;
			return decode_params(a, raw, ret_found->param);
		}
		buf_printf(&allow, "%s%s", allow.n > 0 ? ", " : "",
		    has_head(r) ? "GET, HEAD" : methods[r->method]);
	}
	if (allow.n == 0)
		return ERR(a, ERR_NOT_FOUND, "no such address");
	ret_found->allow = allow.p;
	return ERR(a, ERR_METHOD, "allowed are %s", allow.p);
}

/* The body's size as announced; -1 if it makes no sense. */
static int64_t
content_length(const struct req *r)
{
	const char *text = req_param(r, "CONTENT_LENGTH");
	int64_t n = 0;

	if (text[0] != '\0' && !str_to_i64(text, 0, INT64_MAX, &n))
		return -1;
	return n;
}

static struct err *
check_size(struct req *r, int64_t n)
{
	if (n < 0)
		return ERR(r->arena, ERR_REQUEST,
		    "Content-Length is no number");
	if ((uint64_t)n <= r->route->body_max)
		return NULL;
	if (r->route->body_max == 0)
		return ERR(r->arena, ERR_TOO_LARGE, "no body is taken here");
	return ERR(r->arena, ERR_TOO_LARGE, "at most %zu bytes are taken here",
	    r->route->body_max);
}

/* Which of the types it is, by what stands before the first ';'. */
static unsigned int
type_of(const char *content_type)
{
	struct str rest = str_of(content_type);
	struct str name = { "", 0 };

	if (!str_cut(&rest, ';', &name))
		return 0;
	name = str_trim(name);
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (name.n == strlen(types[i].name) &&
		    strncasecmp(name.p, types[i].name, name.n) == 0)
			return types[i].type;
	return 0;
}

static struct err *
check_type(struct req *r, int64_t n)
{
	const struct route *route = r->route;
	struct buf wanted;

	r->type = req_param(r, "CONTENT_TYPE");
	if (route->body_max == 0)
		return NULL;
	if (n == 0 && (route->flags & R_BODY_OPTIONAL) != 0)
		return NULL;
	if (r->type[0] == '\0' && (route->flags & R_LENIENT) != 0)
		return NULL;
	if ((route->types & T_BYTES) != 0 ||
	    (type_of(r->type) & route->types) != 0)
		return NULL;
	buf_init(&wanted, r->arena, 256);
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if ((types[i].type & route->types) != 0)
			buf_printf(&wanted, "%s%s", wanted.n > 0 ? ", " : "",
			    types[i].name);
	return ERR(r->arena, ERR_MEDIA_TYPE, "accepted are %s", wanted.p);
}

/* A query that cannot be read has no token. */
static const char *
token_of(struct req *r)
{
	const char *token = req_bearer(r);
	struct query query;

	if (token != NULL || (r->route->flags & R_QUERY_TOKEN) == 0)
		return token;
	if (query_parse(r->arena, r->route->query, req_param(r, "QUERY_STRING"),
		true, &query) != NULL)
		return NULL;
	return query_text(&query, "token");
}

/*
 * NOJ's second runner asks for data with a token of its configuration, and
 * the only one that can stand there is the secret.  It lets anybody register
 * who then may ask: nothing more is given here.
 */
static bool
has_secret(struct req *r, const char *token)
{
	return (r->route->flags & R_QUERY_TOKEN) != 0 && token != NULL &&
	    core_runner_secret(r->app->core, r->arena, token) == NULL;
}

/* Runners see another's path as they see another's token. */
static struct err *
check_runner(struct req *r)
{
	const char *token = token_of(r);
	struct caller *caller;

	if (has_secret(r, token)) {
		r->caller = arena_new_of(r->arena, struct caller);
		return NULL;
	}
	TRY(core_auth_runner(r->app->core, r->arena, token,
	    (r->route->flags & R_OFTEN) != 0, &caller));
	if (strncmp(r->route->path, "/runners/{rn}", 13) == 0 &&
	    strcmp(r->param[0], caller->runner->id) != 0)
		return ERR(r->arena, ERR_UNAUTHENTICATED,
		    "the token is not this runner's");
	r->caller = caller;
	return NULL;
}

static struct err *
check_caller(struct req *r)
{
	struct caller *caller;

	switch (r->route->who) {
	case WHO_USER:
	case WHO_ADMIN:
		TRY(core_auth_user(r->app->core, r->arena, req_bearer(r),
		    &caller));
		r->caller = caller;
		if (r->route->who == WHO_ADMIN && !caller->is_admin)
			return ERR(r->arena, ERR_FORBIDDEN,
			    "this is for administrators");
		return NULL;
	case WHO_RUNNER:
		return check_runner(r);
	default:
		return NULL;
	}
}

static struct err *
check_params(struct req *r)
{
	for (size_t i = 0; i < REQ_MAX_PARAMS && r->param[i] != NULL; i++)
		if (!path_is_param(r->route->path, i, r->param[i]))
			return ERR(r->arena, ERR_NOT_FOUND,
			    "no such thing can exist: %.64s is not its form",
			    r->param[i]);
	return NULL;
}

/* libfcgi calls a short body no error: the peer may have vanished. */
static struct err *
read_bytes(struct req *r, char *p, size_t n)
{
	if (r->source->read(r->source->ctx, p, n) != n)
		return ERR(r->arena, ERR_REQUEST,
		    "the body is shorter than announced");
	return NULL;
}

/* A byte more of each output than is stored, so that it counts as cut. */
static struct err *
read_shortened(struct req *r, size_t n)
{
	char *piece = arena_alloc(r->arena, PIECE);
	char *p = arena_alloc(r->arena, ROUTE_KEPT_MAX + 1);
	struct shorten s;
	size_t part;

	shorten_init(&s, p, ROUTE_KEPT_MAX, r->app->core->output_max + 1);
	for (; n > 0; n -= part) {
		part = n < PIECE ? n : PIECE;
		TRY(read_bytes(r, piece, part));
		if (!shorten_add(&s, piece, part))
			return ERR(r->arena, ERR_TOO_LARGE,
			    "at most %zu bytes are taken beside long outputs",
			    ROUTE_KEPT_MAX);
	}
	r->body = (struct str) { p, s.n };
	return NULL;
}

static struct err *
read_body(struct req *r, int64_t n)
{
	size_t size = (size_t)n;
	char *p;

	if (n == 0) {
		r->body = (struct str) { "", 0 };
		return NULL;
	}
	if (size > kept_max(r->route))
		return read_shortened(r, size);
	p = arena_alloc(r->arena, size + 1);
	TRY(read_bytes(r, p, size));
	r->body = (struct str) { p, size };
	return NULL;
}

static struct err *
check_body(struct req *r, int64_t n)
{
	const struct fields *fields = r->route->fields;

	TRY(read_body(r, n));
	if (fields == NULL)
		return NULL;
	r->in = arena_alloc(r->arena, fields->size);
	if (n == 0 && (r->route->flags & R_BODY_OPTIONAL) != 0)
		return NULL;
	if (n == 0)
		return ERR(r->arena, ERR_NOT_JSON, "the body is empty");
	return fields_parse(r->arena, fields, &json_limits_body, r->body,
	    r->in);
}

/*
 * nginx asks whose request it is before it takes a large body: 204, or 401
 * and 403, the only refusals that it hands on.  What fails here on our side is
 * said when the request itself comes.
 */
static struct err *
answer_caller(struct req *r, struct err *e)
{
	if (e != NULL)
		return ERR(r->arena, ERR_UNAUTHENTICATED, "%s", e->detail);
	e = check_caller(r);
	if (e != NULL && err_info(e->code)->status < 500)
		return e;
	resp_empty(&r->resp, 204);
	return NULL;
}

static struct err *
serve(struct req *r, const struct route *table)
{
	const char *method = req_param(r, "REQUEST_METHOD");
	struct route_found found;
	struct err *e;
	int64_t n;
	bool body_first;

	r->is_head = strcmp(method, "HEAD") == 0;
	e = route_find(r->arena, table, method, req_param(r, "PATH_RAW"),
	    &found);
	r->route = found.route;
	memcpy(r->param, found.param, sizeof(found.param));
	if (req_param(r, "CALLER_ONLY")[0] != '\0')
		return answer_caller(r, e);
	if (found.allow != NULL)
		resp_header(&r->resp, "Allow", found.allow);
	if (e != NULL)
		return e;
	n = content_length(r);
	TRY(check_size(r, n));
	TRY(check_type(r, n));
	body_first = (r->route->flags & R_BODY_FIRST) != 0;
	if (body_first)
		TRY(check_body(r, n));
	TRY(check_caller(r));
	TRY(check_params(r));
	TRY(query_parse(r->arena, r->route->query, req_param(r, "QUERY_STRING"),
	    (r->route->flags & R_LENIENT) != 0, &r->query));
	if (!body_first)
		TRY(check_body(r, n));
	return r->route->handler(r);
}

void
route_serve(struct req *r, const struct route *table)
{
	struct err *e = serve(r, table);

	if (e != NULL)
		problem_answer(r, e);
	assert(r->resp.status != 0);
}
