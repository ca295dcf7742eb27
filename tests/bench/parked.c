/*
 * parked: polls that wait, all held by this one program.
 *
 *	parked hand CA-FILE PORT MILLISECONDS RATE SUBMIT*8 POLL COMPLETE...
 *
 * submits RATE times a second, each of eight students in turn, while a connection for each pair of POLL and
 * COMPLETE waits for a job and ends what it gets.  Prints when a runner had
 * the job: after the 201 was here, after the request was sent.
 *
 *	parked hold CA-FILE PORT MILLISECONDS COUNT POLL...
 *
 * opens COUNT connections, each with one of the polls, says "open" and keeps
 * them waiting.
 *
 * @JOB@, @LEASE@, @N@ and @P@ are filled in as load.c says, the last one in
 * turn.
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/epoll.h>

#include "base/str.h"
#include "tests/bench/conn.h"

#define MAX_CONNS 8192
#define MAX_SUBMITTED 65536
#define SUBMITTERS 8
#define ID_LEN 29
#define LEASE_LEN 35
#define N_LEN 32
#define P_LEN 3
#define PROBLEMS 64
#define IDLE_BYTES ((size_t)4 << 10)

struct text {
	char *p;
	size_t n;
};

struct waiter {
	struct conn conn;
	struct text poll;
	struct text complete;
	bool is_completing;
};

struct submitter {
	struct conn conn;
	struct text request;
	int64_t sent_us;
	bool is_busy;
};

/* What is known of a submission; times are 0 until then. */
struct submitted {
	char id[ID_LEN + 1];
	int64_t sent_us;
	int64_t accepted_us;
	int64_t held_us;
};

static struct {
	struct arena *arena;
	struct target target;
	int epoll_fd;
	struct waiter *waiter;
	size_t waiters_n;
	struct submitter submitter[SUBMITTERS];
	size_t next; /* submitter */
	struct submitted *submitted;
	size_t submitted_n;
	int64_t late;
	int64_t empty;
	int64_t others;
	uint64_t numbers;
} all;

static struct text
read_text(const char *path)
{
	struct text t;

	t.p = read_file(all.arena, path, &t.n);
	return t;
}

static void
fill(struct text *t, const char *mark, const char *value, size_t n)
{
	char *p = strstr(t->p, mark);

	if (p != NULL)
		memcpy(p, value, n);
}

static const char *
next_number(void)
{
	static char number[N_LEN + 1];

	snprintf(number, sizeof(number), "%016" PRIx64 "%016" PRIx64,
	    (uint64_t)now_us(), all.numbers++);
	return number;
}

static void
poll_job(struct waiter *w)
{
	struct text t = { arena_memdup(all.arena, w->poll.p, w->poll.n),
		w->poll.n };

	fill(&t, "@N@", next_number(), N_LEN);
	w->is_completing = false;
	conn_send(&w->conn, &all.target, t.p, t.n);
}

static bool
take_member(const char *body, const char *name, char *out, size_t length)
{
	const char *p = strstr(body, name);

	if (p == NULL || strlen(p) < strlen(name) + length)
		return false;
	memcpy(out, p + strlen(name), length);
	out[length] = '\0';
	return true;
}

/* The record of a submission, whoever speaks of it first. */
static struct submitted *
record_of(const char *id)
{
	for (size_t i = all.submitted_n; i > 0; i--) {
		if (strcmp(all.submitted[i - 1].id, id) == 0)
			return &all.submitted[i - 1];
	}
	if (all.submitted_n == MAX_SUBMITTED)
		die("too many submissions");
	memcpy(all.submitted[all.submitted_n].id, id, ID_LEN + 1);
	return &all.submitted[all.submitted_n++];
}

static void
take_job(struct waiter *w, int64_t now)
{
	char id[ID_LEN + 1];
	char lease[LEASE_LEN + 1];
	const char *body = w->conn.body;
	struct text t = { arena_memdup(all.arena, w->complete.p, w->complete.n),
		w->complete.n };

	if (!take_member(body, "\"submission_id\":\"", id, ID_LEN))
		die("not a job");
	record_of(id)->held_us = now;
	if (!take_member(body, "\"job_id\":\"", id, ID_LEN) ||
	    !take_member(body, "\"lease_id\":\"", lease, LEASE_LEN))
		die("not a job");
	fill(&t, "@JOB@", id, ID_LEN);
	fill(&t, "@LEASE@", lease, LEASE_LEN);
	w->is_completing = true;
	conn_send(&w->conn, &all.target, t.p, t.n);
}

static void
waiter_answered(struct waiter *w, bool is_over)
{
	int64_t now = now_us();

	if (!w->is_completing && w->conn.status == 200) {
		take_job(w, now);
		return;
	}
	if (w->conn.status == 204)
		all.empty += !w->is_completing;
	else
		all.others++;
	if (!is_over)
		poll_job(w);
}

static void
submitter_answered(struct submitter *s)
{
	char id[ID_LEN + 1];
	int64_t now = now_us();
	struct submitted *r;

	s->is_busy = false;
	if (s->conn.status != 201 ||
	    !take_member(s->conn.body, "\"id\":\"", id, ID_LEN)) {
		all.others++;
		return;
	}
	r = record_of(id);
	r->sent_us = s->sent_us;
	r->accepted_us = now;
}

