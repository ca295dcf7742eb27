/*
 * What boxes and shelves cost, against what the kernel alone costs.
 *
 *	judge true N		fork+exec, cold and warm boxes of /bin/true:
 *				medians in microseconds
 *	judge loop MS JOBS	CPU milliseconds of a loop in JOBS boxes at
 *				once, each on a processor of its own
 *	judge shelf ZIP DIR	taking a package that is there: microseconds
 *	judge spin STEPS	the loop; the program of the boxes above
 *
 * Lines of JSON.  ASSIZE_BOXINIT names the boxinit of the build.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "box/box.h"
#include "runner/cache.h"
#include "runner/shelf.h"
#include "runner/workspace.h"

#define ROUNDS_MAX 1000
#define JOBS_MAX 16
/* What the loop is sized by. */
#define PROBE_STEPS 20000000

static struct arena *arena;
static struct box_host *host;
static char self[4096]; /* path of this program */

static void
insist(struct err *e)
{
	if (e == NULL)
		return;
	fprintf(stderr, "judge: %s\n",
	    e->internal != NULL ? e->internal : e->detail);
	exit(1);
}

static void
open_host(void)
{
	const struct box_options o = { .boxinit = getenv("ASSIZE_BOXINIT") };

	insist(box_host_open(arena, &o, &host));
}

static int
compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static long long
median(int64_t *times, size_t n)
{
	qsort(times, n, sizeof(*times), compare_times);
	return (long long)times[n / 2];
}

static void
spawn_true(void)
{
	char path[] = "/usr/bin/true";
	char *argv[] = { path, NULL };
	char *env[] = { NULL };
	pid_t pid;
	int status;

	if (posix_spawn(&pid, argv[0], NULL, NULL, argv, env) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		exit(1);
}

static void
box_true(struct arena *a, bool is_ready)
{
	static const char *const argv[] = { "/usr/bin/true", NULL };
	const struct box_spec spec = {
		.owner = is_ready ? "warm" : "cold",
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
	};
	struct box_record r;

	insist(box_run(host, a, &spec, &r));
	if (box_record_cause(&r) != BOX_CAUSE_NONE)
		exit(1);
}

static void
prepare_true(void)
{
	static const char *const argv[] = { "/usr/bin/true", NULL };
	const struct box_spec spec = {
		.owner = "warm",
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
	};

	box_prepare(host, &spec);
	/* Until it is ready: what is measured is the run. */
	clock_sleep_ms(30);
}

static int
run_true(size_t rounds)
{
	int64_t times[3][ROUNDS_MAX];
	struct arena *a = arena_new("run", (size_t)16 << 20);

	open_host();
	for (size_t i = 0; i < rounds; i++) {
		int64_t t = clock_mono_us();

		spawn_true();
		times[0][i] = clock_mono_us() - t;
		t = clock_mono_us();
		box_true(a, false);
		times[1][i] = clock_mono_us() - t;
		prepare_true();
		t = clock_mono_us();
		box_true(a, true);
		times[2][i] = clock_mono_us() - t;
		arena_reset(a);
	}
	printf("{\"fork\": %lld, \"cold\": %lld, \"warm\": %lld}\n",
	    median(times[0], rounds), median(times[1], rounds),
	    median(times[2], rounds));
	box_host_close(host);
	arena_free(a);
	return 0;
}

static int
spin(int64_t steps)
{
	for (volatile int64_t i = 0; i < steps; i++)
		continue;
	return 0;
}

struct job {
	pthread_t thread;
	int core;
	const char *steps;
	int64_t cpu_ms;
};

static void *
run_job(void *arg)
{
	struct job *job = arg;
	struct arena *a = arena_new("job", (size_t)16 << 20);
	const char *argv[] = { "/judge", "spin", job->steps, NULL };
	const struct box_mount mount = { self, "/judge" };
	const struct box_spec spec = {
		.owner = "loop",
		.mounts = &mount,
		.mounts_n = 1,
		.argv = argv,
		.stdin_fd = -1,
		.cancel_fd = -1,
		.core = job->core,
		.limits = { .cpu_ms = 60000 },
	};
	struct box_record r;

	insist(box_run(host, a, &spec, &r));
	if (box_record_cause(&r) != BOX_CAUSE_NONE)
		exit(1);
	job->cpu_ms = r.cpu_ms;
	arena_free(a);
	return NULL;
}

/* One job for each of the first n processors that we may use. */
static void
place_jobs(struct job *jobs, size_t n, const char *steps)
{
	cpu_set_t ours;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(ours), &ours) != 0)
		exit(1);
	for (size_t i = 0; i < n; i++) {
		while (cpu < CPU_SETSIZE && !CPU_ISSET((size_t)cpu, &ours))
			cpu++;
		jobs[i].core = ++cpu;
		jobs[i].steps = steps;
	}
}

