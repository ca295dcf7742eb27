/*
 * What may be turned while the service runs: THE TABLE of keys is
 * config_keys() in sql/functions/config.sql.
 */
#ifndef STORE_CONFIG_H
#define STORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct config_entry {
	const char *key;
	bool is_bool;         /* else an integer */
	const char *value;    /* JSON, or NULL: the file of the service says */
	const char *standard; /* the same where nobody set it */
	int64_t min;
	int64_t max;
	const char *help;
	const char *changed_by; /* or NULL: it is as it was */
	const char *changed_at;
};

struct config_list {
	struct config_entry *items; /* by key */
	size_t n;
};

struct err *store_config_list(struct store *, struct arena *,
    struct config_list *ret_list) _must_check_;
/* Of a key that exists, as it is now; if_null where the file says. */
struct err *store_config_int(struct store *, struct arena *, const char *key,
    int64_t if_null, int64_t *ret_value) _must_check_;
struct err *store_config_bool(struct store *, struct arena *, const char *key,
    bool *ret_value) _must_check_;
/*
 * values: JSON object; null takes back what was set.  All or nothing:
 * ERR_FIELDS has the faults.
 */
struct err *store_config_put(struct store *, struct arena *, const char *by,
    const char *values) _must_check_;

#endif
