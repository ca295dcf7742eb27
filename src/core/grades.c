#include "core/grades.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "core/csv.h"

/* Of all students, a line of CSV at a time. */
#define PAGE 200
#define PAGE_BYTES ((size_t)256 << 20)
#define LINES_BYTES ((size_t)64 << 20)

struct err *
core_grades(const struct core *c, struct arena *a, const struct caller *who,
    const char *course, const struct core_page *page, struct grades *ret_grades)
{
	struct grades g = { 0 };
	struct grades_page in = { .after = page->after, .limit = page->limit };

	TRY(core_course_get(c, a, who, course, &g.course));
	if (g.course->role == ROLE_NONE)
		return ERR(a, ERR_NOT_MEMBER,
		    "only members of the course have grades");
	g.is_own = g.course->role < ROLE_TUTOR;
	TRY(store_grades_problems(c->store, a, g.course->id, &g.problems,
	    &g.problems_n));
	in.course_id = g.course->id;
	in.user_id = g.is_own ? who->user->id : 0;
	in.problems_n = g.problems_n;
	TRY(store_grades_list(c->store, a, &in, &g.list));
	*ret_grades = g;
	return NULL;
}

static void
write_head(struct csv *csv, const struct grades *g)
{
	csv_text(csv, "user");
	csv_text(csv, "grade");
	for (size_t i = 0; i < g->problems_n; i++)
		csv_text(csv, g->problems[i].slug);
	csv_end(csv);
}

static void
write_rows(struct csv *csv, const struct grades *g,
    const struct grades_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct grades_row *row = &list->items[i];

		csv_text(csv, row->user);
		csv_number(csv, row->grade);
		for (size_t k = 0; k < g->problems_n; k++)
			csv_number(csv, row->cells[k].grade);
		csv_end(csv);
	}
}

static struct err *
flush(struct arena *a, const struct sink *sink, const struct buf *b)
{
	if (buf_overflowed(b))
		return ERR_WHY(a, ERR_INTERNAL, "a page of CSV is too long");
	if (!sink_write(sink, b->p, b->n))
		return ERR_WHY(a, ERR_UNAVAILABLE, "the client has left");
	return NULL;
}

static struct err *
write_csv(const struct core *c, struct arena *a, const struct grades *g,
    const struct sink *sink)
{
	struct grades_page in = { .course_id = g->course->id,
		.limit = PAGE,
		.problems_n = g->problems_n };
	struct grades_list list = g->list;
	char after[512] = "";

	for (bool is_first = true;; is_first = false) {
		struct buf b;
		struct csv csv = { .buf = &b };

		buf_init(&b, a, LINES_BYTES);
		if (is_first)
			write_head(&csv, g);
		if (!g->is_own) {
			in.after = after;
			TRY(store_grades_list(c->store, a, &in, &list));
		}
		write_rows(&csv, g, &list);
		TRY(flush(a, sink, &b));
		if (g->is_own || !list.is_more)
			return NULL;
		snprintf(after, sizeof(after), "%s",
		    list.items[list.n - 1].user);
		arena_reset(a);
	}
}

bool
core_grades_csv(const struct core *c, const struct grades *g,
    const struct sink *sink)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("grades", PAGE_BYTES);
	struct err *e = write_csv(c, a, g, sink);

	if (e != NULL)
		log_err(LOG_WARNING, "export_failed", e);
	return e == NULL;
}

struct err *
core_standing(const struct core *c, struct arena *a, const struct caller *who,
    const struct standing_wish *w, struct standing_list *ret_list,
    bool *ret_is_list)
{
	struct problem *problem = NULL;
	struct submission_use use;
	struct standing_page in = { .user = w->user,
		.after = w->page.after,
		.limit = w->page.limit };

	TRY(core_problem_get(c, a, who, &w->key, &problem, &use));
	if (problem->role < ROLE_TUTOR) {
		if (w->user != NULL && strcmp(w->user, who->user->name) != 0)
			return ERR(a, ERR_FORBIDDEN,
			    "the standing of others is for staff");
		in.user = who->user->name;
	}
	in.problem_id = problem->id;
	TRY(store_standing_list(c->store, a, &in, ret_list));
	*ret_is_list = in.user == NULL;
	return NULL;
}
