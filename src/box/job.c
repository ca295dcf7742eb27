/*
 * The job as boxinit takes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "box/host.h"
#include "box/proto.h"
#include "box/walls.h"
#include "box/watch.h"

#define STDIN_MAX ((off_t)1 << 30)

static const char *const default_env[] = {
	"PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/tmp",
	NULL,
};

/* The backstops; what decides is counted outside. */
static size_t
fill_limits(const struct box_limits *l, struct box_msg_limit *ret_limits)
{
	uint64_t cpu_s = (uint64_t)(l->cpu_ms + 999) / 1000 + 1;
	const struct box_msg_limit all[] = {
		{ RLIMIT_CPU, 0, cpu_s, cpu_s },
		{ RLIMIT_FSIZE, 0, (uint64_t)l->file_bytes,
		    (uint64_t)l->file_bytes },
		{ RLIMIT_NOFILE, 0, (uint64_t)l->open_files,
		    (uint64_t)l->open_files },
		/* Memory bounds it; a thread gets the usual 2 MiB. */
		{ RLIMIT_STACK, 0, RLIM_INFINITY, RLIM_INFINITY },
		/* 0 is none in a file; 1 is none for a program, too. */
		{ RLIMIT_CORE, 0, 1, 1 },
		{ RLIMIT_MEMLOCK, 0, 65536, 65536 },
		{ RLIMIT_MSGQUEUE, 0, 0, 0 },
	};

	memcpy(ret_limits, all, sizeof(all));
	return ARRAY_LEN(all);
}

static uint32_t
put_strings(struct buf *b, const char *const *list)
{
	uint32_t n = 0;

	for (; list[n] != NULL; n++)
		buf_put(b, list[n], strlen(list[n]) + 1);
	return n;
}

static struct err *
send_with_fds(int ctl, struct arena *a, const struct buf *b, const int fds[3])
{
	struct iovec iov = { b->p, b->n };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(3 * sizeof(int))];
	} control;
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;

	memset(&control, 0, sizeof(control));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(3 * sizeof(int));
	memcpy(CMSG_DATA(c), fds, 3 * sizeof(int));
	if (sendmsg(ctl, &m, MSG_NOSIGNAL) != (ssize_t)b->n)
		return ERR_WHY(a, ERR_INTERNAL, "the box took no job: %s",
		    strerror(errno));
	return NULL;
}

bool
job_may_stay(const struct cell *c, const struct box_spec *spec)
{
	return spec->may_stay && c->cg.host->table->can_forget_peak &&
	    spec->limits.out_bytes == 0 && spec->disk == NULL &&
	    spec->writable == 0 && !spec->is_pooled && !spec->has_signal_fd;
}

struct err *
job_send(struct cell *c, struct arena *a, const struct box_spec *spec,
    const int fds[3])
{
	struct box_limits l = box_limits_filled(&spec->limits);
	const struct policy *p = &c->host->policy;
	struct box_msg_job head = { .kind = BOX_MSG_JOB };
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("box job", 4 * BOX_MSG_MAX);
	struct buf strings;
	struct buf b;

	buf_init(&strings, scratch, BOX_STRINGS_MAX);
	head.argc = put_strings(&strings, spec->argv);
	head.envc = put_strings(&strings,
	    spec->env != NULL    ? spec->env
		: WALL(WALL_ENV) ? default_env
				 : (const char *const *)environ);
	buf_put(&strings, spec->cwd != NULL ? spec->cwd : "/tmp",
	    strlen(spec->cwd != NULL ? spec->cwd : "/tmp") + 1);
	if (buf_overflowed(&strings) || head.argc > BOX_ARGS_MAX ||
	    head.envc > BOX_ENV_MAX)
		return ERR(a, ERR_REQUEST,
		    "the command line is longer than a box takes");
	head.strings_n = (uint32_t)strings.n;
	head.mask = spec->is_sharing ? 0 : 022;
	head.may_stay = job_may_stay(c, spec);
	head.filter_n = (uint32_t)p->n;
	if (WALL(WALL_LIMITS))
		head.limits_n = (uint32_t)fill_limits(&l, head.limits);
	buf_init(&b, scratch, BOX_MSG_MAX);
	buf_put(&b, &head, sizeof(head));
	buf_put(&b, p->filter, p->n * sizeof(struct sock_filter));
	buf_put(&b, strings.p, strings.n);
	return send_with_fds(c->ctl, a, &b, fds);
}

/*
 * Through /proc/self/fd/0 a program may open its standard input again, for
 * writing if its user may: where we run without root that is our own file.
 * So it gets a copy that is sealed.
 */
struct err *
job_stdin(struct arena *a, int fd, int *ret_fd)
{
	_cleanup_(io_closep) int copy = -1;
	struct stat st;
	off_t at = 0;

	if (fd < 0) {
		*ret_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return *ret_fd >= 0
		    ? NULL
		    : ERR_WHY(a, ERR_INTERNAL, "cannot open /dev/null: %s",
			  strerror(errno));
	}
	if (fstat(fd, &st) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "standard input: %s",
		    strerror(errno));
	if (!S_ISREG(st.st_mode) || !WALL(WALL_STDIN)) {
		*ret_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		return NULL;
	}
	if (st.st_size > STDIN_MAX)
		return ERR(a, ERR_REQUEST, "standard input is too large");
	copy = memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	while (copy >= 0 && at < st.st_size)
		if (sendfile(copy, fd, &at, (size_t)(st.st_size - at)) <= 0)
			break;
	if (copy < 0 || at != st.st_size || lseek(copy, 0, SEEK_SET) != 0 ||
	    fcntl(copy, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
		return ERR_WHY(a, ERR_INTERNAL,
		    "could not copy standard input: %s", strerror(errno));
	*ret_fd = io_take_fd(&copy);
	return NULL;
}
