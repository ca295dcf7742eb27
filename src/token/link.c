#include "token/link.h"

#include <string.h>

#include "base/enc.h"
#include "base/str.h"

/* No other use of the key signs a text that begins so. */
#define PURPOSE "assize source link 1"
#define LINK_MAX 128

struct err *
token_link_key_set(struct arena *a, const char *key,
    struct token_link_key *ret_key)
{
	struct token_link_key *to = NULL;
	struct str rest = str_of(key != NULL ? key : "");
	struct str word;

	while (str_word(&rest, &word)) {
		struct token_link_key *next = to == NULL
		    ? ret_key
		    : arena_new_of(a, struct token_link_key);

		if (word.n < TOKEN_LINK_KEY_MIN)
			return ERR(a, ERR_IMPOSSIBLE,
			    "the key for links is shorter than %d bytes",
			    TOKEN_LINK_KEY_MIN);
		*next = (struct token_link_key) { word.p, word.n, NULL };
		if (to != NULL)
			to->old = next;
		to = next;
	}
	if (to == NULL)
		return ERR(a, ERR_IMPOSSIBLE, "there is no key for links");
	return NULL;
}

static char *
sign(struct arena *a, const struct token_link_key *key, const char *job_id,
    int64_t expires_s)
{
	unsigned char mac[ENC_SHA256];
	const char *text =
	    arena_printf(a, PURPOSE "\n%s\n%lld", job_id, (long long)expires_s);

	enc_hmac_sha256(key->p, key->n, text, strlen(text), mac);
	return arena_printf(a, "%lld.%s", (long long)expires_s,
	    enc_base64url(a, mac, sizeof(mac)));
}

char *
token_link_make(struct arena *a, const struct token_link_key *key,
    const char *job_id, int64_t now_ms)
{
	return sign(a, key, job_id, now_ms / 1000 + TOKEN_LINK_TTL_S);
}

struct err *
token_link_check(struct arena *a, const struct token_link_key *key,
    const char *job_id, const char *token, int64_t now_ms)
{
	struct err *bad = ERR(a, ERR_LINK, "the link is not valid");
	struct str rest = str_of(token);
	struct str expiry;
	int64_t expires_s;

	if (strnlen(token, LINK_MAX + 1) > LINK_MAX)
		return err_because(a, bad, "token is too long");
	if (!str_cut(&rest, '.', &expiry) ||
	    !str_to_i64(str_dup(a, expiry), 0, INT64_MAX / 1000, &expires_s))
		return err_because(a, bad, "token has no expiry");
	while (!str_secret_eq(token, sign(a, key, job_id, expires_s))) {
		key = key->old;
		if (key == NULL)
			return err_because(a, bad, "signature is wrong");
	}
	if (now_ms / 1000 >= expires_s)
		return ERR(a, ERR_LINK, "the link has expired");
	return NULL;
}
