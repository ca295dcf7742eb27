#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "token/jwt.h"

#define DEFAULT_TTL_S 3600
#define TTL_MAX_S (366 * 86400)

/* clang-format off */
const struct cli_option token_option_table[] = {
	{ "key", OPTION_TEXT, offsetof(struct token_options, key), true,
	    "FILE", "secret (HS256) or private key as PEM", 0, 0 },
	{ "kid", OPTION_TEXT, offsetof(struct token_options, kid), true,
	    "ID", "name of the key in the server's keys file", 0, 0 },
	{ "alg", OPTION_TEXT, offsetof(struct token_options, alg), false,
	    "ALG", "HS256 (default), RS256 or ES256", 0, 0 },
	{ "sub", OPTION_TEXT, offsetof(struct token_options, sub), true,
	    "USER", "whom the token is for", 0, 0 },
	{ "name", OPTION_TEXT, offsetof(struct token_options, name), false,
	    "NAME", "the user's name for display", 0, 0 },
	{ "issuer", OPTION_TEXT, offsetof(struct token_options, issuer),
	    false, "ISS", "claim iss", 0, 0 },
	{ "audience", OPTION_TEXT, offsetof(struct token_options, audience),
	    false, "AUD", "claim aud", 0, 0 },
	{ "ttl", OPTION_NUMBER, offsetof(struct token_options, ttl_s), false,
	    "SECONDS", "how long it is good (3600)", 1, TTL_MAX_S },
	{ "admin", OPTION_FLAG, offsetof(struct token_options, admin), false,
	    NULL, "claim to be an administrator", 0, 0 },
	{ 0 }
};
/* clang-format on */

struct err *
cmd_token(struct cli *cli, const struct command_call *call,
    enum cli_exit *ret_exit)
{
	const struct token_options *o = call->options;
	const struct token_order order = {
		.alg = o->alg != NULL ? o->alg : "HS256",
		.kid = o->kid,
		.key_file = o->key,
		.sub = o->sub,
		.name = o->name,
		.issuer = o->issuer,
		.audience = o->audience,
		.admin = o->admin,
		.ttl_s = o->ttl_s > 0 ? o->ttl_s : DEFAULT_TTL_S,
		.now_ms = clock_wall_ms(),
	};
	char *token;

	TRY(token_sign(cli->arena, &order, &token));
	printf(cli->json ? "{\"token\":\"%s\"}\n" : "%s\n", token);
	*ret_exit = CLI_OK;
	return NULL;
}
