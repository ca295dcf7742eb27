#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "markup/hidden.h"
#include "markup/markup.h"
#include "markup/safe.h"

static const char *
html(struct arena *a, const char *markdown)
{
	const char *text = NULL;

	assert_ok(markup_html(a, markdown, strlen(markdown), &text));
	return text;
}

static void
what_feedback_is_made_of(void **state)
{
	UNIT_ARENA(a);

	(void)state;
	assert_string_equal(html(a, "# A\n\n- **b** `c<d`\n"),
	    "<h1>A</h1>\n<ul>\n<li><strong>b</strong> "
	    "<code>c&lt;d</code></li>\n</ul>\n");
	assert_string_equal(html(a, "[x](https://a.b/?c&d)"),
	    "<p><a href=\"https://a.b/?c&amp;d\">x</a></p>\n");
	assert_non_null(strstr(html(a, "|a|\n|-|\n|b|\n"), "<td>b</td>"));
	assert_string_equal(html(a, ""), "");
}

#define NOW INT64_C(1792540800000) /* 2026-10-21 */
#define DIV(day, text) \
	"<div class=\"docutils container hidden-until-" day "\">" text "</div>"

/* "hidden-until", of a text and of what is made of it. */
static void
what_is_hidden_until_a_day(void **state)
{
	static const char *const cases[][2] = {
		{ "plain <div class=\"x\">", NULL },
		{ "hidden-until", NULL },
		{ ".. hidden-until: 2099-01-01\n\n  x\n", NULL },
		{ "..hidden-until:: 2099-01-01\n\n  x\n", NULL },
		{ ".. hidden-until:: 2026-10-21\n\n  x\n", NULL },
		{ ".. hidden-until:: 2026-10-20 23:59:59\n\n  x\n", NULL },
		{ ".. hidden-until:: 21/10/2026\n\n  x\n", NULL },
		{ "a\n\n.. hidden-until:: 2026-10-21 00:00:01\n\n  x\n\n  y\n"
		  "b\n",
		    "a\n\nb\n" },
		{ "..  Hidden-Until ::  22/10/2026 \n\n  x", "" },
		{ "- a\n\n  .. hidden-until:: 2099-01-01\n\n\tx\n\n  b",
		    "- a\n\n  b" },
		{ ".. hidden-until:: soon\n\n  x\n.. hidden-until:: "
		  "2001-01-01\n\n  y",
		    ".. hidden-until:: 2001-01-01\n\n  y" },
		{ ".. hidden-until:: 2099-01-01\n\n  .. hidden-until:: "
		  "2001-01-01\n\n    x\n",
		    "" },
		{ "<p>a</p>" DIV("20261020000000", "<p>x</p>"), NULL },
		{ "<p>a</p>" DIV("20990101000000", "<div>x</div>y") "<p>b</p>",
		    "<p>a</p><p>b</p>" },
		{ "<div><div>a</div>" DIV("99999999999999", "x") "</div>",
		    "<div><div>a</div></div>" },
		{ DIV("20261020000000", "x" DIV("20990101000000", "y") "z"),
		    DIV("20261020000000", "xz") },
		{ "<div class=\"hidden-until-20990101000000\">x<div>", "" },
		{ "<div class=\"hidden-until-2099\">x</div>", NULL },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(markup_hide(a, cases[i][0], NOW),
		    cases[i][1] != NULL ? cases[i][1] : cases[i][0]);
}

/* Nothing that a browser would run, fetch or submit by itself. */
static void
attacks(void **state)
{
	static const char *const tries[] = {
		"<script>alert(1)</script>",
		"<img src=x onerror=alert(1)>",
		"a <b onclick=\"x()\">b</b>",
		"[x](javascript:alert(1))",
		"[x](JaVaScRiPt:alert(1))",
		"[x](&#106;avascript:alert(1))",
		"[x](vbscript:x)",
		"[x](data:text/html;base64,PHNjcmlwdD4=)",
		"![x](javascript:alert(1))",
		"<javascript:alert(1)>",
		"[x]: javascript:alert(1)\n\n[x]",
		"```\"><script>x</script>\ncode\n```",
		"| <script>x</script> |\n|-|\n",
		"~~<script>x</script>~~",
		"<!-- --><script>x</script>",
		"<style>*{}</style>",
		"<iframe src=//x></iframe>",
		"[a](https://x\" onmouseover=\"y)",
		"![a](https://x 'y\" onerror=\"z')",
	};
	static const char *const bad[] = { "<script", "<img src=x", "<style",
		"<iframe", "<b onclick", "href=\"javascript", "href=\"JaVa",
		"src=\"javascript", "href=\"vbscript", "href=\"data",
		"\" onmouseover=\"", "\" onerror=\"" };
	UNIT_ARENA(a);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++)
		for (size_t k = 0; k < ARRAY_LEN(bad); k++)
			if (strstr(html(a, tries[i]), bad[k]) != NULL)
				fail_msg("%s became %s", tries[i],
				    html(a, tries[i]));
}

