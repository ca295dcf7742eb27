/*
 * The arguments of bubblewrap, as tables.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "box/cell.h"
#include "box/host.h"
#include "box/walls.h"

#define CERTIFICATES "/etc/ssl"
#define ARGS_MAX (128 + 3 * STAGE_MOUNTS_MAX)
/* What the mounts of the stage themselves take from the inodes. */
#define RW_OWN_INODES 3
#define OUT_OWN_INODES 1

/* clang-format off */
static const char *const args_before[] = {
	"bwrap",
	"--unshare-uts",
	"--unshare-cgroup-try",
	"--hostname", "box",
	"--symlink", "usr/bin", "/bin",
	"--symlink", "usr/sbin", "/sbin",
	"--symlink", "usr/lib", "/lib",
	"--symlink", "usr/lib64", "/lib64",
};

/* One for each wall. */
static const char *const args_users[] = { "--unshare-user" };
/* Besides seccomp: no namespaces inside. */
static const char *const args_nested[] = { "--disable-userns" };
/* boxinit is the first process, since bubblewrap's own leaks us. */
static const char *const args_pids[] = { "--unshare-pid", "--as-pid-1",
	"--proc", "/proc" };
static const char *const args_caps[] = { "--cap-drop", "ALL" };
static const char *const args_ids[] = { "--uid", "1000", "--gid", "1000" };
static const char *const args_ipc[] = { "--unshare-ipc" };
static const char *const args_net[] = { "--unshare-net" };
static const char *const args_dev[] = { "--dev", "/dev" };
static const char *const args_etc[] = { "--ro-bind", STAGE_ETC, "/etc" };
static const char *const args_init[] = { "--ro-bind", STAGE_INIT,
	"/.boxinit" };

static const char *const args_tmp[] = {
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

#define ADD(args, a, list) add((args), (a), (list), ARRAY_LEN(list))

#ifdef BOX_TEST_WALLS
/* What stands there when a test has pulled the wall down. */
static const char *const gone_pids[] = { "--ro-bind", "/proc", "/proc" };
static const char *const gone_caps[] = { "--cap-add", "ALL" };
/* Anybody else is moved into a user namespace below that of the rest. */
static const char *const gone_ids[] = { "--uid", "0", "--gid", "0" };
static const char *const gone_dev[] = { "--dev-bind", "/dev", "/dev" };
static const char *const gone_init[] = { "--bind", STAGE_INIT, "/.boxinit" };
static const char *const gone_etc[] = { "--bind", STAGE_ETC, "/etc" };
static const char *const gone_usr[] = { "--bind", "/usr", "/usr" };
static const char *const gone_mounts[] = { "--ro-bind", "/etc", "/etc",
	"--ro-bind", "/sys", "/sys", "--ro-bind-try", "/root", "/root",
	"--ro-bind", "/var", "/var" };
#define ADD_WALL(args, a, name, wall)                            \
	add((args), (a), WALL(wall) ? args_##name : gone_##name, \
	    WALL(wall) ? ARRAY_LEN(args_##name) : ARRAY_LEN(gone_##name))
#else
#define ADD_WALL(args, a, name, wall) ADD((args), (a), args_##name)
#endif

static void
add_etc(struct args *args, struct arena *a)
{
#ifdef BOX_TEST_WALLS
	if (!WALL(WALL_MOUNTS)) {
		ADD(args, a, gone_mounts);
		return;
	}
#endif
	ADD_WALL(args, a, etc, WALL_READONLY);
}

static void
add_walls(struct args *args, struct arena *a, const struct box_spec *spec)
{
	if (WALL(WALL_USERS)) {
		ADD(args, a, args_users);
		ADD_WALL(args, a, ids, WALL_CAPS);
		if (WALL(WALL_NESTED))
			ADD(args, a, args_nested);
	}
	if (WALL(WALL_IPC))
		ADD(args, a, args_ipc);
	if (WALL(WALL_NET) && !spec->has_network)
		ADD(args, a, args_net);
	ADD_WALL(args, a, caps, WALL_CAPS);
	add_etc(args, a);
	ADD_WALL(args, a, init, WALL_READONLY);
	ADD_WALL(args, a, pids, WALL_PIDS);
	ADD_WALL(args, a, dev, WALL_DEV);
	ADD(args, a, args_tmp);
}

static char **
make_args(struct arena *a, const struct box_spec *spec, bool has_out,
    const struct stage_mount *mounts)
{
	struct args *args = arena_new_of(a, struct args);

	ADD(args, a, args_before);
	add_walls(args, a, spec);
	if (spec->root != NULL)
		ADD(args, a, args_root);
	else
		ADD_WALL(args, a, usr, WALL_USR);
	if (has_out)
		ADD(args, a, args_out);
	for (size_t i = 0; i < spec->mounts_n; i++) {
		const char *mount[] = {
			WALL(WALL_READONLY) && (spec->writable >> i & 1) == 0
			    ? "--ro-bind"
			    : "--bind",
			mounts[i].at,
			spec->mounts[i].dest,
		};

		ADD(args, a, mount);
	}
	if (WALL(WALL_READONLY))
		ADD(args, a, args_readonly);
	ADD(args, a, args_after);
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

static const char *
passwd(struct arena *a, const struct box_login *login)
{
	return arena_printf(a,
	    "student:%s:1000:1000:student:/tmp:%s\n"
	    "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
	    login != NULL ? login->hash : "x",
	    login != NULL ? login->shell : "/bin/sh");
}

/* Names are found where the machine finds them. */
static const char *
resolv_of(struct arena *a, const struct box_spec *spec)
{
	char *text = NULL;
	size_t n;

	if (spec->resolv != NULL || !spec->has_network)
		return spec->resolv;
	/* A machine without one knows no names. */
	if (io_read_file(a, AT_FDCWD, "/etc/resolv.conf", BOX_ETC_MAX, &text,
		&n) != NULL)
		return NULL;
	return text;
}

struct stage *
cell_stage(struct arena *a, const struct box_host *h,
    const struct box_spec *spec, uid_t uid)
{
	struct box_limits l = box_limits_filled(&spec->limits);
	struct stage *s = arena_new_of(a, struct stage);
	struct stage_mount *m = arena_array(a, spec->mounts_n + 3, sizeof(*m));

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
	m[spec->mounts_n] =
	    (struct stage_mount) { h->boxinit, STAGE_INIT, true };
	s->mounts = m;
	s->mounts_n = spec->mounts_n + 1;
	if (spec->root != NULL)
		m[s->mounts_n++] = (struct stage_mount) {
			arena_printf(a, "%s/usr", spec->root),
			STAGE_USR,
			true,
		};
	/* By these a program knows whom it talks to. */
	if (spec->has_network && access(CERTIFICATES, R_OK | X_OK) == 0)
		m[s->mounts_n++] = (struct stage_mount) { CERTIFICATES,
			STAGE_ETC "/ssl", true };
	s->passwd = passwd(a, spec->login);
	s->hosts = spec->hosts != NULL ? spec->hosts : "";
	s->resolv = resolv_of(a, spec);
	s->bwrap = h->bwrap;
	return s;
}
