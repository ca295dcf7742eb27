/*
 * What a test may leave: nothing.  Processes, control groups, mounts,
 * descriptors, files, IPC objects and memory are counted.
 */
#include "tests/box/boxtest.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "box/host.h"

static int
count_entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	if (d == NULL)
		return -1;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static int
count_mounts(void)
{
	UNIT_ARENA(a);
	char *text;
	size_t n;
	int lines = 0;

	assert_ok(io_read_file(a, AT_FDCWD, "/proc/self/mountinfo",
	    (size_t)1 << 20, &text, &n));
	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

static bool
is_of_boxes(struct boxtest *t, uid_t uid)
{
	return uid >= t->uid_first && uid < t->uid_first + BOXTEST_UIDS;
}

/* Entries of the directory that belong to users of our boxes. */
static int
count_owned(struct boxtest *t, const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	struct stat st;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    is_of_boxes(t, st.st_uid);
	if (d != NULL)
		closedir(d);
	return n;
}

/* All that a box could have written to, had it got out. */
static int
count_files(struct boxtest *t)
{
	const char *const dirs[] = { "/tmp", "/var/tmp", "/dev/shm",
		"/dev/mqueue", "/run", t->dir, t->data };
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		n += count_owned(t, dirs[i]);
	return n;
}

/* Of a line "key id perms ..." the number in this column. */
static int64_t
column(struct arena *a, struct str line, size_t which)
{
	struct str word = { 0 };
	int64_t n = -1;

	for (; which > 0; which--)
		if (!str_word(&line, &word))
			return -1;
	return str_to_i64(str_dup(a, word), 0, UINT32_MAX, &n) ? n : -1;
}

int
boxtest_ipc(struct boxtest *t)
{
	static const struct {
		const char *path;
		size_t uid; /* its column, from 1 */
	} kinds[] = {
		{ "/proc/sysvipc/shm", 8 },
		{ "/proc/sysvipc/msg", 8 },
		{ "/proc/sysvipc/sem", 5 },
	};
	UNIT_ARENA(a);
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct str rest, line;
		char *text;
		size_t size;
		int64_t uid;

		assert_ok(io_read_file(a, AT_FDCWD, kinds[i].path,
		    (size_t)1 << 20, &text, &size));
		rest = str_of(text);
		while (str_cut(&rest, '\n', &line)) {
			uid = column(a, line, kinds[i].uid);
			n += uid >= 0 && is_of_boxes(t, (uid_t)uid);
		}
	}
	return n;
}

/* The sum of the numbers in lines that begin with one of the two words. */
static int64_t
sum_of(struct arena *a, const char *text, const char *const words[2])
{
	struct str rest = str_of(text), line, word;
	int64_t sum = 0, n;

	while (str_cut(&rest, '\n', &line))
		if (str_cut(&line, ' ', &word) &&
		    (str_is(word, words[0]) || str_is(word, words[1])) &&
		    str_to_i64(str_dup(a, line), 0, INT64_MAX, &n))
			sum += n;
	return sum;
}

int64_t
boxtest_memory(struct boxtest *t)
{
	static const char *const words[][2] = {
		{ "anon", "shmem" },
		{ "total_rss", "total_shmem" },
	};
	const struct cg_host *h = &t->host->cg;
	bool is_v1 = h->table->dirs > 1;
	char text[16384];

	assert_true(cg_read(h->dir[is_v1 ? CG_MEMORY : 0], "memory.stat", text,
			sizeof(text)) > 0);
	return sum_of(t->arena, text, words[is_v1]);
}

int
boxtest_begin(void **state)
{
	struct boxtest *t = *state;

	arena_reset(t->arena);
	t->descriptors = count_entries("/proc/self/fd");
	t->mounts = count_mounts();
	t->memory = boxtest_memory(t);
	return 0;
}

/* Beside a user others mount and unmount; what a box would leave stays. */
static bool
has_more_mounts(struct boxtest *t)
{
	for (int i = 0; i < 100 && count_mounts() > t->mounts; i++)
		usleep(50000);
	return count_mounts() > t->mounts;
}

