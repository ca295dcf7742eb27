#include "assized/app.h"
#include "assized/h.h"
#include "assized/zip_answer.h"
#include "core/answers.h"
#include "core/course.h"
#include "core/snapshot.h"

static void
write_window(struct json_w *w, const struct problem *p)
{
	const struct problem_window *x = &p->window;

	json_w_key_str(w, "phase", window_phase_name(x->phase));
	json_w_key_str(w, "opens_at", x->opens_at);
	json_w_key_str(w, "soft_at", x->soft_at);
	json_w_key_str(w, "closes_at", x->end_at);
	json_w_key_bool(w, "extended", x->is_extended);
	json_w_key_str(w, "time_zone", p->time_zone);
	json_w_key_i64(w, "grace_sec", p->grace_s);
	json_w_key_f64(w, "late_penalty", p->late_penalty);
	json_w_key_str(w, "late_unit", p->late_unit);
}

static void
write_limits(struct json_w *w, const struct problem *p)
{
	json_w_key_i64(w, "submission_limit", p->max_submissions);
	if (p->sliding_n > 0) {
		json_w_key(w, "sliding_limit");
		json_w_object(w);
		json_w_key_i64(w, "amount", p->sliding_n);
		json_w_key_i64(w, "period_sec", p->sliding_s);
		json_w_object_end(w);
	}
	json_w_key_i64(w, "submissions_per_day", p->daily_n);
	json_w_key_i64(w, "submission_interval_sec", p->interval_s);
	json_w_key_i64(w, "stored_submissions", p->stored_n);
	json_w_key_bool(w, "allow_pending", p->allows_pending);
	json_w_key_bool(w, "count_compile_errors", p->counts_ce);
}

static void
write_problem(struct json_w *w, const struct problem *p)
{
	json_w_key_i64(w, "problem_id", p->id);
	json_w_key_str(w, "course", p->course);
	json_w_key_str(w, "problem", p->slug);
	json_w_key_str(w, "title", p->title);
	write_window(w, p);
	write_limits(w, p);
	json_w_key_bool(w, "visible", p->is_visible);
	json_w_key_bool(w, "groups", p->is_for_teams);
	json_w_key_bool(w, "network_grading", p->network_grading);
	json_w_key_str(w, "pool", p->pool);
	json_w_key_f64(w, "weight", p->weight);
	if (p->role >= ROLE_TUTOR)
		json_w_key_strs(w, "exports", p->exports, p->exports_n);
	json_w_key_f64(w, "pass_mark", p->pass_mark);
	json_w_key_str(w, "evaluate", p->evaluate);
	json_w_key_str(w, "package", p->package_digest);
	json_w_key_raw(w, "tool_versions", p->tool_versions);
	json_w_key_str(w, "role", member_role_name(p->role));
	json_w_key_str(w, "created_at", p->created_at);
}

/* What a package says, as far as everybody may know it: once it is open. */
static struct err *
write_package(struct json_w *w, struct arena *a, const struct problem *p)
{
	struct snapshot *s;

	json_w_key_raw(w, "limit_settings", p->limits);
	if (p->grading == NULL ||
	    (p->window.phase == WINDOW_BEFORE && p->role < ROLE_TUTOR)) {
		json_w_key_strs(w, "languages", p->languages, p->languages_n);
		return NULL;
	}
	TRY(snapshot_read(a, p->grading, &s));
	if (p->languages_n > 0)
		json_w_key_strs(w, "languages", p->languages, p->languages_n);
	else
		json_w_key_strs(w, "languages", s->languages, s->n_languages);
	json_w_key_raw(w, "limits", s->limits);
	json_w_key_i64(w, "tests", (int64_t)s->n_tests);
	return NULL;
}

