/*
 * Theory of operation.
 *
 * Nothing inside a box is believed.  The program's CPU, memory and processes
 * are counted by the kernel in its control group, its output by us, at the
 * read end of the pipes, its time by our clock.  Only how its first process
 * ended comes from inside, from boxinit, which the program can neither trace
 * nor signal.
 *
 * One thread, the caller's, sits in poll() on: the control socket (boxinit
 * says DONE), a pidfd of boxinit (readable: everything in the box is dead),
 * the pipes, the caller's cancel descriptor.  Every TICK_MS it reads the
 * counters.  Whatever passes a limit is killed as a whole, and who kills
 * writes down why: the reason is remembered, never guessed from signal 9.
 *
 *	build (cell.c) -> limits set -> CPU noted -> JOB -> poll ... -> DONE
 *	-> boxinit exits, the kernel kills the rest -> pidfd -> drain pipes
 *	-> counters read -> control group removed (cell_free)
 *
 * Counters are read after the death of all, so that orphans count.  The CPU
 * that it took to build the box is subtracted.
 */
#include "box/watch.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "box/disk.h"
#include "box/host.h"
#include "box/proto.h"
#include "box/relay.h"
#include "box/walls.h"

#define TICK_MS 20
#define DISK_MS 300
#define FLUSH_MS 1000
#define CLOSED_MS 100
/* Of the control group, for boxinit and bubblewrap. */
#define OWN_PROCESSES 2

struct stream {
	int fd; /* our end, -1 at end of file */
	const struct box_sink *sink;
	int64_t *bytes;
	struct buf kept;
	struct relay relay; /* BOX_SINK_RELAY */
	int64_t closed_us;  /* BOX_SINK_FD: its end came then; 0: not yet */
};

struct watch {
	struct cell *cell;
	struct arena *arena;
	struct arena *scratch;
	const struct box_spec *spec;
	struct box_limits limits;
	struct box_record *record;
	struct stream streams[2];
	int64_t cpu_before_us;
	int64_t start_us;
	int64_t end_us; /* 0: it still runs */
	bool is_killed; /* by us, and the record says why */
	bool is_told;   /* DONE or NOT_STARTED came */
	bool is_dead;
	bool stays;    /* there is nobody but boxinit */
	bool is_alone; /* nobody will send signals any more */
	int64_t disk_at_us;
	int cancel_fd;
	struct err *fault; /* ours */
};

static void
kill_for(struct watch *w, bool *reason)
{
	if (w->is_killed)
		return;
	*reason = true;
	w->is_killed = true;
	cell_kill(w->cell);
}

static void
take_bytes(struct watch *w, struct stream *s, const char *p, size_t n)
{
	const struct box_sink *sink = s->sink;
	size_t room;

	*s->bytes += (int64_t)n;
	if (sink->kind == BOX_SINK_FD && w->fault == NULL &&
	    io_write_all(sink->fd, p, n) != 0) {
		w->fault = ERR_WHY(w->arena, ERR_INTERNAL,
		    "could not keep the output: %s", strerror(errno));
		cell_kill(w->cell);
	} else if (sink->kind == BOX_SINK_RELAY) {
		relay_take(&s->relay, p, n);
	} else if (sink->kind == BOX_SINK_MEMORY) {
		room = sink->max_bytes - s->kept.n;
		buf_put(&s->kept, p, n < room ? n : room);
	}
	if (w->record->out_bytes + w->record->err_bytes >
		w->limits.output_bytes &&
	    WALL(WALL_WATCH))
		kill_for(w, &w->record->over_output);
}

/* Reads what is there; with all, to the end, after everybody's death. */
static void
drain(struct watch *w, struct stream *s, bool all)
{
	char p[65536];
	ssize_t n;

	if (s->fd < 0 || relay_is_full(&s->relay))
		return;
	do {
		n = read(s->fd, p, sizeof(p));
		if (n > 0)
			take_bytes(w, s, p, (size_t)n);
		else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			io_closep(&s->fd);
			if (s->sink->kind == BOX_SINK_FD)
				s->closed_us = clock_mono_us();
		}
		if (s->relay.is_broken)
			io_closep(&s->fd);
		/* Its reader has FLUSH_MS for each piece, when all is over. */
		if (all && n > 0)
			relay_flush(&s->relay, FLUSH_MS);
	} while (all && n > 0 && s->fd >= 0 && !w->record->over_output);
}

