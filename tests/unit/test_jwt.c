#include "unit.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/io.h"
#include "token/jwt.h"

#define NOW_S INT64_C(1800000000)
#define NOW_MS (NOW_S * 1000)
#define SECRET "0123456789abcdef0123456789abcdef"

/* A directory with the keys of all tests, made once. */
struct keys {
	char dir[64];
	int fd;
	struct arena *arena;
	char *rsa_public; /* the PEM text */
	char *rsa_private;
	char *ec_private;
	struct token_keys *keys;
};

static void
put_file(struct keys *k, const char *name, const char *text, mode_t mode)
{
	UNIT_ARENA(a);

	assert_ok(io_write_file(a, k->fd, name, text, strlen(text), mode));
}

/* Writes both halves; returns them as text. */
static void
put_key_pair(struct keys *k, EVP_PKEY *key, const char *name, char **ret_public,
    char **ret_private)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *p;
	long n;

	assert_non_null(key);
	assert_int_equal(PEM_write_bio_PUBKEY(b, key), 1);
	n = BIO_get_mem_data(b, &p);
	*ret_public = arena_memdup(k->arena, p, (size_t)n);
	assert_int_equal(BIO_reset(b), 1);
	assert_int_equal(PEM_write_bio_PrivateKey(b, key, NULL, NULL, 0, NULL,
			     NULL),
	    1);
	n = BIO_get_mem_data(b, &p);
	*ret_private = arena_memdup(k->arena, p, (size_t)n);
	BIO_free(b);
	EVP_PKEY_free(key);
	put_file(k, arena_printf(k->arena, "%s.pub", name), *ret_public, 0644);
	put_file(k, arena_printf(k->arena, "%s.key", name), *ret_private, 0600);
}

static const char *
path(const struct keys *k, const char *name)
{
	return arena_printf(k->arena, "%s/%s", k->dir, name);
}

static int
set_up(void **state)
{
	static struct keys k;
	char *ignored;
	char *other;

	k.arena = arena_new("keys", 8 << 20);
	snprintf(k.dir, sizeof(k.dir), "/tmp/assize-jwt-XXXXXX");
	assert_non_null(mkdtemp(k.dir));
	k.fd = open(k.dir, O_DIRECTORY | O_CLOEXEC);
	assert_true(k.fd >= 0);
	put_key_pair(&k, EVP_RSA_gen(2048), "rsa", &k.rsa_public,
	    &k.rsa_private);
	put_key_pair(&k, EVP_EC_gen("P-256"), "ec", &ignored, &k.ec_private);
	put_key_pair(&k, EVP_EC_gen("P-384"), "ec384", &ignored, &other);
	put_key_pair(&k, EVP_RSA_gen(1024), "rsa1024", &ignored, &other);
	put_file(&k, "secret", SECRET "\n", 0600);
	put_file(&k, "open-secret", SECRET "\n", 0644);
	put_file(&k, "short", "too short\n", 0600);
	put_file(&k, "empty", "", 0600);
	put_file(&k, "newline", "\n", 0600);
	put_file(&k, "private-pem", k.rsa_public, 0600);
	put_file(&k, "keys",
	    "# kid alg path\n"
	    "h1 HS256 secret\n"
	    "\n"
	    "r1 RS256 rsa.pub # of the LMS\n"
	    "\te1 ES256 ec.pub\n"
	    "adm HS256 secret admin",
	    0600);
	assert_ok(token_keys_load(k.arena, path(&k, "keys"), &k.keys));
	*state = &k;
	return 0;
}

static int
tear_down(void **state)
{
	struct keys *k = *state;

	close(k->fd);
	assert_int_equal(io_remove_all(AT_FDCWD, k->dir), 0);
	arena_free(k->arena);
	return 0;
}

static struct token_order
order(const struct keys *k, const char *alg, const char *kid, const char *file)
{
	return (struct token_order) { .alg = alg,
		.kid = kid,
		.key_file = path(k, file),
		.sub = "alice",
		.name = "Alice",
		.issuer = "us",
		.audience = "assize",
		.ttl_s = 3600,
		.now_ms = NOW_MS };
}

/*
 * A token made by hand, signed with HMAC-SHA256 under the key.  HMAC pads
 * keys with zeros, so one zero byte signs as the empty key would.
 */
