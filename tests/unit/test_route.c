/* The preconditions in their order, on a table of the test's own. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "assized/app.h"
#include "assized/path.h"
#include "assized/route.h"
#include "base/buf.h"
#include "wire/json.h"

struct wish {
	const char *name;
	int64_t n;
};

/* clang-format off */
static const struct field wish_fields[] = {
	{ "name", F_STRING, AT(struct wish, name), F_REQUIRED,
	    .min = 1, .max = 8 },
	{ "n", F_INT, AT(struct wish, n), 0, .min = 0, .max = 9 },
	{ 0 }
};
static const struct fields wish = {
	"wish", wish_fields, sizeof(struct wish), 0
};

static struct err *handle(struct req *);
static struct err *handle_wish(struct req *);
static struct err *fail_us(struct req *);

static const struct query_key keys[] = { { "k", QUERY_INT, 0, 9 }, { 0 } };

static const struct route table[] = {
	{ M_GET, "/plain", handle, WHO_ANYONE, 0, 0, NULL, keys, 0 },
	{ M_POST, "/plain", handle_wish, WHO_ANYONE, 64, T_JSON, &wish, NULL,
	    0 },
	{ M_PUT, "/loose", handle, WHO_ANYONE, 64, T_JSON, &wish, NULL,
	    R_BODY_OPTIONAL | R_LENIENT },
	{ M_GET, "/c/{c}/x/{user}", handle, WHO_ANYONE, 0, 0, NULL, NULL, 0 },
	{ M_GET, "/jobs/{jb}", handle, WHO_LINK, 0, 0, NULL, NULL, 0 },
	{ M_GET, "/mine", handle, WHO_USER, 0, 0, NULL, NULL, 0 },
	{ M_POST, "/mine", handle, WHO_USER, 8, T_JSON, &wish, NULL, 0 },
	{ M_POST, "/first", handle, WHO_RUNNER, 64, T_JSON, &wish, NULL,
	    R_BODY_FIRST },
	{ M_GET, "/broken", fail_us, WHO_ANYONE, 0, 0, NULL, NULL, 0 },
	{ 0 }
};
/* clang-format on */

static struct err *
handle(struct req *r)
{
	resp_empty(&r->resp, 204);
	return NULL;
}

static struct err *
handle_wish(struct req *r)
{
	const struct wish *in = r->in;
	struct reply p;

	reply_begin(&p, r, 201, "wished");
	p.is_flat = true;
	json_w_key_str(&p.w, "name", in->name);
	reply_end(&p);
	return NULL;
}

static struct err *
fail_us(struct req *r)
{
	return ERR_WHY(r->arena, ERR_INTERNAL, "password is hunter2");
}

/* What the web server would say. */
struct call {
	const char *method;
	const char *path;
	const char *query;
	const char *type;
	const char *length; /* NULL: that of the body */
	const char *body;
	const char *authorization;
	const char *caller_only;
};

static const char *
get(void *ctx, const char *name)
{
	const struct call *c = ctx;
	static char length[24];

	if (strcmp(name, "REQUEST_METHOD") == 0)
		return c->method;
	if (strcmp(name, "PATH_RAW") == 0)
		return c->path;
	if (strcmp(name, "QUERY_STRING") == 0)
		return c->query;
	if (strcmp(name, "CONTENT_TYPE") == 0)
		return c->type;
	if (strcmp(name, "HTTP_AUTHORIZATION") == 0)
		return c->authorization;
	if (strcmp(name, "CALLER_ONLY") == 0)
		return c->caller_only;
	if (strcmp(name, "REQUEST_ID") == 0)
		return "0123456789abcdef0123456789abcdef";
	if (strcmp(name, "CONTENT_LENGTH") != 0)
		return NULL;
	if (c->length != NULL || c->body == NULL)
		return c->length;
	snprintf(length, sizeof(length), "%zu", strlen(c->body));
	return length;
}

