/*
 * What is missing is said, each thing with what mends it: here each thing is
 * taken away in a child, which asks the doctor.
 */
#include "tests/box/boxtest.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/io.h"

#define SOMEBODY 64997
#define SOME_GROUP 4

/* What the options name, and the trial that needs all of it. */
static const struct {
	const char *name;
	const char *mend;
} given[] = {
	{ "bubblewrap", "apt install bubblewrap" },
	{ "boxinit", "make install" },
	{ "control groups", "mkdir -p below the mounts: nothing/here" },
	{ "trial run", "see the other checks" },
};

static void
test_doctor(void **state)
{
	struct boxtest *t = *state;
	struct box_options o = boxtest_options(t, "src/box/assize-boxinit");
	struct box_options bad = o;
	const struct box_check *checks;
	struct box_host *h;
	size_t n;
	size_t faults = 0;

	assert_ok(box_host_doctor(t->arena, &o, &checks, &n));
	for (size_t i = 0; i < n; i++)
		if (!checks[i].ok)
			fail_msg("%s: %s", checks[i].name, checks[i].why);
	bad.bwrap = "/nothing/bwrap";
	bad.boxinit = "/nothing/boxinit";
	bad.cgroup = "nothing/here";
	assert_ok(box_host_doctor(t->arena, &bad, &checks, &n));
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (checks[i].ok)
			continue;
		while (strcmp(checks[i].name, given[k].name) != 0)
			assert_true(++k < ARRAY_LEN(given));
		assert_non_null(strstr(checks[i].mend, given[k].mend));
		faults++;
	}
	assert_int_equal(faults, ARRAY_LEN(given));
	assert_err(box_host_open(t->arena, &bad, &h), ERR_UNAVAILABLE);
	/* A bubblewrap that is something else. */
	bad = o;
	bad.bwrap = "/bin/true";
	assert_err(box_host_open(t->arena, &bad, &h), ERR_UNAVAILABLE);
	bad = o;
	bad.cgroup = "nothing/here";
	assert_err(box_host_open(t->arena, &bad, &h), ERR_UNAVAILABLE);
}

/* Each takes something away from this process; false if that failed. */
typedef bool break_fn(struct boxtest *);

static bool
break_files(struct boxtest *t)
{
	const struct rlimit few = { 512, 512 };

	return setrlimit(RLIMIT_NOFILE, &few) == 0;
}

