#include "runner/model.h"

#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "http/http.h"

#include <config.h>

#define PROMPT_MAX (64 << 10)
#define ANSWER_MAX ((size_t)2 << 20)
#define TRIES 3
/* An answer that cannot be used is asked for once more. */
#define NONSENSE_MAX 2
#define FIRST_DELAY_MS 1000
#define DELAY_MAX_MS 30000

static struct err *
read_prompt(struct arena *a, const struct model_config *config,
    const char *name, const char **ret_text)
{
	struct err *e;
	char *text;
	size_t n;

	e = io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/%s", config->prompts_dir, name), PROMPT_MAX,
	    &text, &n);
	if (e != NULL)
		return ERR(a, ERR_IMPOSSIBLE, "prompts: %s/%s cannot be read",
		    config->prompts_dir, name);
	*ret_text = text;
	return NULL;
}

bool
model_is_there(const struct model *m)
{
	return m->config->url != NULL && m->config->url[0] != '\0';
}

struct err *
model_open(struct arena *a, const struct model_config *config,
    struct model **ret_model)
{
	struct model *m = arena_new_of(a, struct model);

	m->config = config;
	if (model_is_there(m)) {
		TRY(read_prompt(a, config, "grade.md", &m->grade));
		TRY(read_prompt(a, config, "feedback.md", &m->feedback));
	}
	*ret_model = m;
	return NULL;
}

/* One batch while it is asked. */
struct asking {
	struct model *model;
	struct arena *arena;
	const struct model_batch *batch;
	struct model_reply *reply;
	struct http *http;
	bool *is_open; /* by question */
	int64_t end_ms;
	const char *why; /* the last failure */
	bool is_refused; /* asking again does not help */
};

static bool
is_complete(const struct asking *k)
{
	for (size_t i = 0; i < k->batch->n_questions; i++)
		if (!k->reply->answers[i].is_answered)
			return false;
	return k->batch->report == NULL || k->reply->feedback != NULL;
}

static bool
is_cancelled(const struct model_batch *b)
{
	return b->cancel != NULL && atomic_load(b->cancel);
}

static struct err *
post(struct asking *k, struct http_answer *ret_answer)
{
	const struct model_config *config = k->model->config;
	const char *body = NULL;
	int64_t left = k->end_ms - clock_mono_ms();

	TRY(model_request(k->arena, k->model, k->batch, k->is_open, &body,
	    &k->reply->is_cut));
	const struct http_request req = {
		.method = "POST",
		.url =
		    arena_printf(k->arena, "%s/chat/completions", config->url),
		.bearer = config->key,
		.body = body,
		.body_n = strlen(body),
		.max = ANSWER_MAX,
		.timeout_ms = left > 1 ? left : 1,
		.sink = -1,
		.cancel = k->batch->cancel,
	};
	k->reply->calls++;
	return http_do(k->http, k->arena, &req, ret_answer);
}

static bool
is_passing(int status)
{
	return status == 408 || status == 429 || status >= 500;
}

/* false: no more time for another try. */
static bool
pause_for(const struct asking *k, int try, int retry_after_s)
{
	int64_t ms = (int64_t)FIRST_DELAY_MS << try;

	if (ms < (int64_t)retry_after_s * 1000)
		ms = (int64_t)retry_after_s * 1000;
	if (ms > DELAY_MAX_MS || clock_mono_ms() + ms >= k->end_ms)
		return false;
	for (; ms > 0 && !is_cancelled(k->batch); ms -= 100)
		clock_sleep_ms(ms < 100 ? ms : 100);
	return true;
}