static size_t
read_it(void *ctx, void *p, size_t n)
{
	const struct call *c = ctx;
	size_t have = c->body == NULL ? 0 : strlen(c->body);

	if (n > have)
		n = have;
	memcpy(p, c->body == NULL ? "" : c->body, n);
	return n;
}

static struct core core;
static struct app app = { .core = &core };

static void
serve(struct arena *a, const struct call *c, struct req *r)
{
	struct call copy = *c;
	const struct req_source source = { &copy, get, read_it };

	req_init(r, a, &app, &source);
	route_serve(r, table);
}

static const struct json *
problem_of(struct arena *a, const struct req *r)
{
	const struct json *j;

	assert_string_equal(r->resp.type, "application/problem+json");
	assert_ok(
	    json_parse(a, r->resp.body, r->resp.body_n, &json_limits_body, &j));
	assert_string_equal(json_member_string(j, "instance"),
	    "0123456789abcdef0123456789abcdef");
	assert_int_equal(json_member(j, "status")->integer, r->resp.status);
	return j;
}

#define JB "jb_01ARZ3NDEKTSV4RRFFQ69G5FAV"
#define JSON "application/json"

static void
order(void **state)
{
	/* clang-format off */
	static const struct {
		struct call call;
		int status;
		const char *slug;
	} cases[] = {
		{ { .method = "GET", .path = "/plain" }, 204, NULL },
		{ { .method = "HEAD", .path = "/plain" }, 204, NULL },
		{ { .method = "GET", .path = "/plain", .query = "k=3" },
		  204, NULL },
		{ { .method = "GET", .path = "/plain", .query = "q=3" },
		  400, "fields" },
		{ { .method = "GET", .path = "" }, 404, "not-found" },
		{ { .method = "GET", .path = "/" }, 404, "not-found" },
		{ { .method = "GET", .path = "/plain/" }, 404, "not-found" },
		{ { .method = "GET", .path = "/plain/x" }, 404, "not-found" },
		{ { .method = "GET", .path = "/PLAIN" }, 404, "not-found" },
		{ { .method = "GET", .path = "//plain" }, 404, "not-found" },
		{ { .method = "", .path = "/plain" },
		  405, "method-not-allowed" },
		{ { .method = "get", .path = "/plain" },
		  405, "method-not-allowed" },
		{ { .method = "DELETE", .path = "/plain" },
		  405, "method-not-allowed" },
		/* size before type before credentials before body */
		{ { .method = "GET", .path = "/plain", .body = "x" },
		  413, "too-large" },
		{ { .method = "POST", .path = "/mine",
		    .type = "text/plain", .length = "9" }, 413, "too-large" },
		{ { .method = "POST", .path = "/mine",
		    .type = "text/plain", .length = "8" }, 415, "media-type" },
		{ { .method = "POST", .path = "/mine", .type = JSON,
		    .body = "x" }, 401, "unauthenticated" },
		{ { .method = "GET", .path = "/mine", .query = "q=1" },
		  401, "unauthenticated" },
		{ { .method = "GET", .path = "/mine",
		    .authorization = "Basic eA==" }, 401, "unauthenticated" },
		{ { .method = "GET", .path = "/mine",
		    .authorization = "Bearer " }, 401, "unauthenticated" },
		{ { .method = "POST", .path = "/first", .type = JSON,
		    .body = "x" }, 400, "not-json" },
		{ { .method = "POST", .path = "/first", .type = JSON,
		    .body = "{\"name\":\"a\"}" }, 401, "unauthenticated" },
		/* only whose it is: neither size, type nor body */
		{ { .method = "POST", .path = "/plain", .type = "text/plain",
		    .length = "99999999", .caller_only = "1" }, 204, NULL },
		{ { .method = "POST", .path = "/mine", .length = "99999999",
		    .caller_only = "1" }, 401, "unauthenticated" },
		{ { .method = "POST", .path = "/", .length = "99999999",
		    .caller_only = "1" }, 401, "unauthenticated" },
		/* bodies */
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .body = "{\"name\":\"a\"}" }, 201, NULL },
		{ { .method = "POST", .path = "/plain",
		    .type = "application/JSON ; charset=utf-8",
		    .body = "{\"name\":\"a\"}" }, 201, NULL },
		{ { .method = "POST", .path = "/plain",
		    .body = "{\"name\":\"a\"}" }, 415, "media-type" },
		{ { .method = "POST", .path = "/plain",
		    .type = "application/jsonx", .body = "{}" },
		  415, "media-type" },
		{ { .method = "POST", .path = "/plain", .type = JSON },
		  400, "not-json" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .body = "[]" }, 400, "fields" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .body = "{}" }, 400, "fields" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .body = "{\"name\":1,\"n\":11,\"x\":0}" }, 400, "fields" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .length = "20", .body = "{\"name\":\"a\"}" },
		  400, "bad-request" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .length = "-1", .body = "{}" }, 400, "bad-request" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .length = "1e3", .body = "{}" }, 400, "bad-request" },
		{ { .method = "POST", .path = "/plain", .type = JSON,
		    .length = "99999999999999999999", .body = "{}" },
		  400, "bad-request" },
		{ { .method = "PUT", .path = "/loose" }, 204, NULL },
		{ { .method = "PUT", .path = "/loose", .query = "any=1",
		    .body = "{\"name\":\"a\"}" }, 204, NULL },
		{ { .method = "PUT", .path = "/loose",
		    .type = "text/plain", .body = "{}" }, 415, "media-type" },
		/* parameters of the path */
		{ { .method = "GET", .path = "/c/a-1/x/joe%40b.org" },
		  204, NULL },
		{ { .method = "GET", .path = "/c/a%2Fb/x/joe" },
		  400, "bad-request" },
		{ { .method = "GET", .path = "/c/a%00/x/joe" },
		  400, "bad-request" },
		{ { .method = "GET", .path = "/c/%ff/x/joe" },
		  400, "bad-request" },
		{ { .method = "GET", .path = "/c/%zz/x/joe" },
		  400, "bad-request" },
		{ { .method = "GET", .path = "/c/../x/joe" },
		  404, "not-found" },
		{ { .method = "GET", .path = "/c//x/joe" }, 404, "not-found" },
		{ { .method = "GET", .path = "/c/a/x/ joe" },
		  404, "not-found" },
		{ { .method = "GET", .path = "/jobs/" JB }, 204, NULL },
		{ { .method = "GET", .path = "/jobs/" JB "X" },
		  404, "not-found" },
		{ { .method = "GET",
		    .path = "/jobs/sb_01ARZ3NDEKTSV4RRFFQ69G5FAV" },
		  404, "not-found" },
		{ { .method = "GET", .path = "/broken" }, 500, "internal" },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		const char *type;
		struct req r;

		serve(a, &cases[i].call, &r);
		if (r.resp.status != cases[i].status)
			fail_msg("case %zu, %s %s: %d, not %d: %.*s", i,
			    cases[i].call.method, cases[i].call.path,
			    r.resp.status, cases[i].status, (int)r.resp.body_n,
			    r.resp.body == NULL ? "" : r.resp.body);
		if (cases[i].slug == NULL)
			continue;
		type = json_member_string(problem_of(a, &r), "type");
		assert_string_equal(type + strlen("urn:assize:problem:"),
		    cases[i].slug);
	}
}

