/* All that was submitted, as one zip; core/grades.h. */
#include <string.h>

#include "base/log.h"
#include "core/csv.h"
#include "core/grades.h"
#include "package/zip.h"
#include "package/zip_out.h"
#include "store/submission.h"

#define PAGE 200
#define PAGE_BYTES ((size_t)16 << 20)
/* One submission, packed and unpacked. */
#define ONE_BYTES ((size_t)64 << 20)
/* Lines of the list that are kept before they go into the archive. */
#define LINES_BYTES ((size_t)1 << 20)
#define LIST_BYTES ((size_t)16 << 20)
#define DIRECTORY_MAX 200

struct err *
core_export_open(const struct core *c, struct arena *a,
    const struct caller *who, const char *course, const char *problem,
    struct export *ret_export)
{
	const struct problem_key key = { course, problem };
	struct course *found = NULL;
	struct problem *p = NULL;
	struct submission_use use;

	TRY(core_course_get(c, a, who, course, &found));
	if (found->role < ROLE_TUTOR)
		return ERR(a, ERR_FORBIDDEN, "this is for those who teach");
	if (problem != NULL)
		TRY(core_problem_get(c, a, who, &key, &p, &use));
	ret_export->course = found;
	ret_export->problem = p;
	return NULL;
}

struct writer {
	const struct core *core;
	const struct export *export;
	struct arena *page; /* of a page of the list */
	struct arena *one;  /* of a submission */
	struct arena *list; /* of the lines of all of them */
	struct buf lines;
	struct csv csv;
	size_t lists; /* that are in the archive */
	struct zip_out *zip;
};

/* The authors as the name of a directory. */
static const char *
directory(struct arena *a, const struct export_item *e)
{
	struct buf b;

	buf_init(&b, a, (size_t)DIRECTORY_MAX);
	for (size_t i = 0; i < e->users_n && !buf_overflowed(&b); i++)
		buf_printf(&b, "%s%s", i > 0 ? "+" : "", e->users[i]);
	for (char *p = b.p; *p != '\0'; p++)
		if (strchr("/\\:*?\"<>|", *p) != NULL ||
		    (unsigned char)*p < ' ')
			*p = '_';
	return b.n == 0 || b.p[0] == '.' ? "_" : b.p;
}

static void
begin_list(struct writer *w)
{
	static const char *const head[] = { "submission", "problem", "users",
		"submitted_at", "language", "status", "verdict", "grade",
		"evaluated" };

	buf_reset(&w->lines);
	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		csv_text(&w->csv, head[i]);
	csv_end(&w->csv);
}

static struct err *
end_list(struct writer *w)
{
	struct arena *a = w->one;

	w->lists++;
	return zip_out_file(w->zip, a,
	    w->lists == 1 ? "submissions.csv"
			  : arena_printf(a, "submissions-%zu.csv", w->lists),
	    w->lines.p, w->lines.n);
}

static struct err *
describe(struct writer *w, const struct export_item *e)
{
	if (w->lines.n > LINES_BYTES / 2) {
		TRY(end_list(w));
		begin_list(w);
	}
	csv_text(&w->csv, e->id);
	csv_text(&w->csv, e->problem);
	csv_text(&w->csv, directory(w->one, e));
	csv_text(&w->csv, e->submitted_at);
	csv_text(&w->csv, e->language);
	csv_text(&w->csv, e->status);
	csv_text(&w->csv, e->verdict);
	csv_number(&w->csv, e->grade);
	csv_text(&w->csv, e->is_evaluated ? "yes" : "no");
	csv_end(&w->csv);
	return NULL;
}

static struct err *
add(struct writer *w, const struct export_item *e)
{
	struct arena *a = w->one;
	bool is_all = w->export->problem == NULL;
	struct store_blob *blob;
	struct zip_file *files;
	size_t n = 0;

	TRY(store_submission_source(w->core->store, a, e->id, &blob));
	/* Removed since the page was read. */
	if (blob == NULL)
		return NULL;
	TRY(zip_read(a, blob->p, blob->n, &zip_limits_report, &files, &n));
	for (size_t i = 0; i < n; i++)
		TRY(zip_out_file(w->zip, a,
		    arena_printf(a, "%s%s%s/%s/%s", is_all ? e->problem : "",
			is_all ? "/" : "", directory(a, e), e->id,
			files[i].path),
		    files[i].p, files[i].n));
	return describe(w, e);
}

static struct err *
add_all(struct writer *w)
{
	struct arena *a = w->page;
	struct export_page page = {
		.course_id = w->export->course->id,
		.problem_id =
		    w->export->problem != NULL ? w->export->problem->id : 0,
		.evaluated = w->export->evaluated,
		.limit = PAGE,
	};
	struct export_list list;

	do {
		arena_reset(a);
		TRY(store_export_list(w->core->store, a, &page, &list));
		for (size_t i = 0; i < list.n; i++) {
			arena_reset(w->one);
			TRY(add(w, &list.items[i]));
		}
		if (list.n > 0) {
			page.at_ms = list.items[list.n - 1].at_ms;
			page.seq = list.items[list.n - 1].seq;
		}
	} while (list.is_more);
	return NULL;
}

static struct err *
write_zip(struct writer *w, const struct sink *sink)
{
	TRY(zip_out_open(w->list, sink, &w->zip));
	buf_init(&w->lines, w->list, LINES_BYTES);
	w->csv.buf = &w->lines;
	begin_list(w);
	TRY(add_all(w));
	TRY(end_list(w));
	return zip_out_close(w->zip, w->list);
}

bool
core_export_zip(const struct core *c, const struct export *e,
    const struct sink *sink)
{
	_cleanup_(arena_freep) struct arena *page =
	    arena_new("export page", PAGE_BYTES);
	_cleanup_(arena_freep) struct arena *one =
	    arena_new("export one", ONE_BYTES);
	_cleanup_(arena_freep) struct arena *list =
	    arena_new("export list", LIST_BYTES);
	struct writer w = { .core = c,
		.export = e,
		.page = page,
		.one = one,
		.list = list };
	struct err *failure = write_zip(&w, sink);

	if (failure != NULL)
		log_err(LOG_WARNING, "export_failed", failure);
	return failure == NULL;
}
