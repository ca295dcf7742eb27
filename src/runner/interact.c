/*
 * Theory of operation.
 *
 * Two threads run the boxes; the caller's carries bytes between them:
 *
 *	program -> box_run -> pipe -> relay -> pipe -> validator
 *
 * and the same the other way.  The relay always reads, whether or not the
 * other side does, and keeps what is not yet taken; so box_run never blocks
 * in a write, both boxes' limits hold, and two programs that both write and
 * never read end at their limits and not in a deadlock.  What it keeps is
 * bounded by the boxes' output limits, which are counted before it.
 *
 * When a box ends its thread closes its ends; the relay hands on what is
 * left, then the end of file.  So a program whose validator has ended reads
 * the end of its input only after that: who failed first is who ended first.
 * (Who closes its output and goes on has said so after 100 ms.)
 *
 * A validator that has said no has decided: the program is stopped at once.  A
 * program that has failed has, too: the validator has some time to say what it
 * saw.  What is stopped so did nothing wrong.
 */
#include "runner/interact.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "runner/ran.h"

#define TRANSCRIPT_MAX ((size_t)4096)
#define PIECE ((size_t)65536)
#define SIDE_ARENA ((size_t)64 << 20)
/* For a validator whose program has failed, to write its messages. */
#define LAST_WORDS_MS 3000

enum { PROGRAM, VALIDATOR };
/* In place of the status of a program that we ended. */
#define STOPPED (-1)

struct talk;

/* One box, its thread, and the ends of pipes that it has. */
struct side {
	struct talk *talk;
	struct arena *arena;
	struct ends ends;
	struct box_record record;
	struct err *error;
	int order; /* which ended first: 1 or 2 */
	struct event stop;
	bool is_stopped; /* since the other one has decided */
	pthread_t thread;
};

/* Bytes on their way; to is -1 once nobody reads them. */
struct flow {
	const char *mark; /* in the transcript */
	int from, to;
	char *bytes;
	size_t n, taken, max;
};

struct talk {
	struct grading *g;
	size_t test;
	atomic_int ended;
	_Atomic int64_t stop_ms; /* when the validator has said enough; 0 */
	struct side sides[2];
	size_t events;        /* sides whose event is there */
	struct flow flows[2]; /* by who writes */
	struct buf transcript;
};

static void
stop(struct side *s)
{
	s->is_stopped = true;
	event_set(&s->stop);
}

/* The first one has ended.  A program that ended well has not decided. */
static void
decide(struct talk *t, const struct side *s)
{
	if (s == &t->sides[VALIDATOR]) {
		if (!validate_has_accepted(&s->record))
			stop(&t->sides[PROGRAM]);
	} else if (ran_causes(t->g, &s->record) != 0) {
		t->stop_ms = clock_mono_ms() + LAST_WORDS_MS;
	}
}

static void *
run_side(void *arg)
{
	struct side *s = arg;
	struct talk *t = s->talk;

	s->error = s == &t->sides[PROGRAM]
	    ? judge_case_run(t->g, s->arena, t->test, &s->ends, &s->record)
	    : validate_run(t->g, s->arena, t->test, &s->ends, &s->record);
	s->order = atomic_fetch_add(&t->ended, 1) + 1;
	if (s->order == 1 && s->error == NULL)
		decide(t, s);
	io_closep(&s->ends.in);
	io_closep(&s->ends.out);
	return NULL;
}

/* For people: what was said, by whom, in order, as long as there is room. */
static void
note(struct talk *t, const struct flow *f, const char *p, size_t n)
{
	struct str rest = { p, n }, line;

	while (t->transcript.n < TRANSCRIPT_MAX && str_cut(&rest, '\n', &line))
		buf_printf(&t->transcript, "%s%.*s\n", f->mark,
		    (int)(line.n < 200 ? line.n : 200), line.p);
}

static void
take(struct talk *t, struct flow *f)
{
	size_t room = f->max - f->n;
	char waste[PIECE];
	ssize_t n;

	/* Beyond the limit only what the box still says while it dies. */
	n = room > 0 ? read(f->from, f->bytes + f->n, room)
		     : read(f->from, waste, sizeof(waste));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		io_closep(&f->from);
		f->from = -1;
		return;
	}
	if (room == 0)
		return;
	note(t, f, f->bytes + f->n, (size_t)n);
	f->n += (size_t)n;
}

