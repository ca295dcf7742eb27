/*
 * Is this machine fit?  Each check stands alone, so that all that is missing
 * shows at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <pwd.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "box/host.h"

#define TRIAL_WALL_MS 30000
#define OPEN_FILES_LEAST 1024

struct doctor {
	struct arena *arena;
	const struct box_options *options;
	const char *boxinit;
	const char *bwrap;
};

typedef void check_fn(struct doctor *, struct box_check *);

static void
good(struct box_check *c, const char *why)
{
	c->ok = true;
	c->why = why;
}

static void
bad(struct box_check *c, const char *why, const char *mend)
{
	c->ok = false;
	c->why = why;
	c->mend = mend;
}

static const char *
text_of(const struct err *e)
{
	return e->internal != NULL ? e->internal : e->detail;
}

/* What a plain chroot has not. */
static void
check_mounts(struct doctor *d, struct box_check *c)
{
	if (access("/proc/self/status", R_OK) != 0)
		bad(c, "/proc is not mounted", "mount -t proc proc /proc");
	else if (access("/dev/null", R_OK | W_OK) != 0)
		bad(c, "there is no /dev/null",
		    "mount -t devtmpfs dev /dev || mknod -m 666 /dev/null c 1 "
		    "3");
	else if (access("/sys/fs/cgroup", F_OK) != 0)
		bad(c, "/sys is not mounted", "mount -t sysfs sys /sys");
	else
		good(c, "are there");
}

static void
check_bubblewrap(struct doctor *d, struct box_check *c)
{
	const char *version;
	struct err *e = box_bwrap_version(d->arena, d->bwrap, &version);

	if (e == NULL)
		good(c, version);
	else
		bad(c, text_of(e), "apt install bubblewrap");
}

static void
check_boxinit(struct doctor *d, struct box_check *c)
{
	if (access(d->boxinit, X_OK) == 0)
		good(c, d->boxinit);
	else
		bad(c,
		    arena_printf(d->arena, "%s: %s", d->boxinit,
			strerror(errno)),
		    "make install (boxinit is a part of it)");
}

/* The number in a file of /proc/sys; fallback where there is none. */
static int64_t
sysctl_of(struct doctor *d, const char *path, int64_t fallback)
{
	char *text;
	size_t n;
	int64_t v = fallback;

	if (io_read_file(d->arena, AT_FDCWD, path, 64, &text, &n) != NULL)
		return fallback;
	if (!str_to_i64(str_dup(d->arena, str_trim(str_of(text))), 0, INT64_MAX,
		&v))
		return fallback;
	return v;
}

/* Tries it in a child; an errno. */
static int
try_namespace(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static void
check_namespaces(struct doctor *d, struct box_check *c)
{
	static const struct {
		const char *path;
		int64_t fallback;
		bool wants_zero;
		const char *mend;
	} rules[] = {
		{ "/proc/sys/user/max_user_namespaces", 0, false,
		    "sysctl -w user.max_user_namespaces=10000" },
		{ "/proc/sys/kernel/unprivileged_userns_clone", 1, false,
		    "sysctl -w kernel.unprivileged_userns_clone=1" },
		{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0,
		    true,
		    "sysctl -w "
		    "kernel.apparmor_restrict_unprivileged_userns=0" },
	};
	int64_t v;
	int error = try_namespace();

	if (error == 0)
		good(c, "unprivileged user namespaces are allowed");
	else
		bad(c,
		    arena_printf(d->arena, "none can be made: %s",
			strerror(error)),
		    "RestrictNamespaces=no in the unit; in a container allow "
		    "them; in a chroot (the kernel allows none there) begin "
		    "with: unshare -m sh -c 'mount --rbind DIR DIR && cd DIR "
		    "&& pivot_root . mnt && exec chroot . \"$@\"' sh "
		    "assize-runner");
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		v = sysctl_of(d, rules[i].path, rules[i].fallback);
		if (access(rules[i].path, F_OK) == 0 &&
		    (v == 0) != rules[i].wants_zero) {
			bad(c,
			    arena_printf(d->arena, "%s is %s", rules[i].path,
				v == 0 ? "0" : "not 0"),
			    rules[i].mend);
			return;
		}
	}
}

static const char *
user_name(struct doctor *d, uid_t uid)
{
	const struct passwd *p = getpwuid(uid);

	return p != NULL ? arena_strdup(d->arena, p->pw_name)
			 : arena_printf(d->arena, "%u", uid);
}