/* All n at once. */
static void
run_jobs(struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]))
			exit(1);
	for (size_t i = 0; i < n; i++)
		pthread_join(jobs[i].thread, NULL);
}

static int
run_loop(int64_t ms, size_t jobs)
{
	int64_t t = clock_mono_us();
	struct job alone[JOBS_MAX] = { 0 }, together[JOBS_MAX] = { 0 };
	const char *steps;

	spin(PROBE_STEPS);
	t = clock_mono_us() - t;
	steps = arena_printf(arena, "%lld",
	    (long long)(PROBE_STEPS * ms * 1000 / (t > 0 ? t : 1)));
	open_host();
	place_jobs(alone, jobs, steps);
	place_jobs(together, jobs, steps);
	run_jobs(alone, 1);
	for (int i = 0; i < 5; i++) {
		/* Processors differ: each job against its own one, alone. */
		for (size_t j = 0; j < jobs; j++)
			run_jobs(&alone[j], 1);
		run_jobs(together, jobs);
		for (size_t j = 0; j < jobs; j++)
			printf("{\"core\": %d, \"alone\": %lld, "
			       "\"together\": %lld}\n",
			    alone[j].core - 1, (long long)alone[j].cpu_ms,
			    (long long)together[j].cpu_ms);
	}
	box_host_close(host);
	return 0;
}

static struct err *
copy_zip(void *arg, struct arena *a, int fd)
{
	char *p;
	size_t n;

	TRY(io_read_file(a, AT_FDCWD, arg, (size_t)512 << 20, &p, &n));
	if (io_write_all(fd, p, n) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "write");
	return NULL;
}

static struct err *
refuse(void *arg, struct arena *a, int fd)
{
	return ERR_WHY(a, ERR_INTERNAL, "a transfer of what is there");
}

static int
run_shelf(char *zip, const char *dir)
{
	const struct shelf_book *book;
	struct cache *cache;
	struct shelf *shelf;
	char *digest;
	int64_t t;
	int work, fd = open(zip, O_RDONLY | O_CLOEXEC);

	insist(cache_file_digest(arena, fd, &digest));
	close(fd);
	insist(work_open(arena, arena_printf(arena, "%s/work", dir), &work));
	insist(cache_open(arena, arena_printf(arena, "%s/cache", dir),
	    (uint64_t)1 << 30, &cache));
	insist(shelf_open(arena, work, cache, &shelf));
	t = clock_mono_us();
	insist(shelf_take(shelf, arena, digest, copy_zip, zip, &book));
	shelf_give(shelf, book, true);
	printf("{\"first\": %lld", (long long)(clock_mono_us() - t));
	t = clock_mono_us();
	insist(shelf_take(shelf, arena, digest, refuse, NULL, &book));
	printf(", \"there\": %lld}\n", (long long)(clock_mono_us() - t));
	shelf_give(shelf, book, true);
	shelf_close(shelf);
	cache_close(cache);
	return 0;
}

int
main(int argc, char **argv)
{
	int64_t n = 0, jobs = 1;

	arena = arena_new("judge", (size_t)2 << 30);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	if (argc == 4 && strcmp(argv[1], "shelf") == 0)
		return run_shelf(argv[2], argv[3]);
	if (argc < 3 || !str_to_i64(argv[2], 1, INT64_MAX, &n) ||
	    (argc == 4 && !str_to_i64(argv[3], 1, JOBS_MAX, &jobs)))
		return 2;
	if (strcmp(argv[1], "true") == 0 && n <= ROUNDS_MAX)
		return run_true((size_t)n);
	if (strcmp(argv[1], "loop") == 0)
		return run_loop(n, (size_t)jobs);
	if (strcmp(argv[1], "spin") == 0)
		return spin(n);
	return 2;
}
