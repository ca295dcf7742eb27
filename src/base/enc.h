/*
 * Text forms of bytes, and SHA-256.
 */
#ifndef BASE_ENC_H
#define BASE_ENC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define ENC_SHA256 32     /* bytes */
#define ENC_SHA256_HEX 65 /* text with its NUL */

void enc_sha256(const void *, size_t, unsigned char ret_digest[ENC_SHA256]);
/* Lower-case hexadecimal of the digest of p[0..n). */
char *enc_sha256_hex(struct arena *, const void *p, size_t n) _must_check_;
/*
 * MD5 of p[0..n) and then q[0..m), for a protocol that wants it; it protects
 * nothing.
 */
char *enc_md5_hex(struct arena *, const void *p, size_t n, const void *q,
    size_t m) _must_check_;
/* 64 lower-case hexadecimal digits? */
bool enc_is_sha256_hex(const char *) _must_check_;
void enc_hmac_sha256(const void *key, size_t key_n, const void *, size_t,
    unsigned char ret_mac[ENC_SHA256]);

/* Digest of a stream of bytes: update any number of times, then final. */
struct enc_sha256_ctx;
struct enc_sha256_ctx *enc_sha256_new(struct arena *) _must_check_;
void enc_sha256_update(struct enc_sha256_ctx *, const void *, size_t);
void enc_sha256_final(struct enc_sha256_ctx *,
    unsigned char ret_digest[ENC_SHA256]);

char *enc_hex(struct arena *, const void *, size_t) _must_check_;
/* RFC 4648 §5 without padding. */
char *enc_base64url(struct arena *, const void *, size_t) _must_check_;
/* Strict: no padding, no blanks, canonical last character; else NULL. */
void *enc_base64url_decode(struct arena *, const char *, size_t n,
    size_t *ret_n) _must_check_;
/* RFC 4648 §4 with padding, as in JSON bodies; NULL if it is not that. */
void *enc_base64_decode(struct arena *, const char *, size_t n,
    size_t *ret_n) _must_check_;
char *enc_base64(struct arena *, const void *, size_t) _must_check_;
/* Percent-decoding of one URL component ('+' stays); NULL if malformed. */
char *enc_url_decode(struct arena *, const char *, size_t n) _must_check_;
char *enc_url_encode(struct arena *, const char *) _must_check_;

#endif