/* Has version 1 the controller of memory?  Then version 2 has not. */
static bool
is_version_1(struct doctor *d)
{
	struct str rest, line, word;
	char *text;
	size_t n;

	if (io_read_file(d->arena, AT_FDCWD, "/proc/cgroups", 65536, &text,
		&n) != NULL)
		return false;
	rest = str_of(text);
	while (str_cut(&rest, '\n', &line))
		if (str_word(&line, &word) && str_is(word, "memory"))
			return str_word(&line, &word) && !str_is(word, "0");
	return false;
}

static const char *
mend_cgroups(struct doctor *d)
{
	static const char v1[] = "for c in memory pids cpuacct; do ";
	const char *user = user_name(d, geteuid());

	if (d->options->cgroup != NULL)
		return arena_printf(d->arena, "mkdir -p below the mounts: %s",
		    d->options->cgroup);
	if (geteuid() == 0 && is_version_1(d))
		return arena_printf(d->arena,
		    "mount -t tmpfs cgroup /sys/fs/cgroup; %s"
		    "mkdir /sys/fs/cgroup/$c; "
		    "mount -t cgroup -o $c cgroup /sys/fs/cgroup/$c; done",
		    v1);
	if (geteuid() == 0)
		return "mount -t cgroup2 cgroup2 /sys/fs/cgroup # in a "
		       "container: let it be writable";
	if (access("/run/systemd/system", F_OK) == 0)
		return "systemctl start assize-runner (its unit has "
		       "Delegate=); by hand: systemd-run --user --scope -p "
		       "Delegate=yes assize-runner";
	if (is_version_1(d))
		return arena_printf(d->arena,
		    "%sg=/sys/fs/cgroup/$c/runner-%s; sudo mkdir -p $g; "
		    "sudo chown %s $g $g/cgroup.procs; "
		    "echo $$ | sudo tee $g/cgroup.procs; done",
		    v1, user, user);
	return arena_printf(d->arena,
	    "g=/sys/fs/cgroup/runner-%s; "
	    "echo +memory +pids | sudo tee "
	    "/sys/fs/cgroup/cgroup.subtree_control; "
	    "sudo mkdir -p $g/sup; sudo chown -R %s $g; "
	    "echo $$ | sudo tee $g/sup/cgroup.procs",
	    user, user);
}

static void
check_cgroups(struct doctor *d, struct box_check *c)
{
	struct cg_host cg;
	struct err *e = cg_host_open(d->arena, d->options->cgroup, &cg);

	if (e == NULL) {
		good(c, cg.table->name);
		cg_host_close(&cg);
	} else {
		bad(c, text_of(e), mend_cgroups(d));
	}
}

/* More than a line of titles. */
static bool
has_swap(struct doctor *d)
{
	const char *end;
	char *text;
	size_t n;

	if (io_read_file(d->arena, AT_FDCWD, "/proc/swaps", 65536, &text, &n) !=
	    NULL)
		return false;
	end = strchr(text, '\n');
	return end != NULL && end[1] != '\0';
}

/* A limit of memory that does not count what is swapped out is none. */
static void
check_swap(struct doctor *d, struct box_check *c)
{
	bool is_limited = false;
	struct cg_host cg;
	struct err *e;

	if (!has_swap(d)) {
		good(c, "there is none");
		return;
	}
	e = cg_host_open(d->arena, d->options->cgroup, &cg);
	if (e != NULL) {
		bad(c, text_of(e), "see the control groups");
		return;
	}
	for (size_t i = 0; i < cg.table->limits_n; i++)
		is_limited |= cg.table->limits[i].is_optional &&
		    faccessat(cg.dir[0], cg.table->limits[i].file, F_OK, 0) ==
			0;
	cg_host_close(&cg);
	if (is_limited)
		good(c, "it is limited with the memory");
	else
		bad(c, "the kernel does not limit it",
		    "swapoff -a, or boot with swapaccount=1");
}

static void
check_seccomp(struct doctor *d, struct box_check *c)
{
	struct policy p;
	struct err *e = policy_build(d->arena, &p);

	if (access("/proc/sys/kernel/seccomp/actions_avail", F_OK) != 0)
		bad(c, "the kernel has no seccomp filters",
		    "a kernel with CONFIG_SECCOMP_FILTER is needed");
	else if (e != NULL)
		bad(c, text_of(e), "apt install libseccomp2");
	else
		good(c,
		    arena_printf(d->arena, "%zu instructions, %.12s", p.n,
			p.digest));
}

