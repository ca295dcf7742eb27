/*
 * Probes of system calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/box/probe.h"

#define X32_BIT 0x40000000

/* A child that waits to be looked at; it dies with us or is killed. */
static pid_t
make_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		usleep(500000);
		_exit(0);
	}
	return pid;
}

bool
probe_call_ptrace(const struct prey *prey)
{
	return ptrace(PTRACE_SEIZE, make_child(), NULL, NULL) == 0;
}

bool
probe_call_process_vm(const struct prey *prey)
{
	static char there[] = "there";
	char here[sizeof(there)];
	struct iovec local = { here, sizeof(here) };
	struct iovec remote = { there, sizeof(there) };

	return process_vm_readv(make_child(), &local, 1, &remote, 1, 0) > 0;
}

bool
probe_call_kcmp(const struct prey *prey)
{
	return syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0) >= 0;
}

bool
probe_call_pidfd_getfd(const struct prey *prey)
{
	int pidfd = (int)syscall(SYS_pidfd_open, make_child(), 0);

	return syscall(SYS_pidfd_getfd, pidfd, 1, 0) >= 0;
}

bool
probe_call_io_uring(const struct prey *prey)
{
	char params[256] = { 0 };

	return syscall(SYS_io_uring_setup, 4, params) >= 0;
}

bool
probe_call_add_key(const struct prey *prey)
{
	/* -3: the session keyring. */
	return syscall(SYS_add_key, "user", "probe", "x", 1, -3) >= 0;
}

bool
probe_call_keyctl(const struct prey *prey)
{
	return syscall(SYS_keyctl, 0, -3, 0) >= 0;
}

bool
probe_call_bpf(const struct prey *prey)
{
	uint32_t map[16] = { 2, 4, 4, 1 }; /* an array map */

	return syscall(SYS_bpf, 0, map, sizeof(map)) >= 0;
}

bool
probe_call_perf(const struct prey *prey)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
	};

	/* Of everybody on one processor. */
	return syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0) >= 0;
}

/* Without a page of them it can be asked for, but not touched. */
bool
probe_call_huge_pages(const struct prey *prey)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

	return mmap(NULL, 4 << 20, PROT_READ, flags | MAP_HUGETLB, -1, 0) !=
	    MAP_FAILED ||
	    syscall(SYS_memfd_create, "huge", MFD_HUGETLB) >= 0 ||
	    syscall(SYS_shmget, 0, 4 << 20,
		0600 | SHM_HUGETLB | SHM_NORESERVE) >= 0;
}

bool
probe_call_userfaultfd(const struct prey *prey)
{
	return syscall(SYS_userfaultfd, 0) >= 0;
}

bool
probe_call_unshare(const struct prey *prey)
{
	return unshare(CLONE_NEWUSER) == 0 || unshare(CLONE_NEWNS) == 0;
}

bool
probe_call_unshare_files(const struct prey *prey)
{
	return unshare(CLONE_FILES) == 0;
}

bool
probe_call_clone_user(const struct prey *prey)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

bool
probe_call_clone3(const struct prey *prey)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

bool
probe_call_setns(const struct prey *prey)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd >= 0 && setns(fd, CLONE_NEWNET) == 0;
}

bool
probe_call_mount(const struct prey *prey)
{
	return mount("probe", "/tmp", "tmpfs", 0, NULL) == 0 ||
	    mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0;
}

bool
probe_call_umount(const struct prey *prey)
{
	return umount2("/tmp", MNT_DETACH) == 0;
}

bool
probe_call_fsopen(const struct prey *prey)
{
	return syscall(SYS_fsopen, "tmpfs", 0) >= 0;
}

bool
probe_call_open_tree(const struct prey *prey)
{
	/* 1: OPEN_TREE_CLONE */
	return syscall(SYS_open_tree, AT_FDCWD, "/usr", 1) >= 0;
}

bool
probe_call_pivot_root(const struct prey *prey)
{
	return syscall(SYS_pivot_root, "/tmp", "/tmp") == 0;
}

bool
probe_call_chroot(const struct prey *prey)
{
	return chroot("/tmp") == 0;
}

bool
probe_call_personality(const struct prey *prey)
{
	return personality(ADDR_NO_RANDOMIZE) >= 0;
}

bool
probe_call_modify_ldt(const struct prey *prey)
{
#ifdef SYS_modify_ldt
	char ldt[64];

	return syscall(SYS_modify_ldt, 0, ldt, sizeof(ldt)) >= 0;
#else
	return false;
#endif
}

bool
probe_call_handle(const struct prey *prey)
{
	struct {
		unsigned int bytes;
		int type;
		unsigned char data[128];
	} handle = { 128, 0, { 0 } };
	int mount_id;

	return syscall(SYS_name_to_handle_at, AT_FDCWD, "/usr", &handle,
		   &mount_id, 0) == 0;
}

bool
probe_call_i386(const struct prey *prey)
{
#ifdef __x86_64__
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		long rc;

		/* 20: getpid of the 32-bit table */
		__asm__ volatile("int $0x80" : "=a"(rc) : "a"(20L) : "memory");
		_exit(rc > 0 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	/* A kernel without the table ends the child by a signal. */
	errno = ENOSYS;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
#else
	return false;
#endif
}

bool
probe_call_x32(const struct prey *prey)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(syscall(X32_BIT | SYS_getpid) > 0 ? 0 : errno);
	waitpid(pid, &status, 0);
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
	return errno == 0;
}

