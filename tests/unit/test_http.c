/*
 * The HTTP exchange against a server that sends what each test
 * wants, byte by byte.
 */
#include "unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "http/http.h"
#include "http_server.h"

static const struct http_config config = { .agent = "test", .proxy = "" };

static struct http_request
get(struct arena *a, const struct server *s)
{
	return (struct http_request) {
		.method = "GET",
		.url = arena_printf(a, "http://127.0.0.1:%d/api/x", s->port),
		.max = 100,
		.timeout_ms = 3000,
		.sink = -1,
	};
}

static void
answers_come_whole(void **state)
{
	struct server s = { 0 };
	UNIT_ARENA(a);
	struct http_request req;
	struct http_answer answer;
	struct http *h;

	start_server(&s,
	    "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
	    "Content-Length: 4\r\nConnection: close\r\n\r\nbusy");
	assert_ok(http_open(a, &config, &h));
	req = get(a, &s);
	req.method = "PUT";
	req.bearer = "rk_secret";
	req.headers = (const char *const[]) { "X-Assize-Lease: ls_1", NULL };
	req.body = "{\"a\":1}";
	req.body_n = 7;
	assert_ok(http_do(h, a, &req, &answer));
	assert_int_equal(answer.status, 503);
	assert_int_equal(answer.retry_after_s, 7);
	assert_string_equal(answer.body, "busy");
	http_close(h);
	stop_server(&s);
	assert_true(str_has_prefix(s.request, "PUT /api/x HTTP/1.1\r\n"));
	assert_non_null(
	    strstr(s.request, "\r\nAuthorization: Bearer rk_secret\r\n"));
	assert_non_null(strstr(s.request, "\r\nX-Assize-Lease: ls_1\r\n"));
	assert_non_null(
	    strstr(s.request, "\r\nContent-Type: application/json\r\n"));
	assert_null(strstr(s.request, "Expect"));
}

