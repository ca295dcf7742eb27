#include "token/runner_token.h"

#include <string.h>

#include "base/enc.h"
#include "base/rand.h"
#include "base/str.h"

#define PREFIX "rk_"
#define BYTES 32

char *
token_runner_new(struct arena *a)
{
	unsigned char bits[BYTES];

	rand_bytes(bits, sizeof(bits));
	return arena_printf(a, PREFIX "%s",
	    enc_base64url(a, bits, sizeof(bits)));
}

char *
token_runner_hash(struct arena *a, const char *text)
{
	size_t n;

	if (text == NULL ||
	    strnlen(text, TOKEN_RUNNER_LEN + 1) != TOKEN_RUNNER_LEN ||
	    !str_has_prefix(text, PREFIX))
		return NULL;
	if (enc_base64url_decode(a, text + strlen(PREFIX),
		TOKEN_RUNNER_LEN - strlen(PREFIX), &n) == NULL ||
	    n != BYTES)
		return NULL;
	return enc_sha256_hex(a, text, TOKEN_RUNNER_LEN);
}
