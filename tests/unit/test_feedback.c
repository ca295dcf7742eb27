#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "grade/feedback.h"

static const struct feedback_test base[] = {
	{ .name = "adds",
	    .score = 0,
	    .files = "sum.c",
	    .report = "Expected `3`, got `4`" },
	{ .name = "reads", .score = 70, .parameters = "n=2" },
	{ .name = "compiles", .score = 100, .report = "fine" },
};
static const struct feedback_test bonus[] = {
	{ .name = "fast", .score = 100 },
};

static struct feedback_input
input(const char *locale)
{
	struct feedback_input in = { .locale = locale, .final = 56.666 };

	in.tests[TREE_BASE] = base;
	in.n[TREE_BASE] = ARRAY_LEN(base);
	in.tests[TREE_BONUS] = bonus;
	in.n[TREE_BONUS] = ARRAY_LEN(bonus);
	return in;
}

static struct feedback_config
config_of(struct arena *a, const char *json, const char **ret_faults)
{
	struct feedback_config config;
	const struct json *j = NULL;
	struct faults faults;
	struct buf b;

	faults_init(&faults, a);
	buf_init(&b, a, 4096);
	if (json != NULL)
		assert_ok(json_parse(a, json, strlen(json),
		    &json_limits_document, &j));
	feedback_config_read(j, "feedback.json#", &faults, &config);
	for (const struct field_fault *f = faults.first; f != NULL; f = f->next)
		buf_printf(&b, "%s: %s\n", f->pointer, f->detail);
	if (ret_faults != NULL)
		*ret_faults = b.p;
	else
		assert_string_equal(b.p, "");
	return config;
}

static const char *
markdown(struct arena *a, const char *json, const char *locale)
{
	const struct feedback_config config = config_of(a, json, NULL);
	const struct feedback_input in = input(locale);
	const char *text = NULL;

	assert_ok(feedback_markdown(a, &config, &in, 1 << 16, &text));
	return text;
}

static void
by_default(void **state)
{
	UNIT_ARENA(a);

	(void)state;
	assert_string_equal(markdown(a, NULL, NULL),
	    "# Assignment report\n"
	    "\n"
	    "---\n"
	    "## GRADING SUMMARY\n"
	    "- 📊 **Tests:** 4 total  \n"
	    "  - ✅ 2 passed  \n"
	    "  - ❌ 2 failed\n"
	    "\n"
	    "---\n"
	    "## ✅ Essential Requirements\n"
	    "\n"
	    "### 🧪 adds ❌\n"
	    "- 📁 **File:** `sum.c`\n"
	    "- 🔴 **Score:** 0.0/100\n"
	    "- 💬 **Error:** Expected `3`, got `4`\n"
	    "\n"
	    "### 🧪 reads ❌\n"
	    "- 🟡 **Score:** 70.0/100\n"
	    "- ⚙️ **Parameters:** `n=2`\n"
	    "\n"
	    "---\n"
	    "## Final Score\n"
	    "\n"
	    "> **56.67 / 100**\n");
}

static void
preferences(void **state)
{
	static const char json[] =
	    "{\"general\":{\"report_title\":\"Lab 1\","
	    "\"show_score\":false,\"show_passed_tests\":true,"
	    "\"add_report_summary\":false,\"online_content\":["
	    "{\"url\":\"https://a/(1)\",\"description\":\"Sums [1]\","
	    "\"linked_tests\":[\"adds\"]},"
	    "{\"url\":\"https://b\",\"description\":\"Speed\","
	    "\"linked_tests\":[\"fast\"]},"
	    "{\"url\":\"https://c\",\"description\":\"All\"}]},"
	    "\"default\":{\"category_headers\":{\"bonus\":\"More\"}}}";
	UNIT_ARENA(a);
	const char *text = markdown(a, json, "en");

	(void)state;
	assert_int_equal(strncmp(text, "# Lab 1\n\n\n---\n## ✅ Ess", 20), 0);
	assert_non_null(strstr(text,
	    "### 🧪 compiles ✅\n- 🟢 **Score:** "
	    "100.0/100\n- 💬 **Feedback:** fine\n"));
	assert_non_null(strstr(text, "\n---\n## More\n\n### 🧪 fast ✅\n"));
	assert_null(strstr(text, "Final Score"));
	assert_null(strstr(text, "SUMMARY"));
	assert_non_null(strstr(text,
	    "\n---\n## Learning Resources\n\n"
	    "- 📘 [Sums \\[1\\]](https://a/\\(1\\))\n"
	    "- 📘 [All](https://c)\n"));
}

