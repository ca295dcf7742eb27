/*
 * Programs that use up what there is: each is bounded by its argument or by
 * the limits that the test sets.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/str.h"
#include "box/proto.h"
#include "tests/box/probe.h"

#define MIB ((size_t)1 << 20)
#define HOLD_S 60 /* longer than any test; the box dies before */

typedef int burden_fn(int64_t n, int64_t m);

static int
do_exit(int64_t n, int64_t m)
{
	return (int)n;
}

static int
do_signal(int64_t n, int64_t m)
{
	kill(getpid(), (int)n);
	return 0;
}

static void
burn(clockid_t clock, int64_t ms)
{
	struct timespec t;

	do {
		for (volatile int i = 0; i < 10000; i++)
			continue;
		clock_gettime(clock, &t);
	} while ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 < ms);
}

static int
do_burn(int64_t ms, int64_t m)
{
	burn(CLOCK_PROCESS_CPUTIME_ID, ms);
	return 0;
}

/* n children of m ms each. */
static int
do_burn_tree(int64_t n, int64_t ms)
{
	for (int64_t i = 0; i < n; i++) {
		if (fork() == 0) {
			burn(CLOCK_PROCESS_CPUTIME_ID, ms);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
	return 0;
}

static void *
burn_thread(void *ms)
{
	burn(CLOCK_THREAD_CPUTIME_ID, *(const int64_t *)ms);
	return NULL;
}

static int
do_burn_threads(int64_t n, int64_t ms)
{
	pthread_t t[16];

	for (int64_t i = 0; i < n && i < 16; i++)
		pthread_create(&t[i], NULL, burn_thread, &ms);
	for (int64_t i = 0; i < n && i < 16; i++)
		pthread_join(t[i], NULL);
	return 0;
}

/* Grandchildren that nobody waits for: rusage would never see them. */
static int
do_burn_orphans(int64_t n, int64_t ms)
{
	int done[2];
	char c;

	if (pipe(done) != 0)
		return 1;
	for (int64_t i = 0; i < n; i++) {
		if (fork() != 0)
			continue;
		if (fork() == 0) {
			burn(CLOCK_PROCESS_CPUTIME_ID, ms);
			_exit(0);
		}
		_exit(0);
	}
	close(done[1]);
	(void)!read(done[0], &c, 1);
	return 0;
}

/* For ms, or longer than any test; no signal ends it. */
static int
do_sleep(int64_t ms, int64_t m)
{
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_IGN);
	if (ms == 0)
		sleep(HOLD_S);
	else
		usleep((useconds_t)ms * 1000);
	return 0;
}

static int
do_memory(int64_t mib, int64_t m)
{
	char *p = mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return 1;
	memset(p, 1, (size_t)mib * MIB);
	return p[mib - 1] == 1 ? 0 : 1;
}

/* Asked for and not touched: that is no use of memory. */
static int
do_address_space(int64_t mib, int64_t m)
{
	return mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		   0) == MAP_FAILED;
}

