#include "cli/http.h"

#include <curl/curl.h>

#include "base/buf.h"

#include <config.h>

#define ANSWER_MAX ((size_t)64 << 20)
#define CONNECT_TIMEOUT_MS 10000L
#define RETRY_AFTER_MAX_S 3600

struct http {
	CURL *curl;
	const char *ca_file;
};

struct err *
http_open(struct arena *a, const char *ca_file, struct http **ret_http)
{
	struct http *h = arena_new_of(a, struct http);

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ERR_WHY(a, ERR_INTERNAL, "libcurl does not start");
	h->ca_file = ca_file;
	h->curl = curl_easy_init();
	if (h->curl == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "libcurl has no memory");
	*ret_http = h;
	return NULL;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	curl_global_cleanup();
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct buf *b = arg;

	buf_put(b, p, size * n);
	return buf_overflowed(b) ? 0 : size * n;
}

static void
add_header(struct arena *a, struct curl_slist **list, const char *name,
    const char *value)
{
	struct curl_slist *longer;

	if (value == NULL)
		return;
	longer =
	    curl_slist_append(*list, arena_printf(a, "%s: %s", name, value));
	if (longer != NULL)
		*list = longer;
}

static void
free_headers(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static void
set_transport(const struct http *h)
{
	CURL *c = h->curl;

	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "assize/" PACKAGE_VERSION);
	if (h->ca_file == NULL)
		return;
	curl_easy_setopt(c, CURLOPT_CAINFO, h->ca_file);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
}

static void
set_request(CURL *c, const struct http_request *req)
{
	curl_easy_setopt(c, CURLOPT_URL, req->url);
	/* ".." as a name goes to the server as it is. */
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
	if (req->type != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)req->body_n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, req->body);
	} else {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
	}
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, req->method);
}

struct err *
http_do(struct http *h, struct arena *a, const struct http_request *req,
    struct http_answer *ret_answer)
{
	_cleanup_(free_headers) struct curl_slist *headers = NULL;
	char why[CURL_ERROR_SIZE] = "";
	curl_off_t retry_after = 0;
	struct buf body;
	long status = 0;
	CURLcode rc;

	buf_init(&body, a, ANSWER_MAX);
	add_header(a, &headers, "Authorization",
	    req->bearer == NULL ? NULL
				: arena_printf(a, "Bearer %s", req->bearer));
	add_header(a, &headers, "Content-Type", req->type);
	add_header(a, &headers, "Idempotency-Key", req->key);
	/* No round trip before the body. */
	add_header(a, &headers, "Expect", "");
	curl_easy_reset(h->curl);
	set_transport(h);
	set_request(h->curl, req);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, &body);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, why);
	rc = curl_easy_perform(h->curl);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, NULL);
	if (rc != CURLE_OK)
		return ERR(a, ERR_UNAVAILABLE, "could not reach %s: %s",
		    req->url, why[0] != '\0' ? why : curl_easy_strerror(rc));
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after < 0 || retry_after > RETRY_AFTER_MAX_S)
		retry_after = RETRY_AFTER_MAX_S;
	*ret_answer = (struct http_answer) {
		.status = (int)status,
		.retry_after_s = (int)retry_after,
		.body = body.p,
		.n = body.n,
	};
	return NULL;
}
