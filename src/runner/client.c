#include "runner/client.h"

#include "base/enc.h"
#include "base/str.h"
#include "http/http.h"

#include <config.h>

#define ANSWER_MAX ((size_t)16 << 20)
#define REQUEST_MAX ((size_t)16 << 20)
#define TIMEOUT_MS 30000
#define DOWNLOAD_TIMEOUT_MS 600000
/* Progress is a courtesy: grading does not wait for it. */
#define PROGRESS_TIMEOUT_MS 2000
#define FILE_TIMEOUT_MS 120000

static const struct json_limits answer_limits = { 200000, 16 };

struct client {
	const struct runner_config *config;
	struct http_config http_config;
	struct http *http;
};

struct err *
client_open(struct arena *a, const struct runner_config *config,
    struct client **ret_client)
{
	struct client *c = arena_new_of(a, struct client);

	c->config = config;
	c->http_config = (struct http_config) {
		.agent = "assize-runner/" PACKAGE_VERSION,
		.ca_file = config->ca_file,
		/* Not the environment's: a unit has none to offer. */
		.proxy = config->proxy != NULL ? config->proxy : "",
	};
	TRY(http_open(a, &c->http_config, &c->http));
	*ret_client = c;
	return NULL;
}

void
client_close(struct client *c)
{
	if (c != NULL)
		http_close(c->http);
}

bool
client_is_passing(int status)
{
	return status == 408 || status == 429 || status >= 500;
}

static struct err *
exchange(struct client *c, struct arena *a, struct http_request *req,
    struct reply *ret_reply)
{
	struct http_answer answer;

	if (req->max == 0)
		req->max = ANSWER_MAX;
	if (req->timeout_ms == 0)
		req->timeout_ms = TIMEOUT_MS;
	TRY(http_do(c->http, a, req, &answer));
	*ret_reply = (struct reply) {
		.status = answer.status,
		.retry_after_s = answer.retry_after_s,
		.body = answer.body,
		.n = answer.n,
	};
	return NULL;
}

/* Sends a struct by its field table. */
static struct err *
exchange_fields(struct client *c, struct arena *a, struct http_request *req,
    const struct fields *fields, const void *body, struct reply *ret_reply)
{
	char *text = fields_text(a, fields, body, REQUEST_MAX);

	if (text == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "%s too long", fields->name);
	req->body = text;
	req->body_n = strlen(text);
	req->sink = -1;
	return exchange(c, a, req, ret_reply);
}

static const char *
runner_url(struct client *c, struct arena *a, const struct identity *id,
    const char *rest)
{
	return arena_printf(a, "%s/runners/%s%s", c->config->server,
	    enc_url_encode(a, id->runner_id), rest);
}

static const char *
job_url(struct client *c, struct arena *a, const struct identity *id,
    const struct claim *claim, const char *verb)
{
	return runner_url(c, a, id,
	    arena_printf(a, "/jobs/%s/%s", enc_url_encode(a, claim->job_id),
		verb));
}

static const char *const *
lease_header(struct arena *a, const struct claim *claim)
{
	const char **list = arena_array(a, 2, sizeof(*list));

	list[0] = arena_printf(a, "X-Assize-Lease: %s", claim->lease_id);
	return list;
}

struct err *
client_register(struct client *c, struct arena *a,
    const struct wire_register *body, struct reply *ret_reply,
    struct wire_registered *ret_registered)
{
	struct http_request req = {
		.method = "POST",
		.url =
		    arena_printf(a, "%s/runners/register", c->config->server),
	};

	TRY(exchange_fields(c, a, &req, &wire_register_fields, body,
	    ret_reply));
	if (ret_reply->status != 201)
		return NULL;
	return fields_parse(a, &wire_registered_fields, &answer_limits,
	    (struct str) { ret_reply->body, ret_reply->n }, ret_registered);
}

struct err *
client_heartbeat(struct client *c, struct arena *a, const struct identity *id,
    const struct wire_heartbeat *body, struct reply *ret_reply,
    struct wire_commands *ret_commands)
{
	struct http_request req = {
		.method = "POST",
		.url = runner_url(c, a, id, "/heartbeat"),
		.bearer = id->token,
	};

	*ret_commands = (struct wire_commands) { 0 };
	TRY(exchange_fields(c, a, &req, &wire_heartbeat_fields, body,
	    ret_reply));
	if (ret_reply->status != 200)
		return NULL;
	return fields_parse(a, &wire_commands_fields, &answer_limits,
	    (struct str) { ret_reply->body, ret_reply->n }, ret_commands);
}

struct err *
client_next_job(struct client *c, struct arena *a, const struct identity *id,
    const struct poll *poll, struct reply *ret_reply, struct wire_job **ret_job)
{
	struct http_request req = {
		.method = "GET",
		.bearer = id->token,
		.sink = -1,
		.timeout_ms = TIMEOUT_MS + poll->wait_s * 1000,
		.cancel = poll->cancel,
	};

	req.url = poll->wait_s > 0
	    ? runner_url(c, a, id,
		  arena_printf(a, "/next-job?wait=%d&nonce=%s",
		      (int)poll->wait_s, poll->nonce))
	    : runner_url(c, a, id,
		  arena_printf(a, "/next-job?nonce=%s", poll->nonce));
	TRY(exchange(c, a, &req, ret_reply));
	if (ret_reply->status != 200)
		return NULL;
	return wire_job_parse(a, (struct str) { ret_reply->body, ret_reply->n },
	    ret_job);
}