/* n children of m MiB each, all at the same time. */
static int
do_memory_tree(int64_t n, int64_t mib)
{
	int ready[2];
	int go[2];
	char c;

	if (pipe(ready) != 0 || pipe(go) != 0)
		return 1;
	for (int64_t i = 0; i < n; i++) {
		if (fork() != 0)
			continue;
		close(go[1]);
		if (do_memory(mib, 0) != 0 || write(ready[1], "r", 1) != 1)
			_exit(1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	close(ready[1]);
	for (int64_t i = 0; i < n; i++)
		if (read(ready[0], &c, 1) != 1)
			return 1;
	close(go[1]);
	while (wait(NULL) > 0)
		continue;
	return 0;
}

static int
fill(int fd, int64_t mib)
{
	static char block[64 * 1024];

	memset(block, 1, sizeof(block));
	for (size_t left = (size_t)mib * MIB; left > 0; left -= sizeof(block))
		if (write(fd, block, sizeof(block)) != (ssize_t)sizeof(block)) {
			printf("%s\n", strerrorname_np(errno));
			return 1;
		}
	return 0;
}

/* A child that is killed for it, and a parent that says all is well. */
static int
do_memory_child(int64_t mib, int64_t m)
{
	if (fork() == 0)
		_exit(do_memory(mib, 0));
	wait(NULL);
	return 0;
}

/* Fills the page cache, which is counted, but can be given back. */
static int
do_read_file(int64_t n, int64_t m)
{
	static char block[65536];
	int fd = open("/data/large", O_RDONLY);
	ssize_t k;

	while ((k = read(fd, block, sizeof(block))) > 0)
		continue;
	return k == 0 ? 0 : 1;
}

static int
do_memfd(int64_t mib, int64_t m)
{
	return fill(memfd_create("burden", 0), mib);
}

/* Memory that is a file, though nobody made one. */
static int
do_shared(int64_t mib, int64_t m)
{
	char *p = mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == MAP_FAILED || mlock(p, 4096) != 0;
}

/* A file with a size and without a block. */
static int
do_sparse(int64_t mib, int64_t m)
{
	int fd = open("/tmp/burden", O_WRONLY | O_CREAT, 0600);

	return ftruncate(fd, (off_t)mib * (off_t)MIB) != 0;
}

static int
do_fill_tmp(int64_t mib, int64_t m)
{
	return fill(open("/tmp/burden", O_WRONLY | O_CREAT, 0600), mib);
}

static int
do_fill_shm(int64_t mib, int64_t m)
{
	return fill(open("/dev/shm/burden", O_WRONLY | O_CREAT, 0600), mib);
}

static int
do_fill_out(int64_t mib, int64_t m)
{
	return fill(open("/out/burden", O_WRONLY | O_CREAT, 0600), mib);
}

/* Without end, or so many MiB. */
static int
do_flood(int64_t fd, int64_t mib)
{
	static char block[65536];
	int64_t left = mib == 0 ? INT64_MAX : mib * (int64_t)MIB;

	memset(block, 'x', sizeof(block));
	while (left > 0 && write((int)fd, block, sizeof(block)) > 0)
		left -= (int64_t)sizeof(block);
	return 0;
}

/* As many empty files as there may be: prints how many. */
static int
count_files(const char *dir, int64_t most)
{
	char name[64];
	int64_t i;
	int fd;

	for (i = 0; i < most; i++) {
		snprintf(name, sizeof(name), "%s/%lld", dir, (long long)i);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0)
			break;
		close(fd);
	}
	printf("%lld %s\n", (long long)i, strerrorname_np(errno));
	return 0;
}

static int
do_count_tmp(int64_t most, int64_t m)
{
	return count_files("/tmp", most);
}

static int
do_count_shm(int64_t most, int64_t m)
{
	return count_files("/dev/shm", most);
}

static int
do_count_fds(int64_t most, int64_t m)
{
	int64_t n = 0;

	while (n < most && open("/dev/null", O_RDONLY) >= 0)
		n++;
	printf("%lld %s\n", (long long)n, strerrorname_np(errno));
	return 0;
}

static int
do_count_forks(int64_t most, int64_t m)
{
	int64_t n = 0;
	pid_t pid;

	while (n < most && (pid = fork()) >= 0) {
		if (pid == 0) {
			sleep(HOLD_S);
			_exit(0);
		}
		n++;
	}
	printf("%lld %s\n", (long long)n, strerrorname_np(errno));
	return 0;
}

static void *
hold_thread(void *arg)
{
	sleep(HOLD_S);
	return arg;
}

static int
do_count_threads(int64_t most, int64_t m)
{
	pthread_attr_t attr;
	pthread_t t;
	int64_t n = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	while (n < most && pthread_create(&t, &attr, hold_thread, NULL) == 0)
		n++;
	printf("%lld\n", (long long)n);
	fflush(stdout);
	_exit(0);
}

static int
do_fork_bomb(int64_t n, int64_t m)
{
	while (n == 0)
		(void)!fork();
	return 0;
}

/* A daemon in all the ways that there are; with n, it keeps the output. */
static int
do_escape(int64_t keeps_output, int64_t m)
{
	if (fork() != 0)
		return 0;
	setsid();
	if (fork() != 0)
		_exit(0);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_IGN);
	if (keeps_output == 0)
		close_range(0, ~0u, 0);
	sleep(HOLD_S);
	_exit(0);
}

