/*
 * What a script finds: task/, a copy of the package that it may change, with
 * student/ in it; archive/; control/ with the message "run" and the answers'
 * files.  Boxes have other users, so everything is open to all; the way there
 * is not (workspace.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "package/walk.h"
#include "runner/environment.h"
#include "runner/script.h"
#include "wire/json.h"

#define PACKAGE_FILES_MAX 10000
#define RUN_MAX ((size_t)8 << 20)
#define ARCHIVE_FILES_MAX 1000
#define ARCHIVE_MAX ((size_t)16 << 20)
#define COPY_BYTES 65536

/* mkdir -p below dir, whatever the umask says. */
static struct err *
make_dirs(struct arena *a, int dir, const char *path)
{
	char *copy = arena_strdup(a, path);

	for (char *p = copy;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdirat(dir, copy, 0777) == 0)
			(void)!fchmodat(dir, copy, 0777, 0);
		else if (errno != EEXIST)
			return ERR_WHY(a, ERR_INTERNAL, "mkdir %s: %s", copy,
			    strerror(errno));
		if (c == '\0')
			return NULL;
		*p = c;
	}
}

static struct err *
make_parent(struct arena *a, int dir, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return NULL;
	return make_dirs(a, dir, arena_memdup(a, path, (size_t)(slash - path)));
}

/* Zips forget it: what begins like a program is one. */
static bool
is_program(const char *p, ssize_t n)
{
	return (n >= 2 && memcmp(p, "#!", 2) == 0) ||
	    (n >= 4 && memcmp(p, "\177ELF", 4) == 0);
}

