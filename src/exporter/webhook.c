/*
 * A POST for each standing.  The signature is over what makes a replay
 * useless and a change visible: "sha256=" and the HMAC-SHA-256 of the
 * timestamp, a '.', and the body.
 */
#include "base/clock.h"
#include "base/enc.h"
#include "exporter/exporter.h"
#include "http/http.h"
#include "wire/json.h"

#include <config.h>

#define TIMEOUT_MS 20000
#define BODY_MAX ((size_t)64 << 10)
#define ANSWER_MAX ((size_t)64 << 10)

struct webhook {
	struct http_config config;
	struct http *http;
};

struct err *
webhook_open(struct arena *a, const struct exporter_env *env, void **ret_state)
{
	struct webhook *w = arena_new_of(a, struct webhook);

	w->config = (struct http_config) {
		.agent = "assize-exporter/" PACKAGE_VERSION,
		.ca_file = env->config->webhook_ca_file,
	};
	TRY(http_open(a, &w->config, &w->http));
	*ret_state = w;
	return NULL;
}

void
webhook_close(void *state)
{
	struct webhook *w = state;

	http_close(w->http);
}

static void
put_body(struct buf *b, const struct outbox_item *item, const char *id)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_key_str(&w, "event", "grade");
	json_w_key_str(&w, "id", id);
	json_w_key_i64(&w, "revision", item->revision);
	json_w_key_str(&w, "course", item->course);
	json_w_key_str(&w, "problem", item->problem);
	json_w_key_str(&w, "user", item->user);
	json_w_key(&w, "grade");
	if (item->has_grade)
		json_w_f64(&w, item->grade);
	else
		json_w_null(&w);
	json_w_key_bool(&w, "success", item->is_success);
	json_w_key_i64(&w, "tried", item->tried);
	json_w_key_str(&w, "submission", item->submission);
	json_w_key_str(&w, "verdict", item->verdict);
	json_w_key_str(&w, "result", item->result);
	json_w_key_str(&w, "changed_at", item->changed_at);
	json_w_object_end(&w);
	json_w_finish(&w);
}

static const char *
signature(struct arena *a, const char *key, const char *timestamp,
    const char *body)
{
	const char *text = arena_printf(a, "%s.%s", timestamp, body);
	unsigned char mac[ENC_SHA256];

	enc_hmac_sha256(key, strlen(key), text, strlen(text), mac);
	return enc_hex(a, mac, sizeof(mac));
}

/* Asked for later, or another time may help: not the message's fault. */
static bool
is_passing(int status)
{
	return status == 408 || status == 425 || status == 429 ||
	    status >= 500 || status == 401 || status == 403;
}

static struct outcome
outcome_of(struct arena *a, const struct http_answer *answer)
{
	if (answer->status >= 200 && answer->status < 300)
		return (struct outcome) { .kind = OUTCOME_SENT };
	return (struct outcome) {
		.kind =
		    is_passing(answer->status) ? OUTCOME_LATER : OUTCOME_NEVER,
		.error =
		    arena_printf(a, "answered with status %d", answer->status),
		.retry_after_s = answer->retry_after_s,
	};
}

static struct err *
post(const struct exporter_env *env, struct webhook *w, struct arena *a,
    const struct outbox_item *item, struct outcome *ret_outcome)
{
	const char *id =
	    arena_printf(a, "%lld-%lld-%lld", (long long)item->problem_id,
		(long long)item->user_id, (long long)item->revision);
	const char *now =
	    arena_printf(a, "%lld", (long long)(clock_wall_ms() / 1000));
	struct http_answer answer;
	struct buf body;

	buf_init(&body, a, BODY_MAX);
	put_body(&body, item, id);
	const char *const headers[] = {
		arena_printf(a, "Idempotency-Key: %s", id),
		arena_printf(a, "X-Assize-Timestamp: %s", now),
		arena_printf(a, "X-Assize-Signature: sha256=%s",
		    signature(a, env->config->webhook_key, now, body.p)),
		NULL,
	};
	const struct http_request req = {
		.method = "POST",
		.url = env->config->webhook_url,
		.headers = headers,
		.body = body.p,
		.body_n = body.n,
		.max = ANSWER_MAX,
		.timeout_ms = TIMEOUT_MS,
		.sink = -1,
		.cancel = &env->stop->is_set,
	};
	TRY(http_do(w->http, a, &req, &answer));
	*ret_outcome = outcome_of(a, &answer);
	return NULL;
}

struct err *
webhook_send(const struct exporter_env *env, void *state, struct arena *a,
    const struct outbox_page *page, struct outcome *outcomes)
{
	for (size_t i = 0; i < page->n; i++)
		TRY(post(env, state, a, &page->items[i], &outcomes[i]));
	return NULL;
}