/* Goes on with what could not be written; ends with its reader. */
static void
push(struct stream *s)
{
	relay_push(&s->relay);
	if (s->relay.is_broken)
		io_closep(&s->fd);
}

/* A signal for the program, or the end of who would send one. */
static void
hear_asker(struct watch *w)
{
	unsigned char signals[64];
	ssize_t n =
	    recv(w->spec->signal_fd, signals, sizeof(signals), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		w->is_alone = true;
		kill_for(w, &w->record->is_cancelled);
	}
	for (ssize_t i = 0; i < n && !w->is_told; i++) {
		struct box_msg m = { BOX_MSG_SIGNAL, signals[i] };

		(void)!send(w->cell->ctl, &m, sizeof(m), MSG_NOSIGNAL);
	}
}

static void
hear_end(struct watch *w)
{
	struct {
		struct box_msg m;
		char text[BOX_FAIL_MAX + 1];
	} h;
	ssize_t n;

	memset(&h, 0, sizeof(h));
	n = recv(w->cell->ctl, &h, sizeof(h) - 1, MSG_DONTWAIT);
	if (n < (ssize_t)sizeof(h.m))
		return;
	w->end_us = clock_mono_us();
	if (h.m.kind == BOX_MSG_FAIL) {
		w->fault = ERR_WHY(w->arena, ERR_INTERNAL, "boxinit: %s: %s",
		    h.text, strerror(h.m.value));
		return;
	}
	w->is_told = true;
	if (h.m.kind == BOX_MSG_NOT_STARTED) {
		w->record->start_errno = h.m.value;
		return;
	}
	w->stays = h.m.kind == BOX_MSG_STAYS;
	w->record->is_started = true;
	if (WIFEXITED(h.m.value))
		w->record->exit_code = WEXITSTATUS(h.m.value);
	else
		w->record->signal = WTERMSIG(h.m.value);
}

static int64_t
cpu_us(const struct watch *w)
{
	int64_t us =
	    cg_box_read(&w->cell->cg, &w->cell->cg.host->table->cpu_us);

	return us < w->cpu_before_us ? 0 : us - w->cpu_before_us;
}

static int64_t
count(const struct watch *w, const struct cg_counter *c)
{
	int64_t n = cg_box_read(&w->cell->cg, c);

	return n < 0 ? 0 : n;
}

/*
 * Who has closed its output and goes on has said all.  Who ends closes it too:
 * then the box's end comes first, and after it the caller says so.
 */
static void
pass_ends(struct watch *w)
{
	int64_t now = clock_mono_us();

	for (size_t i = 0; i < ARRAY_LEN(w->streams) && !w->is_told; i++) {
		struct stream *s = &w->streams[i];

		if (s->closed_us == 0 || now < s->closed_us + CLOSED_MS * 1000)
			continue;
		shutdown(s->sink->fd, SHUT_WR);
		s->closed_us = 0;
	}
}

/* The limits that nobody tells us about. */
static void
check_limits(struct watch *w)
{
	const struct cg_table *t = w->cell->cg.host->table;
	int64_t now = clock_mono_us();

	if (w->is_told || !WALL(WALL_WATCH))
		return;
	if (now - w->start_us > w->limits.wall_ms * 1000)
		kill_for(w, &w->record->over_wall);
	else if (cpu_us(w) > w->limits.cpu_ms * 1000)
		kill_for(w, &w->record->over_cpu);
	else if (count(w, &t->oom_kills) > 0)
		/* Version 1 kills one process only: the rest goes with it. */
		kill_for(w, &w->record->over_memory);
	else if (w->spec->disk != NULL && now > w->disk_at_us) {
		w->disk_at_us = now + DISK_MS * 1000;
		if (disk_is_over(w->spec->disk))
			kill_for(w, &w->record->over_disk);
	}
}

static int
poll_timeout(const struct watch *w)
{
	int64_t left =
	    w->start_us / 1000 + w->limits.wall_ms - clock_mono_ms() + 1;

	if (left < 0)
		return 0;
	return left < TICK_MS ? (int)left : TICK_MS;
}