static void
submit_one(void)
{
	for (size_t i = 0; i < SUBMITTERS; i++) {
		struct submitter *s = &all.submitter[all.next++ % SUBMITTERS];
		struct text t;

		if (s->is_busy)
			continue;
		t = (struct text) { arena_memdup(all.arena, s->request.p,
					s->request.n),
			s->request.n };
		fill(&t, "@N@", next_number(), N_LEN);
		fill(&t, "@P@",
		    arena_printf(all.arena, "%03zu", all.next / 3 % PROBLEMS),
		    P_LEN);
		s->is_busy = true;
		s->sent_us = now_us();
		conn_send(&s->conn, &all.target, t.p, t.n);
		return;
	}
	all.late++;
}

/* Events of at most timeout_ms. */
static void
turn(int timeout_ms, bool is_over)
{
	struct epoll_event events[256];
	int n = epoll_wait(all.epoll_fd, events, 256, timeout_ms);

	if (n < 0 && errno != EINTR)
		die("epoll_wait");
	for (int i = 0; i < n; i++) {
		uint64_t tag = events[i].data.u64;

		if (tag >= MAX_CONNS) {
			struct submitter *s = &all.submitter[tag - MAX_CONNS];

			if (conn_read(&s->conn))
				submitter_answered(s);
		} else if (conn_read(&all.waiter[tag].conn)) {
			waiter_answered(&all.waiter[tag], is_over);
		}
	}
}

static void
print_times(const char *name, int64_t *us, size_t n)
{
	printf(",\"%s\":{\"n\":%zu,\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64
	       ",\"max_us\":%" PRId64 "}",
	    name, n, quantile(us, n, 500), quantile(us, n, 990),
	    quantile(us, n, 1000));
}

static void
report(void)
{
	size_t max = all.submitted_n + 1;
	int64_t *after_201 = arena_array(all.arena, max, sizeof(int64_t));
	int64_t *after_sent = arena_array(all.arena, max, sizeof(int64_t));
	size_t n = 0;

	for (size_t i = 0; i < all.submitted_n; i++) {
		const struct submitted *r = &all.submitted[i];

		if (r->accepted_us == 0 || r->held_us == 0)
			continue;
		after_201[n] = r->held_us - r->accepted_us;
		after_sent[n++] = r->held_us - r->sent_us;
	}
	printf("{\"submitted\":%zu,\"late\":%" PRId64 ",\"empty\":%" PRId64
	       ",\"others\":%" PRId64,
	    all.submitted_n, all.late, all.empty, all.others);
	print_times("after_201", after_201, n);
	print_times("after_sent", after_sent, n);
	printf("}\n");
}

static void
open_waiter(size_t i, const char *poll, const char *complete)
{
	struct waiter *w = &all.waiter[i];

	w->poll = read_text(poll);
	if (complete != NULL)
		w->complete = read_text(complete);
	w->conn.tag = i;
	w->conn.epoll_fd = all.epoll_fd;
	conn_open(&w->conn, &all.target, all.arena,
	    complete == NULL ? IDLE_BYTES : ANSWER_MAX);
	poll_job(w);
	all.waiters_n++;
}

static void
hand(int64_t ms, int64_t rate, char **files, size_t n)
{
	int64_t start;
	int64_t done = 0;

	all.submitted =
	    arena_array(all.arena, MAX_SUBMITTED, sizeof(*all.submitted));
	for (size_t i = 0; i < SUBMITTERS; i++) {
		all.submitter[i].conn.tag = MAX_CONNS + i;
		all.submitter[i].conn.epoll_fd = all.epoll_fd;
		all.submitter[i].request = read_text(files[i]);
		conn_open(&all.submitter[i].conn, &all.target, all.arena,
		    ANSWER_MAX);
	}
	for (size_t i = SUBMITTERS; i + 1 < n; i += 2)
		open_waiter((i - SUBMITTERS) / 2, files[i], files[i + 1]);
	start = now_us();
	while (now_us() < start + ms * 1000) {
		int64_t due = (now_us() - start) * rate / 1000000;

		for (; done < due; done++)
			submit_one();
		turn(1, false);
	}
	while (now_us() < start + ms * 1000 + 1000000)
		turn(10, true);
	report();
}

static void
hold(int64_t ms, int64_t count, char **files, size_t n)
{
	int64_t start;

	for (int64_t i = 0; i < count; i++) {
		open_waiter((size_t)i, files[(size_t)i % n], NULL);
		turn(0, false);
	}
	printf("open\n");
	fflush(stdout);
	start = now_us();
	while (now_us() < start + ms * 1000)
		turn(100, false);
	report();
}

int
main(int argc, char **argv)
{
	int64_t port = 0;
	int64_t ms = 0;
	int64_t n = 0;
	bool is_hand = argc > 1 && strcmp(argv[1], "hand") == 0;

	if (argc < 7 || !str_to_i64(argv[3], 1, 65535, &port) ||
	    !str_to_i64(argv[4], 1, 600000, &ms) ||
	    !str_to_i64(argv[5], 1, MAX_CONNS, &n))
		die("usage: parked hand|hold CA-FILE PORT MILLISECONDS "
		    "RATE|COUNT FILE...");
	all.arena = arena_new("parked", (size_t)2 << 30);
	all.waiter = arena_array(all.arena, MAX_CONNS, sizeof(*all.waiter));
	all.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	target_init(&all.target, argv[2], (int)port);
	if (is_hand)
		hand(ms, n, argv + 6, (size_t)(argc - 6));
	else
		hold(ms, n, argv + 6, (size_t)(argc - 6));
	return 0;
}