/* One exchange, again while the endpoint is busy or away. */
static struct err *
exchange(struct asking *k)
{
	struct http_answer answer = { 0 };
	struct err *e;

	for (int try = 0; try < TRIES; try++) {
		answer = (struct http_answer) { 0 };
		e = post(k, &answer);
		if (is_cancelled(k->batch))
			return ERR_WHY(k->arena, ERR_UNAVAILABLE, "cancelled");
		if (e != NULL && e->code == ERR_INTERNAL)
			return e;
		if (e == NULL && answer.status == 200) {
			model_take(k->arena, k->batch, k->reply, answer.body,
			    answer.n, &k->why);
			return NULL;
		}
		k->why = e != NULL
		    ? "the language model could not be reached"
		    : arena_printf(k->arena,
			  "the language model answered with status %d",
			  answer.status);
		log_event(LOG_WARNING, "model_failed", LS("why", k->why),
		    LS("error", e != NULL ? e->internal : NULL));
		k->is_refused = (e == NULL && !is_passing(answer.status)) ||
		    !pause_for(k, try, answer.retry_after_s);
		if (k->is_refused)
			return NULL;
	}
	return NULL;
}

static struct err *
ask(struct asking *k)
{
	for (int i = 0; i < NONSENSE_MAX && !is_complete(k) && !k->is_refused;
	     i++) {
		for (size_t q = 0; q < k->batch->n_questions; q++)
			k->is_open[q] = !k->reply->answers[q].is_answered;
		TRY(exchange(k));
	}
	return NULL;
}

static void
say_what_is_missing(struct asking *k)
{
	const char *why =
	    k->why != NULL ? k->why : "the language model did not answer it";

	if (is_complete(k))
		return;
	k->reply->failure = why;
	for (size_t i = 0; i < k->batch->n_questions; i++)
		if (!k->reply->answers[i].is_answered)
			k->reply->answers[i].text = why;
}

static struct err *
ask_endpoint(struct model *m, struct arena *a, const struct model_batch *batch,
    struct model_reply *reply)
{
	const struct http_config config = {
		.agent = "assize-runner/" PACKAGE_VERSION,
		.ca_file = m->config->ca_file,
		.proxy = m->config->proxy != NULL ? m->config->proxy : "",
	};
	struct asking k = {
		.model = m,
		.arena = a,
		.batch = batch,
		.reply = reply,
		.is_open = arena_array(a, batch->n_questions + 1, sizeof(bool)),
		.end_ms = clock_mono_ms() + m->config->timeout_ms,
	};
	struct err *e;

	TRY(http_open(a, &config, &k.http));
	e = ask(&k);
	http_close(k.http);
	TRY(e);
	say_what_is_missing(&k);
	return NULL;
}

struct err *
model_ask(struct model *m, struct arena *a, const struct model_batch *batch,
    struct model_reply *ret_reply)
{
	int64_t started = clock_mono_ms();
	const char *digest;

	*ret_reply = (struct model_reply) {
		.answers = arena_array(a, batch->n_questions + 1,
		    sizeof(*ret_reply->answers)),
	};
	if (!model_is_there(m)) {
		ret_reply->failure = "no language model is configured";
		for (size_t i = 0; i < batch->n_questions; i++)
			ret_reply->answers[i].text = ret_reply->failure;
		return NULL;
	}
	digest = model_digest(a, m, batch);
	if (!model_cache_get(a, m, batch, digest, ret_reply)) {
		TRY(ask_endpoint(m, a, batch, ret_reply));
		if (ret_reply->failure == NULL)
			model_cache_put(a, m, batch, digest, ret_reply);
	}
	ret_reply->cost =
	    ((double)ret_reply->input_tokens * (double)m->config->input_price +
		(double)ret_reply->output_tokens *
		    (double)m->config->output_price) /
	    1e9;
	ret_reply->ms = clock_mono_ms() - started;
	return NULL;
}

void
model_write(struct json_w *w, const struct model *m,
    const struct model_reply *r)
{
	json_w_object(w);
	if (model_is_there(m))
		json_w_key_str(w, "model", m->config->name);
	json_w_key_i64(w, "calls", r->calls);
	json_w_key_i64(w, "input_tokens", r->input_tokens);
	json_w_key_i64(w, "output_tokens", r->output_tokens);
	json_w_key_f64(w, "cost", r->cost);
	json_w_key_bool(w, "cached", r->is_cached);
	json_w_key_bool(w, "cut", r->is_cut);
	json_w_key_i64(w, "ms", r->ms);
	if (r->failure != NULL)
		json_w_key_str(w, "failure", r->failure);
	json_w_object_end(w);
}