/* What the caller is asked, in the order that is theirs. */
static struct err *
write_questions(struct json_w *w, struct req *r, const struct problem *p,
    const struct submission_use *use)
{
	const struct quiz_seed seed = {
		.course = p->course,
		.problem = p->slug,
		.user = r->caller->user->name,
		.attempt = use != NULL ? use->used : 0,
	};
	struct snapshot *s;

	if (p->grading == NULL)
		return NULL;
	TRY(snapshot_read(r->arena, p->grading, &s));
	return answers_write_questions(r->arena, w, s, &seed, req_locale(r));
}

/* What is left to the caller, and after how long they may try again. */
static void
write_use(struct json_w *w, const struct submission_use *use)
{
	json_w_key_i64(w, "attempts_used", use->used);
	if (use->most >= 0)
		json_w_key_i64(w, "attempts_left",
		    use->used < use->most ? use->most - use->used : 0);
	if (use->refusal.wait_s > 0)
		json_w_key_i64(w, "wait_for", use->refusal.wait_s);
}

static struct err *
answer_problem(struct req *r, const struct problem *problem,
    const struct submission_use *use)
{
	struct reply p;

	reply_begin(&p, r, 200, "a problem");
	write_problem(&p.w, problem);
	TRY(write_package(&p.w, r->arena, problem));
	TRY(write_questions(&p.w, r, problem, use));
	if (use != NULL)
		write_use(&p.w, use);
	reply_end(&p);
	return NULL;
}

struct err *
h_problem_put(struct req *r)
{
	const struct problem_key key = { r->param[0], r->param[1] };
	struct problem *problem;

	TRY(core_problem_put(r->app->core, r->arena, r->caller, &key, r->in,
	    &problem));
	return answer_problem(r, problem, NULL);
}

struct err *
h_problem_get(struct req *r)
{
	const struct problem_key key = { r->param[0], r->param[1] };
	struct submission_use use;
	struct problem *problem;

	TRY(core_problem_get(r->app->core, r->arena, r->caller, &key, &problem,
	    &use));
	return answer_problem(r, problem, &use);
}

struct err *
h_problem_list(struct req *r)
{
	const struct core_page page = h_page(r);
	struct problem_list list;
	struct reply p;

	TRY(core_problem_list(r->app->core, r->arena, r->caller, r->param[0],
	    &page, &list));
	reply_list(&p, r, "problems");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		write_problem(&p.w, &list.items[i]);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.is_more ? list.items[list.n - 1].slug : NULL);
	return NULL;
}

/* 201 for a new version, 200 for bytes that were uploaded before. */
struct err *
h_package_put(struct req *r)
{
	const struct problem_key key = { r->param[0], r->param[1] };
	const struct store_package *row;
	struct core_uploaded uploaded;
	struct reply p;

	TRY(core_package_put(r->app->core, r->arena, r->caller, &key, r->body,
	    &uploaded));
	row = uploaded.row;
	reply_begin(&p, r, row->is_new ? 201 : 200, "a package");
	json_w_key_str(&p.w, "package_id", row->id);
	json_w_key_str(&p.w, "digest", row->digest);
	json_w_key_i64(&p.w, "size", row->size);
	json_w_key_str(&p.w, "name", uploaded.package->name);
	json_w_key_i64(&p.w, "tests", (int64_t)uploaded.package->plan.test_n);
	json_w_key_str(&p.w, "created_at", row->created_at);
	if (uploaded.n_outdated > 0) {
		json_w_key(&p.w, "rejudging");
		json_w_object(&p.w);
		json_w_key_raw(&p.w, "filter", uploaded.outdated);
		json_w_key_i64(&p.w, "submissions", uploaded.n_outdated);
		json_w_object_end(&p.w);
	}
	json_w_key_faults(&p.w, "warnings", uploaded.package->warnings);
	reply_end(&p);
	return NULL;
}

struct err *
h_package_get(struct req *r)
{
	const struct problem_key key = { r->param[0], r->param[1] };
	struct store_blob *blob;

	TRY(core_package_get(r->app->core, r->arena, r->caller, &key, &blob));
	answer_zip(r, blob, arena_printf(r->arena, "%s.zip", r->param[1]));
	return NULL;
}
