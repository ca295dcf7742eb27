#include "core/rejudging.h"

#include <string.h>

#include "base/rand.h"

/* Staff of that course, or administrators. */
static struct err *
check_course(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug)
{
	struct course *course = NULL;
	enum member_role role;

	if (slug == NULL) {
		if (who->is_admin)
			return NULL;
		return ERR(a, ERR_FORBIDDEN,
		    "only administrators may leave out the course");
	}
	TRY(store_course_get(c->store, a, who->user->id, slug, &course));
	role = course != NULL ? core_role(who, course->role) : ROLE_NONE;
	if (course == NULL || (role == ROLE_NONE && !course->is_visible))
		return ERR(a, ERR_NOT_FOUND, "no such course");
	if (role < ROLE_STAFF)
		return ERR(a, ERR_FORBIDDEN, "this is for staff of the course");
	return NULL;
}

struct err *
core_rejudging_create(const struct core *c, struct arena *a,
    const struct caller *who, const struct wire_rejudging *in,
    const char **ret_id)
{
	struct wire_rejudging filter = *in;
	struct rejudging_new set = {
		.id = rand_id(a, "rj"),
		.actor = who->user->name,
		.reason = in->reason,
	};
	struct rejudging_acted done;

	TRY(check_course(c, a, who, in->course));
	filter.reason = NULL;
	set.filter = fields_text(a, &wire_rejudging_fields, &filter, 1 << 16);
	TRY(store_rejudging_create(c->store, a, &set, &done));
	*ret_id = set.id;
	if (done.outcome == REJUDGING_MADE)
		return NULL;
	return ERR(a,
	    done.outcome == REJUDGING_NOTHING ? ERR_CONFLICT : ERR_IMPOSSIBLE,
	    "%s", done.detail);
}

static struct err *
enter(const struct core *c, struct arena *a, const struct caller *who,
    const char *id)
{
	struct rejudging_key key;

	TRY(store_rejudging_key(c->store, a, id, who->user->id, &key));
	if (!key.exists || core_role(who, key.role) < ROLE_STAFF)
		return ERR(a, ERR_NOT_FOUND, "no such rejudging");
	return NULL;
}

/* It had ended otherwise, or this cannot be done to it now. */
static struct err *
refuse(struct arena *a, const struct rejudging_acted *done)
{
	switch (done->outcome) {
	case REJUDGING_UNKNOWN:
		return ERR(a, ERR_NOT_FOUND, "no such rejudging");
	case REJUDGING_UNFINISHED:
		return ERR(a, ERR_CONFLICT,
		    "%s submissions are not judged yet; \"partial\" leaves "
		    "them as they are",
		    done->detail);
	case REJUDGING_NOTHING:
		return ERR(a, ERR_CONFLICT, "none of it has failed");
	default:
		return ERR(a, ERR_CONFLICT, "the rejudging was %s",
		    done->outcome == REJUDGING_APPLIED ? "applied"
						       : "discarded");
	}
}

struct err *
core_rejudging_act(const struct core *c, struct arena *a,
    const struct caller *who, struct rejudging_order *order)
{
	static const enum rejudging_outcome wanted[] = {
		[REJUDGING_APPLY] = REJUDGING_APPLIED,
		[REJUDGING_DISCARD] = REJUDGING_DISCARDED,
		[REJUDGING_REPEAT] = REJUDGING_REPEATED,
	};
	struct rejudging_acted done;

	TRY(enter(c, a, who, order->id));
	order->actor = who->user->name;
	TRY(store_rejudging_act(c->store, a, order, &done));
	return done.outcome == wanted[order->act] ? NULL : refuse(a, &done);
}

struct err *
core_rejudging_get(const struct core *c, struct arena *a,
    const struct caller *who, const char *id,
    struct rejudging_document *ret_document)
{
	TRY(enter(c, a, who, id));
	return store_rejudging_get(c->store, a, id, ret_document);
}

struct err *
core_rejudging_list(const struct core *c, struct arena *a,
    const struct caller *who, struct rejudging_filter *f,
    struct rejudging_list *ret_list)
{
	f->viewer_id = who->user->id;
	f->sees_all = who->is_admin;
	return store_rejudging_list(c->store, a, f, ret_list);
}

struct err *
core_rejudging_page(const struct core *c, struct arena *a,
    const struct caller *who, const struct rejudging_page *page,
    struct rejudging_list *ret_list)
{
	TRY(enter(c, a, who, page->id));
	return store_rejudging_page(c->store, a, page, ret_list);
}
