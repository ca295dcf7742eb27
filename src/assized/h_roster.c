#include <string.h>
#include <strings.h>

#include "assized/app.h"
#include "assized/h.h"
#include "assized/zip_answer.h"
#include "core/roster.h"

/*
 * -- rosters
 */

static struct err *
read_roster(struct req *r, struct wire_roster **ret_roster)
{
	const char *tokens = query_text(&r->query, "tokens");
	bool yes = tokens != NULL &&
	    (strcmp(tokens, "true") == 0 || strcmp(tokens, "1") == 0);

	if (tokens != NULL && !yes && strcmp(tokens, "false") != 0 &&
	    strcmp(tokens, "0") != 0)
		return ERR(r->arena, ERR_REQUEST, "tokens is true or false");
	if (strncasecmp(r->type, "text/csv", 8) == 0)
		TRY(wire_roster_csv(r->arena, r->body, ret_roster));
	else
		TRY(wire_roster_parse(r->arena, r->body, ret_roster));
	(*ret_roster)->tokens |= yes;
	return NULL;
}

struct err *
h_roster_put(struct req *r)
{
	struct wire_roster *in = NULL;
	struct core_roster done;
	struct reply p;

	TRY(read_roster(r, &in));
	TRY(core_roster_put(r->app->core, r->arena, r->caller, r->param[0], in,
	    &done));
	reply_begin(&p, r, 200, "members");
	json_w_key_str(&p.w, "course", r->param[0]);
	json_w_key(&p.w, "members");
	json_w_array(&p.w);
	for (size_t i = 0; i < done.roster.n; i++) {
		const struct roster_line *l = &done.roster.items[i];

		json_w_object(&p.w);
		json_w_key_str(&p.w, "user", l->user);
		json_w_key_str(&p.w, "role", member_role_name(l->role));
		json_w_key_str(&p.w, "team", l->team);
		json_w_key_bool(&p.w, "added", l->is_new);
		if (done.tokens != NULL)
			json_w_key_str(&p.w, "token", done.tokens[i]);
		if (done.tokens != NULL && done.tokens[i] == NULL)
			json_w_key_str(&p.w, "no_token",
			    "the account is not of this course alone");
		json_w_object_end(&p.w);
	}
	json_w_array_end(&p.w);
	reply_end(&p);
	return NULL;
}

/* 201 for who was no member; as they are for the others. */
struct err *
h_enrol(struct req *r)
{
	const struct wire_enrol *in = r->in;
	struct core_enrolled done;

	TRY(core_enrol(r->app->core, r->arena, r->caller, r->param[0], in->key,
	    &done));
	h_course_answer(r, done.is_new ? 201 : 200, done.course);
	return NULL;
}

/*
 * -- teams
 */

struct err *
h_team_list(struct req *r)
{
	const struct core_page page = h_page(r);
	struct team_list list;
	struct reply p;

	TRY(core_team_list(r->app->core, r->arena, r->caller, r->param[0],
	    &page, &list));
	reply_list(&p, r, "teams");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		json_w_key_str(&p.w, "team", list.items[i].name);
		json_w_key_strs(&p.w, "users", list.items[i].users,
		    list.items[i].users_n);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.is_more ? list.items[list.n - 1].name : NULL);
	return NULL;
}

struct err *
h_team_put(struct req *r)
{
	const struct wire_team *in = r->in;
	const struct team team = { r->param[1], in->users, in->n_users };
	struct reply p;

	TRY(core_team_put(r->app->core, r->arena, r->caller, r->param[0],
	    &team));
	reply_begin(&p, r, 200, "a team");
	json_w_key_str(&p.w, "course", r->param[0]);
	json_w_key_str(&p.w, "team", team.name);
	json_w_key_strs(&p.w, "users", team.users, team.users_n);
	reply_end(&p);
	return NULL;
}

struct err *
h_team_delete(struct req *r)
{
	TRY(core_team_delete(r->app->core, r->arena, r->caller, r->param[0],
	    r->param[1]));
	resp_empty(&r->resp, 204);
	return NULL;
}

static struct err *
move(struct req *r, bool is_leaving)
{
	const struct core_team_move in = { r->param[0], r->param[1],
		r->param[2], is_leaving };

	TRY(core_team_move(r->app->core, r->arena, r->caller, &in));
	resp_empty(&r->resp, 204);
	return NULL;
}

struct err *
h_team_join(struct req *r)
{
	return move(r, false);
}

struct err *
h_team_leave(struct req *r)
{
	return move(r, true);
}

/*
 * -- extensions
 */

static void
write_extension(struct json_w *w, const struct extension *e)
{
	json_w_key_str(w, "user", e->user);
	json_w_key_str(w, "soft", e->soft_at);
	json_w_key_str(w, "end", e->end_at);
	json_w_key_i64(w, "attempts", e->attempts);
	json_w_key_str(w, "reason", e->reason);
	json_w_key_str(w, "changed_by", e->by);
	json_w_key_str(w, "changed_at", e->changed_at);
}

struct err *
h_extension_list(struct req *r)
{
	const struct problem_key key = { r->param[0], r->param[1] };
	const struct core_page page = h_page(r);
	struct extension_list list;
	struct reply p;

	TRY(core_extension_list(r->app->core, r->arena, r->caller, &key, &page,
	    &list));
	reply_list(&p, r, "extensions");
	for (size_t i = 0; i < list.n; i++) {
		json_w_object(&p.w);
		write_extension(&p.w, &list.items[i]);
		json_w_object_end(&p.w);
	}
	reply_list_end(&p, list.is_more ? list.items[list.n - 1].user : NULL);
	return NULL;
}

struct err *
h_extension_put(struct req *r)
{
	const struct core_place at = { { r->param[0], r->param[1] },
		r->param[2] };
	struct extension extension;
	struct reply p;

	TRY(core_extension_put(r->app->core, r->arena, r->caller, &at, r->in,
	    &extension));
	reply_begin(&p, r, 200, "an extension");
	json_w_key_str(&p.w, "course", r->param[0]);
	json_w_key_str(&p.w, "problem", r->param[1]);
	write_extension(&p.w, &extension);
	reply_end(&p);
	return NULL;
}

struct err *
h_extension_delete(struct req *r)
{
	const struct core_place at = { { r->param[0], r->param[1] },
		r->param[2] };

	TRY(core_extension_delete(r->app->core, r->arena, r->caller, &at));
	resp_empty(&r->resp, 204);
	return NULL;
}

/*
 * -- common files
 */

struct err *
h_common_get(struct req *r)
{
	struct store_blob *blob;

	TRY(core_common_get(r->app->core, r->arena, r->caller, r->param[0],
	    &blob));
	answer_zip(r, blob, arena_printf(r->arena, "%s.zip", r->param[0]));
	return NULL;
}

/* 201 for a new version, 200 for bytes that were uploaded before. */
struct err *
h_common_put(struct req *r)
{
	struct common common;
	struct reply p;

	TRY(core_common_put(r->app->core, r->arena, r->caller, r->param[0],
	    r->body, &common));
	reply_begin(&p, r, common.is_new ? 201 : 200, "common files");
	json_w_key_str(&p.w, "common_id", common.id);
	json_w_key_str(&p.w, "digest", common.digest);
	json_w_key_i64(&p.w, "size", common.size);
	json_w_key_str(&p.w, "created_at", common.created_at);
	reply_end(&p);
	return NULL;
}
