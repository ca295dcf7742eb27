#include "base/failpoint.h"

#ifdef ASSIZE_FAILPOINTS

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#define FILE_MAX 4096
#define NAMES_MAX 64

/* How often each was met in this process. */
static struct {
	const char *name;
	int64_t n;
} hits[NAMES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t
count(const char *name)
{
	int64_t n = 0;

	(void)pthread_mutex_lock(&lock);
	for (size_t i = 0; i < NAMES_MAX && n == 0; i++) {
		if (hits[i].name == NULL)
			hits[i].name = name;
		if (strcmp(hits[i].name, name) == 0)
			n = ++hits[i].n;
	}
	(void)pthread_mutex_unlock(&lock);
	return n;
}

/* The action of a name in the file, or NULL. */
static const char *
look_up(const char *path, const char *name, char text[FILE_MAX])
{
	size_t n = strlen(name);
	ssize_t got = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	got = read(fd, text, FILE_MAX - 1);
	(void)close(fd);
	if (got < 0)
		return NULL;
	text[got] = '\0';
	for (char *line = text; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');

		if (end != NULL)
			*end++ = '\0';
		if (strncmp(line, name, n) == 0 && line[n] == '=')
			return line + n + 1;
		line = end;
	}
	return NULL;
}

static struct err *
act(struct arena *a, const char *name, const char *action)
{
	int64_t ms;

	log_event(LOG_WARNING, "failpoint", LS("name", name),
	    LS("action", action));
	if (strcmp(action, "kill") == 0) {
		(void)raise(SIGKILL);
	} else if (strcmp(action, "stop") == 0) {
		(void)kill(getpid(), SIGSTOP);
	} else if (strcmp(action, "error") == 0) {
		return ERR_WHY(a, ERR_UNAVAILABLE, "failpoint %s", name);
	} else if (strncmp(action, "delay:", 6) == 0 &&
	    str_to_i64(action + 6, 0, 600000, &ms)) {
		clock_sleep_ms(ms);
	}
	return NULL;
}

struct err *
failpoint_hit(struct arena *a, const char *name)
{
	const char *path = getenv("ASSIZE_FAILPOINTS");
	int64_t n = count(name);
	char text[FILE_MAX];
	const char *found;
	int64_t wanted = 0;
	char *action;
	char *at;

	if (path == NULL)
		return NULL;
	found = look_up(path, name, text);
	if (found == NULL)
		return NULL;
	action = arena_strdup(a, found);
	at = strchr(action, '@');
	if (at != NULL) {
		*at = '\0';
		if (!str_to_i64(at + 1, 1, INT32_MAX, &wanted) || n != wanted)
			return NULL;
	}
	if (unlink(path) != 0)
		return NULL;
	return act(a, name, action);
}

#else
typedef int failpoint_c_is_empty;
#endif
