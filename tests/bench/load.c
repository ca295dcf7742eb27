/*
 * load: keeps connections busy, each with one request at a time.
 *
 *	load CA-FILE PORT MILLISECONDS STEPS FILE...
 *
 * There is a connection for each STEPS files, which are its requests; they are
 * sent in turn.  In them
 *
 *	@JOB@, @LEASE@	each padded with '@' to the length of an id; are
 *			replaced by what the last job handed out had
 *	@N@		padded likewise to 32 characters; another hexadecimal
 *			number each time
 *	@P@		one of 000 to 063, at random
 *
 * A step that a job is wanted of, since a later one names it, is repeated
 * while there is none (204).  Prints one line of JSON.
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "base/str.h"
#include "tests/bench/conn.h"

#define MAX_CONNS 256
#define MAX_STEPS 64
#define MAX_MARKS 4
#define JOB_LEN 29
#define LEASE_LEN 35
#define N_LEN 32
#define P_LEN 3
#define PROBLEMS 64
#define GRACE_US 3000000
#define MAX_SAMPLES ((size_t)1 << 20)

enum mark_kind { MARK_JOB, MARK_LEASE, MARK_N, MARK_P, MARK__MAX };

static const struct {
	const char *text;
	size_t length;
} marks[MARK__MAX] = {
	[MARK_JOB] = { "@JOB@", JOB_LEN },
	[MARK_LEASE] = { "@LEASE@", LEASE_LEN },
	[MARK_N] = { "@N@", N_LEN },
	[MARK_P] = { "@P@", P_LEN },
};

struct request {
	char *text;
	size_t n;
	struct {
		enum mark_kind kind;
		char *at;
	} mark[MAX_MARKS];
	size_t marks_n;
};

struct client {
	struct conn conn;
	struct request step[MAX_STEPS];
	size_t at; /* the step that is under way */
	int64_t sent_us;
	char job[JOB_LEN + 1];
	char lease[LEASE_LEN + 1];
};

static struct {
	struct arena *arena;
	struct target target;
	struct client client[MAX_CONNS];
	size_t clients_n;
	size_t steps_n;
	uint64_t numbers;
	int64_t rounds;
	int64_t empty;
	int64_t answers[MAX_STEPS];
	int64_t statuses[600];
	int64_t *us;
	size_t us_n;
	char trouble[512];
} load;

static void
find_marks(struct request *r)
{
	for (int k = 0; k < MARK__MAX; k++) {
		char *p = r->text;

		while ((p = strstr(p, marks[k].text)) != NULL) {
			if (r->marks_n == MAX_MARKS)
				die("too many marks in a request");
			r->mark[r->marks_n].kind = (enum mark_kind)k;
			r->mark[r->marks_n++].at = p;
			p += marks[k].length;
		}
	}
}

static bool
names_job(const struct request *r)
{
	for (size_t i = 0; i < r->marks_n; i++) {
		if (r->mark[i].kind == MARK_JOB ||
		    r->mark[i].kind == MARK_LEASE)
			return true;
	}
	return false;
}

static void
fill_marks(struct client *c, struct request *r)
{
	char number[N_LEN + 1];

	for (size_t i = 0; i < r->marks_n; i++) {
		switch (r->mark[i].kind) {
		case MARK_JOB:
			memcpy(r->mark[i].at, c->job, JOB_LEN);
			break;
		case MARK_LEASE:
			memcpy(r->mark[i].at, c->lease, LEASE_LEN);
			break;
		case MARK_N:
			snprintf(number, sizeof(number),
			    "%016" PRIx64 "%016" PRIx64, (uint64_t)now_us(),
			    load.numbers++);
			memcpy(r->mark[i].at, number, N_LEN);
			break;
		case MARK_P:
			snprintf(number, sizeof(number), "%03u",
			    (unsigned int)(random() % PROBLEMS));
			memcpy(r->mark[i].at, number, P_LEN);
			break;
		case MARK__MAX:
			break;
		}
	}
}

static void
send_step(struct client *c)
{
	struct request *r = &c->step[c->at];

	fill_marks(c, r);
	c->sent_us = now_us();
	conn_send(&c->conn, &load.target, r->text, r->n);
}

/* The value of a member that is a string of that length. */
static void
take_member(const char *body, const char *name, char *out, size_t length)
{
	const char *p = strstr(body, name);

	if (p != NULL && strlen(p) > strlen(name) + length)
		memcpy(out, p + strlen(name), length);
}

