#include "box/box.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/str.h"
#include "box/host.h"
#include "box/lookahead.h"
#include "box/watch.h"

#define MIB ((int64_t)1 << 20)
#define MEMORY_LEAST (4 * MIB) /* the empty box has 1 */

static int64_t
or_default(int64_t v, int64_t fallback)
{
	return v > 0 ? v : fallback;
}

struct box_limits
box_limits_filled(const struct box_limits *in)
{
	struct box_limits l = *in;

	l.cpu_ms = or_default(l.cpu_ms, 10000);
	l.wall_ms = or_default(l.wall_ms, 2 * l.cpu_ms + 1000);
	l.memory_bytes = or_default(l.memory_bytes, 256 * MIB);
	if (l.memory_bytes < MEMORY_LEAST)
		l.memory_bytes = MEMORY_LEAST;
	l.processes = or_default(l.processes, 64);
	l.output_bytes = or_default(l.output_bytes, 8 * MIB);
	l.file_bytes = or_default(l.file_bytes, 64 * MIB);
	l.tmp_bytes = or_default(l.tmp_bytes, 32 * MIB);
	l.tmp_inodes = or_default(l.tmp_inodes, 2048);
	l.out_inodes = or_default(l.out_inodes, 1024);
	l.open_files = or_default(l.open_files, 256);
	return l;
}

/* What the box itself has under these names would be covered. */
static const char *const taken[] = { "/usr", "/proc", "/dev", "/tmp", "/etc",
	"/out", "/bin", "/sbin", "/lib", "/lib64", "/.boxinit" };

static bool
is_dest_ok(const char *dest)
{
	size_t n;

	if (dest[0] != '/' || !io_is_safe_path(dest + 1))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		n = strlen(taken[i]);
		if (strncmp(dest, taken[i], n) == 0 &&
		    (dest[n] == '/' || dest[n] == '\0'))
			return false;
	}
	return true;
}

static struct err *
check_spec(struct arena *a, const struct box_spec *s)
{
	struct stat st;

	assert(s->owner != NULL);
	if (s->argv == NULL || s->argv[0] == NULL || s->argv[0][0] != '/')
		return ERR(a, ERR_REQUEST, "the program needs a full path");
	if (s->cwd != NULL && s->cwd[0] != '/')
		return ERR(a, ERR_REQUEST, "the directory needs a full path");
	if (s->out.kind == BOX_SINK_SAME)
		return ERR(a, ERR_REQUEST, "standard output needs a sink");
	if ((s->hosts != NULL && strlen(s->hosts) > BOX_ETC_MAX) ||
	    (s->resolv != NULL && strlen(s->resolv) > BOX_ETC_MAX))
		return ERR(a, ERR_REQUEST, "a file of /etc is too long");
	if (s->mounts_n + 3 >= STAGE_MOUNTS_MAX)
		return ERR(a, ERR_REQUEST, "too many mounts");
	for (size_t i = 0; i < s->mounts_n; i++) {
		if (!is_dest_ok(s->mounts[i].dest))
			return ERR(a, ERR_REQUEST, "cannot mount at %s",
			    s->mounts[i].dest);
		if (lstat(s->mounts[i].host, &st) != 0)
			return ERR(a, ERR_REQUEST, "cannot mount %s: %s",
			    s->mounts[i].host, strerror(errno));
		if (S_ISLNK(st.st_mode))
			return ERR(a, ERR_REQUEST, "cannot mount %s: a link",
			    s->mounts[i].host);
	}
	return NULL;
}

struct err *
box_run(struct box_host *h, struct arena *a, const struct box_spec *spec,
    struct box_record *ret_record)
{
	struct box_record r;
	struct cell *c;
	struct err *e;
	struct err *also;

	TRY(check_spec(a, spec));
	c = lookahead_take(spec->is_pooled ? h->pool : h->lookahead, spec);
	if (c == NULL)
		TRY(cell_begin(h, a, spec, &c));
	e = c->stays ? NULL : cell_await(c, a);
	if (e == NULL)
		e = fill_out(c, a, spec->fill);
	if (e == NULL)
		e = watch_run(c, a, spec, &r);
	if (e == NULL)
		e = collect_out(c, a, spec->collect, &r);
	if (e == NULL && c->stays) {
		lookahead_give(h->lookahead, spec, c);
		*ret_record = r;
		return NULL;
	}
	also = cell_free(a, c);
	if (e != NULL)
		return e;
	TRY(also);
	*ret_record = r;
	return NULL;
}

void
box_prepare(struct box_host *h, const struct box_spec *spec)
{
	lookahead_want(h->lookahead, spec);
}

void
box_pool(struct box_host *h, const struct box_spec *spec, size_t n)
{
	assert(spec->is_pooled);
	for (size_t have = lookahead_count(h->pool, spec); have < n; have++)
		lookahead_want(h->pool, spec);
}

bool
box_can_stay(const struct box_host *h)
{
	return h->cg.table->can_forget_peak;
}

void
box_forget(struct box_host *h, const char *owner)
{
	lookahead_forget(h->lookahead, owner);
	lookahead_forget(h->pool, owner);
}

enum box_cause
box_record_cause(const struct box_record *r)
{
	const struct {
		bool holds;
		enum box_cause cause;
	} order[] = {
		{ r->is_cancelled, BOX_CAUSE_CANCELLED },
		{ !r->is_started, BOX_CAUSE_NOT_STARTED },
		{ r->over_output || r->over_file || r->over_disk,
		    BOX_CAUSE_OUTPUT },
		{ r->over_wall, BOX_CAUSE_WALL },
		{ r->over_cpu, BOX_CAUSE_CPU },
		{ r->over_memory, BOX_CAUSE_MEMORY },
		{ r->signal != 0, BOX_CAUSE_SIGNAL },
		{ r->exit_code != 0, BOX_CAUSE_EXIT },
	};

	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (order[i].holds)
			return order[i].cause;
	return BOX_CAUSE_NONE;
}

const char *
box_cause_name(enum box_cause cause)
{
	static const char *const names[] = {
		[BOX_CAUSE_CANCELLED] = "cancelled",
		[BOX_CAUSE_NOT_STARTED] = "not started",
		[BOX_CAUSE_OUTPUT] = "output",
		[BOX_CAUSE_WALL] = "wall",
		[BOX_CAUSE_CPU] = "cpu",
		[BOX_CAUSE_MEMORY] = "memory",
		[BOX_CAUSE_SIGNAL] = "signal",
		[BOX_CAUSE_EXIT] = "exit",
		[BOX_CAUSE_NONE] = "none",
	};

	assert(cause < BOX_CAUSE__MAX);
	return names[cause];
}