/* What to wait for; a stream that is full waits for its reader. */
static int
stream_fd(const struct watch *w, size_t i)
{
	const struct stream *s = &w->streams[i];

	return w->is_killed || relay_is_full(&s->relay) ? -1 : s->fd;
}

static int
relay_fd(const struct watch *w, size_t i)
{
	const struct stream *s = &w->streams[i];

	return !w->is_killed && relay_is_full(&s->relay) ? s->sink->fd : -1;
}

static void
turn(struct watch *w)
{
	struct pollfd p[] = {
		{ .fd = w->is_told ? -1 : w->cell->ctl, .events = POLLIN },
		{ .fd = w->cell->init_pidfd, .events = POLLIN },
		/* Who is dying may fill the pipes, and no more. */
		{ .fd = stream_fd(w, 0), .events = POLLIN },
		{ .fd = stream_fd(w, 1), .events = POLLIN },
		{ .fd = w->is_killed ? -1 : w->cancel_fd, .events = POLLIN },
		{ .fd = relay_fd(w, 0), .events = POLLOUT },
		{ .fd = relay_fd(w, 1), .events = POLLOUT },
		{ .fd = w->spec->has_signal_fd && !w->is_killed && !w->is_alone
			? w->spec->signal_fd
			: -1,
		    .events = POLLIN },
	};
	int n = poll(p, ARRAY_LEN(p), w->is_killed ? -1 : poll_timeout(w));

	if (n < 0 && errno != EINTR)
		assert(!"poll with our own descriptors");
	if (n > 0) {
		if (p[2].revents != 0)
			drain(w, &w->streams[0], false);
		if (p[3].revents != 0)
			drain(w, &w->streams[1], false);
		if (p[0].revents != 0)
			hear_end(w);
		if (p[1].revents != 0)
			w->is_dead = true;
		if (p[4].revents != 0)
			kill_for(w, &w->record->is_cancelled);
		if (p[5].revents != 0)
			push(&w->streams[0]);
		if (p[6].revents != 0)
			push(&w->streams[1]);
		if (p[7].revents != 0)
			hear_asker(w);
	}
	if (!w->is_dead) {
		check_limits(w);
		pass_ends(w);
	}
}

static void
keep(struct watch *w, struct stream *s, struct box_bytes *ret_bytes)
{
	if (s->sink->kind != BOX_SINK_MEMORY)
		return;
	ret_bytes->p = arena_memdup(w->arena, s->kept.p, s->kept.n);
	ret_bytes->n = s->kept.n;
	ret_bytes->is_cut = (int64_t)s->kept.n < *s->bytes;
}

static struct err *
conclude(struct watch *w)
{
	const struct cg_table *t = w->cell->cg.host->table;
	struct box_record *r = w->record;
	int64_t cpu;

	for (size_t i = 0; i < ARRAY_LEN(w->streams); i++) {
		if (!r->is_cancelled)
			relay_flush(&w->streams[i].relay, FLUSH_MS);
		drain(w, &w->streams[i], true);
	}
	if (w->spec->disk != NULL && disk_is_over(w->spec->disk))
		r->over_disk = true;
	/* The last words may have come together with the death. */
	if (!w->is_told)
		hear_end(w);
	if (w->end_us == 0)
		w->end_us = clock_mono_us();
	if (w->fault != NULL)
		return w->fault;
	cpu = cpu_us(w);
	r->cpu_ms = cpu / 1000;
	r->wall_ms = (w->end_us - w->start_us) / 1000;
	r->memory_peak_bytes = count(w, &t->peak_bytes);
	r->oom_kills = count(w, &t->oom_kills);
	r->forks_refused = count(w, &t->forks_refused);
	r->over_memory = r->oom_kills > 0;
	r->over_cpu = r->over_cpu || cpu > w->limits.cpu_ms * 1000;
	r->over_wall = r->over_wall || r->wall_ms > w->limits.wall_ms;
	r->over_file = r->signal == SIGXFSZ;
	keep(w, &w->streams[0], &r->out);
	keep(w, &w->streams[1], &r->err);
	if (w->is_told)
		return NULL;
	if (!w->is_killed && r->oom_kills == 0)
		return ERR_WHY(w->arena, ERR_INTERNAL,
		    "the box died without a word");
	/* Whoever killed it is in the record. */
	r->is_started = true;
	r->signal = SIGKILL;
	return NULL;
}

