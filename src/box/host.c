#include "box/host.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/str.h"
#include "box/lookahead.h"

/* Of all pools together. */
#define POOLED_MAX 16

#define HOST_ARENA ((size_t)2 << 20)
#define UID_FIRST 200000
#define UID_COUNT 256
#define PREPARED 4

static struct err *
find_program(struct arena *a, const char *path, const char *mend)
{
	if (access(path, X_OK) == 0)
		return NULL;
	return ERR_WHY(a, ERR_UNAVAILABLE, "%s: %s: %s", path, strerror(errno),
	    mend);
}

const char *
box_boxinit_path(const struct box_options *o)
{
	return o->boxinit != NULL ? o->boxinit : BOX_LIBEXEC "/assize-boxinit";
}

const char *
box_bwrap_path(const struct box_options *o)
{
	return o->bwrap != NULL ? o->bwrap : "/usr/bin/bwrap";
}

/* 0.8.0 brought --disable-userns; bwrap says "bubblewrap 0.8.0". */
struct err *
box_bwrap_version(struct arena *a, const char *path, const char **ret_version)
{
	const char *argv[] = { path, "--version", NULL };
	struct proc_output out;
	struct str rest;
	struct str part;
	int64_t major = -1;
	int64_t minor = -1;

	TRY(find_program(a, path, "apt install bubblewrap"));
	TRY(proc_run(a, argv, 256, 10000, &out));
	rest = str_trim((struct str) { out.out, out.n });
	*ret_version = str_dup(a, rest);
	if (str_cut(&rest, ' ', &part) && str_cut(&rest, '.', &part) &&
	    str_to_i64(str_dup(a, part), 0, 1000, &major) &&
	    str_cut(&rest, '.', &part) &&
	    str_to_i64(str_dup(a, part), 0, 1000, &minor) &&
	    (major > 0 || minor >= 8))
		return NULL;
	return ERR_WHY(a, ERR_UNAVAILABLE,
	    "%s is \"%s\", 0.8 or later is needed: apt install bubblewrap",
	    path, *ret_version);
}

static struct err *
fill(struct box_host *h, struct arena *a, const struct box_options *o)
{
	const char *version;

	h->boxinit = arena_strdup(h->arena, box_boxinit_path(o));
	h->bwrap = arena_strdup(h->arena, box_bwrap_path(o));
	h->is_root = geteuid() == 0;
	h->uid_first = o->uid_first != 0 ? o->uid_first : UID_FIRST;
	h->uid_count = o->uid_count != 0 ? o->uid_count : UID_COUNT;
	h->uid_taken =
	    arena_array(h->arena, h->uid_count, sizeof(*h->uid_taken));
	TRY(box_bwrap_version(a, h->bwrap, &version));
	TRY(find_program(a, h->boxinit, "install assize completely"));
	/*
	 * Where memory runs out the kernel may kill bubblewrap before it
	 * reaped its child, which then becomes ours instead of init's.
	 */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		return ERR_WHY(a, ERR_UNAVAILABLE, "prctl: %s",
		    strerror(errno));
	TRY(policy_build(h->arena, &h->policy));
	TRY(cg_host_open(a, o->cgroup, &h->cg));
	h->profile = arena_printf(h->arena, "%s, %s, policy %.12s",
	    h->cg.table->name, version, h->policy.digest);
	return NULL;
}

struct err *
box_host_open(struct arena *a, const struct box_options *o,
    struct box_host **ret_host)
{
	struct arena *own = arena_new("box host", HOST_ARENA);
	struct box_host *h = arena_new_of(own, struct box_host);
	struct err *e;

	h->arena = own;
	e = fill(h, a, o);
	if (e != NULL) {
		/* policy_build made its errors there: they must live on. */
		if (e->internal != NULL)
			e = ERR_WHY(a, e->code, "%s", e->internal);
		arena_free(own);
		return e;
	}
	pthread_mutex_init(&h->lock, NULL);
	h->lookahead = lookahead_open(h,
	    o->max_prepared != 0 ? o->max_prepared : PREPARED, false);
	h->pool = lookahead_open(h, POOLED_MAX, true);
	*ret_host = h;
	return NULL;
}

void
box_host_close(struct box_host *h)
{
	if (h == NULL)
		return;
	lookahead_close(h->lookahead);
	lookahead_close(h->pool);
	cg_host_close(&h->cg);
	pthread_mutex_destroy(&h->lock);
	arena_free(h->arena);
}

const char *
box_host_profile(const struct box_host *h)
{
	return h->profile;
}
