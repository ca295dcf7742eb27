/*
 * People.  A user is made when first seen with a valid token.
 */
#ifndef STORE_USER_H
#define STORE_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct user {
	int64_t id;
	const char *name; /* the token's subject */
	bool is_admin;    /* as stored; a token may vouch for it too */
};

/* Finds or makes the user; name is 1 to 128 bytes (else ERR_REQUEST). */
struct err *store_user_ensure(struct store *, struct arena *, const char *name,
    struct user **ret_user) _must_check_;
/* Of these, in their order, with commas between. */
struct err *store_user_names(struct store *, struct arena *, const int64_t *ids,
    size_t n, const char **ret_names) _must_check_;

#endif
