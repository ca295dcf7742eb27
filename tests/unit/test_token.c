#include "unit.h"

#include <string.h>

#include "base/enc.h"
#include "token/link.h"
#include "token/runner_token.h"

#define KEY "0123456789abcdef0123456789abcdef"
#define NOW_MS INT64_C(1800000000000)

static void
runner_tokens(void **state)
{
	UNIT_ARENA(a);
	char *one = token_runner_new(a);
	char *two = token_runner_new(a);
	char *hash = token_runner_hash(a, one);

	assert_int_equal(strlen(one), TOKEN_RUNNER_LEN);
	assert_memory_equal(one, "rk_", 3);
	assert_string_not_equal(one, two);
	assert_true(enc_is_sha256_hex(hash));
	assert_string_equal(hash, enc_sha256_hex(a, one, strlen(one)));
	assert_string_not_equal(hash, token_runner_hash(a, two));
}

static void
no_runner_tokens(void **state)
{
	static const char *const bad[] = { "", "rk_", "rk",
		"rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"xk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A",
		"rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xff",
		"rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB" };
	UNIT_ARENA(a);

	assert_null(token_runner_hash(a, NULL));
	assert_non_null(token_runner_hash(a,
	    "rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (token_runner_hash(a, bad[i]) != NULL)
			fail_msg("accepted: %s", bad[i]);
}

static void
links(void **state)
{
	UNIT_ARENA(a);
	struct token_link_key key;
	struct token_link_key other;
	char *t;

	assert_ok(token_link_key_set(a, KEY, &key));
	assert_ok(token_link_key_set(a, KEY "x", &other));
	t = token_link_make(a, &key, "jb_1", NOW_MS);
	assert_ok(token_link_check(a, &key, "jb_1", t, NOW_MS));
	assert_ok(token_link_check(a, &key, "jb_1", t,
	    NOW_MS + TOKEN_LINK_TTL_S * 1000 - 1));
	assert_err(token_link_check(a, &key, "jb_1", t,
		       NOW_MS + TOKEN_LINK_TTL_S * 1000),
	    ERR_LINK);
	assert_err(token_link_check(a, &key, "jb_2", t, NOW_MS), ERR_LINK);
	assert_err(token_link_check(a, &other, "jb_1", t, NOW_MS), ERR_LINK);
	/* A new key, with the old one still beside it. */
	assert_ok(token_link_key_set(a, KEY "x\n " KEY "\n", &other));
	assert_ok(token_link_check(a, &other, "jb_1", t, NOW_MS));
	t = token_link_make(a, &other, "jb_1", NOW_MS);
	assert_ok(token_link_check(a, &other, "jb_1", t, NOW_MS));
	assert_err(token_link_check(a, &key, "jb_1", t, NOW_MS), ERR_LINK);
	assert_err(token_link_key_set(a, KEY " short", &other), ERR_IMPOSSIBLE);
	assert_err(token_link_key_set(a, " \n", &other), ERR_IMPOSSIBLE);
}

static void
forged_links(void **state)
{
	UNIT_ARENA(a);
	struct token_link_key key;
	char *t;
	char *mac;
	char big[300];

	assert_ok(token_link_key_set(a, KEY, &key));
	t = token_link_make(a, &key, "jb_1", NOW_MS);
	mac = strchr(t, '.') + 1;
	memset(big, '1', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	const char *const bad[] = { "", ".", "1800003600", "1800003600.", mac,
		arena_printf(a, "1800003601.%s", mac),
		arena_printf(a, "01800003600.%s", mac),
		arena_printf(a, "-1.%s", mac),
		arena_printf(a, "99999999999999999999.%s", mac),
		arena_printf(a, "%s.", t), arena_printf(a, "%sA", t),
		arena_printf(a, "%.*s", (int)strlen(t) - 1, t), big };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_err(token_link_check(a, &key, "jb_1", bad[i], NOW_MS),
		    ERR_LINK);
}

static void
link_keys(void **state)
{
	UNIT_ARENA(a);
	struct token_link_key key;

	assert_err(token_link_key_set(a, NULL, &key), ERR_IMPOSSIBLE);
	assert_err(token_link_key_set(a, "", &key), ERR_IMPOSSIBLE);
	assert_err(token_link_key_set(a, "0123456789abcdef0123456789abcde",
		       &key),
	    ERR_IMPOSSIBLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runner_tokens),
		cmocka_unit_test(no_runner_tokens),
		cmocka_unit_test(links),
		cmocka_unit_test(forged_links),
		cmocka_unit_test(link_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
