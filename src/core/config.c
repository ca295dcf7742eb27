#include "core/config.h"

#include "wire/json.h"

struct err *
core_config_list(const struct core *c, struct arena *a,
    struct config_list *ret_list)
{
	return store_config_list(c->store, a, ret_list);
}

struct err *
core_config_put(const struct core *c, struct arena *a, const struct caller *who,
    struct str body, struct config_list *ret_list)
{
	const struct json *j;

	TRY(json_parse(a, body.p, body.n, &json_limits_body, &j));
	if (j->kind != JSON_OBJECT)
		return ERR(a, ERR_NOT_JSON, "the body must be an object");
	TRY(store_config_put(c->store, a, who->user->name, json_text(a, j)));
	return store_config_list(c->store, a, ret_list);
}
