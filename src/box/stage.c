#include "box/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "box/proto.h"
#include "box/walls.h"

#define ETC_FILE(n) STAGE_ETC "/" n

/* The whole of /etc that a program sees, with passwd and etc_mounts. */
static const struct {
	const char *path;
	const char *text;
} etc_files[] = {
	{ ETC_FILE("group"), "student:x:1000:\nnogroup:x:65534:\n" },
	{ ETC_FILE("shells"), "/bin/sh\n/bin/bash\n" },
	{ ETC_FILE("hosts"), "127.0.0.1 localhost box\n::1 localhost\n" },
	{ ETC_FILE("nsswitch.conf"),
	    "passwd: files\ngroup: files\nhosts: files dns\n" },
};

/* Programs of Debian need these; absent ones are left out. */
static const struct stage_mount etc_mounts[] = {
	{ "/etc/ld.so.cache", ETC_FILE("ld.so.cache"), true },
	{ "/etc/alternatives", ETC_FILE("alternatives"), true },
	{ "/etc/java-17-openjdk", ETC_FILE("java-17-openjdk"), true },
	{ "/etc/fpc.cfg", ETC_FILE("fpc.cfg"), true },
	{ "/etc/mono", ETC_FILE("mono"), true },
};

static _noreturn_ void
fail(const char *what, const char *path)
{
	char m[sizeof(struct box_msg) + BOX_FAIL_MAX];
	struct box_msg head = { BOX_MSG_FAIL, errno };
	size_t n = sizeof(head);
	size_t k;

	memcpy(m, &head, n);
	k = strnlen(what, BOX_FAIL_MAX / 2 - 1);
	memcpy(m + n, what, k);
	n += k;
	m[n++] = ' ';
	k = strnlen(path, BOX_FAIL_MAX / 2);
	memcpy(m + n, path, k);
	n += k;
	(void)!send(BOX_CTL_FD, m, n, MSG_NOSIGNAL);
	_exit(1);
}

/* 0 and 1: /dev/null, 2: the complaints, 3: control, and nothing else. */
static void
set_fds(const struct stage *s)
{
	int ctl = fcntl(s->ctl, F_DUPFD, 16);
	int complaint = fcntl(s->complaint, F_DUPFD, 16);
	int null = open("/dev/null", O_RDWR);

	if (ctl < 0 || complaint < 0 || null < 0)
		_exit(1);
	if (dup2(ctl, BOX_CTL_FD) < 0)
		_exit(1);
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(complaint, 2) < 0)
		fail("cannot set", "descriptors");
	if (WALL(WALL_FDS))
		close_range(BOX_CTL_FD + 1, ~0u, 0);
}

static bool
enter_groups(const struct stage *s)
{
	for (size_t i = 0; i < s->doors_n; i++)
		if (write(s->doors[i], "0", 1) != 1)
			return false;
	return true;
}

static void
wait_for_go(void)
{
	struct box_msg m;
	ssize_t n;

	do {
		n = recv(BOX_CTL_FD, &m, sizeof(m), 0);
	} while (n < 0 && errno == EINTR);
	/* End of file: the supervisor died before the box lived. */
	if (n != (ssize_t)sizeof(m) || m.kind != BOX_MSG_GO)
		_exit(0);
}

static void
write_file(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0644);
	size_t n = strlen(text);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		fail("cannot write", path);
	close(fd);
}

static void
enter_namespaces(const struct stage *s)
{
	if (s->is_root) {
		if (unshare(CLONE_NEWNS) != 0)
			fail("cannot unshare", "mounts");
	} else {
		/* The maps of a process that is not dumpable are root's. */
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
			fail("cannot unshare", "users");
		write_file("/proc/self/setgroups", 0, "deny");
		write_file("/proc/self/uid_map", 0, s->uid_map);
		write_file("/proc/self/gid_map", 0, s->gid_map);
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		fail("cannot make private", "/");
}

/*
 * What boxes share they may replace, by a link to anything of this machine:
 * such a link is not followed, and no directory.
 */
static int
open_tree_of(const struct stage_mount *m)
{
	return (int)syscall(SYS_open_tree, AT_FDCWD, m->host,
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
		(m->may_link ? 0 : AT_SYMLINK_NOFOLLOW));
}

static void
make_dir(const char *path, mode_t mode)
{
	if (mkdir(path, mode) != 0)
		fail("cannot make", path);
}

/* Puts the tree at a path that is made for it: a directory or a file. */
static void
attach(int tree, const char *at)
{
	struct stat st;
	int fd;

	if (fstat(tree, &st) != 0)
		fail("cannot look at", at);
	if (S_ISLNK(st.st_mode))
		fail("is a symlink:", at);
	if (S_ISDIR(st.st_mode)) {
		make_dir(at, 0755);
	} else {
		fd = open(at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			fail("cannot make", at);
		close(fd);
	}
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, at,
		MOVE_MOUNT_F_EMPTY_PATH) != 0)
		fail("cannot mount", at);
	close(tree);
}