/* The kernel counts in portions, and not at once. */
static bool
has_more_memory(struct boxtest *t)
{
	for (int i = 0; i < 100 && boxtest_memory(t) > t->memory + MIB; i++)
		usleep(50000);
	return boxtest_memory(t) > t->memory + MIB;
}

/* What a box leaves, it leaves for good: that must be nothing. */
int
boxtest_end(void **state)
{
	struct boxtest *t = *state;

	assert_int_equal(boxtest_processes(t), 0);
	assert_int_equal(boxtest_groups(t), 0);
	assert_int_equal(count_entries("/proc/self/fd"), t->descriptors);
	assert_false(has_more_mounts(t));
	assert_int_equal(count_files(t), 0);
	assert_int_equal(boxtest_ipc(t), 0);
	assert_false(has_more_memory(t));
	boxtest_expect_same_work(t, "it");
	return 0;
}

/* Is it a child of ours, or of a child?  Whoever is orphaned becomes ours. */
static bool
is_below_us(struct arena *a, int64_t pid)
{
	struct str rest, line;
	char *text;
	size_t n;

	while (pid > 1 && pid != getpid()) {
		if (io_read_file(a, AT_FDCWD,
			arena_printf(a, "/proc/%" PRId64 "/status", pid), 65536,
			&text, &n) != NULL)
			return false;
		rest = str_of(strstr(text, "\nPPid:\t") + strlen("\nPPid:\t"));
		if (!str_cut(&rest, '\n', &line) ||
		    !str_to_i64(str_dup(a, line), 0, INT32_MAX, &pid))
			return false;
	}
	return pid == getpid();
}

static bool
is_ours(struct boxtest *t, int64_t pid)
{
	UNIT_ARENA(a);
	const char *dir = arena_printf(a, "/proc/%" PRId64, pid);
	struct stat st;
	char *text;
	size_t n;

	if (stat(dir, &st) != 0)
		return false;
	if (geteuid() == 0)
		return is_of_boxes(t, st.st_uid);
	/* Boxes of a user have no ids of their own: their group tells. */
	return st.st_uid == geteuid() &&
	    io_read_file(a, AT_FDCWD, arena_printf(a, "%s/cgroup", dir), 65536,
		&text, &n) == NULL &&
	    strstr(text, "/assize-") != NULL && is_below_us(a, pid);
}

/* How many there are; a signal besides 0 is sent to each. */
static int
each_process(struct boxtest *t, int signal)
{
	DIR *d = opendir("/proc");
	const struct dirent *e;
	int64_t pid;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (str_to_i64(e->d_name, 1, INT32_MAX, &pid) &&
		    is_ours(t, pid)) {
			n++;
			if (signal != 0)
				kill((pid_t)pid, signal);
		}
	closedir(d);
	return n;
}

int
boxtest_processes(struct boxtest *t)
{
	return each_process(t, 0);
}

void
boxtest_signal(struct boxtest *t, int signal)
{
	each_process(t, signal);
}

void
boxtest_wait(struct boxtest *t, bool some)
{
	int64_t until = clock_mono_ms() + 10000;

	while ((boxtest_processes(t) > 0) != some && clock_mono_ms() < until) {
		clock_sleep_ms(5);
		/* A killed supervisor's children are ours. */
		if (!some)
			waitpid(-1, NULL, WNOHANG);
	}
	assert_int_equal(boxtest_processes(t) > 0, some);
}

int
boxtest_groups(struct boxtest *t)
{
	const struct cg_host *h = &t->host->cg;
	int n = 0;

	for (size_t i = 0; i < h->table->dirs; i++) {
		DIR *d = fdopendir(
		    openat(h->dir[i], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
		const struct dirent *e;

		assert_non_null(d);
		while ((e = readdir(d)) != NULL)
			if (e->d_type == DT_DIR && e->d_name[0] != '.')
				n++;
		closedir(d);
	}
	return n;
}