static void
nothing_is_left_for_the_next_request(void **state)
{
	struct server s = { 0 };
	UNIT_ARENA(a);
	struct http_request req;
	struct http_answer answer;
	struct http *h;

	start_server(&s,
	    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n");
	assert_ok(http_open(a, &config, &h));
	req = get(a, &s);
	req.method = "PUT";
	req.bearer = "rk_secret";
	req.body = "body";
	req.body_n = 4;
	assert_ok(http_do(h, a, &req, &answer));
	req = get(a, &s);
	assert_ok(http_do(h, a, &req, &answer));
	http_close(h);
	stop_server(&s);
	assert_true(str_has_prefix(s.request, "GET "));
	assert_null(strstr(s.request, "Authorization"));
	assert_null(strstr(s.request, "body"));
}

static void
redirects_are_not_followed(void **state)
{
	struct server s = { 0 };
	UNIT_ARENA(a);
	struct http_request req;
	struct http_answer answer;
	struct http *h;

	start_server(&s,
	    "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n");
	assert_ok(http_open(a, &config, &h));
	req = get(a, &s);
	assert_ok(http_do(h, a, &req, &answer));
	assert_int_equal(answer.status, 302);
	http_close(h);
	stop_server(&s);
	assert_int_equal(s.served, 1);
}

static void
bad_answers_are_errors(void **state)
{
	static const struct {
		const char *answer;
		enum err_code code;
	} cases[] = {
		/* More than max, said or not. */
		{ "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    ERR_TOO_LARGE },
		{ "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    ERR_TOO_LARGE },
		/* Cut off. */
		{ "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf",
		    ERR_UNAVAILABLE },
		{ "", ERR_UNAVAILABLE },
		{ "SSH-2.0-OpenSSH\r\n", ERR_UNAVAILABLE },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct server s = { 0 };
		UNIT_ARENA(a);
		struct http_request req;
		struct http_answer answer;
		struct http *h;

		start_server(&s, cases[i].answer);
		assert_ok(http_open(a, &config, &h));
		req = get(a, &s);
		assert_err(http_do(h, a, &req, &answer), cases[i].code);
		http_close(h);
		stop_server(&s);
	}
}

static void
only_http_is_spoken(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd",
		"ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "/etc/passwd" };
	UNIT_ARENA(a);
	struct http_answer answer;
	struct http *h;

	assert_ok(http_open(a, &config, &h));
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		const struct http_request req = { .method = "GET",
			.url = urls[i],
			.max = 100,
			.timeout_ms = 1000,
			.sink = -1 };

		assert_err(http_do(h, a, &req, &answer), ERR_UNAVAILABLE);
	}
	http_close(h);
}

static void
a_silent_server_is_left(void **state)
{
	struct server s = { .hangs = true };
	UNIT_ARENA(a);
	struct http_request req;
	struct http_answer answer;
	struct http *h;
	int64_t from = clock_mono_ms();

	start_server(&s, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	assert_ok(http_open(a, &config, &h));
	req = get(a, &s);
	req.timeout_ms = 300;
	assert_err(http_do(h, a, &req, &answer), ERR_UNAVAILABLE);
	assert_in_range(clock_mono_ms() - from, 250, 2500);
	http_close(h);
	stop_server(&s);
}

static void *
set_later(void *flag)
{
	clock_sleep_ms(200);
	atomic_store((atomic_bool *)flag, true);
	return NULL;
}

static void
a_request_can_be_cancelled(void **state)
{
	struct server s = { .hangs = true };
	UNIT_ARENA(a);
	struct http_request req;
	struct http_answer answer;
	struct http *h;
	atomic_bool flag = false;
	pthread_t thread;
	int64_t from = clock_mono_ms();

	start_server(&s, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	assert_ok(http_open(a, &config, &h));
	req = get(a, &s);
	req.timeout_ms = 20000;
	req.cancel = &flag;
	pthread_create(&thread, NULL, set_later, &flag);
	assert_err(http_do(h, a, &req, &answer), ERR_UNAVAILABLE);
	assert_true(clock_mono_ms() - from < 5000);
	pthread_join(thread, NULL);
	http_close(h);
	stop_server(&s);
}

static void
a_sink_gets_only_the_body_of_a_200(void **state)
{
	static const struct {
		const char *answer, *sink, *body;
	} cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
		  "Connection: close\r\n\r\nzip",
		    "zip", "" },
		{ "HTTP/1.1 404 No\r\nContent-Length: 2\r\n"
		  "Connection: close\r\n\r\n{}",
		    "", "{}" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct server s = { 0 };
		UNIT_ARENA(a);
		struct http_request req;
		struct http_answer answer;
		char got[16] = "";
		struct http *h;
		int fd = memfd_create("sink", MFD_CLOEXEC);

		start_server(&s, cases[i].answer);
		assert_ok(http_open(a, &config, &h));
		req = get(a, &s);
		req.sink = fd;
		assert_ok(http_do(h, a, &req, &answer));
		assert_string_equal(answer.body, cases[i].body);
		assert_int_equal(pread(fd, got, sizeof(got), 0),
		    strlen(cases[i].sink));
		assert_string_equal(got, cases[i].sink);
		close(fd);
		http_close(h);
		stop_server(&s);
	}
}

static int
set_up(void **state)
{
	UNIT_ARENA(a);

	assert_ok(http_global_init(a));
	/* What the environment says of proxies must not matter. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_whole),
		cmocka_unit_test(nothing_is_left_for_the_next_request),
		cmocka_unit_test(redirects_are_not_followed),
		cmocka_unit_test(bad_answers_are_errors),
		cmocka_unit_test(only_http_is_spoken),
		cmocka_unit_test(a_silent_server_is_left),
		cmocka_unit_test(a_request_can_be_cancelled),
		cmocka_unit_test(a_sink_gets_only_the_body_of_a_200),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
