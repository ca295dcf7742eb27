#include "token/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/str.h"
#include "token/jwt.h"

#define KEYS_FILE_MAX (64 << 10)
#define KEY_FILE_MAX (16 << 10)
#define SECRET_MIN 32
#define RSA_BITS_MIN 2048

static const char *const alg_names[TOKEN_ALG__MAX] = {
	[TOKEN_HS256] = "HS256",
	[TOKEN_RS256] = "RS256",
	[TOKEN_ES256] = "ES256",
};

const char *
token_alg_name(enum token_alg alg)
{
	return alg_names[alg];
}

enum token_alg
token_alg_of(const char *name)
{
	enum token_alg alg = 0;

	while (alg < TOKEN_ALG__MAX && strcmp(alg_names[alg], name) != 0)
		alg++;
	return alg;
}

static void
free_biop(BIO **b)
{
	BIO_free(*b);
}

static void
free_pkeyp(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

/* An empty passphrase, so that OpenSSL does not ask the terminal for one. */
static EVP_PKEY *
read_pem(const struct token_key *key, bool signing)
{
	_cleanup_(free_biop) BIO *b = BIO_new_mem_buf(key->p, (int)key->n);
	char none[] = "";

	if (b == NULL)
		return NULL;
	return signing ? PEM_read_bio_PrivateKey(b, NULL, NULL, none)
		       : PEM_read_bio_PUBKEY(b, NULL, NULL, none);
}

static const char *
check_rsa(const EVP_PKEY *k)
{
	if (!EVP_PKEY_is_a(k, "RSA"))
		return "is not an RSA key";
	if (EVP_PKEY_get_bits(k) < RSA_BITS_MIN)
		return "is shorter than 2048 bits";
	return NULL;
}

static const char *
check_ec(const EVP_PKEY *k)
{
	char curve[64];
	size_t n;

	if (!EVP_PKEY_is_a(k, "EC") ||
	    EVP_PKEY_get_group_name(k, curve, sizeof(curve), &n) != 1 ||
	    strcmp(curve, "prime256v1") != 0)
		return "is not a key of the curve P-256";
	return NULL;
}

/*
 * A PEM as HS256 secret would let everybody sign who knows the public key.
 */
static const char *
check_secret(const struct token_key *key)
{
	if (memmem(key->p, key->n, "-----BEGIN", 10) != NULL)
		return "is a PEM file, not a secret for HS256";
	if (key->n < SECRET_MIN)
		return "is shorter than 32 bytes";
	return NULL;
}

static const char *
check_key(const struct token_key *key, bool signing)
{
	_cleanup_(free_pkeyp) EVP_PKEY *k = NULL;

	if (key->alg == TOKEN_HS256)
		return check_secret(key);
	k = read_pem(key, signing);
	if (k == NULL)
		return signing ? "holds no private key in PEM"
			       : "holds no public key in PEM";
	return key->alg == TOKEN_RS256 ? check_rsa(k) : check_ec(k);
}

static struct err *
check_mode(struct arena *a, const char *file)
{
	struct stat st;

	if (stat(file, &st) != 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", file, strerror(errno));
	if ((st.st_mode & S_IRWXO) != 0)
		return ERR(a, ERR_IMPOSSIBLE,
		    "%s: a secret must not be open to others (chmod o=)", file);
	return NULL;
}

struct err *
token_key_read(struct arena *a, const char *file, bool signing,
    struct token_key *key)
{
	const char *why;
	struct err *e;
	char *p;
	size_t n;

	if (signing || key->alg == TOKEN_HS256)
		TRY(check_mode(a, file));
	e = io_read_file(a, AT_FDCWD, file, KEY_FILE_MAX, &p, &n);
	if (e != NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s: cannot be read", file);
	if (key->alg == TOKEN_HS256 && n > 0 && p[n - 1] == '\n')
		n--;
	key->p = p;
	key->n = n;
	why = check_key(key, signing);
	if (why != NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", file, why);
	return NULL;
}

const struct token_key *
token_key_find(const struct token_keys *t, const char *kid)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->keys[i].kid, kid) == 0)
			return &t->keys[i];
	return NULL;
}

/* The file beside the keys file, unless it is absolute. */
static const char *
beside(struct arena *a, const char *keys_file, const char *path)
{
	const char *slash = strrchr(keys_file, '/');

	if (path[0] == '/' || slash == NULL)
		return path;
	return arena_printf(a, "%.*s/%s", (int)(slash - keys_file), keys_file,
	    path);
}

#define WORDS_MAX 5

/* Words between blanks; more than WORDS_MAX count as WORDS_MAX. */
static size_t
split_words(struct arena *a, struct str line, const char *ret_words[WORDS_MAX])
{
	struct str rest = str_trim(line);
	size_t n = 0;
	size_t k;

	while (rest.n > 0 && n < WORDS_MAX) {
		k = 0;
		while (k < rest.n && rest.p[k] != ' ' && rest.p[k] != '\t')
			k++;
		ret_words[n++] = str_dup(a, (struct str) { rest.p, k });
		rest = str_trim((struct str) { rest.p + k, rest.n - k });
	}
	return n;
}

static struct err *
read_line(struct arena *a, struct token_keys *t, const char *file,
    struct str line)
{
	const char *w[WORDS_MAX];
	struct token_key key = { 0 };
	size_t n = split_words(a, line, w);

	if (n == 0)
		return NULL;
	if (n < 3 || n > 4 || (n == 4 && strcmp(w[3], "admin") != 0))
		return ERR(a, ERR_IMPOSSIBLE,
		    "a line must be \"kid alg path [admin]\"");
	key.kid = w[0];
	key.alg = token_alg_of(w[1]);
	key.admin = n == 4;
	if (key.alg == TOKEN_ALG__MAX)
		return ERR(a, ERR_IMPOSSIBLE,
		    "unknown algorithm \"%s\": HS256, RS256 or ES256", w[1]);
	if (token_key_find(t, key.kid) != NULL)
		return ERR(a, ERR_IMPOSSIBLE, "key id \"%s\" is there twice",
		    key.kid);
	TRY(token_key_read(a, beside(a, file, w[2]), false, &key));
	t->keys = arena_grow(a, t->keys, t->n, &t->cap, sizeof(*t->keys));
	t->keys[t->n++] = key;
	return NULL;
}

struct err *
token_keys_load(struct arena *a, const char *file, struct token_keys **ret_keys)
{
	struct token_keys *t = arena_new_of(a, struct token_keys);
	struct str rest = { 0 };
	struct str line;
	struct str code;
	struct err *e;
	char *p;
	int number = 0;

	e = io_read_file(a, AT_FDCWD, file, KEYS_FILE_MAX, &p, &rest.n);
	if (e != NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s: cannot be read", file);
	rest.p = p;
	while (str_cut(&rest, '\n', &line)) {
		number++;
		code = (struct str) { 0 };
		if (!str_cut(&line, '#', &code))
			continue;
		e = read_line(a, t, file, code);
		if (e != NULL)
			return ERR(a, ERR_IMPOSSIBLE, "%s:%d: %s", file, number,
			    e->detail);
	}
	if (t->n == 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: holds no key", file);
	*ret_keys = t;
	return NULL;
}