static char *
forge(struct arena *a, const char *header, const char *claims, const char *key,
    size_t key_n)
{
	unsigned char mac[ENC_SHA256];
	char *head =
	    arena_printf(a, "%s.%s", enc_base64url(a, header, strlen(header)),
		enc_base64url(a, claims, strlen(claims)));

	enc_hmac_sha256(key, key_n, head, strlen(head), mac);
	return arena_printf(a, "%s.%s", head,
	    enc_base64url(a, mac, sizeof(mac)));
}

#define HS "{\"alg\":\"HS256\",\"kid\":\"h1\"}"
/* Claims with a part of the case's own at the end. */
#define CLAIMS(more) \
	"{\"sub\":\"alice\",\"iss\":\"us\",\"aud\":\"assize\"" more "}"
#define EXP ",\"exp\":1800003600"

static const struct token_wanted wanted = { "us", "assize", 7 * 86400 };
static const struct token_wanted any = { NULL, NULL, 0 };

static void
all_algorithms(void **state)
{
	static const struct {
		const char *alg;
		const char *kid;
		const char *file;
	} cases[] = {
		{ "HS256", "h1", "secret" },
		{ "RS256", "r1", "rsa.key" },
		{ "ES256", "e1", "ec.key" },
	};
	struct keys *k = *state;
	struct token_verifier *v = token_verifier_new(k->keys, &wanted, 64);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct token_order o =
		    order(k, cases[i].alg, cases[i].kid, cases[i].file);
		struct token_claims c;
		char *t;

		assert_ok(token_sign(a, &o, &t));
		/* The second time from the cache. */
		for (int j = 0; j < 2; j++) {
			memset(&c, 0, sizeof(c));
			assert_ok(token_verify(v, a, t, NOW_MS, &c));
			assert_string_equal(c.sub, "alice");
			assert_string_equal(c.name, "Alice");
			assert_string_equal(c.kid, cases[i].kid);
			assert_int_equal(c.exp_s, NOW_S + 3600);
			assert_false(c.admin);
		}
		/* Also in the cache its time comes. */
		assert_ok(token_verify(v, a, t, NOW_MS + 3659 * 1000, &c));
		assert_err(token_verify(v, a, t, NOW_MS + 3660 * 1000, &c),
		    ERR_UNAUTHENTICATED);
	}
	token_verifier_free(v);
}

static void
admin(void **state)
{
	struct keys *k = *state;
	struct token_verifier *v = token_verifier_new(k->keys, &any, 64);
	struct token_claims c;
	UNIT_ARENA(a);
	char *t;

	for (int may = 0; may < 2; may++) {
		struct token_order o =
		    order(k, "HS256", may ? "adm" : "h1", "secret");

		o.admin = true;
		o.ttl_s = 366 * 86400; /* nobody minds here */
		assert_ok(token_sign(a, &o, &t));
		for (int j = 0; j < 2; j++) {
			assert_ok(token_verify(v, a, t, NOW_MS, &c));
			assert_int_equal(c.admin, may);
		}
		o.admin = false;
		assert_ok(token_sign(a, &o, &t));
		assert_ok(token_verify(v, a, t, NOW_MS, &c));
		assert_false(c.admin);
	}
	token_verifier_free(v);
}