/* Tells the supervisor, before boxinit can, that all went well. */
static int
do_forge(int64_t n, int64_t m)
{
	const struct box_msg done = { BOX_MSG_DONE, 0 };

	for (int fd = 3; fd < 256; fd++)
		(void)!send(fd, &done, sizeof(done), MSG_NOSIGNAL);
	return 1;
}

/* While somebody reads them, n empty results become links and files again. */
static int
do_race(int64_t n, int64_t m)
{
	char file[32], other[32];

	for (int64_t i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "/out/%03d", (int)i);
		snprintf(other, sizeof(other), "/out/other%03d", (int)i);
		close(open(file, O_WRONLY | O_CREAT, 0644));
		if (symlink("/etc/passwd", other) != 0)
			return 1;
	}
	if (fork() != 0)
		return 0;
	setsid();
	close_range(0, ~0u, 0);
	for (int64_t i = 0;; i = (i + 1) % n) {
		snprintf(file, sizeof(file), "/out/%03d", (int)i);
		snprintf(other, sizeof(other), "/out/other%03d", (int)i);
		renameat2(AT_FDCWD, file, AT_FDCWD, other, RENAME_EXCHANGE);
	}
}

/* Everybody who may be ended by this user. */
static int
do_kill_all(int64_t n, int64_t m)
{
	usleep(200000);
	(void)!kill(-1, SIGKILL);
	return 0;
}

static int
do_cat(int64_t n, int64_t m)
{
	char p[65536];
	ssize_t k;

	while ((k = read(0, p, sizeof(p))) > 0)
		if (write(1, p, (size_t)k) != k)
			return 1;
	return k == 0 ? 0 : 1;
}

/* Everything nasty that a directory can hold, and two good files. */
static int
do_litter(int64_t n, int64_t m)
{
	struct sockaddr_un sun = { AF_UNIX, "/out/socket" };
	int fd = open("/out/good.txt", O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || write(fd, "good\n", 5) != 5)
		return 1;
	close(fd);
	if (mkdir("/out/dir", 0755) != 0 ||
	    (fd = open("/out/dir/run", O_WRONLY | O_CREAT, 0755)) < 0 ||
	    write(fd, "run\n", 4) != 4)
		return 1;
	close(fd);
	if (symlink("/etc/passwd", "/out/link") != 0 ||
	    symlink("..", "/out/up") != 0 ||
	    symlink("good.txt", "/out/inside") != 0 ||
	    symlink("/proc/self/root/etc/passwd", "/out/magic") != 0 ||
	    mkfifo("/out/fifo", 0644) != 0 ||
	    bind(socket(AF_UNIX, SOCK_STREAM, 0), (const void *)&sun,
		sizeof(sun)) != 0)
		return 1;
	fd = open("/out/one", O_WRONLY | O_CREAT, 0644);
	if (fd < 0 || link("/out/one", "/out/two") != 0)
		return 1;
	fd = open("/out/sparse", O_WRONLY | O_CREAT, 0644);
	if (fd < 0 || ftruncate(fd, 60 * (off_t)MIB) != 0)
		return 1;
	fd = open("/out/line\nbreak", O_WRONLY | O_CREAT, 0644);
	return fd < 0;
}

/* Which number it has, and whether another run's file is there. */
static int
do_pid(int64_t n, int64_t m)
{
	printf("%d %s\n", (int)getpid(),
	    access("/tmp/burden", F_OK) == 0 ? "file" : "none");
	return 0;
}

static void *
leave_thread(void *arg)
{
	return arg;
}

