#include "box/cgroup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "box/walls.h"

#define CLEAR_MS 5000
#define NAME_TRIES 8
#define TCP_BYTES ((int64_t)16 << 20)

int
cg_write(int dir, const char *file, const char *text)
{
	_cleanup_(io_closep) int fd = openat(dir, file, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	return write(fd, text, strlen(text)) < 0 ? -1 : 0;
}

ssize_t
cg_read(int dir, const char *file, char *p, size_t n)
{
	_cleanup_(io_closep) int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = io_read_all(fd, p, n - 1);
	if (got >= 0)
		p[got] = '\0';
	return got;
}

static int
open_dir(int at, const char *path)
{
	return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Kills each process of the group; true if there was one. */
static bool
kill_listed(int dir)
{
	char text[16384];
	struct str rest;
	struct str line;
	int64_t pid;
	bool found = false;

	if (cg_read(dir, "cgroup.procs", text, sizeof(text)) <= 0)
		return false;
	rest = str_of(text);
	while (str_cut(&rest, '\n', &line)) {
		char number[24];

		if (line.n == 0 || line.n >= sizeof(number))
			continue;
		memcpy(number, line.p, line.n);
		number[line.n] = '\0';
		/* 0 is a process of a pid namespace that we do not see. */
		if (!str_to_i64(number, 1, INT32_MAX, &pid))
			continue;
		found = true;
		kill((pid_t)pid, SIGKILL);
	}
	return found;
}

static bool
kill_all(int dir)
{
	if (cg_write(dir, "cgroup.kill", "1") == 0)
		return true;
	return kill_listed(dir);
}

int
cg_clear(int dir, const char *name, int64_t timeout_ms)
{
	int64_t until = clock_mono_ms() + timeout_ms;
	_cleanup_(io_closep) int fd = -1;

	/* Removing fails as long as there are processes, zombies too. */
	while (unlinkat(dir, name, AT_REMOVEDIR) != 0) {
		if (errno == ENOENT)
			return 0;
		if (errno != EBUSY || clock_mono_ms() > until)
			return -1;
		if (fd < 0)
			fd = open_dir(dir, name);
		if (fd >= 0)
			kill_all(fd);
		clock_sleep_ms(1);
	}
	return 0;
}

static void
close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		io_closep(&fds[i]);
}

/* Makes and locks the group of that name everywhere; -1 and errno. */
static int
make_group(struct cg_host *h)
{
	struct stat here;
	struct stat there;

	for (size_t i = 0; i < h->table->dirs; i++) {
		if (mkdirat(h->base[i], h->name, 0755) != 0)
			return -1;
		h->dir[i] = open_dir(h->base[i], h->name);
		if (h->dir[i] < 0)
			return -1;
		/*
		 * Between mkdir and flock another host may take it for a dead
		 * one's and remove it.
		 */
		if (flock(h->dir[i], LOCK_EX | LOCK_NB) != 0 ||
		    fstatat(h->base[i], h->name, &there, 0) != 0 ||
		    fstat(h->dir[i], &here) != 0)
			return -1;
		if (here.st_ino != there.st_ino) {
			errno = EAGAIN;
			return -1;
		}
	}
	return 0;
}

static void
remove_group(struct cg_host *h)
{
	for (size_t i = 0; i < h->table->dirs; i++)
		if (h->dir[i] >= 0)
			cg_clear(h->base[i], h->name, CLEAR_MS);
	close_all(h->dir, CG__MAX);
}

struct err *
cg_host_open(struct arena *a, const char *base, struct cg_host *ret_host)
{
	struct cg_host h;
	int rc = -1;

	memset(&h, 0, sizeof(h));
	for (size_t i = 0; i < CG__MAX; i++)
		h.base[i] = h.dir[i] = -1;
	TRY(cg_find_base(a, base, &h));
	cg_recover(&h);
	for (int i = 0; i < NAME_TRIES && rc != 0; i++) {
		snprintf(h.name, sizeof(h.name), "assize-%08" PRIx32,
		    rand_below(UINT32_MAX));
		rc = make_group(&h);
		if (rc != 0) {
			int why = errno;

			remove_group(&h);
			errno = why;
		}
	}
	if (rc == 0 && h.table->can_start_inside)
		rc = cg_write(h.dir[0], "cgroup.subtree_control",
		    "+memory +pids");
	if (rc != 0) {
		int why = errno;

		remove_group(&h);
		close_all(h.base, CG__MAX);
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "no control group can be made: %s; run under systemd with "
		    "Delegate=yes, or as root",
		    strerror(why));
	}
	*ret_host = h;
	return NULL;
}

void
cg_host_close(struct cg_host *h)
{
	remove_group(h);
	close_all(h->base, CG__MAX);
}

struct err *
cg_box_make(const struct cg_host *h, struct arena *a, uint64_t nr,
    struct cg_box *ret_box)
{
	struct cg_box b = { .host = h, .dir = { -1, -1, -1 } };