/* Into the input of a terminal of its own, as if somebody typed it. */
bool
probe_call_tiocsti(const struct prey *prey)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	int unlocked = 0;
	char name[32];
	int number;
	int slave;
	char c = 'x';

	setsid();
	if (ioctl(0, TIOCSTI, &c) == 0)
		return true;
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) != 0 ||
	    ioctl(master, TIOCGPTN, &number) != 0)
		return false;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	/* A leader of a session without a terminal: it is the terminal now. */
	slave = open(name, O_RDWR);
	return slave >= 0 && ioctl(slave, TIOCSTI, &c) == 0;
}

bool
probe_call_sethostname(const struct prey *prey)
{
	return sethostname("probe", 5) == 0;
}

bool
probe_call_settime(const struct prey *prey)
{
	struct timex by_nothing = { .modes = ADJ_SETOFFSET };
	struct timespec now;

	/* Who may do this may set any time; the rest is not tried then. */
	if (clock_adjtime(CLOCK_REALTIME, &by_nothing) >= 0)
		return true;
	clock_gettime(CLOCK_REALTIME, &now);
	return clock_settime(CLOCK_REALTIME, &now) == 0;
}

bool
probe_call_module(const struct prey *prey)
{
	/* ENOEXEC would mean that the kernel looked at it. */
	return syscall(SYS_init_module, "x", 1, "") == 0 || errno == ENOEXEC;
}

/* Another kernel, or this one again. */
bool
probe_call_reboot(const struct prey *prey)
{
	/* EINVAL: it was asked of somebody who may, in wrong words. */
	return (syscall(SYS_reboot, 0, 0, 0, NULL) != 0 && errno == EINVAL) ||
	    syscall(SYS_kexec_load, 0, 0, NULL, 0) == 0;
}

/* What the kernel has to say of others. */
bool
probe_call_syslog(const struct prey *prey)
{
	/* 10: how much there is. */
	return syscall(SYS_syslog, 10, NULL, 0) > 0;
}

/* Sees which files others open; the flag is for who is not root. */
bool
probe_call_fanotify(const struct prey *prey)
{
	return syscall(SYS_fanotify_init, 0x200, 0) >= 0;
}

bool
probe_call_swapon(const struct prey *prey)
{
	/* ENOENT: it was looked for, for somebody who may. */
	return syscall(SYS_swapon, "/nothing", 0) != 0 && errno == ENOENT;
}

/* The ports of devices. */
bool
probe_call_ioperm(const struct prey *prey)
{
#ifdef SYS_ioperm
	return syscall(SYS_ioperm, 0x80, 1, 1) == 0;
#else
	errno = ENOSYS;
	return false;
#endif
}

/* The test has a segment outside: in here there is none. */
bool
probe_ipc_shared_memory(const struct prey *prey)
{
	struct shm_info info = { 0 };

	return shmctl(0, SHM_INFO, (struct shmid_ds *)&info) >= 0 &&
	    info.used_ids > 0;
}

bool
probe_call_setaffinity(const struct prey *prey)
{
	cpu_set_t ours;

	return sched_getaffinity(0, sizeof(ours), &ours) == 0 &&
	    sched_setaffinity(0, sizeof(ours), &ours) == 0;
}

bool
probe_call_nice(const struct prey *prey)
{
	return setpriority(PRIO_PROCESS, 0, -5) == 0;
}

bool
probe_call_realtime(const struct prey *prey)
{
	struct sched_param p = { .sched_priority = 1 };

	return sched_setscheduler(0, SCHED_FIFO, &p) == 0;
}

bool
probe_call_mknod(const struct prey *prey)
{
	return mknod("/tmp/disk", S_IFBLK | 0600, makedev(254, 0)) == 0;
}

bool
probe_call_setuid(const struct prey *prey)
{
	return setuid(0) == 0 || setgid(0) == 0;
}

bool
probe_call_setgroups(const struct prey *prey)
{
	gid_t group = 0;

	return syscall(SYS_setgroups, 1, &group) == 0;
}

static bool
runs(const char *path, char **argv)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		execv(path, argv);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * A program of root's with its bit set, such as su and mount of /usr are too:
 * the bit must mean nothing.
 */
bool
probe_call_setuid_program(const struct prey *prey)
{
	static char name[] = "setuid", word[] = "is_root", n[] = "0";
	static char mount[] = "mount", type[] = "-ttmpfs", at[] = "/tmp";
	char *ask[] = { name, word, n, NULL };
	char *change[] = { mount, type, name, at, NULL };
	char *path = NULL;
	bool is_root;

	/* In the directory of the answer where there is no box. */
	if (asprintf(&path, "%.*s/data/setuid",
		(int)(strrchr(prey->answer, '/') - prey->answer),
		prey->answer) < 0)
		return false;
	is_root = runs("/data/setuid", ask) || runs(path, ask);
	free(path);
	errno = EPERM;
	return is_root || runs("/usr/bin/mount", change);
}
