#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "assized/app.h"
#include "assized/h.h"
#include "core/grades.h"

/* A long answer holds a thread: not more of them at once. */
#define EXPORTS_MAX 2

static atomic_int exports;

static void
write_problems(struct json_w *w, const struct grades *g)
{
	json_w_key(w, "problems");
	json_w_array(w);
	for (size_t i = 0; i < g->problems_n; i++) {
		const struct grades_problem *p = &g->problems[i];

		json_w_object(w);
		json_w_key_str(w, "problem", p->slug);
		json_w_key_str(w, "title", p->title);
		json_w_key_f64(w, "weight", p->weight);
		json_w_key_bool(w, "open", p->is_open);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_row(struct json_w *w, const struct grades *g,
    const struct grades_row *row)
{
	json_w_object(w);
	json_w_key_str(w, "user", row->user);
	json_w_key_f64(w, "grade", row->grade);
	json_w_key(w, "problems");
	json_w_object(w);
	for (size_t i = 0; i < g->problems_n; i++) {
		const struct grades_cell *cell = &row->cells[i];

		json_w_key(w, g->problems[i].slug);
		json_w_object(w);
		json_w_key_f64(w, "grade", cell->grade);
		json_w_key_i64(w, "tried", cell->tried);
		json_w_key_bool(w, "succeeded", cell->is_success);
		json_w_key_str(w, "evaluated", cell->evaluated);
		json_w_object_end(w);
	}
	json_w_object_end(w);
	json_w_object_end(w);
}

static bool
stream_grades(const struct req *r, const struct sink *sink)
{
	return core_grades_csv(r->app->core, r->resp.streamed, sink);
}

static void
name_file(struct req *r, const char *name, const char *suffix)
{
	resp_header(&r->resp, "Cache-Control", "private, no-cache");
	resp_header(&r->resp, "Content-Disposition",
	    arena_printf(r->arena, "attachment; filename=\"%s%s\"", name,
		suffix));
}

/* "json" or "csv", by the query or else by what is accepted. */
static struct err *
read_format(const struct req *r, bool *ret_csv)
{
	const char *format = query_text(&r->query, "format");

	if (format == NULL)
		format = strstr(req_param(r, "HTTP_ACCEPT"), "text/csv") != NULL
		    ? "csv"
		    : "json";
	*ret_csv = strcmp(format, "csv") == 0;
	if (!*ret_csv && strcmp(format, "json") != 0)
		return ERR(r->arena, ERR_REQUEST,
		    "the formats are json and csv");
	return NULL;
}

struct err *
h_grades(struct req *r)
{
	struct grades *g = arena_new_of(r->arena, struct grades);
	struct core_page page = h_page(r);
	struct reply p;
	bool is_csv;

	TRY(read_format(r, &is_csv));
	TRY(core_grades(r->app->core, r->arena, r->caller, r->param[0], &page,
	    g));
	if (is_csv) {
		name_file(r, r->param[0], "-grades.csv");
		resp_stream(&r->resp, "text/csv; charset=utf-8; header=present",
		    stream_grades, g);
		return NULL;
	}
	reply_begin(&p, r, 200, "grades");
	json_w_key_str(&p.w, "course", g->course->slug);
	write_problems(&p.w, g);
	json_w_key(&p.w, "grades");
	json_w_array(&p.w);
	for (size_t i = 0; i < g->list.n; i++)
		write_row(&p.w, g, &g->list.items[i]);
	json_w_array_end(&p.w);
	if (g->list.is_more && g->list.n > 0)
		json_w_key_str(&p.w, "next_cursor",
		    g->list.items[g->list.n - 1].user);
	reply_end(&p);
	return NULL;
}

static void
write_standing(struct json_w *w, const struct standing *s)
{
	json_w_key_str(w, "user", s->user);
	json_w_key_i64(w, "tried", s->tried);
	json_w_key_bool(w, "succeeded", s->is_success);
	json_w_key_f64(w, "grade", s->grade);
	json_w_key_str(w, "evaluated", s->evaluated);
	json_w_key_str(w, "state", s->state);
	json_w_key_str(w, "updated_at", s->updated_at);
}

static void
write_standings(struct json_w *w, const struct standing_list *list)
{
	json_w_key(w, "standings");
	json_w_array(w);
	for (size_t i = 0; i < list->n; i++) {
		json_w_object(w);
		write_standing(w, &list->items[i]);
		json_w_object_end(w);
	}
	json_w_array_end(w);
	if (list->is_more && list->n > 0)
		json_w_key_str(w, "next_cursor", list->items[list->n - 1].user);
}

/* Who has not tried has a standing too. */
struct err *
h_standing(struct req *r)
{
	const char *user = query_text(&r->query, "user");
	struct standing none = {
		.user = user != NULL ? user : r->caller->user->name,
		.grade = NAN,
		.state = "",
	};
	struct standing_wish wish = {
		.key = { r->param[0], r->param[1] },
		.user = user,
		.page = h_page(r),
	};
	struct standing_list list;
	struct reply p;
	bool is_list;

	TRY(core_standing(r->app->core, r->arena, r->caller, &wish, &list,
	    &is_list));
	reply_begin(&p, r, 200, "standing");
	json_w_key_str(&p.w, "course", r->param[0]);
	json_w_key_str(&p.w, "problem", r->param[1]);
	if (is_list)
		write_standings(&p.w, &list);
	else
		write_standing(&p.w, list.n > 0 ? &list.items[0] : &none);
	reply_end(&p);
	return NULL;
}

static bool
stream_export(const struct req *r, const struct sink *sink)
{
	bool is_whole = core_export_zip(r->app->core, r->resp.streamed, sink);

	atomic_fetch_sub(&exports, 1);
	return is_whole;
}

struct err *
h_export(struct req *r)
{
	struct export *e = arena_new_of(r->arena, struct export);
	const char *problem = query_text(&r->query, "problem");

	TRY(core_export_open(r->app->core, r->arena, r->caller, r->param[0],
	    problem, e));
	e->evaluated = query_int(&r->query, "evaluated", 0) != 0;
	name_file(r, problem != NULL ? problem : r->param[0],
	    "-submissions.zip");
	if (!r->is_head && atomic_fetch_add(&exports, 1) >= EXPORTS_MAX) {
		atomic_fetch_sub(&exports, 1);
		return ERR(r->arena, ERR_OVERLOADED,
		    "other exports are being written");
	}
	resp_stream(&r->resp, "application/zip", stream_export, e);
	return NULL;
}
