/*
 * Where our control groups may be.
 *
 * Version 1: below our own group in each hierarchy, or at its root if our
 * group's path is not visible (in a container).
 *
 * Version 2: below our own group, too; but a group cannot both hold processes
 * and give controllers to its children.  So we move ourselves into a leaf
 * "sup" beside the boxes first.  (systemd 254 would do that with
 * DelegateSubgroup=; Debian 12 has 252.)  If others live in our group, root
 * takes the top of the tree; anybody else can do nothing about it, and we
 * say so.
 */
#include "box/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"

#define LEAF "sup"
#define RECOVER_MS 3000
#define MEND "run under systemd with Delegate=yes, or as root"

static const char *const v1_controllers[] = {
	[CG_MEMORY] = "memory",
	[CG_PIDS] = "pids",
	[CG_CPU] = "cpuacct",
};

/* Is word one of list, separated by sep? */
static bool
has_word(struct str list, char sep, const char *word)
{
	struct str part;

	while (str_cut(&list, sep, &part))
		if (str_is(str_trim(part), word))
			return true;
	return false;
}

/*
 * The path of our group from /proc/self/cgroup, whose lines are
 * "number:controllers:path"; controller "" is version 2.  NULL: none.
 */
static const char *
own_path(struct arena *a, const char *controller)
{
	char *text;
	size_t n;
	struct str rest;
	struct str line;
	struct str names;

	if (io_read_file(a, AT_FDCWD, "/proc/self/cgroup", 65536, &text, &n) !=
	    NULL)
		return NULL;
	rest = str_of(text);
	while (str_cut(&rest, '\n', &line)) {
		struct str number;

		if (!str_cut(&line, ':', &number))
			continue;
		if (controller[0] == '\0') {
			if (!str_is(number, "0"))
				continue;
			/* "0::/path": the list is empty. */
			line.p++;
			line.n--;
			return str_dup(a, line);
		}
		if (str_cut(&line, ':', &names) &&
		    has_word(names, ',', controller))
			return str_dup(a, line);
	}
	return NULL;
}

static int
open_below(struct arena *a, const char *mount, const char *path)
{
	const char *full = arena_printf(a, "%s/%s", mount, path);

	return open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static struct err *
find_v1(struct arena *a, const char *base, struct cg_host *h)
{
	const char *path;

	for (size_t i = 0; i < CG__MAX; i++) {
		path = base != NULL ? base : own_path(a, v1_controllers[i]);
		if (path != NULL)
			h->base[i] = open_below(a, h->table->mounts[i], path);
		if (h->base[i] < 0 && base == NULL)
			h->base[i] = open_below(a, h->table->mounts[i], "");
		if (h->base[i] < 0 && base != NULL)
			return ERR_WHY(a, ERR_UNAVAILABLE,
			    "no control group %s/%s: %s", h->table->mounts[i],
			    base, strerror(errno));
		if (h->base[i] < 0)
			return ERR_WHY(a, ERR_UNAVAILABLE,
			    "control group %s is not mounted at %s: mount -t "
			    "cgroup -o %s cgroup %s",
			    v1_controllers[i], h->table->mounts[i],
			    v1_controllers[i], h->table->mounts[i]);
	}
	return NULL;
}

/* Gives memory and pids to the children of the group. */
static int
enable(int dir)
{
	return cg_write(dir, "cgroup.subtree_control", "+memory +pids");
}

static int
move_self(int dir)
{
	_cleanup_(io_closep) int leaf = -1;

	if (mkdirat(dir, LEAF, 0755) != 0 && errno != EEXIST)
		return -1;
	leaf = openat(dir, LEAF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (leaf < 0)
		return -1;
	return cg_write(leaf, "cgroup.procs", "0");
}

/* Are we the only process of the group? */
static bool
is_alone(int dir)
{
	char text[64];
	int64_t pid;
	ssize_t n = cg_read(dir, "cgroup.procs", text, sizeof(text));

	if (n < 1)
		return false;
	text[n - 1] = '\0'; /* the newline of the one line */
	return str_to_i64(text, 1, INT32_MAX, &pid) && pid == getpid();
}

/* Makes the directory a base, moving ourselves out of the way. */
static int
make_base(int dir, bool may_move)
{
	if (enable(dir) == 0)
		return 0;
	if (errno != EBUSY)
		return -1;
	if (!may_move || !is_alone(dir)) {
		errno = EBUSY;
		return -1;
	}
	return move_self(dir) != 0 ? -1 : enable(dir);
}

static struct err *
find_v2(struct arena *a, const char *base, struct cg_host *h)
{
	const char *mount = h->table->mounts[0];
	const char *own = base != NULL ? base : own_path(a, "");
	char *path = arena_strdup(a, own != NULL ? own : "");
	int why;

	/* Opened before, in this process or by one that executed us. */
	if (base == NULL && str_has_suffix(path, "/" LEAF))
		path[strlen(path) - strlen("/" LEAF)] = '\0';
	h->base[0] = open_below(a, mount, path);
	if (h->base[0] >= 0 && make_base(h->base[0], base == NULL) == 0)
		return NULL;
	why = errno;
	io_closep(&h->base[0]);
	/* Root may make groups at the top, where no unit's processes are. */
	if (base == NULL && geteuid() == 0) {
		h->base[0] = open_below(a, mount, "");
		if (h->base[0] >= 0 && make_base(h->base[0], false) == 0)
			return NULL;
		io_closep(&h->base[0]);
	}
	return ERR_WHY(a, ERR_UNAVAILABLE,
	    "control group %s%s does not let us limit memory and processes "
	    "(%s): " MEND,
	    mount, path,
	    why == EBUSY ? "other processes are in it" : strerror(why));
}

struct err *
cg_find_base(struct arena *a, const char *base, struct cg_host *h)
{
	char text[1024];
	int mount =
	    open(cg_table_v2.mounts[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t n = -1;

	if (mount >= 0)
		n = cg_read(mount, "cgroup.controllers", text, sizeof(text));
	io_closep(&mount);
	if (n > 0 && has_word(str_trim(str_of(text)), ' ', "memory")) {
		h->table = &cg_table_v2;
		return find_v2(a, base, h);
	}
	h->table = &cg_table_v1;
	return find_v1(a, base, h);
}

/* Removes the boxes of a group whose host is dead, then the group. */
static void
recover_group(int base, const char *name)
{
	_cleanup_(io_closep) int fd =
	    openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *e;
	DIR *d;
	int dup_fd;

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
		return; /* its host lives */
	dup_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = dup_fd < 0 ? NULL : fdopendir(dup_fd);
	if (d == NULL) {
		io_closep(&dup_fd);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9')
			cg_clear(fd, e->d_name, RECOVER_MS);
	closedir(d);
	cg_clear(base, name, RECOVER_MS);
}

void
cg_recover(const struct cg_host *h)
{
	for (size_t i = 0; i < h->table->dirs; i++) {
		const struct dirent *e;
		int fd =
		    openat(h->base[i], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		DIR *d = fd < 0 ? NULL : fdopendir(fd);

		if (d == NULL) {
			io_closep(&fd);
			continue;
		}
		while ((e = readdir(d)) != NULL)
			if (str_has_prefix(e->d_name, "assize-"))
				recover_group(h->base[i], e->d_name);
		closedir(d);
	}
}