/* Something of each kind that a next run could find. */
static int
do_leave(int64_t kind, int64_t m)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timespec old[2] = { { 1, 1 }, { 1, 1 } };
	pthread_t t;

	switch (kind) {
	case 0:
		return open("/tmp/burden", O_WRONLY | O_CREAT, 0600) < 0;
	case 1:
		return open("/dev/shm/burden", O_WRONLY | O_CREAT, 0600) < 0;
	case 2:
		return open("/tmp/burden", O_WRONLY | O_CREAT, 0600) < 0 ||
		    unlink("/tmp/burden") != 0;
	case 3:
		return utimensat(AT_FDCWD, "/tmp", old, 0) != 0;
	case 4:
		return chmod("/tmp", 0700) != 0;
	case 5:
		return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) < 0;
	case 6:
		return msgget(IPC_PRIVATE, IPC_CREAT | 0600) < 0;
	case 7:
		return sendto(socket(AF_INET, SOCK_DGRAM, 0), "x", 1, 0,
			   (const void *)&to, sizeof(to)) != 1;
	case 8:
		if (fork() == 0)
			_exit(0);
		return wait(NULL) < 0;
	case 9:
		if (fork() == 0) {
			sleep(HOLD_S);
			_exit(0);
		}
		return 0;
	default:
		return pthread_create(&t, NULL, leave_thread, NULL) != 0 ||
		    pthread_join(t, NULL) != 0;
	}
}

/* The same work each time, whatever the clock says. */
static int
do_work(int64_t millions, int64_t m)
{
	for (volatile int64_t i = 0; i < millions * 1000000; i++)
		continue;
	return 0;
}

/* Would the machine take a dump of this, and what would be in it? */
static int
do_dump(int64_t n, int64_t m)
{
	FILE *f = fopen("/proc/self/coredump_filter", "r");
	unsigned int filter = 1;
	struct rlimit r;

	if (f == NULL || fscanf(f, "%x", &filter) != 1 ||
	    getrlimit(RLIMIT_CORE, &r) != 0)
		return 2;
	return r.rlim_max > 1 || filter != 0;
}

static int
do_is_root(int64_t n, int64_t m)
{
	return geteuid() == 0 ? 0 : 1;
}

static int
do_processors(int64_t n, int64_t m)
{
	cpu_set_t ours;

	if (sched_getaffinity(0, sizeof(ours), &ours) != 0)
		return 1;
	printf("%d %d\n", CPU_COUNT(&ours), sched_getcpu());
	return 0;
}

static const struct {
	const char *name;
	burden_fn *fn;
} burdens[] = {
	{ "exit", do_exit },
	{ "signal", do_signal },
	{ "burn", do_burn },
	{ "burn_tree", do_burn_tree },
	{ "burn_threads", do_burn_threads },
	{ "burn_orphans", do_burn_orphans },
	{ "sleep", do_sleep },
	{ "memory", do_memory },
	{ "memory_tree", do_memory_tree },
	{ "memory_child", do_memory_child },
	{ "read_file", do_read_file },
	{ "address_space", do_address_space },
	{ "memfd", do_memfd },
	{ "shared", do_shared },
	{ "sparse", do_sparse },
	{ "forge", do_forge },
	{ "race", do_race },
	{ "kill_all", do_kill_all },
	{ "fill_tmp", do_fill_tmp },
	{ "fill_shm", do_fill_shm },
	{ "fill_out", do_fill_out },
	{ "flood", do_flood },
	{ "count_tmp", do_count_tmp },
	{ "count_shm", do_count_shm },
	{ "count_fds", do_count_fds },
	{ "count_forks", do_count_forks },
	{ "count_threads", do_count_threads },
	{ "fork_bomb", do_fork_bomb },
	{ "escape", do_escape },
	{ "cat", do_cat },
	{ "litter", do_litter },
	{ "processors", do_processors },
	{ "work", do_work },
	{ "is_root", do_is_root },
	{ "dump", do_dump },
	{ "pid", do_pid },
	{ "leave", do_leave },
	{ "pipes", burden_pipes },
	{ "unix", burden_unix },
	{ "tcp", burden_tcp },
};

int
burden(int argc, char **argv)
{
	int64_t v[2] = { 0, 0 };

	for (int i = 1; i < argc && i <= 2; i++)
		if (!str_to_i64(argv[i], 0, INT64_MAX, &v[i - 1]))
			return 2;
	for (size_t i = 0; i < ARRAY_LEN(burdens); i++)
		if (strcmp(burdens[i].name, argv[0]) == 0)
			return burdens[i].fn(v[0], v[1]);
	return 2;
}