	snprintf(b.name, sizeof(b.name), "%" PRIu64, nr);
	for (size_t i = 0; i < h->table->dirs; i++) {
		if (mkdirat(h->dir[i], b.name, 0755) == 0)
			b.dir[i] = open_dir(h->dir[i], b.name);
		if (b.dir[i] < 0) {
			int why = errno;

			(void)!cg_box_remove(&b, a);
			return ERR_WHY(a, ERR_INTERNAL,
			    "could not make a control group: %s",
			    strerror(why));
		}
	}
	*ret_box = b;
	return NULL;
}

struct err *
cg_box_doors(const struct cg_box *b, struct arena *a, int doors[CG__MAX],
    size_t *ret_n)
{
	*ret_n = 0;
	if (b->host->table->can_start_inside)
		return NULL;
	for (size_t i = 0; i < b->host->table->dirs; i++) {
		doors[i] = openat(b->dir[i], "tasks", O_WRONLY | O_CLOEXEC);
		if (doors[i] < 0)
			return ERR_WHY(a, ERR_INTERNAL,
			    "could not enter a control group: %s",
			    strerror(errno));
		++*ret_n;
	}
	return NULL;
}

int
cg_box_start_fd(const struct cg_box *b)
{
	return b->host->table->can_start_inside ? b->dir[0] : -1;
}

/* The directory in which a controller's files are. */
static int
dir_of(const struct cg_box *b, enum cg_controller c)
{
	return b->dir[b->host->table->dirs == 1 ? 0 : c];
}

struct err *
cg_box_limit(const struct cg_box *b, struct arena *a, int64_t memory,
    int64_t pids)
{
	const int64_t values[] = {
		[CG_V_MEMORY] = memory,
		[CG_V_PIDS] = pids,
		[CG_V_TCP] = TCP_BYTES,
		[CG_V_ZERO] = 0,
		[CG_V_ONE] = 1,
	};
	const struct cg_table *t = b->host->table;
	char text[24];

	for (size_t i = 0; i < t->limits_n && WALL(WALL_LIMITS); i++) {
		const struct cg_limit *l = &t->limits[i];

		snprintf(text, sizeof(text), "%" PRId64, values[l->value]);
		if (cg_write(dir_of(b, l->where), l->file, text) == 0)
			continue;
		if (l->is_optional && errno == ENOENT)
			continue;
		return ERR_WHY(a, ERR_INTERNAL, "could not set %s: %s", l->file,
		    strerror(errno));
	}
	return NULL;
}

struct err *
cg_box_forget_peak(const struct cg_box *b, struct arena *a)
{
	const struct cg_counter *c = &b->host->table->peak_bytes;

	if (cg_write(dir_of(b, c->where), c->file, "0") != 0)
		return ERR_WHY(a, ERR_INTERNAL, "could not reset %s: %s",
		    c->file, strerror(errno));
	return NULL;
}

int64_t
cg_box_read(const struct cg_box *b, const struct cg_counter *c)
{
	char text[1024];
	struct str rest;
	struct str line;
	struct str word;
	char *number;
	int64_t v;

	if (cg_read(dir_of(b, c->where), c->file, text, sizeof(text)) < 0)
		return -1;
	rest = str_of(text);
	while (str_cut(&rest, '\n', &line)) {
		if (c->key != NULL &&
		    (!str_cut(&line, ' ', &word) || !str_is(word, c->key)))
			continue;
		/* The text is ours: end the number in place. */
		number = text + (line.p - text);
		number[line.n] = '\0';
		if (!str_to_i64(number, 0, INT64_MAX, &v))
			return -1;
		return v / c->divide;
	}
	return -1;
}

size_t
cg_box_pids(const struct cg_box *b, pid_t *pids, size_t n)
{
	char text[1024];
	struct str rest, line;
	size_t found = 0;

	if (cg_read(b->dir[0], "cgroup.procs", text, sizeof(text)) < 0)
		return 0;
	rest = str_of(text);
	while (found < n && str_cut(&rest, '\n', &line)) {
		int64_t pid;

		text[line.p - text + line.n] = '\0';
		if (str_to_i64(line.p, 1, INT32_MAX, &pid))
			pids[found++] = (pid_t)pid;
	}
	return found;
}

void
cg_box_kill(const struct cg_box *b)
{
	for (size_t i = 0; i < b->host->table->dirs; i++)
		if (b->dir[i] >= 0)
			kill_all(b->dir[i]);
}

struct err *
cg_box_remove(struct cg_box *b, struct arena *a)
{
	struct err *e = NULL;

	for (size_t i = 0; i < b->host->table->dirs; i++) {
		if (b->dir[i] >= 0 && WALL(WALL_GROUP) &&
		    cg_clear(b->host->dir[i], b->name, CLEAR_MS) != 0)
			e = ERR_WHY(a, ERR_INTERNAL,
			    "could not remove control group %s: %s", b->name,
			    strerror(errno));
		io_closep(&b->dir[i]);
	}
	return e;
}
