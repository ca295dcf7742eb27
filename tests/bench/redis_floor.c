/*
 * redis_floor SOCKET MILLISECONDS FILE: the floor of what is asked of Redis.
 * Eight connections of bare hiredis repeat the commands of FILE, one reply
 * each before the next, and read nothing but what the next ones need.
 *
 * FILE has a word a line and an empty line after each command.  In a word
 *
 *	@J@	another job each round
 *	@S@	another submission each round
 *	@T@	the thread's number
 *	@R@	20 digits, others each round
 *	@JOB@	first element of the last list that a script gave
 *	@LEASE@	the second
 *
 * Prints one line of JSON.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "base/arena.h"
#include "base/str.h"

#define THREADS 8
#define MAX_COMMANDS 32
#define MAX_WORDS 64
#define WORD_SIZE 256
#define FILE_SIZE 65536

struct command {
	const char *word[MAX_WORDS];
	size_t n;
};

struct thread {
	pthread_t id;
	size_t number;
	uint64_t rounds;
	uint64_t nothing;
	char job[WORD_SIZE];
	char lease[WORD_SIZE];
	char words[MAX_WORDS][WORD_SIZE];
};

static struct {
	const char *socket;
	int64_t until_us;
	struct command command[MAX_COMMANDS];
	size_t n;
	struct thread thread[THREADS];
} floor_;

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
die(const char *what)
{
	fprintf(stderr, "redis_floor: %s\n", what);
	exit(1);
}

/* One word with its marks replaced. */
static void
expand(const struct thread *t, const char *word, char *out)
{
	static const char *const marks[] = { "@JOB@", "@LEASE@", "@J@", "@S@",
		"@T@", "@R@" };
	size_t n = 0;

	while (*word != '\0') {
		size_t m = 0;
		size_t room = WORD_SIZE - n;
		int k = 0;

		while (m < ARRAY_LEN(marks) &&
		    strncmp(word, marks[m], strlen(marks[m])) != 0)
			m++;
		switch (m) {
		case 0:
			k = snprintf(out + n, room, "%s", t->job);
			break;
		case 1:
			k = snprintf(out + n, room, "%s", t->lease);
			break;
		case 2:
		case 3:
			k = snprintf(out + n, room, "%s_%02zu%024" PRIu64,
			    m == 2 ? "jb" : "sb", t->number, t->rounds);
			break;
		case 4:
			k = snprintf(out + n, room, "%02zu", t->number);
			break;
		case 5:
			k = snprintf(out + n, room, "%04zu%016" PRIx64,
			    t->number, t->rounds);
			break;
		default:
			k = snprintf(out + n, room, "%c", *word);
		}
		if (k < 0 || (size_t)k >= room)
			die("a word is too long");
		n += (size_t)k;
		word += m < ARRAY_LEN(marks) ? strlen(marks[m]) : 1;
	}
	out[n] = '\0';
}

static void
take_reply(struct thread *t, const redisReply *r, bool is_script)
{
	if (r->type == REDIS_REPLY_ERROR)
		die(r->str);
	if (!is_script || r->type != REDIS_REPLY_ARRAY || r->elements < 2 ||
	    r->element[0]->type != REDIS_REPLY_STRING ||
	    r->element[1]->type != REDIS_REPLY_STRING)
		return;
	snprintf(t->job, sizeof(t->job), "%s", r->element[0]->str);
	snprintf(t->lease, sizeof(t->lease), "%s", r->element[1]->str);
}

static void
run_round(struct thread *t, redisContext *c)
{
	const char *argv[MAX_WORDS];

	for (size_t i = 0; i < floor_.n; i++) {
		const struct command *m = &floor_.command[i];
		redisReply *r;

		for (size_t j = 0; j < m->n; j++) {
			argv[j] = m->word[j];
			if (strchr(m->word[j], '@') == NULL)
				continue;
			expand(t, m->word[j], t->words[j]);
			argv[j] = t->words[j];
		}
		r = redisCommandArgv(c, (int)m->n, argv, NULL);
		if (r == NULL)
			die(c->errstr);
		take_reply(t, r, strcmp(m->word[0], "EVALSHA") == 0);
		freeReplyObject(r);
	}
	t->rounds++;
}

static void *
work(void *arg)
{
	struct thread *t = arg;
	redisContext *c = redisConnectUnix(floor_.socket);

	if (c == NULL || c->err != 0)
		die("cannot connect");
	while (now_us() < floor_.until_us)
		run_round(t, c);
	redisFree(c);
	return NULL;
}

/* Cuts the file into commands; it is changed. */
static void
read_commands(char *text)
{
	struct command *m = &floor_.command[0];

	while (*text != '\0') {
		char *end = strchr(text, '\n');

		if (end == NULL || floor_.n == MAX_COMMANDS ||
		    m->n == MAX_WORDS)
			die("not a file of commands");
		*end = '\0';
		if (*text == '\0')
			m = &floor_.command[++floor_.n];
		else
			m->word[m->n++] = strcmp(text, "\"\"") == 0 ? "" : text;
		text = end + 1;
	}
}

static uint64_t
run_threads(void)
{
	uint64_t rounds = 0;

	for (size_t i = 0; i < THREADS; i++) {
		struct thread *t = &floor_.thread[i];

		t->number = i;
		if (pthread_create(&t->id, NULL, work, t) != 0)
			die("cannot start a thread");
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(floor_.thread[i].id, NULL);
		rounds += floor_.thread[i].rounds;
	}
	return rounds;
}

int
main(int argc, char **argv)
{
	static char text[FILE_SIZE];
	int64_t ms = 0;
	int64_t start;
	uint64_t rounds;
	FILE *f;

	if (argc != 4 || !str_to_i64(argv[2], 1, 600000, &ms))
		die("usage: redis_floor SOCKET MILLISECONDS FILE");
	f = fopen(argv[3], "re");
	if (f == NULL || fread(text, 1, sizeof(text) - 1, f) == 0)
		die("cannot read the file");
	fclose(f);
	read_commands(text);
	signal(SIGPIPE, SIG_IGN);
	floor_.socket = argv[1];
	start = now_us();
	floor_.until_us = start + ms * 1000;
	rounds = run_threads();
	printf("{\"rounds\":%" PRIu64 ",\"commands\":%zu,\"seconds\":%.6f}\n",
	    rounds, floor_.n, (double)(now_us() - start) / 1e6);
	return 0;
}
