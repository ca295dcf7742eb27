#include "base/err.h"

#include <assert.h>
#include <stdarg.h>

static const struct err_info infos[] = {
#define X(code, slug, status, title, retry) \
	[code] = { #code, slug, status, title, retry },
#include "base/errors.def"
#undef X
};

const struct err_info *
err_info(enum err_code code)
{
	assert((size_t)code < ARRAY_LEN(infos));
	return &infos[code];
}

static struct err *
make(struct arena *a, enum err_code code, const char *where)
{
	struct err *e = arena_new_of(a, struct err);

	e->code = code;
	e->where = where;
	e->retry_after_s = err_info(code)->retry_after_s;
	return e;
}

struct err *
err_new(struct arena *a, enum err_code code, const char *where, const char *fmt,
    ...)
{
	struct err *e = make(a, code, where);
	va_list ap;

	va_start(ap, fmt);
	e->detail = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return e;
}

struct err *
err_new_internal(struct arena *a, enum err_code code, const char *where,
    const char *fmt, ...)
{
	struct err *e = make(a, code, where);
	va_list ap;

	va_start(ap, fmt);
	e->internal = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return e;
}

struct err *
err_because(struct arena *a, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	e->internal = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return e;
}

void
faults_init(struct faults *f, struct arena *a)
{
	*f = (struct faults) { .arena = a };
	f->last = &f->first;
}

void
faults_add(struct faults *f, const char *pointer, const char *fmt, ...)
{
	struct field_fault *fault;
	va_list ap;

	if (f->n++ >= FAULTS_MAX)
		return;
	fault = arena_new_of(f->arena, struct field_fault);
	fault->pointer = arena_strdup(f->arena, pointer);
	va_start(ap, fmt);
	fault->detail = arena_vprintf(f->arena, fmt, ap);
	va_end(ap);
	*f->last = fault;
	f->last = &fault->next;
}

struct err *
faults_err(const struct faults *f, enum err_code code)
{
	struct err *e;

	if (f->n == 0)
		return NULL;
	e = ERR(f->arena, code, "%zu fault%s found", f->n,
	    f->n == 1 ? "" : "s");
	e->faults = f->first;
	return e;
}