static void
hand_on(struct flow *f)
{
	ssize_t n = write(f->to, f->bytes + f->taken, f->n - f->taken);

	if (n > 0)
		f->taken += (size_t)n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		io_closep(&f->to); /* nobody reads any more */
}

static bool
has_more(const struct flow *f)
{
	return f->to >= 0 && f->taken < f->n;
}

/* How long to sleep, or -1; stops those who have no more time. */
static int
look_at_clock(struct talk *t)
{
	int64_t left;

	if (event_is_set(t->g->job->cancel)) {
		event_set(&t->sides[PROGRAM].stop);
		event_set(&t->sides[VALIDATOR].stop);
		return -1;
	}
	if (t->stop_ms == 0 || t->sides[VALIDATOR].is_stopped)
		return -1;
	left = t->stop_ms - clock_mono_ms();
	if (left > 0)
		return (int)left;
	stop(&t->sides[VALIDATOR]);
	return -1;
}

/* Until both have ended and all was handed on. */
static void
relay(struct talk *t)
{
	const struct event *cancel = t->g->job->cancel;

	for (;;) {
		struct pollfd p[5] = { 0 };
		bool is_open = false;

		for (size_t i = 0; i < 2; i++) {
			struct flow *f = &t->flows[i];

			if (f->from < 0 && f->to >= 0 && !has_more(f)) {
				io_closep(&f->to);
				f->to = -1;
			}
			p[2 * i] =
			    (struct pollfd) { .fd = f->from, .events = POLLIN };
			p[2 * i + 1] = (struct pollfd) {
				.fd = has_more(f) ? f->to : -1,
				.events = POLLOUT,
			};
			is_open |= f->from >= 0 || has_more(f);
		}
		if (!is_open)
			return;
		p[4] = (struct pollfd) {
			.fd = event_is_set(cancel) ? -1 : cancel->fd,
			.events = POLLIN,
		};
		if (poll(p, ARRAY_LEN(p), look_at_clock(t)) < 0)
			continue;
		for (size_t i = 0; i < 2; i++) {
			if (p[2 * i].revents != 0)
				take(t, &t->flows[i]);
			if (p[2 * i + 1].revents != 0)
				hand_on(&t->flows[i]);
		}
	}
}

static struct err *
open_flow(struct talk *t, int from, const char *mark, int64_t max_kb)
{
	struct flow *f = &t->flows[from];
	struct side *writer = &t->sides[from], *reader = &t->sides[!from];
	int in[2], out[2];

	/* A socket, of which a box can say that no more will come. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0)
		return ERR_WHY(t->g->arena, ERR_INTERNAL, "socketpair: %s",
		    strerror(errno));
	writer->ends.out = in[1];
	f->from = in[0];
	if (pipe2(out, O_CLOEXEC) < 0)
		return ERR_WHY(t->g->arena, ERR_INTERNAL, "pipe: %s",
		    strerror(errno));
	reader->ends.in = out[0];
	/* By name (/dev/stdin) another user opens it. */
	fchmod(out[0], S_IRUSR | S_IRGRP | S_IROTH);
	f->to = out[1];
	fcntl(f->to, F_SETFL, O_NONBLOCK);
	f->mark = mark;
	f->max = (size_t)max_kb * 1024 + PIECE;
	f->bytes = arena_alloc(writer->arena, f->max);
	return NULL;
}

static void
close_talk(struct talk *t)
{
	for (size_t i = 0; i < 2; i++) {
		io_closep(&t->flows[i].from);
		io_closep(&t->flows[i].to);
		if (i < t->events)
			event_done(&t->sides[i].stop);
		io_closep(&t->sides[i].ends.in);
		io_closep(&t->sides[i].ends.out);
		arena_free(t->sides[i].arena);
	}
}

