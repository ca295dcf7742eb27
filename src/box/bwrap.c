/*
 * The arguments of bubblewrap, as tables.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "box/cell.h"
#include "box/host.h"
#include "box/walls.h"

#define ARGS_MAX (128 + 3 * STAGE_MOUNTS_MAX)
/* What the mounts of the stage themselves take from the inodes. */
#define RW_OWN_INODES 3
#define OUT_OWN_INODES 1

/* clang-format off */
static const char *const args_before[] = {
	"bwrap",
	"--unshare-all",	/* no network, processes, ipc of ours */
	"--unshare-user",
	"--disable-userns",	/* besides seccomp: no namespaces inside */
	"--as-pid-1",		/* boxinit, since bubblewrap's own leaks us */
	"--cap-drop", "ALL",
	"--uid", "1000",
	"--gid", "1000",
	"--hostname", "box",
	"--symlink", "usr/bin", "/bin",
	"--symlink", "usr/sbin", "/sbin",
	"--symlink", "usr/lib", "/lib",
	"--symlink", "usr/lib64", "/lib64",
	"--ro-bind", STAGE_ETC, "/etc",
	"--ro-bind", STAGE_INIT, "/.boxinit",
	"--proc", "/proc",
	"--dev", "/dev",
	"--bind", STAGE_RW_TMP, "/tmp",
	"--bind", STAGE_RW_SHM, "/dev/shm",
};

static const char *const args_usr[] = { "--ro-bind", "/usr", "/usr" };
static const char *const args_root[] = { "--ro-bind", STAGE_USR, "/usr" };
static const char *const args_out[] = { "--bind", STAGE_OUT, "/out", "--bind",
	STAGE_OUT, "/app" };

static const char *const args_readonly[] = {
	"--remount-ro", "/dev",
	"--remount-ro", "/",
};

static const char *const args_net[] = { "--share-net" };

static const char *const args_after[] = {
	"--",
	"/.boxinit",
};
/* clang-format on */

struct args {
	char *v[ARGS_MAX + 1];
	size_t n;
};

static void
add(struct args *args, struct arena *a, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		args->v[args->n++] = arena_strdup(a, list[i]);
}

static char **
make_args(struct arena *a, const struct box_spec *spec, bool has_out,
    const struct stage_mount *mounts)
{
	struct args *args = arena_new_of(a, struct args);

	add(args, a, args_before, ARRAY_LEN(args_before));
	if (spec->root != NULL)
		add(args, a, args_root, ARRAY_LEN(args_root));
	else
		add(args, a, args_usr, ARRAY_LEN(args_usr));
	if (has_out)
		add(args, a, args_out, ARRAY_LEN(args_out));
	for (size_t i = 0; i < spec->mounts_n; i++) {
		const char *mount[] = {
			WALL(WALL_READONLY) && (spec->writable >> i & 1) == 0
			    ? "--ro-bind"
			    : "--bind",
			mounts[i].at,
			spec->mounts[i].dest,
		};

		add(args, a, mount, ARRAY_LEN(mount));
	}
	if (WALL(WALL_READONLY))
		add(args, a, args_readonly, ARRAY_LEN(args_readonly));
	if (spec->has_network || !WALL(WALL_NET))
		add(args, a, args_net, ARRAY_LEN(args_net));
	add(args, a, args_after, ARRAY_LEN(args_after));
	return args->v;
}

static const char *
tmpfs_options(struct arena *a, const struct stage *s, int64_t bytes,
    int64_t inodes)
{
	return arena_printf(a,
	    "size=%" PRId64 ",nr_inodes=%" PRId64 ",mode=0755,uid=%u,gid=%u",
	    WALL(WALL_INODES) ? bytes : 0, WALL(WALL_INODES) ? inodes : 0,
	    s->uid, s->gid);
}

struct stage *
cell_stage(struct arena *a, const struct box_host *h,
    const struct box_spec *spec, uid_t uid)
{
	struct box_limits l = box_limits_filled(&spec->limits);
	struct stage *s = arena_new_of(a, struct stage);
	struct stage_mount *m = arena_array(a, spec->mounts_n + 2, sizeof(*m));

	s->is_root = h->is_root;
	s->uid = uid;
	s->gid = h->is_root ? (gid_t)uid : getgid();
	s->uid_map = arena_printf(a, "%u %u 1\n", s->uid, s->uid);
	s->gid_map = arena_printf(a, "%u %u 1\n", s->gid, s->gid);
	s->rw_options =
	    tmpfs_options(a, s, l.tmp_bytes, l.tmp_inodes + RW_OWN_INODES);
	if (l.out_bytes > 0)
		s->out_options = tmpfs_options(a, s, l.out_bytes,
		    l.out_inodes + OUT_OWN_INODES);
	for (size_t i = 0; i < spec->mounts_n; i++) {
		m[i].host = spec->mounts[i].host;
		m[i].at = arena_printf(a, STAGE_DIR "/m%zu", i);
	}
	s->argv = make_args(a, spec, l.out_bytes > 0, m);
	m[spec->mounts_n] = (struct stage_mount) { h->boxinit, STAGE_INIT };
	s->mounts = m;
	s->mounts_n = spec->mounts_n + 1;
	if (spec->root != NULL)
		m[s->mounts_n++] = (struct stage_mount) {
			arena_printf(a, "%s/usr", spec->root),
			STAGE_USR,
		};
	s->bwrap = h->bwrap;
	return s;
}