/* Header and claims by hand, signed with the right secret. */
static const struct {
	const char *header;
	const char *claims;
	const char *why; /* internal text; NULL: accepted */
} made[] = {
	{ HS, CLAIMS(EXP), NULL },
	{ HS, CLAIMS(",\"exp\":1800003600.5"), NULL },
	{ HS, CLAIMS(EXP ",\"nbf\":1800000060"), NULL },
	{ HS, CLAIMS(",\"exp\":1799999941"), NULL },
	{ HS,
	    "{\"sub\":\"a\",\"iss\":\"us\",\"aud\":[\"x\",\"assize\"]" EXP "}",
	    NULL },
	{ HS, CLAIMS(",\"exp\":1799999940"), "token has expired" },
	{ HS, CLAIMS(",\"exp\":1"), "token has expired" },
	{ HS, CLAIMS(",\"exp\":1800604860"), NULL },
	{ HS, CLAIMS(",\"exp\":1800604861"), "token is valid for too long" },
	{ HS, CLAIMS(",\"exp\":9007199254740991"),
	    "token is valid for too long" },
	{ HS, CLAIMS(""), "exp is missing or no time" },
	{ HS, CLAIMS(",\"exp\":\"1800003600\""), "exp is missing or no time" },
	{ HS, CLAIMS(",\"exp\":-1"), "exp is missing or no time" },
	{ HS, CLAIMS(",\"exp\":9223372036854775807"),
	    "exp is missing or no time" },
	{ HS, CLAIMS(",\"exp\":1e300"), "exp is missing or no time" },
	{ HS, CLAIMS(EXP ",\"nbf\":1800000061"), "token is not valid yet" },
	{ HS, CLAIMS(EXP ",\"nbf\":true"), "nbf is no time" },
	{ HS, "{\"sub\":\"a\",\"aud\":\"assize\"" EXP "}",
	    "issuer is not ours" },
	{ HS, "{\"sub\":\"a\",\"iss\":\"them\",\"aud\":\"assize\"" EXP "}",
	    "issuer is not ours" },
	{ HS, "{\"sub\":\"a\",\"iss\":[\"us\"],\"aud\":\"assize\"" EXP "}",
	    "issuer is not ours" },
	{ HS, "{\"sub\":\"a\",\"iss\":\"us\"" EXP "}", "audience is not ours" },
	{ HS, "{\"sub\":\"a\",\"iss\":\"us\",\"aud\":\"other\"" EXP "}",
	    "audience is not ours" },
	{ HS, "{\"sub\":\"a\",\"iss\":\"us\",\"aud\":[]" EXP "}",
	    "audience is not ours" },
	{ HS, "{\"sub\":\"a\",\"iss\":\"us\",\"aud\":[[\"assize\"]]" EXP "}",
	    "audience is not ours" },
	{ HS, "{\"iss\":\"us\",\"aud\":\"assize\"" EXP "}",
	    "sub is missing or no user name" },
	{ HS, "{\"sub\":7,\"iss\":\"us\",\"aud\":\"assize\"" EXP "}",
	    "sub is missing or no user name" },
	{ HS, "{\"sub\":\"a b\",\"iss\":\"us\",\"aud\":\"assize\"" EXP "}",
	    "sub is missing or no user name" },
	{ HS, CLAIMS(EXP ",\"sub\":\"root\""), "claims are not acceptable" },
	{ HS, CLAIMS(EXP ",\"exp\":1900000000"), "claims are not acceptable" },
	{ HS, "[1]", "claims are not acceptable" },
	{ HS, "", "claims are not acceptable" },
	{ HS, CLAIMS(EXP ",\"x\":\"\\u0000\""), "claims are not acceptable" },
	{ "{\"alg\":\"none\",\"kid\":\"h1\"}", CLAIMS(EXP),
	    "alg is not the key's" },
	{ "{\"alg\":\"None\",\"kid\":\"h1\"}", CLAIMS(EXP),
	    "alg is not the key's" },
	{ "{\"alg\":\"HS512\",\"kid\":\"h1\"}", CLAIMS(EXP),
	    "alg is not the key's" },
	{ "{\"alg\":\"RS256\",\"kid\":\"h1\"}", CLAIMS(EXP),
	    "alg is not the key's" },
	{ "{\"alg\":\"HS256\",\"kid\":\"r1\"}", CLAIMS(EXP),
	    "alg is not the key's" },
	{ "{\"alg\":\"HS256\",\"kid\":\"nobody\"}", CLAIMS(EXP),
	    "kid is unknown" },
	{ "{\"alg\":\"HS256\",\"kid\":\"\"}", CLAIMS(EXP), "kid is unknown" },
	{ "{\"alg\":\"HS256\",\"kid\":\"../secret\"}", CLAIMS(EXP),
	    "kid is unknown" },
	{ "{\"alg\":\"HS256\"}", CLAIMS(EXP), "header lacks kid or alg" },
	{ "{\"kid\":\"h1\"}", CLAIMS(EXP), "header lacks kid or alg" },
	{ "{\"alg\":null,\"kid\":\"h1\"}", CLAIMS(EXP),
	    "header lacks kid or alg" },
	{ "{\"alg\":\"HS256\",\"kid\":\"h1\",\"crit\":[\"b64\"],"
	  "\"b64\":false}",
	    CLAIMS(EXP), "header has crit" },
	{ "{\"alg\":\"HS256\",\"kid\":\"h1\",\"alg\":\"none\"}", CLAIMS(EXP),
	    "header is not acceptable" },
	{ "{\"alg\":\"HS256\",\"kid\":\"h1\",\"kid\":\"r1\"}", CLAIMS(EXP),
	    "header is not acceptable" },
	{ "{'alg':'HS256','kid':'h1'}", CLAIMS(EXP),
	    "header is not acceptable" },
};

