#include "core/auth.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "core/runner_cache.h"
#include "token/runner_token.h"

struct err *
core_auth_user(const struct core *c, struct arena *a, const char *token,
    struct caller **ret_caller)
{
	struct caller *caller = arena_new_of(a, struct caller);
	struct token_claims claims;
	struct user *user;

	if (token == NULL)
		return ERR(a, ERR_UNAUTHENTICATED, "a bearer token is needed");
	if (c->verifier == NULL)
		return ERR(a, ERR_UNAUTHENTICATED,
		    "this service knows no key for tokens");
	TRY(token_verify(c->verifier, a, token, clock_wall_ms(), &claims));
	TRY(store_user_ensure(c->store, a, claims.sub, &user));
	caller->user = user;
	caller->is_admin = user->is_admin || claims.admin;
	*ret_caller = caller;
	return NULL;
}

struct err *
core_auth_runner(const struct core *c, struct arena *a, const char *token,
    bool may_lag, struct caller **ret_caller)
{
	struct caller *caller = arena_new_of(a, struct caller);
	unsigned char digest[ENC_SHA256];
	struct runner *runner = NULL;

	if (token_runner_hash(a, token) == NULL)
		return ERR(a, ERR_UNAUTHENTICATED,
		    "a runner's token is needed");
	enc_sha256(token, strlen(token), digest);
	if (may_lag)
		runner = runner_cache_get(c->runners, a, digest);
	if (runner == NULL) {
		TRY(store_runner_by_token(c->store, a, digest, &runner));
		if (runner == NULL)
			return ERR(a, ERR_UNAUTHENTICATED,
			    "the runner's token is not valid");
		runner_cache_put(c->runners, digest, runner);
	}
	caller->runner = runner;
	*ret_caller = caller;
	return NULL;
}

struct caller *
core_caller_copy(struct arena *a, const struct caller *from)
{
	struct caller *caller = arena_new_of(a, struct caller);
	struct user *user;

	*caller = *from;
	if (from->user != NULL) {
		user = arena_new_of(a, struct user);
		*user = *from->user;
		user->name = arena_strdup(a, from->user->name);
		caller->user = user;
	}
	if (from->runner != NULL)
		caller->runner = runner_copy(a, from->runner);
	return caller;
}

enum member_role
core_role(const struct caller *who, enum member_role role)
{
	return who->is_admin ? ROLE_STAFF : role;
}