static void
mount_tmpfs(const char *at, const char *options)
{
	if (mount("box", at, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
		fail("cannot mount a tmpfs at", at);
}

/* Hands the directory of /out to the supervisor: the only way out. */
static void
send_out(void)
{
	struct box_msg head = { BOX_MSG_OUT, 0 };
	struct iovec iov = { &head, sizeof(head) };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd = open(STAGE_OUT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct cmsghdr *c;

	if (fd < 0)
		fail("cannot open", STAGE_OUT);
	memset(&control, 0, sizeof(control));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(BOX_CTL_FD, &m, MSG_NOSIGNAL) < 0)
		fail("cannot send", STAGE_OUT);
	close(fd);
}

static void
set_scene(const struct stage *s)
{
	int trees[STAGE_MOUNTS_MAX];
	int etc[sizeof(etc_mounts) / sizeof(etc_mounts[0])];

	/* All sources before /tmp, where they may lie, is mounted over. */
	for (size_t i = 0; i < s->mounts_n; i++) {
		trees[i] = open_tree_of(&s->mounts[i]);
		if (trees[i] < 0)
			fail("cannot open", s->mounts[i].host);
	}
	for (size_t i = 0; i < ARRAY_LEN(etc_mounts); i++)
		etc[i] = open_tree_of(&etc_mounts[i]);
	mount_tmpfs(STAGE_DIR, "size=1m,nr_inodes=256,mode=0755");
	make_dir(STAGE_ETC, 0755);
	for (size_t i = 0; i < ARRAY_LEN(etc_files); i++)
		write_file(etc_files[i].path, O_CREAT | O_EXCL,
		    etc_files[i].text);
	write_file(ETC_FILE("passwd"), O_CREAT | O_EXCL, s->passwd);
	write_file(ETC_FILE("hosts"), O_APPEND, s->hosts);
	if (s->resolv != NULL)
		write_file(ETC_FILE("resolv.conf"), O_CREAT | O_EXCL,
		    s->resolv);
	for (size_t i = 0; i < ARRAY_LEN(etc_mounts); i++)
		if (etc[i] >= 0)
			attach(etc[i], etc_mounts[i].at);
	for (size_t i = 0; i < s->mounts_n; i++)
		attach(trees[i], s->mounts[i].at);
	make_dir(STAGE_RW, 0755);
	mount_tmpfs(STAGE_RW, s->rw_options);
	make_dir(STAGE_RW_TMP, 01777);
	make_dir(STAGE_RW_SHM, 01777);
	if (s->out_options != NULL) {
		make_dir(STAGE_OUT, 0755);
		mount_tmpfs(STAGE_OUT, s->out_options);
		send_out();
	}
}

#ifdef BOX_TEST_WALLS
/* What is written over it is in memory, and gone with the box. */
static void
copy_usr(void)
{
	make_dir(STAGE_DIR "/copy", 0755);
	mount_tmpfs(STAGE_DIR "/copy", "size=1m,nr_inodes=64,mode=0755");
	make_dir(STAGE_DIR "/copy/new", 0755);
	make_dir(STAGE_DIR "/copy/work", 0755);
	if (mount("box", "/usr", "overlay", 0,
		"lowerdir=/usr,upperdir=" STAGE_DIR "/copy/new,"
		"workdir=" STAGE_DIR "/copy/work") != 0)
		fail("cannot mount a copy of", "/usr");
}
#endif

static void
give_up_root(const struct stage *s)
{
	/*
	 * bubblewrap as root would map the box's user to the real uid 0, to
	 * which /proc/sys belongs.  System calls, because libc's functions
	 * would wait for the threads that our parent has.
	 */
	if (s->is_root && WALL(WALL_ROOT) &&
	    (syscall(SYS_setgroups, 0, NULL) != 0 ||
		syscall(SYS_setresgid, s->gid, s->gid, s->gid) != 0 ||
		syscall(SYS_setresuid, s->uid, s->uid, s->uid) != 0))
		fail("cannot become", "another user");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		fail("cannot refuse", "privileges");
}

_noreturn_ void
stage_enter(const struct stage *s)
{
	static char *const no_env[] = { NULL };
	bool is_inside;
	int bwrap;

	is_inside = enter_groups(s);
	set_fds(s);
	if (!is_inside)
		fail("cannot enter", "a control group");
	setsid();
	umask(0);
	wait_for_go();
	bwrap = open(s->bwrap, O_PATH | O_CLOEXEC);
	if (bwrap < 0)
		fail("cannot open", s->bwrap);
	enter_namespaces(s);
	set_scene(s);
#ifdef BOX_TEST_WALLS
	if (!WALL(WALL_USR))
		copy_usr();
#endif
	give_up_root(s);
	if (chdir("/") != 0)
		fail("cannot enter", "/");
	syscall(SYS_execveat, bwrap, "", s->argv,
	    WALL(WALL_ENV) ? no_env : environ, AT_EMPTY_PATH);
	fail("cannot execute", s->bwrap);
}
