/*
 * Theory: the thread that asked for the door runs the box; another one waits
 * for the box's "ready", tells the server, and then accepts and carries until
 * the box is dead.  What serves the door (src/inbox/door) speaks over one
 * SOCK_SEQPACKET pair: "ready" comes out, a descriptor for each caller goes
 * in, end of file means that the door is shut.  No byte of it is believed.
 */
#include "runner/door.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/io.h"
#include "base/log.h"
#include "base/rand.h"
#include "runner/carry.h"
#include "runner/event.h"
#include "wire/json.h"

#define DOOR_ARENA ((size_t)4 << 20)
#define WORDS_MAX ((size_t)64 << 10)
#define SECRET_BYTES 16
#define USER "student"
/* So often one more caller, so that strangers do not use up the box's CPU. */
#define CALLER_EVERY_MS 1000
#define CREDIT_MAX_MS (DOOR_CALLERS_MAX * CALLER_EVERY_MS)
#define DROPBEAR "/usr/sbin/dropbear"
/* How a key of that kind begins, and how long it is: RFC 8709. */
#define KEY_KIND "ssh-ed25519"
#define KEY_HEAD "\0\0\0\013" KEY_KIND "\0\0\0\040"
#define KEY_BYTES (sizeof(KEY_HEAD) - 1 + 32)

/* Of this runner, against ssh_sessions. */
static atomic_llong open_doors;

struct door {
	const struct runner_config *config;
	struct door_teller teller;
	struct arena *arena; /* of the thread */
	struct event over;   /* the box is dead */
	pthread_t thread;
	int listener;
	int control; /* our end */
	int inner;   /* the box's */
	int64_t port;
	int64_t until_ms; /* wall time */
	char password[2 * SECRET_BYTES + 1];
	struct crypt_data *crypt;
	struct box_login login;
	const char *host_key; /* as the box says, of that form; or NULL */
	const char *fingerprint;
	bool is_counted; /* in open_doors */
	bool is_told;
	int64_t credit_ms; /* of callers, at that time */
	int64_t credited_ms;
	struct carry callers[DOOR_CALLERS_MAX];
};

bool
door_is_possible(struct arena *a, const struct runner_config *c,
    const struct environment *e, const char **ret_why)
{
	static const char *const needed[] = { DROPBEAR, "/usr/bin/dropbearkey",
		"/usr/bin/python3" };
	const char *root = e->root != NULL ? e->root : "";

	*ret_why = NULL;
	if (c->ssh_first == 0)
		*ret_why = "this runner opens no ports (ssh_ports)";
	for (size_t i = 0; i < ARRAY_LEN(needed) && *ret_why == NULL; i++)
		if (access(arena_printf(a, "%s%s", root, needed[i]), X_OK) != 0)
			*ret_why =
			    arena_printf(a, "the environment \"%s\" has no %s",
				e->name, needed[i]);
	return *ret_why == NULL;
}

static int
listen_as(const struct sockaddr *addr, socklen_t n)
{
	const int flags = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	_cleanup_(io_closep) int fd = socket(addr->sa_family, flags, 0);
	const int zero = 0, one = 1;

	if (fd < 0)
		return -1;
	(void)!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (addr->sa_family == AF_INET6)
		(void)!setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero,
		    sizeof(zero));
	if (bind(fd, addr, n) != 0 || listen(fd, DOOR_CALLERS_MAX) != 0)
		return -1;
	return io_take_fd(&fd);
}

/* Of both families where there are two; -1: somebody else has the port. */
static int
listen_at(int64_t port)
{
	const struct sockaddr_in6 any6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = IN6ADDR_ANY_INIT,
	};
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
	};
	int fd = listen_as((const struct sockaddr *)&any6, sizeof(any6));

	if (fd >= 0)
		return fd;
	return listen_as((const struct sockaddr *)&any, sizeof(any));
}

/* From anywhere in the range, so that an old port is not soon another's. */
static struct err *
take_port(struct door *d, struct arena *a)
{
	int64_t first = d->config->ssh_first;
	int64_t n = d->config->ssh_last - first + 1;
	int64_t at = rand_below((uint32_t)n);

	if (!d->is_counted)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "there are %lld sessions (ssh_sessions)",
		    (long long)d->config->ssh_sessions);
	for (int64_t i = 0; i < n && d->listener < 0; i++) {
		d->port = first + (at + i) % n;
		d->listener = listen_at(d->port);
	}
	if (d->listener < 0)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "no port of %lld to %lld is free", (long long)first,
		    (long long)d->config->ssh_last);
	return NULL;
}

