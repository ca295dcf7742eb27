#include "runner/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"

static const char *const our_prefixes[] = { "job-", "package-" };

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static bool
is_ours(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(our_prefixes); i++)
		if (str_has_prefix(name, our_prefixes[i]))
			return true;
	return false;
}

static void
remove_leftovers(int dir)
{
	_cleanup_(close_dir) DIR *stream = NULL;
	struct dirent *entry;
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	stream = fdopendir(fd);
	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (is_ours(entry->d_name))
			io_remove_all(dir, entry->d_name);
}

struct err *
work_open(struct arena *a, const char *path, int *ret_dir)
{
	_cleanup_(io_closep) int dir = -1;

	TRY(io_mkdir_all(a, AT_FDCWD, path, 0711));
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	if (flock(dir, LOCK_EX | LOCK_NB) < 0)
		return ERR(a, ERR_CONFLICT, "another runner works in %s", path);
	if (fchmod(dir, 0711) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	remove_leftovers(dir);
	*ret_dir = io_take_fd(&dir);
	return NULL;
}

static struct err *
make_dir(struct arena *a, int at, const char *name, mode_t mode, int *ret_dir)
{
	int dir;

	if (mkdirat(at, name, 0700) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "mkdir %s: %s", name,
		    strerror(errno));
	dir = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "open %s: %s", name,
		    strerror(errno));
	*ret_dir = dir;
	/* Whatever the umask says. */
	if (fchmod(dir, mode) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "chmod %s: %s", name,
		    strerror(errno));
	return NULL;
}

struct err *
workspace_make(struct arena *a, int work, const char *work_path,
    struct workspace *w)
{
	_cleanup_(io_closep) int top = -1;

	*w = (struct workspace) {
		.work = work,
		.source_dir = -1,
		.built_dir = -1,
		.case_dir = -1,
		.files_dir = -1,
		.feedback_dir = -1,
		.name = arena_printf(a, "job-%s", rand_id(a, "bx")),
	};
	w->source = arena_printf(a, "%s/%s/source", work_path, w->name);
	w->built = arena_printf(a, "%s/%s/built", work_path, w->name);
	w->case_path = arena_printf(a, "%s/%s/case", work_path, w->name);
	w->files = arena_printf(a, "%s/%s/files", work_path, w->name);
	TRY(make_dir(a, work, w->name, 0711, &top));
	TRY(make_dir(a, top, "files", 0755, &w->files_dir));
	TRY(make_dir(a, top, "source", 0755, &w->source_dir));
	TRY(make_dir(a, top, "case", 0755, &w->case_dir));
	TRY(make_dir(a, top, "feedback", 0700, &w->feedback_dir));
	return make_dir(a, top, "built", 0755, &w->built_dir);
}

struct err *
workspace_clear_feedback(struct arena *a, struct workspace *w)
{
	_cleanup_(io_closep) int top = -1;

	io_closep(&w->feedback_dir);
	w->feedback_dir = -1;
	top = openat(w->work, w->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0 || io_remove_all(top, "feedback") != 0)
		return ERR_WHY(a, ERR_INTERNAL, "feedback: %s",
		    strerror(errno));
	return make_dir(a, top, "feedback", 0700, &w->feedback_dir);
}

struct err *
workspace_clear_files(struct arena *a, struct workspace *w)
{
	_cleanup_(close_dir) DIR *stream = NULL;
	struct dirent *entry;
	int fd = openat(w->files_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		stream = fdopendir(fd);
	if (stream == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "files: %s", strerror(errno));
	while ((entry = readdir(stream)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    io_remove_all(w->files_dir, entry->d_name) != 0)
			return ERR_WHY(a, ERR_INTERNAL, "files: %s",
			    strerror(errno));
	return NULL;
}

struct err *
workspace_next_pass(struct arena *a, struct workspace *w)
{
	_cleanup_(io_closep) int top = -1;

	top = openat(w->work, w->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0 || io_remove_all(w->case_dir, "feedback") != 0 ||
	    renameat(w->feedback_dir, "nextpass.in", w->case_dir, "input") <
		0 ||
	    fchmodat(w->case_dir, "input", 0644, 0) < 0 ||
	    renameat(top, "feedback", w->case_dir, "feedback") < 0 ||
	    fchmod(w->feedback_dir, 0755) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "next pass: %s",
		    strerror(errno));
	io_closep(&w->feedback_dir);
	w->feedback_dir = -1;
	return make_dir(a, top, "feedback", 0700, &w->feedback_dir);
}

void
workspace_remove(struct workspace *w)
{
	if (w->name == NULL)
		return;
	io_closep(&w->source_dir);
	io_closep(&w->built_dir);
	io_closep(&w->case_dir);
	io_closep(&w->files_dir);
	io_closep(&w->feedback_dir);
	io_remove_all(w->work, w->name);
	w->name = NULL;
}
