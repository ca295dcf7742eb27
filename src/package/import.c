#include "package/import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "package/walk.h"

/* THE TABLE.  To add one: a row here, its function in import_<name>.c. */
const struct importer importers[] = {
	{ "autograder",
	    "a directory with criteria.json, setup.json, feedback.json "
	    "(or .github/autograder in it), or config.json",
	    import_autograder },
	{ "inginious",
	    "the directory of a task (task.yaml), a course (course.yaml) or a set (taskset.yaml)",
	    import_inginious },
	{ "noj", "a zip with TTCC.in and TTCC.out, or test-case/TTCC/",
	    import_noj },
	{ 0 },
};

void
import_put(struct import *im, const char *path, const void *p, size_t n)
{
	struct import_file *f = arena_new_of(im->arena, struct import_file);

	*f = (struct import_file) { arena_strdup(im->arena, path), p, n, NULL };
	*im->last = f;
	im->last = &f->next;
	im->n++;
}

void
import_put_text(struct import *im, const char *path, const char *text)
{
	import_put(im, path, text, strlen(text));
}

/* Without faults_add's limit: nothing is lost silently. */
void
import_note(struct import *im, const char *where, const char *fmt, ...)
{
	struct field_fault *f = arena_new_of(im->arena, struct field_fault);
	va_list ap;

	va_start(ap, fmt);
	f->detail = arena_vprintf(im->arena, fmt, ap);
	va_end(ap);
	f->pointer = arena_strdup(im->arena, where);
	*im->notes.last = f;
	im->notes.last = &f->next;
	im->notes.n++;
}

struct err *
import_read(struct import *im, const char *path, size_t max, char **ret_p,
    size_t *ret_n)
{
	_cleanup_(io_closep) int fd = -1;
	struct err *e;

	*ret_p = NULL;
	if (faccessat(im->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return NULL;
	/* Also by a link to another file of the directory. */
	TRY(walk_open(im->arena, im->dir, path, &fd));
	e = io_read_file(im->arena, AT_FDCWD,
	    arena_printf(im->arena, "/proc/self/fd/%d", fd), max, ret_p, ret_n);
	if (e != NULL && e->code == ERR_TOO_LARGE)
		return ERR(im->arena, ERR_TOO_LARGE,
		    "%s: has more than %zu bytes", path, max);
	return e;
}

const char *
import_quote(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, a, 2 * strlen(text) + 3);
	buf_putc(&b, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_putc(&b, '\'');
		buf_putc(&b, *text == '\n' ? ' ' : *text);
	}
	buf_putc(&b, '\'');
	return b.p;
}

static const struct importer *
find(const char *name)
{
	for (const struct importer *i = importers; i->name != NULL; i++)
		if (strcmp(i->name, name) == 0)
			return i;
	return NULL;
}

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static struct err *
open_target(struct arena *a, const char *target, int *ret_dir)
{
	_cleanup_(close_dir) DIR *d = NULL;
	const struct dirent *entry;

	TRY(io_mkdir_all(a, AT_FDCWD, target, 0777));
	d = opendir(target);
	if (d == NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", target,
		    strerror(errno));
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			return ERR(a, ERR_IMPOSSIBLE, "%s: is not empty",
			    target);
	*ret_dir = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", target,
		    strerror(errno));
	return NULL;
}

static struct err *
write_files(struct import *im, int target)
{
	for (const struct import_file *f = im->files; f != NULL; f = f->next) {
		const char *slash = strrchr(f->path, '/');

		if (slash != NULL)
			TRY(io_mkdir_all(im->arena, target,
			    arena_memdup(im->arena, f->path,
				(size_t)(slash - f->path)),
			    0777));
		TRY(io_write_file(im->arena, target, f->path, f->p, f->n,
		    0666));
	}
	return NULL;
}

static struct err *
open_source(struct import *im)
{
	struct stat st;

	if (stat(im->source, &st) < 0)
		return ERR(im->arena, ERR_IMPOSSIBLE, "%s: %s", im->source,
		    strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return NULL;
	im->dir = open(im->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (im->dir < 0)
		return ERR(im->arena, ERR_IMPOSSIBLE, "%s: %s", im->source,
		    strerror(errno));
	return NULL;
}

struct err *
package_import(struct arena *a, const char *from, const char *source,
    const char *target, const struct import_options *options,
    const struct import **ret_import)
{
	_cleanup_(io_closep) int dir = -1;
	struct import *im = arena_new_of(a, struct import);
	const struct importer *importer = find(from);
	struct err *e;

	if (importer == NULL)
		return ERR(a, ERR_IMPOSSIBLE, "nothing can be imported from %s",
		    from);
	*im = (struct import) { .arena = a,
		.options = *options,
		.source = source,
		.dir = -1 };
	im->last = &im->files;
	faults_init(&im->notes, a);
	TRY(open_source(im));
	e = importer->run(im);
	io_closep(&im->dir);
	TRY(e);
	TRY(open_target(a, target, &dir));
	TRY(write_files(im, dir));
	*ret_import = im;
	return NULL;
}
