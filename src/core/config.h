/*
 * What administrators may turn while the service runs.  Nothing is cached:
 * who needs a value asks for it, and so it holds at once everywhere.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "base/str.h"
#include "core/auth.h"
#include "store/config.h"

struct err *core_config_list(const struct core *, struct arena *,
    struct config_list *ret_list) _must_check_;
/* body: the request's JSON object.  ERR_NOT_JSON, ERR_FIELDS. */
struct err *core_config_put(const struct core *, struct arena *,
    const struct caller *, struct str body,
    struct config_list *ret_list) _must_check_;

#endif