static bool
put(const char *path, const char *text)
{
	_cleanup_(io_closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && io_write_all(fd, text, strlen(text)) == 0;
}

/* The limit of a user namespace is that of all below it. */
static bool
break_namespaces(struct boxtest *t)
{
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return unshare(CLONE_NEWUSER) == 0 &&
	    put("/proc/sys/user/max_user_namespaces", "0");
}

/* As systemd does for RestrictSUIDSGID=. */
static bool
break_openat2(struct boxtest *t)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = { ARRAY_LEN(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static bool
break_groups(struct boxtest *t)
{
	const gid_t group = SOME_GROUP;

	return setgroups(1, &group) == 0 &&
	    setresgid(SOMEBODY, SOMEBODY, SOMEBODY) == 0 &&
	    setresuid(SOMEBODY, SOMEBODY, SOMEBODY) == 0;
}

static bool
cover(const char *what, const char *path, const char *type, unsigned long flags)
{
	return unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount(what, path, type, flags, NULL) == 0;
}

static bool
break_proc(struct boxtest *t)
{
	return cover("x", "/proc", "tmpfs", 0);
}

static bool
break_dev(struct boxtest *t)
{
	return cover("x", "/dev", "tmpfs", 0);
}

static bool
break_sys(struct boxtest *t)
{
	return cover("x", "/sys", "tmpfs", 0);
}

/* All that there is, but the kernel allows no user namespace in it. */
static bool
break_root(struct boxtest *t)
{
	return cover("/", t->data, NULL, MS_BIND | MS_REC) &&
	    chroot(t->data) == 0 && chdir("/") == 0;
}

/* Anybody to whom nothing was delegated. */
static bool
break_delegation(struct boxtest *t)
{
	return setgroups(0, NULL) == 0 &&
	    setresgid(SOMEBODY, SOMEBODY, SOMEBODY) == 0 &&
	    setresuid(SOMEBODY, SOMEBODY, SOMEBODY) == 0;
}

static bool
break_seccomp(struct boxtest *t)
{
	return cover("x", "/proc/sys/kernel/seccomp", "tmpfs", 0);
}

static bool
break_cgroups(struct boxtest *t)
{
	return cover("x", "/sys/fs/cgroup", "tmpfs", 0);
}

/* A machine with swap; whether it is limited is the kernel's affair. */
static bool
add_swap(struct boxtest *t)
{
	return cover(t->input, "/proc/swaps", NULL, MS_BIND) &&
	    put("/proc/swaps", "Filename\n/swap\n");
}

static const struct fault {
	const char *name; /* of the check */
	break_fn *fn;
	const char *mend; /* of which this is a part */
	bool is_roots;
	bool mends; /* it is run, and then the check is content */
} faults[] = {
	{ "/proc, /dev and /sys", break_proc, "mount -t proc ", true, true },
	{ "/proc, /dev and /sys", break_dev, "mount -t devtmpfs ", true, true },
	{ "/proc, /dev and /sys", break_sys, "mount -t sysfs ", true, true },
	{ "descriptors", break_files, "ulimit -n ", false, false },
	{ "user namespaces", break_namespaces,
	    "sysctl -w user.max_user_namespaces=", false, false },
	{ "user namespaces", break_root, "pivot_root", true, false },
	{ "taking files out", break_openat2, "systemctl edit ", false, false },
	{ "groups", break_groups, "gpasswd -d ", true, false },
	{ "seccomp", break_seccomp, "CONFIG_SECCOMP_FILTER", true, false },
	{ "control groups", break_cgroups, "mount -t cgroup", true, true },
	{ "control groups", break_delegation, "runner", true, false },
	{ "swap", add_swap, "swapoff -a", true, false },
};

static const struct box_check *
check_of(struct boxtest *t, const char *name)
{
	struct box_options o = boxtest_options(t, "src/box/assize-boxinit");
	const struct box_check *checks;
	size_t n;

	/* In a child no assertion of cmocka's ends it. */
	if (box_host_doctor(t->arena, &o, &checks, &n) != NULL)
		_exit(2);
	for (size_t i = 0; i < n; i++)
		if (strcmp(checks[i].name, name) == 0)
			return &checks[i];
	_exit(2);
}

static bool
does(const char *command)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* In a child: is it found, with what mends it, and does that? */
static int
ask(struct boxtest *t, const struct fault *f)
{
	const struct box_check *c;

	if (!f->fn(t)) {
		print_error("%s: %s\n", f->name, strerror(errno));
		return 1;
	}
	c = check_of(t, f->name);
	print_message("%s: %s: %s\n", f->name, c->why, c->ok ? "ok" : c->mend);
	/* Most kernels limit swap, too. */
	if (c->ok)
		return f->fn != add_swap || strstr(c->why, "limited") == NULL;
	if (strstr(c->mend, f->mend) == NULL)
		return 1;
	if (!f->mends)
		return 0;
	if (!does(c->mend))
		return 1;
	c = check_of(t, f->name);
	print_message("%s, mended: %s\n", f->name, c->why);
	return c->ok ? 0 : 1;
}

/* Whatever the doctor looks at is taken away somewhere here. */
static void
test_all_are_tried(void **state)
{
	struct boxtest *t = *state;
	struct box_options o = boxtest_options(t, "src/box/assize-boxinit");
	const struct box_check *checks;
	size_t n;

	assert_ok(box_host_doctor(t->arena, &o, &checks, &n));
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		bool found = false;

		for (; k < ARRAY_LEN(given); k++)
			found |= strcmp(given[k].name, checks[i].name) == 0;
		for (k = 0; k < ARRAY_LEN(faults); k++)
			found |= strcmp(faults[k].name, checks[i].name) == 0;
		if (!found)
			fail_msg("\"%s\" is never missing", checks[i].name);
	}
}

static void
test_faults(void **state)
{
	struct boxtest *t = *state;
	int status;

	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		pid_t pid;

		if (faults[i].is_roots && geteuid() != 0)
			continue;
		pid = fork();
		if (pid == 0)
			_exit(ask(t, &faults[i]));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status != 0)
			fail_msg("%s", faults[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		{ "doctor", test_doctor, boxtest_begin, boxtest_end, NULL },
		{ "all are tried", test_all_are_tried, boxtest_begin,
		    boxtest_end, NULL },
		{ "faults", test_faults, boxtest_begin, boxtest_end, NULL },
	};

	return cmocka_run_group_tests_name("doctor", tests, boxtest_open,
	    boxtest_close);
}
