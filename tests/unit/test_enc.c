#include "unit.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/rand.h"

static void
digests(void **state)
{
	/* FIPS 180-2 appendix B.1; RFC 4231 test case 2. */
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad";
	static const char mac[] = "5bdcc146bf60754e6a042426089575c7"
				  "5a003f089d2739839dec58b964ec3843";
	unsigned char digest[ENC_SHA256];
	UNIT_ARENA(a);
	struct enc_sha256_ctx *ctx = enc_sha256_new(a);

	assert_string_equal(enc_sha256_hex(a, "abc", 3), abc);
	enc_sha256_update(ctx, "a", 1);
	enc_sha256_update(ctx, "bc", 2);
	enc_sha256_final(ctx, digest);
	assert_string_equal(enc_hex(a, digest, sizeof(digest)), abc);
	enc_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, digest);
	assert_string_equal(enc_hex(a, digest, sizeof(digest)), mac);
	assert_string_equal(enc_md5_hex(a, "message", 7, " digest", 7),
	    "f96b697d7cb7938d525a2f31aaf161d0");
	assert_string_equal(enc_md5_hex(a, "", 0, "", 0),
	    "d41d8cd98f00b204e9800998ecf8427e");
	assert_true(enc_is_sha256_hex(abc));
	assert_false(enc_is_sha256_hex("BA78"));
}

static void
base64(void **state)
{
	static const struct {
		const char *raw, *url, *plain;
	} cases[] = {
		{ "", "", "" },
		{ "f", "Zg", "Zg==" },
		{ "fo", "Zm8", "Zm8=" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xff", "-_8", "+/8=" },
	};
	static const char *const bad_url[] = { "Z", "Zh", "Zg==", "Zm9", "Z g",
		"Zm8=", "Zm9v\n", "+_8" };
	UNIT_ARENA(a);
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *raw = cases[i].raw;
		char *back;

		assert_string_equal(enc_base64url(a, raw, strlen(raw)),
		    cases[i].url);
		assert_string_equal(enc_base64(a, raw, strlen(raw)),
		    cases[i].plain);
		back = enc_base64url_decode(a, cases[i].url,
		    strlen(cases[i].url), &n);
		assert_non_null(back);
		assert_int_equal(n, strlen(raw));
		assert_memory_equal(back, raw, n);
		back = enc_base64_decode(a, cases[i].plain,
		    strlen(cases[i].plain), &n);
		assert_non_null(back);
		assert_int_equal(n, strlen(raw));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad_url); i++)
		assert_null(enc_base64url_decode(a, bad_url[i],
		    strlen(bad_url[i]), &n));
	assert_null(enc_base64_decode(a, "Zg=", 3, &n));
	assert_null(enc_base64_decode(a, "=Zg=", 4, &n));
	assert_null(enc_base64_decode(a, "Z===", 4, &n));
}

static void
urls(void **state)
{
	UNIT_ARENA(a);

	assert_string_equal(enc_url_encode(a, "a b/\xc3\xa9~"),
	    "a%20b%2F%C3%A9~");
	assert_string_equal(enc_url_decode(a, "a%20b%2f+", 9), "a b/+");
	assert_null(enc_url_decode(a, "%", 1));
	assert_null(enc_url_decode(a, "%2", 2));
	assert_null(enc_url_decode(a, "%zz", 3));
	assert_null(enc_url_decode(a, "%00", 3));
}

static void
ids_ascend_and_are_recognised(void **state)
{
	UNIT_ARENA(a);
	char *before = rand_id(a, "sb");

	for (int i = 0; i < 2000; i++) {
		char *id = rand_id(a, "sb");

		assert_true(strcmp(before, id) < 0);
		assert_true(rand_is_id(id, "sb"));
		before = id;
	}
	assert_false(rand_is_id(before, "jb"));
	assert_false(rand_is_id("sb_", "sb"));
	assert_false(rand_is_id("sb_01ARZ3NDEKTSV4RRFFQ69G5FAu", "sb"));
	assert_false(rand_is_id("sb_81ARZ3NDEKTSV4RRFFQ69G5FAV", "sb"));
	assert_true(rand_is_id("sb_01ARZ3NDEKTSV4RRFFQ69G5FAV", "sb"));
	for (int i = 0; i < 1000; i++)
		assert_true(rand_below(3) < 3);
}

static void
times(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t ms;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", true, 0 },
		{ "2026-11-21T05:53:00.123Z", true, 1795240380123 },
		{ "2026-11-21T06:53:00.123+01:00", true, 1795240380123 },
		{ "2024-02-29T00:00:00Z", true, 1709164800000 },
		{ "2023-02-29T00:00:00Z", false, 0 },
		{ "2026-13-01T00:00:00Z", false, 0 },
		{ "2026-00-01T00:00:00Z", false, 0 },
		{ "2026-11-21T24:00:00Z", false, 0 },
		{ "2026-11-21T05:53:00", false, 0 },
		{ "2026-11-21", false, 0 },
		{ "2026-11-21T05:53:00Zx", false, 0 },
		{ "", false, 0 },
	};
	char text[CLOCK_TEXT];
	int64_t ms;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(clock_parse(cases[i].text, &ms), cases[i].ok);
		if (cases[i].ok)
			assert_int_equal(ms, cases[i].ms);
	}
	clock_format(1795240380123, text);
	assert_string_equal(text, "2026-11-21T05:53:00.123Z");
	clock_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(base64),
		cmocka_unit_test(urls),
		cmocka_unit_test(ids_ascend_and_are_recognised),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