static struct err *
open_talk(struct talk *t)
{
	const struct package_limits *l = &t->g->job->limits;

	for (size_t i = 0; i < 2; i++) {
		t->sides[i].talk = t;
		t->sides[i].ends = (struct ends) { -1, -1, &t->sides[i].stop };
		t->flows[i].from = t->flows[i].to = -1;
	}
	for (; t->events < 2; t->events++)
		TRY(event_init(&t->sides[t->events].stop, t->g->arena));
	t->sides[PROGRAM].arena =
	    arena_new("program", SIDE_ARENA + (size_t)l->output_kb * 1024);
	t->sides[VALIDATOR].arena = arena_new("validator",
	    SIDE_ARENA + (size_t)l->validation_output_kb * 1024);
	TRY(open_flow(t, PROGRAM, "> ", l->output_kb));
	return open_flow(t, VALIDATOR, "< ", l->validation_output_kb);
}

/* A side without a thread has ended at once, by our fault. */
static void
start(struct side *s)
{
	if (pthread_create(&s->thread, NULL, run_side, s) == 0)
		return;
	s->thread = pthread_self();
	s->error = ERR_WHY(s->arena, ERR_INTERNAL, "no thread");
	io_closep(&s->ends.in);
	io_closep(&s->ends.out);
	s->ends = (struct ends) { -1, -1, NULL };
}

static struct err *
finish(struct talk *t)
{
	struct arena *a = t->g->arena;

	for (size_t i = 0; i < 2; i++) {
		struct side *s = &t->sides[i];

		if (!pthread_equal(s->thread, pthread_self()))
			pthread_join(s->thread, NULL);
		s->ends = (struct ends) { -1, -1, NULL };
	}
	for (size_t i = 0; i < 2; i++) {
		const struct err *e = t->sides[i].error;

		if (e != NULL)
			return ERR_WHY(a, e->code, "%s: %s",
			    i == PROGRAM ? "program" : "validator",
			    e->internal != NULL ? e->internal : "");
	}
	return NULL;
}

/* Who was stopped did not end by itself: no status, no signal. */
static struct err *
take_program(struct talk *t, struct interaction *x)
{
	const struct side *s = &t->sides[PROGRAM];

	x->program = s->record;
	x->is_program_first = s->order < t->sides[VALIDATOR].order;
	if (!s->is_stopped || !s->record.is_cancelled)
		return NULL;
	if (event_is_set(t->g->job->cancel))
		return ERR_WHY(t->g->arena, ERR_UNAVAILABLE, "cancelled");
	x->program.is_cancelled = false;
	x->program.is_started = true;
	x->program.signal = 0;
	x->program.exit_code = STOPPED;
	return NULL;
}

static struct err *
take_judgement(struct talk *t, struct judgement *j)
{
	const struct side *s = &t->sides[VALIDATOR];
	struct grading *g = t->g;

	if (!s->is_stopped || !s->record.is_cancelled ||
	    event_is_set(g->job->cancel))
		return validate_conclude(g, t->test, &s->record, j);
	*j = (struct judgement) {
		.judge_message = validate_message(g, "judgemessage.txt"),
	};
	return NULL;
}

static struct err *
converse(struct talk *t, struct interaction *x)
{
	struct grading *g = t->g;
	struct judgement *j = &x->judgement;

	TRY(open_talk(t));
	start(&t->sides[VALIDATOR]);
	start(&t->sides[PROGRAM]);
	relay(t);
	TRY(finish(t));
	TRY(take_program(t, x));
	x->program.err.p =
	    arena_memdup(g->arena, x->program.err.p, x->program.err.n);
	TRY(take_judgement(t, j));
	j->judge_message = arena_printf(g->arena, "%s%s%s",
	    j->judge_message != NULL ? j->judge_message : "",
	    j->judge_message != NULL ? "\n" : "",
	    str_utf8_repair(g->arena, t->transcript.p, t->transcript.n));
	return NULL;
}

struct err *
interact(struct grading *g, struct arena *scratch, size_t i,
    struct interaction *ret_interaction)
{
	struct talk t = { .g = g, .test = i };
	struct err *e;

	if (!g->job->package->is_multi_pass)
		TRY(validate_prepare(g, i));
	buf_init(&t.transcript, scratch, 2 * TRANSCRIPT_MAX);
	e = converse(&t, ret_interaction);
	close_talk(&t);
	return e;
}