static struct err *
open_stream(struct watch *w, size_t i, int *ret_theirs)
{
	struct stream *s = &w->streams[i];
	int pair[2];

	s->sink = i == 0 ? &w->spec->out : &w->spec->err;
	s->bytes = i == 0 ? &w->record->out_bytes : &w->record->err_bytes;
	s->fd = -1;
	if (s->sink->kind == BOX_SINK_SAME)
		return NULL;
	if (pipe2(pair, O_CLOEXEC) != 0)
		return ERR_WHY(w->arena, ERR_INTERNAL, "pipe: %s",
		    strerror(errno));
	/* By name (/dev/stdout) its owner, who is another user, opens it. */
	fchmod(pair[1], S_IWUSR | S_IWGRP | S_IWOTH);
	/* Our end only: the flag of the program's end is the program's. */
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	s->fd = pair[0];
	*ret_theirs = pair[1];
	buf_init(&s->kept, w->scratch, s->sink->max_bytes);
	relay_init(&s->relay, w->scratch,
	    s->sink->kind == BOX_SINK_RELAY ? s->sink->fd : -1);
	return NULL;
}

/*
 * Only now: until here the box was built on whatever processor was free, and
 * not on the one where the test before it runs.  The program inherits it.
 */
static struct err *
pin(struct watch *w)
{
	cpu_set_t one;

	if (w->spec->core == 0)
		return NULL;
	CPU_ZERO(&one);
	CPU_SET((size_t)w->spec->core - 1, &one);
	/* A box that died already is found out below. */
	if (sched_setaffinity(w->cell->init_pid, sizeof(one), &one) != 0 &&
	    errno != ESRCH)
		return ERR_WHY(w->arena, ERR_INTERNAL, "processor %d: %s",
		    w->spec->core - 1, strerror(errno));
	return NULL;
}

static struct err *
begin(struct watch *w)
{
	_cleanup_(io_closep) int in = -1;
	_cleanup_(io_closep) int out = -1;
	_cleanup_(io_closep) int err = -1;
	int fds[3];

	TRY(job_stdin(w->arena, w->spec->stdin_fd, &in));
	TRY(open_stream(w, 0, &out));
	TRY(open_stream(w, 1, &err));
	fds[0] = in;
	fds[1] = out;
	fds[2] = err >= 0 ? err : out;
	TRY(cg_box_limit(&w->cell->cg, w->arena, w->limits.memory_bytes,
	    w->limits.processes + OWN_PROCESSES));
	TRY(pin(w));
	if (w->cell->stays)
		TRY(cg_box_forget_peak(&w->cell->cg, w->arena));
	w->cell->stays = false;
	w->cpu_before_us = count(w, &w->cell->cg.host->table->cpu_us);
	w->start_us = clock_mono_us();
	return job_send(w->cell, w->arena, w->spec, fds);
}

struct err *
watch_run(struct cell *c, struct arena *a, const struct box_spec *spec,
    struct box_record *ret_record)
{
	_cleanup_(arena_freep) struct arena *scratch = NULL;
	struct watch w = {
		.cell = c,
		.arena = a,
		.spec = spec,
		.limits = box_limits_filled(&spec->limits),
		.record = ret_record,
		.streams = { { .fd = -1 }, { .fd = -1 } },
		.cancel_fd = spec->cancel_fd,
	};
	struct err *e;

	scratch = arena_new("box output",
	    ((size_t)4 << 20) +
		4 * (spec->out.max_bytes + spec->err.max_bytes));
	w.scratch = scratch;
	memset(ret_record, 0, sizeof(*ret_record));
	ret_record->exit_code = -1;
	e = begin(&w);
	if (e == NULL) {
		while (!w.is_dead && (!w.stays || w.is_killed))
			turn(&w);
		e = conclude(&w);
	}
	c->stays = e == NULL && w.stays && !w.is_dead && !w.is_killed &&
	    ret_record->signal == 0 && ret_record->oom_kills == 0 &&
	    ret_record->forks_refused == 0;
	for (size_t i = 0; i < ARRAY_LEN(w.streams); i++)
		io_closep(&w.streams[i].fd);
	return e;
}