/* One more, if there may be. */
static bool
count_in(const struct runner_config *c)
{
	if (atomic_fetch_add(&open_doors, 1) < c->ssh_sessions)
		return true;
	atomic_fetch_sub(&open_doors, 1);
	return false;
}

static struct err *
make_secret(struct door *d, struct arena *a)
{
	unsigned char bytes[SECRET_BYTES];
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];

	rand_bytes(bytes, sizeof(bytes));
	memcpy(d->password, enc_hex(a, bytes, sizeof(bytes)),
	    sizeof(d->password));
	d->crypt = arena_new_of(d->arena, struct crypt_data);
	/* The password is random: no work factor is needed. */
	if (crypt_gensalt_rn("$5$", 1000, NULL, 0, salt, sizeof(salt)) == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "salt: %s", strerror(errno));
	d->login.hash = crypt_r(d->password, salt, d->crypt);
	if (d->login.hash == NULL || d->login.hash[0] == '*')
		return ERR_WHY(a, ERR_INTERNAL, "crypt: %s", strerror(errno));
	return NULL;
}

struct err *
door_open(struct arena *a, const struct runner_config *c,
    const struct environment *environment, const struct door_teller *teller,
    struct door **ret_door)
{
	struct arena *own = arena_new("door", DOOR_ARENA);
	struct door *d = arena_new_of(own, struct door);
	const char *root = environment->root != NULL ? environment->root : "";
	struct err *e;
	int pair[2] = { -1, -1 };