static void
details(void **state)
{
	const struct call wrong = { .method = "PUT", .path = "/plain" };
	const struct call faulty = { .method = "POST",
		.path = "/plain",
		.type = JSON,
		.body = "{\"name\":1,\"n\":11,\"x\":0}" };
	const struct call broken = { .method = "GET", .path = "/broken" };
	const struct call mine = { .method = "GET", .path = "/mine" };
	UNIT_ARENA(a);
	struct req r;

	serve(a, &wrong, &r);
	assert_non_null(
	    strstr(resp_head(&r.resp), "\r\nAllow: GET, HEAD, POST\r\n"));
	serve(a, &faulty, &r);
	assert_int_equal(json_member(problem_of(a, &r), "errors")->n, 3);
	serve(a, &mine, &r);
	assert_non_null(
	    strstr(resp_head(&r.resp), "\r\nWWW-Authenticate: Bearer\r\n"));
	/* What went wrong with us is not for the client. */
	serve(a, &broken, &r);
	assert_null(memmem(r.resp.body, r.resp.body_n, "hunter2", 7));
}

static void
envelope(void **state)
{
	const struct call good = { .method = "POST",
		.path = "/plain",
		.type = JSON,
		.body = "{\"name\":\"a\"}" };
	UNIT_ARENA(a);
	struct req r;

	serve(a, &good, &r);
	assert_int_equal(r.resp.status, 201);
	assert_string_equal(str_dup(a,
				(struct str) { r.resp.body, r.resp.body_n }),
	    "{\"status\":\"ok\",\"message\":\"wished\","
	    "\"data\":{\"name\":\"a\"},\"name\":\"a\"}");
}

