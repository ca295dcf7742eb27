#include "box/policy.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/enc.h"
#include "base/io.h"
#include "box/walls.h"

#define FILTER_MAX ((size_t)4096) /* instructions; the kernel's limit */
#define ALLOW SCMP_ACT_ALLOW
#define REFUSE(e) SCMP_ACT_ERRNO(e)
#define NEW_NAMESPACE                                                  \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define LOW 0xffffffffu

static const char *const allowed[] = {
#define X(name, reason) #name,
#include "box/policy.def"
#undef X
};

static const struct arg_rule {
	const char *name;
	uint32_t action;
	struct scmp_arg_cmp cmp;
} arg_rules[] = {
#define X(name, action, index, op, a, b, reason) \
	{ #name, action, { index, SCMP_CMP_##op, a, b } },
#include "box/policy_args.def"
#undef X
};

static void
release_filter(scmp_filter_ctx *ctx)
{
	if (*ctx != NULL)
		seccomp_release(*ctx);
}

static int
fill(scmp_filter_ctx ctx)
{
	int nr;
	int rc;

	for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
		nr = seccomp_syscall_resolve_name(allowed[i]);
		if (nr < 0)
			continue; /* not of this architecture */
		rc = seccomp_rule_add(ctx, ALLOW, nr, 0);
		if (rc != 0)
			return rc;
	}
	for (size_t i = 0; i < ARRAY_LEN(arg_rules); i++) {
		nr = seccomp_syscall_resolve_name(arg_rules[i].name);
		if (nr < 0)
			continue;
		rc = seccomp_rule_add_array(ctx, arg_rules[i].action, nr, 1,
		    &arg_rules[i].cmp);
		if (rc != 0)
			return rc;
	}
	return seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
}

struct err *
policy_build(struct arena *a, struct policy *ret_policy)
{
	_cleanup_(release_filter) scmp_filter_ctx ctx = NULL;
	_cleanup_(io_closep) int fd = -1;
	struct sock_filter *filter;
	ssize_t got;
	int rc;

	ctx = seccomp_init(WALL(WALL_SECCOMP) ? REFUSE(ENOSYS) : ALLOW);
	if (ctx == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "seccomp_init failed");
	rc = WALL(WALL_SECCOMP)
	    ? fill(ctx)
	    : seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, ALLOW);
	if (rc != 0)
		return ERR_WHY(a, ERR_INTERNAL, "seccomp policy: %s",
		    strerror(-rc));
	fd = memfd_create("filter", MFD_CLOEXEC);
	if (fd < 0 || seccomp_export_bpf(ctx, fd) != 0 ||
	    lseek(fd, 0, SEEK_SET) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "seccomp policy: no export");
	filter = arena_array(a, FILTER_MAX, sizeof(*filter));
	got = io_read_all(fd, filter, FILTER_MAX * sizeof(*filter));
	if (got <= 0 || (size_t)got % sizeof(*filter) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "seccomp policy: no bytes");
	ret_policy->filter = filter;
	ret_policy->n = (size_t)got / sizeof(*filter);
	ret_policy->digest = enc_sha256_hex(a, filter, (size_t)got);
	return NULL;
}
