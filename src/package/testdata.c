#include "package/testdata.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "package/files.h"
#include "package/tasks.h"

/* Tasks and cases have two digits each. */
#define DIGITS_MAX 100
#define BYTES_MAX ((size_t)64 << 20)
#define META_MAX (64 << 10)

/* A file of the package and the one that it becomes. */
struct wanted {
	const char *path;
	size_t size;
	char *to;
};

static bool
is_plain(const struct package_test *t)
{
	return !t->is_static && (t->args == NULL || t->args[0] == NULL) &&
	    !t->compare.has_absolute && !t->compare.has_relative;
}

static bool
has_form(const struct package *p, const struct pkg_task *tasks, size_t task_n)
{
	size_t bytes = 0;

	if (p->method != PACKAGE_JUDGED || p->is_submit_answer || task_n == 0 ||
	    task_n > DIGITS_MAX || strcmp(p->validation, "default") != 0)
		return false;
	for (size_t i = 0; i < task_n; i++)
		if (tasks[i].cases > DIGITS_MAX)
			return false;
	for (size_t i = 0; i < p->plan.test_n; i++) {
		const struct package_test *t = &p->tests[i];

		if (!is_plain(t))
			return false;
		bytes += t->input_bytes + t->answer_bytes;
		if (bytes > BYTES_MAX)
			return false;
	}
	return true;
}

static void
want(struct arena *a, struct wanted *w, struct zip_file *file, const char *path,
    size_t size)
{
	*w = (struct wanted) { path, size, arena_alloc(a, size + 1) };
	file->p = w->to;
	file->n = size;
}

static int
compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Two files for each test, named by task and case; what goes where. */
static struct wanted *
name_files(struct arena *a, const struct package *p,
    const struct pkg_task *tasks, size_t task_n, struct zip_file *files)
{
	struct wanted *wanted =
	    arena_array(a, 2 * p->plan.test_n + 1, sizeof(*wanted));
	size_t n = 0;

	for (size_t i = 0; i < task_n; i++) {
		size_t c = 0;

		for (size_t t = 0; t < p->plan.test_n; t++) {
			const struct package_test *test = &p->tests[t];

			if (p->plan.tests[t].group != tasks[i].group)
				continue;
			files[n].path = arena_printf(a, "%02zu%02zu.in", i, c);
			want(a, &wanted[n], &files[n], test->input,
			    test->input_bytes);
			n++;
			files[n].path =
			    arena_printf(a, "%02zu%02zu.out", i, c++);
			want(a, &wanted[n], &files[n], test->answer,
			    test->answer_bytes);
			n++;
		}
	}
	qsort(wanted, n, sizeof(*wanted), compare_wanted);
	return wanted;
}

static struct err *
fill(struct arena *a, struct zip *z, const struct wanted *w)
{
	size_t at = 0;

	for (;;) {
		const void *p;
		size_t n;

		TRY(zip_data(z, &p, &n));
		if (n == 0)
			break;
		if (n > w->size - at)
			return ERR_WHY(a, ERR_INTERNAL, "%s grew", w->path);
		memcpy(w->to + at, p, n);
		at += n;
	}
	return NULL;
}

static struct err *
fill_all(struct arena *a, const void *p, size_t n, const struct wanted *wanted,
    size_t wanted_n)
{
	const struct zip_entry *entry = NULL;
	const char *prefix;
	struct zip *z = NULL;

	TRY(zip_open(a, p, n, &zip_limits_package, &z));
	prefix = pkg_prefix(a, z);
	for (;;) {
		struct wanted key = { 0 };
		const struct wanted *found;

		TRY(zip_next(z, &entry));
		if (entry == NULL)
			return NULL;
		if (strncmp(entry->path, prefix, strlen(prefix)) != 0)
			continue;
		key.path = entry->path + strlen(prefix);
		found = bsearch(&key, wanted, wanted_n, sizeof(*wanted),
		    compare_wanted);
		if (found != NULL)
			TRY(fill(a, z, found));
	}
}

/*
 * As Python's json.dumps writes it: the checksum is over these bytes, and
 * runners compute it over what they parsed and wrote again.
 */
static const char *
write_meta(struct arena *a, const struct package *p,
    const struct pkg_task *tasks, size_t n)
{
	struct buf b;

	buf_init(&b, a, META_MAX);
	buf_puts(&b, "{\"tasks\": [");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b,
		    "%s{\"taskScore\": %lld, \"caseCount\": %lld, "
		    "\"memoryLimit\": %lld, \"timeLimit\": %lld}",
		    i > 0 ? ", " : "", (long long)tasks[i].points,
		    (long long)tasks[i].cases, (long long)p->limits.memory_kb,
		    (long long)p->limits.time_ms);
	buf_puts(&b, "]}");
	return buf_overflowed(&b) ? NULL : b.p;
}

struct err *
package_testdata(struct arena *a, const void *p, size_t n,
    const struct package *package, struct package_testdata **ret_testdata)
{
	struct package_testdata *t = arena_new_of(a, struct package_testdata);
	size_t file_n = 2 * package->plan.test_n;
	struct zip_file *files = arena_array(a, file_n + 1, sizeof(*files));
	const struct pkg_task *tasks;
	const struct wanted *wanted;
	size_t task_n;
	char *zip = NULL;

	*ret_testdata = NULL;
	tasks = pkg_tasks(a, package, &task_n);
	if (!has_form(package, tasks, task_n))
		return NULL;
	t->meta = write_meta(a, package, tasks, task_n);
	if (t->meta == NULL)
		return NULL;
	wanted = name_files(a, package, tasks, task_n, files);
	TRY(fill_all(a, p, n, wanted, file_n));
	TRY(zip_write(a, files, file_n, &zip, &t->zip_n));
	t->zip = zip;
	t->checksum = enc_md5_hex(a, zip, t->zip_n, t->meta, strlen(t->meta));
	*ret_testdata = t;
	return NULL;
}