static struct err *
open_new(struct arena *a, int dir, const char *path, int *ret_fd)
{
	TRY(make_parent(a, dir, path));
	*ret_fd = openat(dir, path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (*ret_fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	return NULL;
}

static struct err *
copy_file(struct script *s, int to, const struct walk_file *file)
{
	struct arena *a = s->g->arena;
	_cleanup_(io_closep) int in = -1;
	_cleanup_(io_closep) int out = -1;
	char p[COPY_BYTES];
	mode_t mode = 0666;
	struct stat st;
	ssize_t n;

	TRY(walk_open(a, s->g->job->package_dir, file->path, &in));
	TRY(open_new(a, to, file->path, &out));
	if (fstat(in, &st) == 0 && (st.st_mode & S_IXUSR) != 0)
		mode = 0777;
	for (bool is_first = true; (n = io_read_all(in, p, sizeof(p))) > 0;
	     is_first = false) {
		if (is_first && is_program(p, n))
			mode = 0777;
		if (io_write_all(out, p, (size_t)n) != 0)
			n = -1;
		if (n < 0)
			break;
	}
	if (n < 0 || fchmod(out, mode) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "copy %s: %s", file->path,
		    strerror(errno));
	s->disk.max_bytes += (int64_t)file->size + 4096;
	s->disk.max_files++;
	return NULL;
}

static struct err *
copy_package(struct script *s)
{
	struct arena *a = s->g->arena;
	_cleanup_(io_closep) int task = -1;
	struct walk_file *found = NULL;
	size_t n = 0;

	TRY(make_dirs(a, s->top, "task/student"));
	task = openat(s->top, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (task < 0)
		return ERR_WHY(a, ERR_INTERNAL, "task: %s", strerror(errno));
	TRY(walk_dir(a, s->g->job->package_dir, PACKAGE_FILES_MAX, &found, &n));
	for (size_t i = 0; i < n; i++)
		TRY(copy_file(s, task, &found[i]));
	return NULL;
}

static struct err *
write_new(struct arena *a, int dir, const char *path, const void *p, size_t n)
{
	_cleanup_(io_closep) int fd = -1;

	TRY(open_new(a, dir, path, &fd));
	if (io_write_all(fd, p, n) != 0 || fchmod(fd, 0666) != 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	return NULL;
}

/*
 * What answers questions goes to control/files/, what was handed in without
 * questions to task/student/.
 */
static struct err *
write_files(struct script *s)
{
	const struct grading_job *job = s->g->job;
	const char *where =
	    job->package->quiz != NULL ? "control/files" : "task/student";
	struct arena *a = s->g->arena;

	for (size_t i = 0; i < job->files_n; i++)
		TRY(write_new(a, s->top,
		    arena_printf(a, "%s/%s", where, job->files[i].path),
		    job->files[i].p, job->files[i].n));
	return NULL;
}

/* What a submission without questions, or one of --check, does not say. */
static void
write_missing(struct json_w *w, const struct script *s,
    const struct json *input)
{
	const char *const defaults[][2] = {
		{ "@username", "" },
		{ "@email", "" },
		{ "@lang",
		    s->g->job->locale != NULL ? s->g->job->locale : "en" },
		{ "@time", "1970-01-01 00:00:00.000000" },
		{ "@attempts", "1" },
	};

	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		if (json_member(input, defaults[i][0]) == NULL)
			json_w_key_str(w, defaults[i][0], defaults[i][1]);
	json_w_key_str(w, "@state", s->g->job->state);
}

/*
 * INGInious' forms send every field: a question that is not answered is an
 * empty text or an empty file without a name, which templates rely on.
 */
static void
write_unanswered(struct json_w *w, const struct quiz *quiz,
    const struct json *input)
{
	for (size_t i = 0; quiz != NULL && i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];

		if (!q->is_optional || json_member(input, q->id) != NULL)
			continue;
		json_w_key(w, q->id);
		if (q->type != QUIZ_FILE) {
			json_w_str(w, "");
			continue;
		}
		json_w_object(w);
		json_w_key_str(w, "filename", "");
		json_w_key_str(w, "value", "/dev/null");
		json_w_object_end(w);
	}
}

static void
write_input(struct json_w *w, const struct script *s, const struct json *input)
{
	json_w_object(w);
	for (size_t i = 0;
	     input != NULL && input->kind == JSON_OBJECT && i < input->n; i++) {
		const struct json_member *m = &input->members[i];
		const char *file = m->name[0] == '@'
		    ? NULL
		    : json_member_string(&m->value, "filename");

		if (strcmp(m->name, "@state") == 0)
			continue;
		json_w_key(w, m->name);
		if (file == NULL) {
			json_w_value(w, &m->value);
			continue;
		}
		json_w_object(w);
		json_w_key_str(w, "filename", file);
		json_w_key_str(w, "value",
		    arena_printf(s->g->arena, "/control/files/%s/%s", m->name,
			file));
		json_w_object_end(w);
	}
	write_unanswered(w, s->g->job->package->quiz, input);
	write_missing(w, s, input);
	json_w_object_end(w);
}

/* The message that goes in. */
static struct err *
write_run(struct script *s)
{
	const char *text = s->g->job->input;
	const struct json *input = NULL;
	struct arena *a = s->g->arena;
	struct json_w w;
	struct buf b;

	if (text != NULL)
		TRY(json_parse(a, text, strlen(text), &json_limits_document,
		    &input));
	buf_init(&b, a, RUN_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "type", "run");
	json_w_key_str(&w, "environment", s->environment->name);
	json_w_key_bool(&w, "debug", s->g->job->is_debug);
	json_w_key(&w, "input");
	write_input(&w, s, input);
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR_WHY(a, ERR_UNAVAILABLE, "the input is too long");
	return write_new(a, s->top, "control/run.json", b.p, b.n);
}

/*
 * -- the course's files, which no box may change
 */

struct mapping {
	void *p;
	size_t n;
};

static void
unmap(struct mapping *m)
{
	if (m->p != NULL)
		munmap(m->p, m->n);
}

/* Zips forget who is a program.  What stands beside boxes does not count. */
static struct err *
take_common(struct script *s, int dir)
{
	struct arena *a = s->g->arena;
	struct walk_file *found = NULL;
	size_t n = 0;

	TRY(walk_dir(a, dir, PACKAGE_FILES_MAX, &found, &n));
	for (size_t i = 0; i < n; i++) {
		_cleanup_(io_closep) int fd = -1;
		char head[4];

		TRY(walk_open(a, dir, found[i].path, &fd));
		if (is_program(head, io_read_all(fd, head, sizeof(head))) &&
		    fchmod(fd, 0755) != 0)
			return ERR_WHY(a, ERR_INTERNAL, "chmod %s: %s",
			    found[i].path, strerror(errno));
		s->disk.max_bytes += (int64_t)found[i].size + 4096;
		s->disk.max_files++;
	}
	return NULL;
}

static struct err *
unpack_common(struct script *s)
{
	_cleanup_(unmap) struct mapping zip = { 0 };
	_cleanup_(io_closep) int dir = -1;
	struct arena *a = s->g->arena;
	struct stat st;

	if (s->g->job->common == 0)
		return NULL;
	if (fstat(s->g->job->common - 1, &st) != 0 || st.st_size <= 0)
		return ERR_WHY(a, ERR_INTERNAL, "empty common files");
	zip.n = (size_t)st.st_size;
	zip.p =
	    mmap(NULL, zip.n, PROT_READ, MAP_PRIVATE, s->g->job->common - 1, 0);
	if (zip.p == MAP_FAILED) {
		zip.p = NULL;
		return ERR_WHY(a, ERR_INTERNAL, "mmap: %s", strerror(errno));
	}
	TRY(make_dirs(a, s->top, "common"));
	dir = openat(s->top, "common", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "common: %s", strerror(errno));
	TRY(zip_extract(a, zip.p, zip.n, &zip_limits_package, dir));
	TRY(take_common(s, dir));
	s->has_common = true;
	s->has_common_student =
	    faccessat(dir, "student", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	return NULL;
}

/* NULL: it is not there, or cannot be used, which is noted. */
static const char *
read_etc(struct script *s, struct arena *a, const char *path)
{
	_cleanup_(io_closep) int fd = -1;
	char *text = arena_alloc(a, BOX_ETC_MAX + 2);
	struct err *e;
	ssize_t n = -1;

	if (faccessat(s->top, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return NULL;
	e = walk_open(a, s->top, path, &fd);
	if (e == NULL)
		n = io_read_all(fd, text, BOX_ETC_MAX + 1);
	if (n >= 0 && n <= (ssize_t)BOX_ETC_MAX) {
		text[n] = '\0';
		return text;
	}
	pthread_mutex_lock(&s->lock);
	script_feedback_note(s->feedback, "/%s cannot be used", path);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

void
script_files_etc(struct script *s, struct arena *a, struct box_spec *spec)
{
	spec->hosts = read_etc(s, a, "task/systemfiles/hosts");
	spec->resolv = read_etc(s, a, "task/systemfiles/resolv.conf");
}

/*
 * -- the program
 */

static const char *const names[] = { "run", "run.py", "run.py3", "run.sh" };

/* INGInious starts Python by the name alone, with its own interpreter. */
#define IPYTHON "inginious-ipython"
#define IPYTHON_FILE "/assize/lib/assize_ipython.py"

static bool
is_python(const struct script *s, const char *path)
{
	_cleanup_(io_closep) int fd = -1;
	char head[64] = "";

	if (str_has_suffix(path, ".py") || str_has_suffix(path, ".py3"))
		return true;
	fd = openat(s->top, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && io_read_all(fd, head, sizeof(head) - 1) > 0)
		head[strcspn(head, "\n")] = '\0';
	return str_has_prefix(head, "#!") && strstr(head, IPYTHON) != NULL;
}

static void
choose_program(struct script *s, const char *path)
{
	struct arena *a = s->g->arena;
	const char **argv = arena_array(a, 4, sizeof(*argv));
	struct stat st;
	size_t n = 0;

	s->program_file = path;
	s->program = arena_printf(a, "%s/%s",
	    str_has_prefix(path, "common/") ? "/course" : "", path);
	if (is_python(s, path)) {
		argv[n++] = "/usr/bin/python3";
		argv[n++] = IPYTHON_FILE;
	} else if (fstatat(s->top, path, &st, 0) == 0 &&
	    (st.st_mode & S_IXUSR) == 0) {
		argv[n++] = "/usr/bin/bash";
	}
	argv[n] = s->program;
	s->argv = argv;
}

const char *
script_files_why_not(struct script *s, int start_errno)
{
	struct arena *a = s->g->arena;
	_cleanup_(io_closep) int fd = -1;
	char head[128] = "";
	size_t n;

	if (s->program_file == NULL ||
	    walk_open(a, s->top, s->program_file, &fd) != NULL ||
	    io_read_all(fd, head, sizeof(head) - 1) <= 2 ||
	    !str_has_prefix(head, "#!"))
		return strerror(start_errno);
	head[strcspn(head, "\n")] = '\0';
	n = strlen(head);
	if (head[n - 1] == '\r')
		return "its lines end with carriage returns (CRLF)";
	n = strspn(head + 2, " \t");
	return arena_printf(a, "%s: its first line asks for %.*s",
	    strerror(start_errno), (int)strcspn(head + 2 + n, " \t"),
	    head + 2 + n);
}

static const char *const *
split_command(struct arena *a, const char *text)
{
	struct str rest = str_of(text), word;
	const char **argv = arena_array(a, strlen(text) / 2 + 4, sizeof(*argv));
	size_t n = 0;

	argv[n++] = "/usr/bin/env";
	argv[n++] = "--";
	while (str_cut(&rest, ' ', &word))
		if (word.n > 0)
			argv[n++] = str_dup(a, word);
	return argv;
}

static void
find_program(struct script *s)
{
	static const char *const dirs[] = { "task", "common" };
	struct arena *a = s->g->arena;
	const char *command = s->g->job->package->run_cmd;

	if (command != NULL) {
		s->program = command;
		s->argv = split_command(a, command);
		return;
	}
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++)
		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			const char *path =
			    arena_printf(a, "%s/%s", dirs[d], names[i]);

			if (faccessat(s->top, path, F_OK, 0) == 0) {
				choose_program(s, path);
				return;
			}
		}
}

struct err *
script_files_make(struct script *s)
{
	struct arena *a = s->g->arena;

	s->disk = (struct box_disk) {
		.dir = s->top,
		.max_bytes = s->environment->disk_bytes > 0
		    ? s->environment->disk_bytes
		    : SCRIPT_DISK_BYTES,
		.max_files = SCRIPT_DISK_FILES,
	};
	TRY(make_dirs(a, s->top, "archive"));
	TRY(make_dirs(a, s->top, "control"));
	TRY(copy_package(s));
	TRY(unpack_common(s));
	TRY(write_files(s));
	TRY(write_run(s));
	find_program(s);
	return NULL;
}

/*
 * -- what comes out
 */

static struct err *
read_found(struct arena *a, int dir, const struct walk_file *found,
    struct zip_file *ret_file)
{
	_cleanup_(io_closep) int fd = -1;
	char *p = arena_alloc(a, found->size + 1);
	ssize_t n;

	TRY(walk_open(a, dir, found->path, &fd));
	n = io_read_all(fd, p, found->size);
	*ret_file = (struct zip_file) { found->path, p, n > 0 ? (size_t)n : 0 };
	return NULL;
}

static struct err *
pack(struct script *s, int dir, const char **ret_p, size_t *ret_n)
{
	struct arena *a = s->g->arena;
	struct walk_file *found = NULL;
	struct zip_file *files;
	size_t n = 0, total = 0;
	char *p = NULL;

	TRY(walk_dir(a, dir, ARCHIVE_FILES_MAX, &found, &n));
	for (size_t i = 0; i < n; i++)
		total += found[i].size;
	if (total > ARCHIVE_MAX || total + n * 4096 > arena_left(a) / 4)
		return ERR(a, ERR_TOO_LARGE, "more than %zu bytes",
		    ARCHIVE_MAX);
	if (n == 0)
		return NULL;
	files = arena_array(a, n, sizeof(*files));
	for (size_t i = 0; i < n; i++)
		TRY(read_found(a, dir, &found[i], &files[i]));
	TRY(tgz_write(a, files, n, &p, ret_n));
	*ret_p = p;
	return NULL;
}

struct err *
script_files_archive(struct script *s, const char **ret_p, size_t *ret_n)
{
	_cleanup_(io_closep) int dir = -1;
	struct err *e;

	*ret_p = NULL;
	dir = openat(s->top, "archive",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return NULL;
	e = pack(s, dir, ret_p, ret_n);
	if (e == NULL || e->code == ERR_INTERNAL)
		return e;
	script_feedback_note(s->feedback, "the archive was not kept: %s",
	    e->detail != NULL ? e->detail : "it cannot be packed");
	return NULL;
}
