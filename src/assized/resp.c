#include "assized/resp.h"

#include <assert.h>
#include <string.h>

/* What a status means, for the status line. */
static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

void
resp_init(struct resp *p, struct arena *a)
{
	*p = (struct resp) { .arena = a };
	buf_init(&p->headers, a, RESP_HEADERS_BYTES);
}

static bool
is_header_value(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

void
resp_header(struct resp *p, const char *name, const char *value)
{
	if (is_header_value(value))
		buf_printf(&p->headers, "%s: %s\r\n", name, value);
}

void
resp_retry_after(struct resp *p, int64_t seconds)
{
	buf_printf(&p->headers, "Retry-After: %lld\r\n", (long long)seconds);
}

void
resp_body(struct resp *p, int status, const char *type, const void *body,
    size_t n)
{
	p->status = status;
	p->type = type;
	p->body = body;
	p->body_n = n;
}

void
resp_stream(struct resp *p, const char *type, resp_stream_fn *fn,
    const void *streamed)
{
	resp_body(p, 200, type, NULL, 0);
	p->stream = fn;
	p->streamed = streamed;
}

void
resp_empty(struct resp *p, int status)
{
	resp_body(p, status, NULL, NULL, 0);
}

static const char *
reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

char *
resp_head(const struct resp *p)
{
	struct buf head;

	assert(p->status != 0);
	buf_init(&head, p->arena, 2 * RESP_HEADERS_BYTES);
	buf_printf(&head, "Status: %d %s\r\n", p->status, reason(p->status));
	if (p->type != NULL) {
		buf_printf(&head, "Content-Type: %s\r\n", p->type);
		if (p->stream == NULL)
			buf_printf(&head, "Content-Length: %zu\r\n", p->body_n);
	}
	if (!buf_overflowed(&p->headers))
		buf_put(&head, p->headers.p, p->headers.n);
	buf_puts(&head, "\r\n");
	return head.p;
}