static void
assert_refused(struct token_verifier *v, struct arena *a, const char *token,
    const char *why)
{
	struct token_claims c = { .sub = "untouched" };
	struct err *e = token_verify(v, a, token, NOW_MS, &c);

	if (e == NULL)
		fail_msg("accepted although \"%s\"", why);
	assert_int_equal(e->code, ERR_UNAUTHENTICATED);
	assert_string_equal(e->internal, why);
	assert_string_equal(c.sub, "untouched");
}

static void
made_by_hand(void **state)
{
	struct keys *k = *state;
	struct token_verifier *v = token_verifier_new(k->keys, &wanted, 64);

	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		UNIT_ARENA(a);
		struct token_claims c;
		char *t = forge(a, made[i].header, made[i].claims, SECRET,
		    strlen(SECRET));

		if (made[i].why == NULL)
			assert_ok(token_verify(v, a, t, NOW_MS, &c));
		else
			assert_refused(v, a, t, made[i].why);
	}
	token_verifier_free(v);
}

/* The public key is public: as a secret it must open nothing. */
static void
confusion(void **state)
{
	struct keys *k = *state;
	struct token_verifier *v = token_verifier_new(k->keys, &wanted, 64);
	UNIT_ARENA(a);

	assert_refused(v, a,
	    forge(a, "{\"alg\":\"HS256\",\"kid\":\"r1\"}", CLAIMS(EXP),
		k->rsa_public, strlen(k->rsa_public)),
	    "alg is not the key's");
	assert_refused(v, a,
	    forge(a, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", CLAIMS(EXP),
		k->rsa_public, strlen(k->rsa_public)),
	    "signature is wrong");
	assert_refused(v, a, forge(a, HS, CLAIMS(EXP), "\0", 1),
	    "signature is wrong");
	assert_refused(v, a, forge(a, HS, CLAIMS(EXP), SECRET, 31),
	    "signature is wrong");
	token_verifier_free(v);
}

static char *
changed(struct arena *a, const char *token, size_t at, char c)
{
	char *t = arena_strdup(a, token);

	t[at] = c;
	return t;
}

static void
broken_form(void **state)
{
	struct keys *k = *state;
	struct token_verifier *v = token_verifier_new(k->keys, &wanted, 64);
	UNIT_ARENA(a);
	char *t = forge(a, HS, CLAIMS(EXP), SECRET, strlen(SECRET));
	size_t sign_at = (size_t)(strrchr(t, '.') - t) + 1;
	/* The same but for its user. */
	char *other = forge(a, HS,
	    "{\"sub\":\"root\",\"iss\":\"us\",\"aud\":\"assize\"" EXP "}",
	    "guessed", 7);
	char *none = forge(a, "{\"alg\":\"none\"}", CLAIMS(EXP), "\0", 1);
	char *big;
	struct token_claims c;

	/* A token in the cache does not help one that resembles it. */
	assert_ok(token_verify(v, a, t, NOW_MS, &c));
	assert_refused(v, a, "", "token has not three parts");
	assert_refused(v, a, "..", "signature is not base64url");
	assert_refused(v, a, "a.b", "token has not three parts");
	assert_refused(v, a, arena_printf(a, "%s.", t),
	    "token has not three parts");
	assert_refused(v, a, arena_printf(a, "%s.x", t),
	    "token has not three parts");
	assert_refused(v, a, arena_printf(a, "%.*s", (int)sign_at, t),
	    "signature is not base64url");
	assert_refused(v, a, arena_printf(a, "%.*s", (int)sign_at - 1, t),
	    "token has not three parts");
	assert_refused(v, a, arena_printf(a, "%s=", t),
	    "signature is not base64url");
	assert_refused(v, a, arena_printf(a, " %s", t),
	    "header is not acceptable");
	assert_refused(v, a,
	    changed(a, t, sign_at, t[sign_at] == 'A' ? 'B' : 'A'),
	    "signature is wrong");
	assert_refused(v, a,
	    arena_printf(a, "%.*s%s", (int)(strrchr(other, '.') - other), other,
		t + sign_at - 1),
	    "signature is wrong");
	assert_refused(v, a,
	    arena_printf(a, "%.*s", (int)(strrchr(none, '.') - none + 1), none),
	    "signature is not base64url");
	assert_refused(v, a, none, "header lacks kid or alg");

	big = arena_alloc(a, 9002);
	memset(big, 'a', 9001);
	assert_refused(v, a, big, "token is too long");
	token_verifier_free(v);
}