static void
locales(void **state)
{
	static const struct {
		const char *locale, *word;
	} table[] = {
		{ "en", "Final Score" },
		{ "es", "Puntuación final" },
		{ "fr-CA", "Score final" },
		{ "DE", "Endergebnis" },
		{ "pt_br", "Pontuação final" },
		{ "pt", "Pontuação final" },
		{ "xx", "Final Score" },
		{ "ptx", "Final Score" },
		{ "", "Final Score" },
	};
	UNIT_ARENA(a);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_non_null(strstr(markdown(a, NULL, table[i].locale),
		    arena_printf(a, "\n## %s\n", table[i].word)));
	/* Nothing is missing in any. */
	for (size_t i = 0; feedback_locales[i] != NULL; i++)
		for (int w = 0; w < WORD__MAX; w++)
			assert_non_null(feedback_word(feedback_locales[i],
			    (enum feedback_word)w));
}

static void
faults(void **state)
{
	const char *text;
	UNIT_ARENA(a);

	(void)state;
	config_of(a,
	    "{\"generl\":{},\"feedback_mode\":\"robot\","
	    "\"general\":{\"show_scores\":true,\"online_content\":"
	    "[{\"url\":\"ftp://x\",\"description\":\"\"}]}}",
	    &text);
	assert_non_null(strstr(text, "feedback.json#/generl: "));
	assert_non_null(strstr(text, "general"));
	assert_non_null(strstr(text, "feedback.json#/feedback_mode: "));
	assert_non_null(strstr(text, "feedback.json#/general/show_scores: "));
	assert_non_null(strstr(text, "show_score"));
	assert_non_null(
	    strstr(text, "feedback.json#/general/online_content/0/url: "));
	assert_non_null(strstr(text,
	    "feedback.json#/general/online_content/0/description: "));
}

static void
as_json(void **state)
{
	UNIT_ARENA(a);
	const struct feedback_config config = config_of(a, NULL, NULL);
	const struct feedback_input in = input("de");
	struct json_w w;
	struct buf b;

	(void)state;
	buf_init(&b, a, 1 << 16);
	json_w_init(&w, &b);
	feedback_write(&w, &config, &in);
	json_w_finish(&w);
	assert_string_equal(b.p,
	    "{\"title\":\"Bericht zur Aufgabe\",\"summary\":{\"total\":4,"
	    "\"passed\":2,\"failed\":2},\"categories\":[{\"category\":\"base\","
	    "\"header\":\"✅ Wesentliche Anforderungen\",\"tests\":["
	    "{\"name\":\"adds\",\"score\":0,\"passed\":false,"
	    "\"files\":\"sum.c\",\"report\":\"Expected `3`, got `4`\"},"
	    "{\"name\":\"reads\",\"score\":70,\"passed\":false,"
	    "\"parameters\":\"n=2\"}]}],\"final_score\":56.67,"
	    "\"resources\":[]}");
}

static void
too_long(void **state)
{
	UNIT_ARENA(a);
	const struct feedback_config config = config_of(a, NULL, NULL);
	const struct feedback_input in = input("en");
	const char *text;

	(void)state;
	assert_err(feedback_markdown(a, &config, &in, 100, &text),
	    ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_default),
		cmocka_unit_test(preferences),
		cmocka_unit_test(locales),
		cmocka_unit_test(faults),
		cmocka_unit_test(as_json),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