	d->arena = own;
	d->config = c;
	d->teller = *teller;
	d->credit_ms = CREDIT_MAX_MS;
	d->credited_ms = clock_mono_ms();
	d->listener = d->control = d->inner = -1;
	d->is_counted = count_in(c);
	for (size_t i = 0; i < DOOR_CALLERS_MAX; i++)
		carry_init(&d->callers[i]);
	e = event_init(&d->over, a);
	if (e != NULL) {
		if (d->is_counted)
			atomic_fetch_sub(&open_doors, 1);
		arena_free(own);
		return e;
	}
	d->login.shell =
	    access(arena_printf(a, "%s/usr/bin/bash", root), X_OK) == 0
	    ? "/bin/bash"
	    : "/bin/sh";
	e = make_secret(d, a);
	if (e == NULL)
		e = take_port(d, a);
	if (e == NULL &&
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		e = ERR_WHY(a, ERR_INTERNAL, "socketpair: %s", strerror(errno));
	d->control = pair[0];
	d->inner = pair[1];
	if (e != NULL) {
		door_close(d);
		return e;
	}
	*ret_door = d;
	return NULL;
}

static void
tell(struct door *d, int64_t until_ms)
{
	struct wire_ssh body = {
		.host = d->config->ssh_host,
		.port = d->port,
		.user = USER,
		.password = d->password,
		.host_key = d->host_key,
		.fingerprint = d->fingerprint,
	};
	char until[CLOCK_TEXT];
	struct err *e;

	clock_format(until_ms, until);
	body.until = until;
	e = d->teller.tell(d->teller.arg, d->arena, &body);
	if (e == NULL) {
		d->is_told = true;
		return;
	}
	log_err(LOG_WARNING, "door_not_told", e);
	/* A door that nobody knows of: what serves it ends. */
	io_closep(&d->control);
}

static bool
pass(int control, int fd)
{
	char byte = 'c';
	struct iovec iov = { &byte, 1 };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} room;
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &room,
		.msg_controllen = sizeof(room),
	};
	struct cmsghdr *c;

	memset(&room, 0, sizeof(room));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(control, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

static void
accept_one(struct door *d, struct carry *c)
{
	_cleanup_(io_closep) int fd =
	    accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
	_cleanup_(io_closep) int theirs = -1;
	int pair[2];

	if (fd < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return;
	theirs = pair[1];
	d->credit_ms -= CALLER_EVERY_MS;
	carry_begin(c, d->arena, io_take_fd(&fd), pair[0]);
	if (!pass(d->control, theirs))
		carry_end(c);
}

static struct carry *
find_free(struct door *d)
{
	for (size_t i = 0; i < DOOR_CALLERS_MAX; i++)
		if (!carry_is_used(&d->callers[i]))
			return &d->callers[i];
	return NULL;
}

/*
 * The public key by which callers know the box: whoever says it serves them,
 * so it can be believed as far as it is one.
 */
static bool
take_key(struct door *d, const char *text)
{
	const size_t head = strlen(KEY_KIND " ");
	unsigned char digest[ENC_SHA256], *key;
	char *print;
	size_t n;

	if (strncmp(text, KEY_KIND " ", head) != 0)
		return false;
	key = enc_base64_decode(d->arena, text + head, strlen(text + head), &n);
	if (key == NULL || n != KEY_BYTES ||
	    memcmp(key, KEY_HEAD, sizeof(KEY_HEAD) - 1) != 0)
		return false;
	enc_sha256(key, n, digest);
	print = enc_base64(d->arena, digest, sizeof(digest));
	print[strcspn(print, "=")] = '\0';
	d->fingerprint = arena_printf(d->arena, "SHA256:%s", print);
	d->host_key = arena_strdup(d->arena, text);
	return true;
}

/* "ready" and its key, once; whatever else it says is nothing. */
static void
hear(struct door *d)
{
	char text[160] = "";
	ssize_t n = recv(d->control, text, sizeof(text) - 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		io_closep(&d->control);
	if (!d->is_told && n > 6 && memcmp(text, "ready ", 6) == 0 &&
	    take_key(d, text + 6))
		tell(d, d->until_ms);
}

/* Milliseconds until the next caller may come. */
static int
pause_ms(struct door *d)
{
	int64_t now = clock_mono_ms();

	d->credit_ms += now - d->credited_ms;
	d->credited_ms = now;
	if (d->credit_ms > CREDIT_MAX_MS)
		d->credit_ms = CREDIT_MAX_MS;
	return d->credit_ms >= CALLER_EVERY_MS
	    ? 0
	    : (int)(CALLER_EVERY_MS - d->credit_ms);
}

static void
turn(struct door *d)
{
	struct pollfd p[3 + 2 * DOOR_CALLERS_MAX];
	struct carry *next = find_free(d);
	int pause = pause_ms(d);
	bool takes =
	    d->is_told && d->control >= 0 && next != NULL && pause == 0;

	p[0] = (struct pollfd) { .fd = d->over.fd, .events = POLLIN };
	p[1] = (struct pollfd) { .fd = d->control, .events = POLLIN };
	p[2] = (struct pollfd) { .fd = takes ? d->listener : -1,
		.events = POLLIN };
	for (size_t i = 0; i < DOOR_CALLERS_MAX; i++)
		carry_poll(&d->callers[i], &p[3 + 2 * i]);
	if (poll(p, ARRAY_LEN(p), pause > 0 ? pause : -1) < 0)
		return;
	if (p[1].revents != 0)
		hear(d);
	for (size_t i = 0; i < DOOR_CALLERS_MAX; i++)
		if (p[3 + 2 * i].revents != 0 || p[4 + 2 * i].revents != 0)
			carry_turn(&d->callers[i]);
	if (p[2].revents != 0 && d->control >= 0)
		accept_one(d, next);
}

static void *
door_main(void *arg)
{
	struct door *d = arg;

	while (!event_is_set(&d->over))
		turn(d);
	/* What the server said last is still on its way out. */
	for (size_t i = 0; i < DOOR_CALLERS_MAX; i++)
		carry_end(&d->callers[i]);
	io_closep(&d->listener);
	if (d->is_told)
		tell(d, clock_wall_ms());
	return NULL;
}

static const char *
words(struct arena *a, const char *const *list)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, WORDS_MAX);
	json_w_init(&w, &b);
	json_w_array(&w);
	for (; list != NULL && *list != NULL; list++)
		json_w_str(&w, *list);
	json_w_array_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? "[\"false\"]" : b.p;
}

struct err *
door_run(struct door *d, struct box_host *boxes, struct arena *a,
    struct box_spec *spec, const struct door_words *w,
    struct box_record *ret_record)
{
	const char *const argv[] = { "/usr/bin/python3", "-I",
		DOOR_DIR "/door.py", arena_printf(a, "%d", DOOR_LOGIN_SEC),
		w->path, words(a, w->setup), words(a, w->teardown), NULL };
	struct err *e;

	spec->argv = argv;
	spec->stdin_fd = d->inner;
	spec->login = &d->login;
	d->until_ms = clock_wall_ms() + spec->limits.wall_ms;
	if (pthread_create(&d->thread, NULL, door_main, d) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "no thread for a door");
	e = box_run(boxes, a, spec, ret_record);
	event_set(&d->over);
	pthread_join(d->thread, NULL);
	spec->argv = NULL;
	return e;
}

void
door_close(struct door *d)
{
	if (d == NULL)
		return;
	io_closep(&d->listener);
	io_closep(&d->control);
	io_closep(&d->inner);
	event_done(&d->over);
	if (d->is_counted)
		atomic_fetch_sub(&open_doors, 1);
	explicit_bzero(d->password, sizeof(d->password));
	arena_free(d->arena);
}
