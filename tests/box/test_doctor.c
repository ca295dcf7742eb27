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
		if (checks[i].ok)
			continue;
		assert_non_null(checks[i].mend);
		faults++;
	}
	/* Those three and the trial. */
	assert_int_equal(faults, 4);
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
} faults[] = {
	{ "descriptors", break_files, "ulimit -n ", false },
	{ "user namespaces", break_namespaces,
	    "sysctl -w user.max_user_namespaces=", false },
	{ "taking files out", break_openat2, "systemctl edit ", false },
	{ "groups", break_groups, "gpasswd -d ", true },
	{ "seccomp", break_seccomp, "CONFIG_SECCOMP_FILTER", true },
	{ "control groups", break_cgroups, "mount -t cgroup2 ", true },
	{ "swap", add_swap, "swapoff -a", true },
};

/* In a child: what the doctor finds without it. */
static int
ask(struct boxtest *t, const struct fault *f)
{
	struct box_options o = boxtest_options(t, "src/box/assize-boxinit");
	const struct box_check *checks;
	size_t n;

	if (!f->fn(t)) {
		print_error("%s: %s\n", f->name, strerror(errno));
		return 1;
	}
	if (box_host_doctor(t->arena, &o, &checks, &n) != NULL)
		return 1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(checks[i].name, f->name) != 0)
			continue;
		print_message("%s: %s: %s\n", f->name, checks[i].why,
		    checks[i].ok ? "ok" : checks[i].mend);
		/* Most kernels limit swap, too. */
		if (checks[i].ok)
			return f->fn != add_swap ||
			    strstr(checks[i].why, "limited") == NULL;
		return strstr(checks[i].mend, f->mend) == NULL;
	}
	return 1;
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
		{ "faults", test_faults, boxtest_begin, boxtest_end, NULL },
	};

	return cmocka_run_group_tests_name("doctor", tests, boxtest_open,
	    boxtest_close);
}
