#include "tests/redis/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/proc.h"

struct arena *A;
struct dispatch *D;

static char dir[] = "/tmp/assize-redis-XXXXXX";
static char socket_path[64];
static pid_t server;
static int server_fd = -1;

const char *
server_socket(void)
{
	return socket_path;
}

static void
kill_server(void)
{
	if (server <= 0)
		return;
	kill(server, SIGKILL);
	while (waitpid(server, NULL, 0) < 0 && errno == EINTR)
		continue;
	server = 0;
	io_closep(&server_fd);
	server_fd = -1;
}

static bool
server_answers(void)
{
	struct timeval t = { .tv_sec = 1 };
	redisContext *c = redisConnectUnixWithTimeout(socket_path, t);
	redisReply *r = NULL;
	bool ok;

	if (c != NULL && c->err == 0)
		r = redisCommand(c, "PING");
	ok = r != NULL && r->type == REDIS_REPLY_STATUS;
	if (r != NULL)
		freeReplyObject(r);
	if (c != NULL)
		redisFree(c);
	return ok;
}

int
server_start(void)
{
	UNIT_ARENA(a);
	const char *const argv[] = { "redis-server", "--port", "0",
		"--unixsocket", socket_path, "--save", "", "--dir", dir,
		"--logfile", "log", "--maxmemory-policy", "noeviction", NULL };
	struct proc_spec spec = { .argv = argv,
		.dir = -1,
		.fd = { -1, -1, -1 } };

	unlink(socket_path);
	if (proc_spawn(a, &spec, &server, &server_fd) != NULL)
		return -1;
	for (int i = 0; i < 500; i++) {
		if (server_answers())
			return 0;
		clock_sleep_ms(20);
	}
	return -1;
}

void
server_stop(void)
{
	kill_server();
}

static void
remove_dir(void)
{
	kill_server();
	if (io_remove_all(AT_FDCWD, dir) != 0)
		perror(dir);
}

int
group_setup(void **state)
{
	struct dispatch_conf conf = { .address = socket_path, .pool_size = 4 };

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return -1;
	atexit(remove_dir);
	snprintf(socket_path, sizeof(socket_path), "%s/s", dir);
	D = dispatch_open(&conf);
	return server_start();
}

int
group_teardown(void **state)
{
	(void)state;
	dispatch_close(D);
	kill_server();
	return 0;
}

int
test_setup(void **state)
{
	(void)state;
	A = arena_new("test", (size_t)256 << 20);
	RAW("FLUSHALL");
	return 0;
}

int
test_teardown(void **state)
{
	(void)state;
	arena_free(A);
	return 0;
}

struct dispatch_job
job_of(const char *id, const char *user)
{
	return (struct dispatch_job) {
		.id = id,
		.submission = arena_printf(A, "sb_%s", id),
		.user = user,
		.pool = "default",
		.language = "c",
		.class = DISPATCH_LIVE,
		.hard_ms = 3600000,
	};
}

void
offer_class(const char *id, const char *user, enum dispatch_class class)
{
	struct dispatch_job j = job_of(id, user);
	size_t n = 0;

	j.class = class;
	assert_ok(dispatch_offer(D, A, &j, 1, &n));
	assert_int_equal(n, 1);
}

void
offer(const char *id, const char *user)
{
	offer_class(id, user, DISPATCH_LIVE);
}

struct dispatch_want
want_of(const char *runner)
{
	static const char *const pools[] = { "default" };
	static const char *const languages[] = { "c", "cpp" };

	return (struct dispatch_want) {
		.runner = runner,
		.pools = pools,
		.n_pools = 1,
		.languages = languages,
		.n_languages = 2,
		.lease_ms = 30000,
	};
}

struct dispatch_claim
claim(const struct dispatch_want *w)
{
	struct dispatch_claim c;

	assert_ok(dispatch_claim(D, A, w, 1, &c));
	return c;
}

const char *
claim_id(const char *runner)
{
	struct dispatch_want w = want_of(runner);
	struct dispatch_claim c = claim(&w);

	return c.job == NULL ? "" : c.job;
}

const char *
state_of(const char *job)
{
	static const char *const names[] = { "absent", "ready", "leased" };
	struct dispatch_entry e;

	assert_ok(dispatch_holder(D, A, job, &e));
	return names[e.state];
}

int64_t
raw_int(const char *const *words)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, A);
	batch_command(&b, words[0]);
	for (size_t i = 1; words[i] != NULL; i++)
		batch_arg(&b, words[i]);
	assert_ok(batch_run(D, &b));
	return reply_int(b.replies[0]);
}

void
end_lease(const char *job)
{
	RAW("ZADD", "{assize}:leased", "1", job);
}

size_t
expire(void)
{
	struct dispatch_entry *entries;
	size_t n;

	assert_ok(dispatch_expire(D, A, &entries, &n));
	return n;
}