static void
sizes(void **state)
{
	UNIT_ARENA(a);
	size_t n = MARKUP_MAX;
	char *deep = arena_alloc(a, n + 2);
	const char *text;

	(void)state;
	/* Nested as deep as it goes: neither slow nor the end of the stack. */
	memset(deep, '>', n);
	assert_ok(markup_html(a, deep, 20000, &text));
	memset(deep, '[', n);
	assert_ok(markup_html(a, deep, 20000, &text));
	assert_err(markup_html(a, deep, n + 1, &text), ERR_TOO_LARGE);
	assert_non_null(strstr(html(a,
				   "a\xff\xfe"
				   "b"),
	    "a\xef\xbf\xbd"));
}

/* Of what a runner sends, nothing is believed that is not on the list. */
static void
what_is_safe(void **state)
{
	static const char *const safe[] = {
		"",
		"text &amp; &lt;",
		"<p class=\"a b\">x</p>\n<br><hr>",
		"<a class=\"x\" href=\"https://a.b/?c&amp;d\">e</a>",
		"<a href=\"#feedback-x\">e</a><h2 id=\"feedback-x\">f</h2>",
		"<a href=\"mailto:a@b\">e</a>",
		"<img alt='say \"x\" > y' src=\"data:image/png;base64,AA==\">",
		"<img src=\"http://a/b.png\" />",
		"<table><tr><td colspan=\"2\">x</td></tr></table>",
	};
	static const char *const unsafe[] = {
		"<script>x</script>",
		"<SCRIPT>x</SCRIPT>",
		"<p onclick=\"x\">",
		"<p style=\"x\">",
		"<p class=x>",
		"<p class=\"x>",
		"<p class=\"x\"onclick=\"y\">",
		"<p/onclick=\"x\">",
		"<p\nonclick=\"x\">",
		"<p  class=\"x\">",
		"<a href=\"javascript:x\">",
		"<a href=\" javascript:x\">",
		"<a href=\"java\nscript:x\">",
		"<a href=\"&#106;avascript:x\">",
		"<a href=\"//x\">",
		"<a href=\"/logout\">",
		"<a href=\"data:text/html,x\">",
		"<p href=\"https://x\" id=\"login\">",
		"<img src=\"data:image/svg+xml;base64,AA==\">",
		"<img src=\"x\">",
		"<!-- x -->",
		"<!doctype html>",
		"<?x?>",
		"<![CDATA[x]]>",
		"<svg><a>",
		"<iframe src=\"https://x\">",
		"<form>",
		"<p",
		"<",
		"</p class=\"x\">",
		"a > b",
		"a \x01",
		"<p class=\"<script>\">",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(safe); i++)
		if (!markup_is_safe(safe[i]))
			fail_msg("refused: %s", safe[i]);
	for (size_t i = 0; i < ARRAY_LEN(unsafe); i++)
		if (markup_is_safe(unsafe[i]))
			fail_msg("taken: %s", unsafe[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_feedback_is_made_of),
		cmocka_unit_test(what_is_hidden_until_a_day),
		cmocka_unit_test(attacks),
		cmocka_unit_test(sizes),
		cmocka_unit_test(what_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