/* systemd's RestrictSUIDSGID= forbids it, since it cannot look inside. */
static void
check_openat2(struct doctor *d, struct box_check *c)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC };
	_cleanup_(io_closep) int fd =
	    (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));

	if (fd >= 0)
		good(c, "openat2 is allowed");
	else
		bad(c, arena_printf(d->arena, "openat2: %s", strerror(errno)),
		    "systemctl edit assize-runner: RestrictSUIDSGID=no; "
		    "Linux 5.6 or later");
}

static void
check_files(struct doctor *d, struct box_check *c)
{
	struct rlimit r = { 0, 0 };

	getrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_cur >= OPEN_FILES_LEAST)
		good(c,
		    arena_printf(d->arena, "%llu may be open",
			(unsigned long long)r.rlim_cur));
	else
		bad(c, "fewer than 1024 may be open",
		    "LimitNOFILE=4096 in the unit, or ulimit -n 4096");
}

static const char *
group_name(struct doctor *d, gid_t gid)
{
	const struct group *g = getgrgid(gid);

	return g != NULL ? arena_strdup(d->arena, g->gr_name)
			 : arena_printf(d->arena, "%u", gid);
}

/*
 * A user namespace with one id cannot drop them: the box would keep them.
 * Root drops them before.
 */
static void
check_groups(struct doctor *d, struct box_check *c)
{
	gid_t groups[256];
	int n = getgroups(ARRAY_LEN(groups), groups);
	const char *mend = NULL;

	if (n < 0)
		mend = "take the runner's user out of its many groups";
	for (int i = 0; i < n; i++)
		if (groups[i] != getegid())
			mend = arena_printf(d->arena, "%s%sgpasswd -d %s %s",
			    mend != NULL ? mend : "", mend != NULL ? "; " : "",
			    user_name(d, geteuid()), group_name(d, groups[i]));
	if (mend == NULL || geteuid() == 0)
		good(c, "none that a box would keep");
	else
		bad(c, "the runner's user has some besides its own", mend);
}

static void
check_trial(struct doctor *d, struct box_check *c)
{
	const char *argv[] = { "/bin/true", NULL };
	const struct box_spec spec = {
		.owner = "doctor",
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
		.limits = { .wall_ms = TRIAL_WALL_MS },
	};
	struct box_record r;
	struct box_host *h;
	struct err *e = box_host_open(d->arena, d->options, &h);

	if (e != NULL) {
		bad(c, text_of(e), "see the other checks");
		return;
	}
	e = box_run(h, d->arena, &spec, &r);
	box_host_close(h);
	if (e != NULL)
		bad(c, text_of(e), "see the other checks");
	else if (box_record_cause(&r) != BOX_CAUSE_NONE)
		bad(c,
		    arena_printf(d->arena, "/bin/true ended by: %s",
			box_cause_name(box_record_cause(&r))),
		    "look at the kernel's log");
	else
		good(c, "/bin/true ran");
}

static const struct {
	const char *name;
	check_fn *check;
} checks[] = {
	{ "/proc, /dev and /sys", check_mounts },
	{ "bubblewrap", check_bubblewrap },
	{ "boxinit", check_boxinit },
	{ "user namespaces", check_namespaces },
	{ "control groups", check_cgroups },
	{ "swap", check_swap },
	{ "seccomp", check_seccomp },
	{ "taking files out", check_openat2 },
	{ "descriptors", check_files },
	{ "groups", check_groups },
	{ "trial run", check_trial },
};

struct err *
box_host_doctor(struct arena *a, const struct box_options *o,
    const struct box_check **ret_checks, size_t *ret_n)
{
	struct box_check *all = arena_array(a, ARRAY_LEN(checks), sizeof(*all));
	struct doctor d = {
		.arena = a,
		.options = o,
		.boxinit = box_boxinit_path(o),
		.bwrap = box_bwrap_path(o),
	};

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		all[i].name = checks[i].name;
		checks[i].check(&d, &all[i]);
		/* The first comes first: others look at what it asks for. */
		if (!all[0].ok && !all[i].ok && i > 0)
			all[i].mend = "see /proc, /dev and /sys";
	}
	*ret_checks = all;
	*ret_n = ARRAY_LEN(checks);
	return NULL;
}
