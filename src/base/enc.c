#include "base/enc.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/buf.h"

struct enc_sha256_ctx {
	EVP_MD_CTX *md;
};

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

void
enc_sha256(const void *p, size_t n, unsigned char ret_digest[ENC_SHA256])
{
	int ok = EVP_Digest(p, n, ret_digest, NULL, EVP_sha256(), NULL);

	assert(ok == 1);
}

char *
enc_sha256_hex(struct arena *a, const void *p, size_t n)
{
	unsigned char digest[ENC_SHA256];

	enc_sha256(p, n, digest);
	return enc_hex(a, digest, sizeof(digest));
}

static void
close_md(EVP_MD_CTX **md)
{
	EVP_MD_CTX_free(*md);
}

char *
enc_md5_hex(struct arena *a, const void *p, size_t n, const void *q, size_t m)
{
	_cleanup_(close_md) EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	int ok;

	assert(md != NULL);
	ok = EVP_DigestInit_ex(md, EVP_md5(), NULL) == 1 &&
	    EVP_DigestUpdate(md, p, n) == 1 &&
	    EVP_DigestUpdate(md, q, m) == 1 &&
	    EVP_DigestFinal_ex(md, digest, &size) == 1;
	assert(ok);
	return enc_hex(a, digest, size);
}

bool
enc_is_sha256_hex(const char *s)
{
	return strlen(s) == 64 && strspn(s, hex_digits) == 64;
}

void
enc_hmac_sha256(const void *key, size_t key_n, const void *p, size_t n,
    unsigned char ret_mac[ENC_SHA256])
{
	unsigned int len = ENC_SHA256;
	unsigned char *ok;

	assert(key_n > 0 && key_n <= 1 << 20);
	ok = HMAC(EVP_sha256(), key, (int)key_n, p, n, ret_mac, &len);
	assert(ok != NULL && len == ENC_SHA256);
}

static void
free_md(void *md)
{
	EVP_MD_CTX_free(md);
}

struct enc_sha256_ctx *
enc_sha256_new(struct arena *a)
{
	struct enc_sha256_ctx *ctx = arena_new_of(a, struct enc_sha256_ctx);
	int ok;

	ctx->md = EVP_MD_CTX_new();
	assert(ctx->md != NULL);
	arena_defer(a, free_md, ctx->md);
	ok = EVP_DigestInit_ex(ctx->md, EVP_sha256(), NULL);
	assert(ok == 1);
	return ctx;
}

void
enc_sha256_update(struct enc_sha256_ctx *ctx, const void *p, size_t n)
{
	int ok = EVP_DigestUpdate(ctx->md, p, n);

	assert(ok == 1);
}

void
enc_sha256_final(struct enc_sha256_ctx *ctx,
    unsigned char ret_digest[ENC_SHA256])
{
	int ok = EVP_DigestFinal_ex(ctx->md, ret_digest, NULL);

	assert(ok == 1);
}

char *
enc_hex(struct arena *a, const void *p, size_t n)
{
	const unsigned char *in = p;
	char *out = arena_array(a, 2 * n + 1, 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex_digits[in[i] >> 4];
		out[2 * i + 1] = hex_digits[in[i] & 15];
	}
	return out;
}

/* One digit of the alphabet, of which the last two are extra[0..1]. */
static char
digit_of(unsigned int v, const char *extra)
{
	return v < 62 ? base64_digits[v] : extra[v - 62];
}

static char *
encode64(struct arena *a, const unsigned char *in, size_t n, const char *extra,
    bool pad)
{
	char *out = arena_array(a, n / 3 + 2, 4);
	char *o = out;
	unsigned int bits = 0;
	int held = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | in[i]) & 0xffff;
		for (held += 8; held >= 6; held -= 6)
			*o++ = digit_of(bits >> (held - 6) & 63, extra);
	}
	if (held > 0)
		*o++ = digit_of(bits << (6 - held) & 63, extra);
	while (pad && (o - out) % 4 != 0)
		*o++ = '=';
	*o = '\0';
	return out;
}

static int
value_of(char c, const char *extra)
{
	const char *at;

	if (c == '\0')
		return -1;
	if (c == extra[0])
		return 62;
	if (c == extra[1])
		return 63;
	at = strchr(base64_digits, c);
	return at == NULL ? -1 : (int)(at - base64_digits);
}

static void *
decode64(struct arena *a, const char *s, size_t n, const char *extra,
    size_t *ret_n)
{
	unsigned char *out = arena_array(a, n / 4 + 1, 3);
	unsigned int bits = 0;
	size_t k = 0;
	int held = 0;

	if (n % 4 == 1)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		int v = value_of(s[i], extra);

		if (v < 0)
			return NULL;
		bits = (bits << 6 | (unsigned int)v) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[k++] = (unsigned char)(bits >> held);
		}
	}
	/* Bits that no byte needs must be zero: one text for one value. */
	if ((bits & ((1u << held) - 1)) != 0)
		return NULL;
	*ret_n = k;
	return out;
}

char *
enc_base64url(struct arena *a, const void *p, size_t n)
{
	return encode64(a, p, n, "-_", false);
}

void *
enc_base64url_decode(struct arena *a, const char *s, size_t n, size_t *ret_n)
{
	return decode64(a, s, n, "-_", ret_n);
}

char *
enc_base64(struct arena *a, const void *p, size_t n)
{
	return encode64(a, p, n, "+/", true);
}

void *
enc_base64_decode(struct arena *a, const char *s, size_t n, size_t *ret_n)
{
	if (n % 4 != 0)
		return NULL;
	for (int i = 0; i < 2 && n > 0 && s[n - 1] == '='; i++)
		n--;
	return decode64(a, s, n, "+/", ret_n);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *
enc_url_decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_array(a, n + 1, 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int v = (unsigned char)s[i];

		if (s[i] == '%') {
			if (n - i < 3 || hex_value(s[i + 1]) < 0 ||
			    hex_value(s[i + 2]) < 0)
				return NULL;
			v = 16 * hex_value(s[i + 1]) + hex_value(s[i + 2]);
			i += 2;
		}
		if (v == 0)
			return NULL;
		out[k++] = (char)v;
	}
	return out;
}

char *
enc_url_encode(struct arena *a, const char *s)
{
	struct buf b;

	buf_init(&b, a, 3 * strlen(s));
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c < 0x80 && strchr(base64_digits, c) != NULL) ||
		    strchr("-._~", c) != NULL)
			buf_putc(&b, *s);
		else
			buf_printf(&b, "%%%02X", c);
	}
	return b.p;
}
