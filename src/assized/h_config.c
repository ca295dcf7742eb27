#include "assized/app.h"
#include "assized/h.h"
#include "core/config.h"

static void
write_entry(struct json_w *w, const struct config_entry *e)
{
	json_w_object(w);
	json_w_key_str(w, "key", e->key);
	json_w_key_raw(w, "value", e->value);
	json_w_key_raw(w, "default", e->standard);
	json_w_key_str(w, "type", e->is_bool ? "boolean" : "integer");
	if (!e->is_bool) {
		json_w_key_i64(w, "min", e->min);
		json_w_key_i64(w, "max", e->max);
	}
	json_w_key_str(w, "help", e->help);
	json_w_key_str(w, "changed_by", e->changed_by);
	json_w_key_str(w, "changed_at", e->changed_at);
	json_w_object_end(w);
}

/* Each key with its value, and then all that is known of them. */
static void
answer(struct req *r, const struct config_list *list)
{
	struct reply p;

	reply_begin(&p, r, 200, "the configuration");
	for (size_t i = 0; i < list->n; i++)
		json_w_key_raw(&p.w, list->items[i].key, list->items[i].value);
	json_w_key(&p.w, "keys");
	json_w_array(&p.w);
	for (size_t i = 0; i < list->n; i++)
		write_entry(&p.w, &list->items[i]);
	json_w_array_end(&p.w);
	reply_end(&p);
}

struct err *
h_config_get(struct req *r)
{
	struct config_list list;

	TRY(core_config_list(r->app->core, r->arena, &list));
	answer(r, &list);
	return NULL;
}

struct err *
h_config_put(struct req *r)
{
	struct config_list list;

	TRY(core_config_put(r->app->core, r->arena, r->caller, r->body, &list));
	answer(r, &list);
	return NULL;
}
