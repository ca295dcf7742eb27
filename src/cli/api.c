#include "cli/api.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "http/http.h"

#include <config.h>

#define TIMEOUT_MS (5 * 60 * 1000)
#define ANSWER_MAX ((size_t)64 << 20)
/* What goes into a file. */
#define SAVE_TIMEOUT_MS (6 * 60 * 60 * 1000)
#define SAVED_MAX ((size_t)1 << 40)
#define TOKEN_FILE_MAX (16 << 10)
#define TRIES 6
#define FIRST_DELAY_MS 500
#define DELAY_MAX_MS 10000

static struct err *
read_token(struct cli *cli)
{
	struct arena *a = cli->arena;
	struct err *e;
	char *p;
	size_t n;

	if (cli->token != NULL || cli->token_file == NULL)
		return NULL;
	e = io_read_file(a, AT_FDCWD, cli->token_file, TOKEN_FILE_MAX, &p, &n);
	if (e != NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s: cannot be read",
		    cli->token_file);
	cli->token = str_dup(a, str_trim((struct str) { p, n }));
	for (p = arena_strdup(a, cli->token); *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return ERR(a, ERR_IMPOSSIBLE, "%s: holds no token",
			    cli->token_file);
	return NULL;
}

static struct err *
make_ready(struct cli *cli)
{
	struct arena *a = cli->arena;

	if (cli->http != NULL)
		return NULL;
	if (cli->url == NULL)
		return ERR(a, ERR_REQUEST,
		    "no server: set ASSIZE_URL or give --url "
		    "(https://host/api)");
	TRY(read_token(cli));
	TRY(http_global_init(a));
	cli->http_config = (struct http_config) {
		.agent = "assize/" PACKAGE_VERSION,
		.ca_file = cli->ca_file,
	};
	return http_open(a, &cli->http_config, &cli->http);
}

/* The code whose slug ends the type, else one that fits the status. */
static enum err_code
code_of(const char *type, int status)
{
	const char *slug = type;
	const char *cut;

	if (type != NULL && (cut = strrchr(type, ':')) != NULL)
		slug = cut + 1;
	for (enum err_code c = 0; slug != NULL && c < ERR__MAX; c++)
		if (strcmp(err_info(c)->slug, slug) == 0 &&
		    err_info(c)->status == status)
			return c;
	for (enum err_code c = 0; c < ERR__MAX; c++)
		if (err_info(c)->status == status)
			return c;
	return status >= 500 ? ERR_UNAVAILABLE : ERR_REQUEST;
}

static void
copy_faults(const struct json *errors, struct faults *faults)
{
	const char *pointer;
	const char *detail;

	if (errors == NULL || errors->kind != JSON_ARRAY)
		return;
	for (size_t i = 0; i < errors->n; i++) {
		pointer = json_member_string(&errors->items[i], "pointer");
		detail = json_member_string(&errors->items[i], "detail");
		if (pointer != NULL && detail != NULL)
			faults_add(faults, pointer, "%s", detail);
	}
}

static struct err *
problem_err(struct cli *cli, const struct http_answer *answer)
{
	struct arena *a = cli->arena;
	const struct json *j = NULL;
	const char *detail;
	const char *request;
	struct faults faults;
	struct err *e;

	faults_init(&faults, a);
	if (json_parse(a, answer->body, answer->n, &json_limits_document, &j) !=
	    NULL)
		j = NULL;
	if (j != NULL)
		cli->problem = json_text(a, j);
	detail = json_member_string(j, "detail");
	if (detail == NULL)
		detail = json_member_string(j, "title");
	if (detail == NULL)
		detail = arena_printf(a, "the server answered with status %d",
		    answer->status);
	request = json_member_string(j, "instance");
	copy_faults(json_member(j, "errors"), &faults);
	e = ERR(a, code_of(json_member_string(j, "type"), answer->status), "%s",
	    detail);
	e->faults = faults.first;
	if (request != NULL && answer->status >= 500)
		return err_because(a, e, "request %s", request);
	return e;
}

static bool
is_repeatable(const struct api_call *call)
{
	return strcmp(call->method, "POST") != 0 || call->key != NULL;
}

static bool
is_passing(const struct err *e, const struct http_answer *answer)
{
	if (e != NULL)
		return e->code == ERR_UNAVAILABLE;
	return answer->status == 429 || answer->status == 502 ||
	    answer->status == 503 || answer->status == 504;
}

/* Sends it, again while that may help. */
static struct err *
exchange(struct cli *cli, const struct http_request *req, bool repeatable,
    struct http_answer *ret_answer)
{
	int64_t delay_ms = FIRST_DELAY_MS;
	int64_t wait_ms;
	struct err *e;

	for (int i = 1;; i++) {
		*ret_answer = (struct http_answer) { 0 };
		e = http_do(cli->http, cli->arena, req, ret_answer);
		if (e != NULL)
			e->detail = arena_printf(cli->arena,
			    "could not reach %s: %s", req->url, e->internal);
		/* What came of a broken answer goes. */
		if (req->sink >= 0 && e != NULL &&
		    (lseek(req->sink, 0, SEEK_SET) != 0 ||
			ftruncate(req->sink, 0) != 0))
			return e;
		if (!repeatable || i == TRIES || !is_passing(e, ret_answer))
			return e;
		wait_ms = (int64_t)ret_answer->retry_after_s * 1000;
		if (wait_ms > DELAY_MAX_MS)
			return e;
		clock_sleep_ms(wait_ms > delay_ms ? wait_ms : delay_ms);
		delay_ms *= 2;
	}
}

static const char *const *
key_header(struct arena *a, const char *key)
{
	const char **list;

	if (key == NULL)
		return NULL;
	list = arena_array(a, 2, sizeof(*list));
	list[0] = arena_printf(a, "Idempotency-Key: %s", key);
	return list;
}

struct err *
api_do(struct cli *cli, const struct api_call *call,
    const struct json **ret_data)
{
	struct arena *a = cli->arena;
	struct http_answer answer;
	const struct json *j = NULL;

	TRY(make_ready(cli));
	const struct http_request req = {
		.method = call->method,
		.url = arena_printf(a, "%s%s", cli->url, call->path),
		.bearer = cli->token,
		.type = call->type,
		.body = call->body,
		.body_n = call->body_n,
		.headers = key_header(a, call->key),
		.max = ANSWER_MAX,
		.sink = -1,
		.timeout_ms = TIMEOUT_MS,
	};
	TRY(exchange(cli, &req, is_repeatable(call), &answer));
	if (answer.status >= 300 || answer.status < 200)
		return problem_err(cli, &answer);
	if (answer.n > 0 &&
	    json_parse(a, answer.body, answer.n, &json_limits_document, &j) !=
		NULL)
		return ERR(a, ERR_UNAVAILABLE, "the answer of %s is not JSON",
		    cli->url);
	*ret_data = json_member(j, "data");
	return NULL;
}

struct err *
api_save(struct cli *cli, const char *path, int fd)
{
	struct arena *a = cli->arena;
	struct http_answer answer;

	TRY(make_ready(cli));
	const struct http_request req = {
		.method = "GET",
		.url = arena_printf(a, "%s%s", cli->url, path),
		.bearer = cli->token,
		.max = SAVED_MAX,
		.sink = fd,
		.timeout_ms = SAVE_TIMEOUT_MS,
	};
	TRY(exchange(cli, &req, true, &answer));
	return answer.status == 200 ? NULL : problem_err(cli, &answer);
}

char *
api_path(struct arena *a, const char *form, const char *one, const char *two)
{
	struct buf b;
	const char *words[] = { one, two };
	size_t next = 0;

	buf_init(&b, a, 4096);
	for (; *form != '\0'; form++) {
		if (*form == '%' && next < ARRAY_LEN(words))
			buf_puts(&b, enc_url_encode(a, words[next++]));
		else
			buf_putc(&b, *form);
	}
	return b.p;
}