/* Names as long as a body, as many as there are, still make a problem. */
static void
long_names(void **state)
{
	/* clang-format off */
	static const struct route wide[] = {
		{ M_POST, "/plain", handle_wish, WHO_ANYONE, 4 << 20, T_JSON,
		  &wish, NULL, 0 },
		{ 0 }
	};
	/* clang-format on */
	UNIT_ARENA(a);
	struct call call = { .method = "POST", .path = "/plain", .type = JSON };
	const struct req_source source = { &call, get, read_it };
	struct buf b;
	struct req r;

	buf_init(&b, a, 4 << 20);
	for (int i = 0; i < 70; i++) {
		buf_printf(&b, "%s\"%d", i == 0 ? "{" : ",", i);
		for (int k = 0; k < 5000; k++)
			buf_puts(&b, "\xc3\xa4");
		buf_puts(&b, "\":1");
	}
	buf_puts(&b, "}");
	call.body = b.p;
	req_init(&r, a, &app, &source);
	route_serve(&r, wide);
	assert_int_equal(r.resp.status, 400);
	assert_int_equal(json_member(problem_of(a, &r), "errors")->n,
	    FAULTS_MAX);
}

/* Nobody can put a line of their own into the head of an answer. */
static void
headers(void **state)
{
	UNIT_ARENA(a);
	struct resp p;

	resp_init(&p, a);
	resp_empty(&p, 204);
	resp_header(&p, "X-Good", "yes");
	resp_header(&p, "X-Bad", "a\r\nX-Evil: 1");
	resp_header(&p, "X-Bad", "a\x7f");
	assert_string_equal(resp_head(&p),
	    "Status: 204 No Content\r\nX-Good: yes\r\n\r\n");
}

/* Of the real table: no line may be at odds with itself. */
static void
real_table(void **state)
{
	for (const struct route *r = routes; r->path != NULL; r++) {
		bool takes_body = r->body_max > 0;

		assert_non_null(r->handler);
		assert_int_equal(takes_body, r->types != 0);
		/* A POST may do without: its path says it all, as that of
		 * who comes into a team does. */
		assert_true(
		    !takes_body || r->method == M_POST || r->method == M_PUT);
		assert_true(takes_body || r->method != M_PUT ||
		    strstr(r->path, "/teams/{team}/members/") != NULL);
		if (r->fields != NULL)
			assert_int_equal(r->types, T_JSON);
		for (const struct route *q = r + 1; q->path != NULL; q++)
			assert_false(q->method == r->method &&
			    strcmp(q->path, r->path) == 0);
	}
}

/* Every {name} of it has a form; path_is_param asserts that. */
static void
real_params(void **state)
{
	for (const struct route *r = routes; r->path != NULL; r++) {
		size_t n = 0;

		for (const char *p = r->path; *p != '\0'; p++)
			n += *p == '{';
		for (size_t i = 0; i < n; i++)
			assert_false(path_is_param(r->path, i, ""));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order),
		cmocka_unit_test(details),
		cmocka_unit_test(envelope),
		cmocka_unit_test(long_names),
		cmocka_unit_test(headers),
		cmocka_unit_test(real_table),
		cmocka_unit_test(real_params),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
