#include "box/pristine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

/* All that a program may write to or touch, and what stands around it. */
static const char *const places[] = { "/tmp", "/dev/shm", "/dev/pts", "/dev" };
static struct stat noted[ARRAY_LEN(places)];
static bool is_noted;

static const char *const ipc[] = { "/proc/sysvipc/shm", "/proc/sysvipc/msg",
	"/proc/sysvipc/sem" };

void
pristine_note(void)
{
	is_noted = true;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		is_noted &= lstat(places[i], &noted[i]) == 0;
}

static bool
is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_mode == b->st_mode && a->st_nlink == b->st_nlink &&
	    a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
	    a->st_size == b->st_size &&
	    is_same_time(&a->st_atim, &b->st_atim) &&
	    is_same_time(&a->st_mtim, &b->st_mtim) &&
	    is_same_time(&a->st_ctim, &b->st_ctim);
}

static bool
are_places_same(void)
{
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (lstat(places[i], &st) != 0 || !is_same(&st, &noted[i]))
			return false;
	return is_noted;
}

/* The beginning of a file of /proc, as text; false if it cannot be read. */
static bool
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

/* A head line and no segment, queue or set of semaphores. */
static bool
is_ipc_empty(void)
{
	char text[1024];
	const char *end;

	for (size_t i = 0; i < ARRAY_LEN(ipc); i++) {
		if (!read_text(ipc[i], text, sizeof(text)))
			return false;
		end = strchr(text, '\n');
		if (end == NULL || end[1] != '\0')
			return false;
	}
	return true;
}

/* No byte ever went over the loopback: its counters are all 0. */
static bool
is_network_unused(void)
{
	char text[2048];
	const char *at;

	if (!read_text("/proc/net/dev", text, sizeof(text)))
		return false;
	at = strstr(text, "lo:");
	if (at == NULL)
		return false;
	for (at += 3; *at != '\0' && *at != '\n'; at++)
		if (*at != ' ' && *at != '0')
			return false;
	return true;
}

/* The last number that was given out in our namespace was the child's. */
static bool
is_last(pid_t child)
{
	char text[32];
	pid_t last = 0;

	if (!read_text("/proc/sys/kernel/ns_last_pid", text, sizeof(text)))
		return false;
	for (const char *c = text; *c >= '0' && *c <= '9'; c++)
		last = 10 * last + (*c - '0');
	return last == child;
}

bool
pristine_holds(pid_t child)
{
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD &&
	    is_last(child) && are_places_same() && is_ipc_empty() &&
	    is_network_unused();
}