/* Keys that must not be used, and what the operator reads. */
static void
unfit_keys(void **state)
{
	static const struct {
		const char *lines;
		const char *why;
	} cases[] = {
		{ "", "holds no key" },
		{ "# nothing\n", "holds no key" },
		{ "a HS256 empty", ":1: " },
		{ "a HS256 empty", "is shorter than 32 bytes" },
		{ "a HS256 newline", "is shorter than 32 bytes" },
		{ "\na HS256 short", ":2: " },
		{ "a HS256 short", "is shorter than 32 bytes" },
		{ "a HS256 missing", "missing: No such file" },
		{ "a HS256 open-secret", "must not be open to others" },
		{ "a HS256 private-pem", "is a PEM file, not a secret" },
		{ "a RS256 missing", "missing: cannot be read" },
		{ "a RS256 secret", "holds no public key" },
		{ "a RS256 rsa.key", "holds no public key" },
		{ "a RS256 ec.pub", "is not an RSA key" },
		{ "a RS256 rsa1024.pub", "is shorter than 2048 bits" },
		{ "a ES256 rsa.pub", "is not a key of the curve P-256" },
		{ "a ES256 ec384.pub", "is not a key of the curve P-256" },
		{ "a ES256 empty", "holds no public key" },
		{ "a none secret", "unknown algorithm \"none\"" },
		{ "a HS512 secret", "unknown algorithm \"HS512\"" },
		{ "a HS256", "a line must be" },
		{ "a HS256 secret root", "a line must be" },
		{ "a HS256 secret admin x", "a line must be" },
		{ "a HS256 secret\na RS256 rsa.pub", "is there twice" },
	};
	struct keys *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct token_keys *keys;
		struct err *e;

		put_file(k, "bad", cases[i].lines, 0600);
		e = token_keys_load(a, path(k, "bad"), &keys);
		assert_err(e, ERR_IMPOSSIBLE);
		if (strstr(e->detail, cases[i].why) == NULL)
			fail_msg("%s: \"%s\" instead of \"%s\"", cases[i].lines,
			    e->detail, cases[i].why);
	}
	assert_err(token_keys_load(k->arena, path(k, "absent"), &k->keys),
	    ERR_IMPOSSIBLE);
}

static void
unfit_orders(void **state)
{
	struct keys *k = *state;
	UNIT_ARENA(a);
	struct token_order o;
	char *t;

	o = order(k, "HS256", "h1", "short");
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
	o = order(k, "HS256", "h1", "rsa.key");
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
	o = order(k, "RS256", "r1", "rsa.pub");
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
	o = order(k, "ES256", "r1", "rsa.key");
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
	o = order(k, "none", "h1", "secret");
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
	o = order(k, "HS256", "h1", "secret");
	o.ttl_s = 0;
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
	o = order(k, "HS256", "h1", "secret");
	o.sub = "a b";
	assert_err(token_sign(a, &o, &t), ERR_IMPOSSIBLE);
}

/* A small cache forgets; it never mixes up. */
static void
small_cache(void **state)
{
	struct keys *k = *state;

	for (size_t slots = 0; slots < 3; slots++) {
		struct token_verifier *v =
		    token_verifier_new(k->keys, &wanted, slots);
		UNIT_ARENA(a);

		for (int i = 0; i < 40; i++) {
			const char *sub = arena_printf(a, "u%d", i % 10);
			char *t = forge(a, HS,
			    arena_printf(a,
				"{\"sub\":\"%s\",\"iss\":\"us\","
				"\"aud\":\"assize\"" EXP "}",
				sub),
			    SECRET, strlen(SECRET));
			struct token_claims c;

			assert_ok(token_verify(v, a, t, NOW_MS, &c));
			assert_string_equal(c.sub, sub);
			assert_null(c.name);
		}
		token_verifier_free(v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_algorithms),
		cmocka_unit_test(admin),
		cmocka_unit_test(made_by_hand),
		cmocka_unit_test(confusion),
		cmocka_unit_test(broken_form),
		cmocka_unit_test(unfit_keys),
		cmocka_unit_test(unfit_orders),
		cmocka_unit_test(small_cache),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
