#include "http/http.h"

#include <curl/curl.h>

#include "base/buf.h"
#include "base/io.h"

#define CONNECT_TIMEOUT_MS 10000
/* Slower than this many bytes a second for so many seconds is a dead peer. */
#define SLOWEST_BYTES 64L
#define SLOWEST_S 60L

struct http {
	CURL *curl;
	const struct http_config *config;
};

/* One exchange that is going on. */
struct transfer {
	const struct http_request *req;
	struct http *http;
	struct buf body;
	size_t taken; /* bytes of the body so far */
	bool is_too_large;
	bool is_sink_broken;
};

struct err *
http_global_init(struct arena *a)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ERR_WHY(a, ERR_INTERNAL, "curl_global_init failed");
	return NULL;
}

struct err *
http_open(struct arena *a, const struct http_config *config,
    struct http **ret_http)
{
	struct http *h = arena_new_of(a, struct http);

	h->config = config;
	h->curl = curl_easy_init();
	if (h->curl == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "curl_easy_init failed");
	*ret_http = h;
	return NULL;
}

void
http_close(struct http *h)
{
	if (h != NULL)
		curl_easy_cleanup(h->curl);
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	long status = 0;

	n *= size;
	if (n > t->req->max - t->taken) {
		t->is_too_large = true;
		return 0;
	}
	t->taken += n;
	curl_easy_getinfo(t->http->curl, CURLINFO_RESPONSE_CODE, &status);
	if (t->req->sink < 0 || status != 200) {
		buf_put(&t->body, p, n);
		return n;
	}
	if (io_write_all(t->req->sink, p, n) < 0) {
		t->is_sink_broken = true;
		return 0;
	}
	return n;
}

static int
watch_cancel(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
    curl_off_t up)
{
	const struct transfer *t = arg;

	return t->req->cancel != NULL && atomic_load(t->req->cancel);
}

static void
add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer;

	longer = curl_slist_append(*list, line);
	if (longer != NULL)
		*list = longer;
}

static struct curl_slist *
make_headers(struct arena *a, const struct http_request *req)
{
	struct curl_slist *list = NULL;

	if (req->bearer != NULL)
		add_header(&list,
		    arena_printf(a, "Authorization: Bearer %s", req->bearer));
	for (const char *const *h = req->headers; h != NULL && *h != NULL; h++)
		add_header(&list, *h);
	if (req->body != NULL)
		add_header(&list,
		    arena_printf(a, "Content-Type: %s",
			req->type != NULL ? req->type : "application/json"));
	/* No round trip before the body. */
	add_header(&list, "Expect:");
	return list;
}

static void
set_transport(CURL *c, const struct http_config *config)
{
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, SLOWEST_BYTES);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, SLOWEST_S);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, config->agent);
	if (config->proxy != NULL)
		curl_easy_setopt(c, CURLOPT_PROXY, config->proxy);
	if (config->ca_file != NULL) {
		curl_easy_setopt(c, CURLOPT_CAINFO, config->ca_file);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
}

static void
set_request(CURL *c, struct transfer *t, struct curl_slist *headers)
{
	const struct http_request *req = t->req;

	curl_easy_setopt(c, CURLOPT_URL, req->url);
	/* ".." as a name goes to the server as it is. */
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, req->method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
	if (req->body != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)req->body_n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, req->body);
	} else {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, req->method);
	}
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, watch_cancel);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
}

static void
free_headers(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

struct err *
http_do(struct http *h, struct arena *a, const struct http_request *req,
    struct http_answer *ret_answer)
{
	_cleanup_(free_headers) struct curl_slist *headers = NULL;
	char why[CURL_ERROR_SIZE] = "";
	struct transfer t = { .req = req, .http = h };
	curl_off_t retry_after = 0;
	CURLcode rc;
	long status = 0;

	buf_init(&t.body, a, req->max);
	headers = make_headers(a, req);
	/* Forgets the last request, keeps the connection. */
	curl_easy_reset(h->curl);
	set_transport(h->curl, h->config);
	set_request(h->curl, &t, headers);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, why);
	rc = curl_easy_perform(h->curl);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, NULL);
	if (t.is_too_large)
		return ERR_WHY(a, ERR_TOO_LARGE, "answer over %zu bytes",
		    req->max);
	if (t.is_sink_broken)
		return ERR_WHY(a, ERR_INTERNAL, "could not write a download");
	if (rc != CURLE_OK)
		return ERR_WHY(a, ERR_UNAVAILABLE, "%s",
		    why[0] != '\0' ? why : curl_easy_strerror(rc));
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &retry_after);
	*ret_answer = (struct http_answer) {
		.status = (int)status,
		.retry_after_s = retry_after > 0 && retry_after < 86400
		    ? (int)retry_after
		    : 0,
		.body = t.body.p,
		.n = t.body.n,
	};
	return NULL;
}