static void
take_answer(struct client *c)
{
	const struct conn *k = &c->conn;
	bool wants_job =
	    c->at + 1 < load.steps_n && names_job(&c->step[c->at + 1]);

	load.answers[c->at]++;
	if (k->status > 0 && k->status < 600)
		load.statuses[k->status]++;
	if (load.us_n < MAX_SAMPLES)
		load.us[load.us_n++] = now_us() - c->sent_us;
	if (k->status >= 300 && load.trouble[0] == '\0')
		snprintf(load.trouble, sizeof(load.trouble), "%d %s", k->status,
		    k->body);
	if (wants_job && k->status == 204) {
		load.empty++;
		return;
	}
	if (k->status == 200) {
		take_member(k->body, "\"job_id\":\"", c->job, JOB_LEN);
		take_member(k->body, "\"lease_id\":\"", c->lease, LEASE_LEN);
	}
	c->at = (c->at + 1) % load.steps_n;
	load.rounds += c->at == 0;
}

/* True if the client has begun another request. */
static bool
go_on(struct client *c, bool is_over)
{
	if (is_over && c->at == 0)
		return false;
	send_step(c);
	return true;
}

/* Every round that was begun is ended, but for a few seconds at most. */
static void
run(int epoll_fd, int64_t until)
{
	struct epoll_event events[64];
	size_t busy = load.clients_n;

	for (size_t i = 0; i < load.clients_n; i++)
		send_step(&load.client[i]);
	while (busy > 0 && now_us() < until + GRACE_US) {
		int n = epoll_wait(epoll_fd, events, 64, 1000);

		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		for (int i = 0; i < n; i++) {
			struct client *c = &load.client[events[i].data.u64];

			if (!conn_read(&c->conn))
				continue;
			take_answer(c);
			if (!go_on(c, now_us() >= until))
				busy--;
		}
	}
}

static void
report(int64_t took_us)
{
	struct rusage use;
	const char *comma = "";

	getrusage(RUSAGE_SELF, &use);
	printf("{\"rounds\":%" PRId64 ",\"seconds\":%.6f,\"empty\":%" PRId64
	       ",\"client_cpu\":%.3f",
	    load.rounds, (double)took_us / 1e6, load.empty,
	    (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
		(double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
	printf(",\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64 ",\"statuses\":{",
	    quantile(load.us, load.us_n, 500),
	    quantile(load.us, load.us_n, 990));
	for (int i = 0; i < 600; i++) {
		if (load.statuses[i] == 0)
			continue;
		printf("%s\"%d\":%" PRId64, comma, i, load.statuses[i]);
		comma = ",";
	}
	printf("}}\n");
	if (load.trouble[0] != '\0')
		fprintf(stderr, "load: %s\n", load.trouble);
}

static void
open_client(struct client *c, char **files, size_t tag, int epoll_fd)
{
	for (size_t i = 0; i < load.steps_n; i++) {
		struct request *r = &c->step[i];

		r->text = read_file(load.arena, files[i], &r->n);
		find_marks(r);
	}
	c->conn.tag = tag;
	c->conn.epoll_fd = epoll_fd;
	conn_open(&c->conn, &load.target, load.arena, ANSWER_MAX);
}

int
main(int argc, char **argv)
{
	int64_t port = 0;
	int64_t ms = 0;
	int64_t steps = 0;
	int64_t start;
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);

	if (argc < 6 || !str_to_i64(argv[2], 1, 65535, &port) ||
	    !str_to_i64(argv[3], 1, 600000, &ms) ||
	    !str_to_i64(argv[4], 1, MAX_STEPS, &steps) ||
	    (argc - 5) % steps != 0 || (argc - 5) / steps > MAX_CONNS)
		die("usage: load CA-FILE PORT MILLISECONDS STEPS FILE...");
	load.arena = arena_new("load", (size_t)1 << 30);
	load.us = arena_array(load.arena, MAX_SAMPLES, sizeof(*load.us));
	load.steps_n = (size_t)steps;
	load.clients_n = (size_t)(argc - 5) / load.steps_n;
	target_init(&load.target, argv[1], (int)port);
	for (size_t i = 0; i < load.clients_n; i++)
		open_client(&load.client[i], argv + 5 + i * load.steps_n, i,
		    epoll_fd);
	start = now_us();
	run(epoll_fd, start + ms * 1000);
	report(now_us() - start);
	return 0;
}