struct err *
client_complete(struct client *c, struct arena *a, const struct identity *id,
    const struct claim *claim, const char *result, struct reply *ret_reply)
{
	struct http_request req = {
		.method = "PUT",
		.url = job_url(c, a, id, claim, "complete"),
		.bearer = id->token,
		.headers = lease_header(a, claim),
		.body = result,
		.body_n = strlen(result),
		.sink = -1,
	};

	return exchange(c, a, &req, ret_reply);
}

struct err *
client_abort(struct client *c, struct arena *a, const struct identity *id,
    const struct claim *claim, const char *reason, struct reply *ret_reply)
{
	const struct wire_abort body = { .reason = reason };
	struct http_request req = {
		.method = "PUT",
		.url = job_url(c, a, id, claim, "abort"),
		.bearer = id->token,
		.headers = lease_header(a, claim),
	};

	return exchange_fields(c, a, &req, &wire_abort_fields, &body,
	    ret_reply);
}

struct err *
client_file(struct client *c, struct arena *a, const struct identity *id,
    const struct claim *claim, const struct upload *upload,
    struct reply *ret_reply)
{
	struct http_request req = {
		.method = "PUT",
		.url = job_url(c, a, id, claim,
		    arena_printf(a, "files/%s", upload->name)),
		.bearer = id->token,
		.headers = lease_header(a, claim),
		.type = "application/octet-stream",
		.body = upload->bytes.p,
		.body_n = upload->bytes.n,
		.sink = -1,
		.timeout_ms = FILE_TIMEOUT_MS,
	};

	return exchange(c, a, &req, ret_reply);
}

struct err *
client_progress(struct client *c, struct arena *a, const struct identity *id,
    const struct claim *claim, const struct wire_progress *body,
    struct reply *ret_reply)
{
	struct http_request req = {
		.method = "PUT",
		.url = job_url(c, a, id, claim, "progress"),
		.bearer = id->token,
		.headers = lease_header(a, claim),
		.timeout_ms = PROGRESS_TIMEOUT_MS,
	};

	return exchange_fields(c, a, &req, &wire_progress_fields, body,
	    ret_reply);
}

struct err *
client_ssh(struct client *c, struct arena *a, const struct identity *id,
    const struct claim *claim, const struct wire_ssh *body,
    struct reply *ret_reply)
{
	struct http_request req = {
		.method = "PUT",
		.url = job_url(c, a, id, claim, "ssh"),
		.bearer = id->token,
		.headers = lease_header(a, claim),
	};

	return exchange_fields(c, a, &req, &wire_ssh_fields, body, ret_reply);
}

struct err *
client_unregister(struct client *c, struct arena *a, const struct identity *id,
    struct reply *ret_reply)
{
	struct http_request req = {
		.method = "DELETE",
		.url = runner_url(c, a, id, ""),
		.bearer = id->token,
		.sink = -1,
		.timeout_ms = 5000,
	};

	return exchange(c, a, &req, ret_reply);
}

/* An absolute URL as it is; a path after the server's scheme and host. */
static struct err *
absolute_url(struct client *c, struct arena *a, const char *url,
    const char **ret_url)
{
	const char *host, *end;

	if (str_has_prefix(url, "https://") || str_has_prefix(url, "http://")) {
		*ret_url = url;
		return NULL;
	}
	if (url[0] != '/')
		return ERR_WHY(a, ERR_UNAVAILABLE, "not a link: %s", url);
	host = strstr(c->config->server, "://") + 3;
	end = strchr(host, '/');
	*ret_url = arena_printf(a, "%.*s%s",
	    end == NULL ? (int)strlen(c->config->server)
			: (int)(end - c->config->server),
	    c->config->server, url);
	return NULL;
}

/*
 * Do they begin with the same scheme, host and port?  Our token must go
 * nowhere else, whatever a job says.
 */
static bool
is_same_origin(const char *server, const char *url)
{
	size_t n = (size_t)(strstr(server, "://") + 3 - server);

	n += strcspn(server + n, "/");
	return strncmp(server, url, n) == 0 &&
	    (url[n] == '/' || url[n] == '\0');
}

static struct err *
download(struct client *c, struct arena *a, const char *bearer,
    const struct download *d, struct reply *ret_reply)
{
	struct http_request req = {
		.method = "GET",
		.bearer = bearer,
		.max = (size_t)d->max,
		.timeout_ms = DOWNLOAD_TIMEOUT_MS,
		.sink = d->sink,
		.cancel = d->cancel,
	};

	TRY(absolute_url(c, a, d->url, &req.url));
	if (!is_same_origin(c->config->server, req.url))
		req.bearer = NULL;
	return exchange(c, a, &req, ret_reply);
}

struct err *
client_package(struct client *c, struct arena *a, const struct identity *id,
    const struct download *d, struct reply *ret_reply)
{
	return download(c, a, id->token, d, ret_reply);
}

struct err *
client_source(struct client *c, struct arena *a, const struct download *d,
    struct reply *ret_reply)
{
	return download(c, a, NULL, d, ret_reply);
}
