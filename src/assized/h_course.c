#include "assized/app.h"
#include "assized/h.h"
#include "core/course.h"
#include "wire/course.h"

#define DEFAULT_LIMIT 100

static const enum member_role roles[] = {
	[WIRE_STUDENT] = ROLE_STUDENT,
	[WIRE_TUTOR] = ROLE_TUTOR,
	[WIRE_STAFF] = ROLE_STAFF,
};

struct core_page
h_page(const struct req *r)
{
	return (struct core_page) {
		query_text(&r->query, "cursor"),
		(size_t)query_int(&r->query, "limit", DEFAULT_LIMIT),
	};
}

static void
write_course(struct json_w *w, const struct course *c)
{
	json_w_key_str(w, "course", c->slug);
	json_w_key_str(w, "title", c->title);
	json_w_key_bool(w, "visible", c->is_visible);
	json_w_key_str(w, "time_zone", c->time_zone);
	json_w_key_bool(w, "self_enrol", c->self_enrol);
	json_w_key_i64(w, "team_size", c->team_size);
	if (c->role >= ROLE_STAFF)
		json_w_key_str(w, "common", c->common);
	json_w_key_raw(w, "tool_versions", c->tool_versions);
	json_w_key_str(w, "role", member_role_name(c->role));
	json_w_key_str(w, "created_at", c->created_at);
}

void
h_course_answer(struct req *r, int status, const struct course *c)
{
	struct reply p;

	reply_begin(&p, r, status, "a course");
	write_course(&p.w, c);
	reply_end(&p);
}

struct err *
h_course_create(struct req *r)
{
	const struct wire_course *in = r->in;
	struct course *course;

	TRY(core_course_create(r->app->core, r->arena, r->caller, in->course,
	    in, &course));
	resp_header(&r->resp, "Location",
	    arena_printf(r->arena, "%s/courses/%s", r->app->core->public_url,
		course->slug));
	h_course_answer(r, 201, course);
	return NULL;
}

struct err *
h_course_put(struct req *r)
{
	const struct wire_course *in = r->in;
	struct course *course;

	TRY(core_course_update(r->app->core, r->arena, r->caller, r->param[0],
	    in, &course));
	h_course_answer(r, 200, course);
	return NULL;
}

struct err *
h_course_get(struct req *r)
{
	struct course *course;

	TRY(core_course_get(r->app->core, r->arena, r->caller, r->param[0],
	    &course));
	h_course_answer(r, 200, course);
	return NULL;
}

struct err *
h_course_list(struct req *r)
{
	const struct core_page page = h_page(r);
	struct course_list list;
	struct reply p;

	TRY(core_course_list(r->app->core, r->arena, r->caller, &page, &list));
	reply_list(&p, r, "courses");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		write_course(&p.w, &list.items[i]);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.is_more ? list.items[list.n - 1].slug : NULL);
	return NULL;
}

struct err *
h_member_list(struct req *r)
{
	const struct core_page page = h_page(r);
	struct member_list list;
	struct reply p;

	TRY(core_member_list(r->app->core, r->arena, r->caller, r->param[0],
	    &page, &list));
	reply_list(&p, r, "members");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		json_w_key_str(&p.w, "user", list.items[i].user);
		json_w_key_str(&p.w, "role",
		    member_role_name(list.items[i].role));
		json_w_key_str(&p.w, "added_at", list.items[i].added_at);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.is_more ? list.items[list.n - 1].user : NULL);
	return NULL;
}

struct err *
h_member_put(struct req *r)
{
	const struct wire_member *in = r->in;
	enum member_role role = roles[in->role];
	struct reply p;

	TRY(core_member_put(r->app->core, r->arena, r->caller, r->param[0],
	    r->param[1], role));
	reply_begin(&p, r, 200, "a member");
	json_w_key_str(&p.w, "course", r->param[0]);
	json_w_key_str(&p.w, "user", r->param[1]);
	json_w_key_str(&p.w, "role", member_role_name(role));
	reply_end(&p);
	return NULL;
}

struct err *
h_member_delete(struct req *r)
{
	TRY(core_member_delete(r->app->core, r->arena, r->caller, r->param[0],
	    r->param[1]));
	resp_empty(&r->resp, 204);
	return NULL;
}
