/*
 * Probes of what is mounted, of /proc and of the first process.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/str.h"
#include "tests/box/probe.h"

static bool
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool
makes(const char *path)
{
	return opens(path, O_WRONLY | O_CREAT);
}

bool
probe_read_answer(const struct prey *prey)
{
	return opens(prey->answer, O_RDONLY) || opens("/prey/answer", O_RDONLY);
}

bool
probe_read_shadow(const struct prey *prey)
{
	return opens("/etc/shadow", O_RDONLY) ||
	    opens("/etc/gshadow", O_RDONLY);
}

bool
probe_read_root(const struct prey *prey)
{
	static const char *const dirs[] = { "/root", "/home", "/var", "/srv",
		"/opt", "/mnt", "/run", "/boot" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (opens(dirs[i], O_RDONLY | O_DIRECTORY))
			return true;
	return false;
}

bool
probe_read_disk(const struct prey *prey)
{
	DIR *d = opendir("/dev");
	const struct dirent *e;
	bool found = false;
	int fd;

	while (d != NULL && (e = readdir(d)) != NULL && !found) {
		fd = e->d_type == DT_BLK
		    ? openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC)
		    : -1;
		found = fd >= 0;
	}
	errno = ENOENT;
	return found;
}

bool
probe_read_kernel_memory(const struct prey *prey)
{
	return opens("/dev/mem", O_RDONLY) || opens("/dev/kmsg", O_RDONLY) ||
	    opens("/proc/kcore", O_RDONLY) || opens("/dev/port", O_RDONLY);
}

bool
probe_read_sys(const struct prey *prey)
{
	return opens("/sys/kernel", O_RDONLY | O_DIRECTORY) ||
	    opens("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY);
}

/* Processes that are neither the first one nor this one. */
bool
probe_see_processes(const struct prey *prey)
{
	DIR *d = opendir("/proc");
	const struct dirent *e;
	int64_t pid;
	bool found = false;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (str_to_i64(e->d_name, 2, INT32_MAX, &pid) &&
		    pid != getpid())
			found = true;
	return found || d == NULL;
}

bool
probe_see_environment(const struct prey *prey)
{
	for (char **e = environ; *e != NULL; e++)
		if (strncmp(*e, "PATH=", 5) != 0 &&
		    strncmp(*e, "HOME=", 5) != 0)
			return true;
	return false;
}

bool
probe_see_descriptors(const struct prey *prey)
{
	for (int fd = 3; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	return false;
}

bool
probe_init_environ(const struct prey *prey)
{
	return opens("/proc/1/environ", O_RDONLY);
}

/* Also where it can be read (test_walls.c) it has nothing of ours. */
bool
probe_init_secrets(const struct prey *prey)
{
	static char text[256 << 10];
	int fd = open("/proc/1/environ", O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t more = 0;

	while (fd >= 0 && n < sizeof(text) &&
	    (more = read(fd, text + n, sizeof(text) - n)) > 0)
		n += (size_t)more;
	return memmem(text, n, "TOPSECRET", 9) != NULL;
}

bool
probe_init_memory(const struct prey *prey)
{
	return opens("/proc/1/mem", O_RDWR);
}

bool
probe_init_descriptors(const struct prey *prey)
{
	return opens("/proc/1/fd", O_RDONLY | O_DIRECTORY);
}

bool
probe_init_root(const struct prey *prey)
{
	return opens("/proc/1/root", O_RDONLY | O_DIRECTORY) ||
	    opens("/proc/1/cwd", O_RDONLY | O_DIRECTORY);
}

bool
probe_init_trace(const struct prey *prey)
{
	return ptrace(PTRACE_SEIZE, 1, NULL, NULL) == 0;
}

/*
 * The kernel says yes to kill(); what counts is that all goes on.  Whoever
 * started us speaks for the box.
 */
bool
probe_init_kill(const struct prey *prey)
{
	static const int signals[] = { SIGKILL, SIGSTOP, SIGTERM, SIGSEGV,
		SIGCHLD };
	pid_t init = getppid();

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		kill(1, signals[i]);
		kill(init, signals[i]);
	}
	signal(SIGTERM, SIG_IGN);
	kill(-1, SIGTERM);
	usleep(50000);
	return kill(init, 0) != 0 || getppid() != init;
}

/* What is being executed is busy; its mode and times are not. */
static bool
changes(const char *path)
{
	return opens(path, O_WRONLY) || chmod(path, 0755) == 0 ||
	    utimensat(AT_FDCWD, path, NULL, 0) == 0;
}

bool
probe_init_rewrite(const struct prey *prey)
{
	return opens("/proc/1/exe", O_WRONLY) || changes("/.boxinit");
}

bool
probe_write_usr(const struct prey *prey)
{
	return makes("/usr/probe") || makes("/usr/bin/probe") ||
	    makes("/bin/probe") || makes("/lib/probe");
}

bool
probe_write_etc(const struct prey *prey)
{
	return makes("/etc/probe") || opens("/etc/passwd", O_WRONLY);
}

bool
probe_write_root(const struct prey *prey)
{
	return makes("/probe");
}

bool
probe_write_dev(const struct prey *prey)
{
	return makes("/dev/probe");
}

bool
probe_write_mount(const struct prey *prey)
{
	return opens("/data/probe", O_WRONLY) || makes("/data2/probe");
}

bool
probe_write_program(const struct prey *prey)
{
	return opens("/proc/self/exe", O_WRONLY) || changes("/attack");
}

bool
probe_write_stdin(const struct prey *prey)
{
	int fd = open("/proc/self/fd/0", O_RDWR | O_CLOEXEC);

	return fd >= 0 && write(fd, "changed", 7) == 7;
}

bool
probe_proc_core_pattern(const struct prey *prey)
{
	return opens("/proc/sys/kernel/core_pattern", O_WRONLY);
}

/* Opening alone does nothing yet. */
bool
probe_proc_sysrq(const struct prey *prey)
{
	return opens("/proc/sysrq-trigger", O_WRONLY) ||
	    opens("/proc/sys/kernel/sysrq", O_WRONLY) ||
	    opens("/proc/sys/kernel/panic", O_WRONLY);
}

static bool
writes(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

bool
probe_proc_hostname(const struct prey *prey)
{
	return writes("/proc/sys/kernel/hostname", "probe");
}

/* Memory runs out, and another one is killed for it. */
bool
probe_proc_oom_score(const struct prey *prey)
{
	return writes("/proc/self/oom_score_adj", "-500") ||
	    writes("/proc/1/oom_score_adj", "1000");
}
