/*
 * The test functions that need no box: the recorded answers, and what the
 * source got wrong.
 */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/str.h"
#include "runner/templates/probe.h"
#include "runner/templates/program.h"
#include "runner/templates/static_analysis.h"
#include "runner/templates/structure.h"
#include "runner/templates/webdev.h"
#include "runner/templates/words.h"

static const char *const templates[] = { "webdev", "static_analysis", NULL };

static const struct json *
parse(struct arena *a, const char *text)
{
	static const struct json_limits limits = { 100000, 20 };
	const struct json *j;

	assert_ok(json_parse(a, text, strlen(text), &limits, &j));
	return j;
}

static const char *
read_data(struct arena *a, const char *name)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");
	char *p = NULL;
	size_t n;

	assert_ok(io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/tests/data/%s", srcdir != NULL ? srcdir : ".",
		name),
	    1 << 20, &p, &n));
	return p;
}

/* As the runner does, but in no box. */
static void
parse_files(struct arena *a, struct parsed *parsed, const struct criteria *c,
    const char *language)
{
	const char *built = getenv("ASSIZE_BUILDDIR");
	char path[] = "/tmp/test_probes.XXXXXX";
	int fd = mkstemp(path);
	struct proc_output out;
	struct buf request;
	const char *const argv[] = { "/bin/sh", "-c",
		"exec \"$0\" <\"$1\" 2>/dev/null",
		arena_printf(a, "%s/src/runner/assize-syntax",
		    built != NULL ? built : "."),
		path, NULL };

	assert_true(fd >= 0);
	buf_init(&request, a, 4 << 20);
	structure_ask(parsed, c, language, &request);
	assert_int_equal(io_write_all(fd, request.p, request.n), 0);
	close(fd);
	if (request.n > 0 && syntax_is_known(SYNTAX_C)) {
		assert_ok(proc_run(parsed->arena, argv, 64 << 20, 20000, &out));
		structure_take(parsed, (struct str) { out.out, out.n });
	}
	unlink(path);
}

/*
 * Runs one test on the files, in p's locale; the criteria must be acceptable.
 */
static void
run(struct arena *a, struct arena *memory, const char *criteria,
    const struct zip_file *files, size_t n, const char *language,
    struct probe *p)
{
	const struct criteria_options options = { .templates = templates };
	const struct probe_function *f;
	const struct criteria *c;
	struct faults faults;

	faults_init(&faults, a);
	c = criteria_read(a, parse(a, criteria), &options, &faults);
	if (c == NULL)
		fail_msg("%s: %s: %s", criteria, faults.first->pointer,
		    faults.first->detail);
	f = probe_find(webdev_functions, c->tests[0].function->name);
	if (f == NULL)
		f = probe_find(static_analysis_functions,
		    c->tests[0].function->name);
	assert_non_null(f);
	*p = (struct probe) {
		.arena = a,
		.locale = p->locale,
		.test = &c->tests[0],
		.files = files,
		.n = n,
		.language = language,
		.parsed = parsed_new(memory, files, n),
	};
	parse_files(a, p->parsed, c, language);
	assert_ok(probe_run(p, f));
}

static size_t
take_files(struct arena *a, const struct json *j, struct zip_file **ret)
{
	*ret = arena_array(a, j->n + 1, sizeof(**ret));
	for (size_t i = 0; i < j->n; i++)
		(*ret)[i] = (struct zip_file) { j->members[i].name,
			j->members[i].value.string, j->members[i].value.n };
	return j->n;
}

/* Where we differ, what we say; the reasons stand in vectors-deviations. */
static const struct {
	size_t index;
	double score;
} deviations[] = {
	{ 25, 0 },
	{ 30, 0 },
	{ 35, 0 },
	{ 36, 0 },
	{ 39, 100 },
	{ 40, 0 },
	{ 43, 0 },
	{ 45, 100 },
	{ 46, 100 },
	{ 51, 50 },
	{ 56, 0 },
	{ 60, 0 },
	{ 70, 100 },
	{ 71, 0 },
};

static bool
deviates(struct arena *a, const char *list, size_t i, double *ret_score)
{
	for (size_t k = 0; k < ARRAY_LEN(deviations); k++)
		if (deviations[k].index == i) {
			assert_non_null(strstr(list,
			    arena_printf(a, "test_functions.json\t%zu ", i)));
			*ret_score = deviations[k].score;
			return true;
		}
	return false;
}

static void
recorded(void **state)
{
	UNIT_ARENA(a);
	const struct json *cases =
	    parse(a, read_data(a, "vectors/test_functions.json"));
	const char *list = read_data(a, "vectors-deviations");

	if (!syntax_is_known(SYNTAX_JAVASCRIPT))
		skip();
	for (size_t i = 0; i < cases->n; i++) {
		_cleanup_(arena_freep) struct arena *memory =
		    arena_new("parsed", PARSED_MEMORY);
		const struct json *c = &cases->items[i];
		const struct json *e = json_member(c, "expected");
		const struct json *score = json_member(e, "score");
		double want = score->kind == JSON_INT ? (double)score->integer
						      : score->number;
		struct zip_file *files;
		size_t n = take_files(a, json_member(c, "files"), &files);
		bool differs = deviates(a, list, i, &want);
		struct probe p = { 0 };

		run(a, memory,
		    arena_printf(a,
			"{\"base\":{\"tests\":[{\"name\":\"t\",\"type\":\"%s\","
			"\"parameters\":%s}]}}",
			json_member_string(c, "function"),
			json_text(a, json_member(c, "parameters"))),
		    files, n, json_member_string(c, "language"), &p);
		if (p.score != want)
			fail_msg("%zu %s: %g, not %g: %s", i,
			    json_member_string(c, "function"), p.score, want,
			    p.report);
		if (!differs &&
		    strcmp(p.report, json_member_string(e, "report")) != 0)
			fail_msg("%zu: \"%s\", not \"%s\"", i, p.report,
			    json_member_string(e, "report"));
	}
	assert_int_equal(cases->n, 80);
}

/* "%zu%s%.2f" of "%zu of %s: %.2fs" */
static const char *
conversions(struct arena *a, const char *format)
{
	const char *all = "";

	while ((format = strchr(format, '%')) != NULL) {
		size_t n = strspn(format, "%.0123456789zdsfu");

		n = strcspn(format, "sduf") + 1 < n
		    ? strcspn(format, "sduf") + 1
		    : n;
		all = arena_printf(a, "%s%.*s", all, (int)n, format);
		format += n;
	}
	return all;
}

/* Whatever the locale, a report takes what the code fills in. */
static void
words_agree(void **state)
{
	UNIT_ARENA(a);
	size_t n = 0;

	assert_string_equal(conversions(a, "%zu of `<%s>`: %.2fs"),
	    "%zu%s%.2f");
	for (size_t t = 0; words_tables[t] != NULL; t++)
		for (const struct words *w = words_tables[t]; w->in[0] != NULL;
		     w++, n++)
			for (int l = 0; l < FEEDBACK_LOCALES; l++) {
				if (w->in[l] == NULL || *w->in[l] == '\0')
					fail_msg("%s: not in %s", w->in[0],
					    feedback_locales[l]);
				assert_string_equal(conversions(a, w->in[l]),
				    conversions(a, w->in[0]));
				assert_ptr_equal(words_say(feedback_locales[l],
						     w->in[0]),
				    l == 0 ? w->in[0] : w->in[l]);
			}
	assert_true(n > 100);
}

static void
reports_in_the_locale(void **state)
{
	static const struct {
		const char *locale;
		const char *says;
	} cases[] = {
		{ NULL, "Found 1 of 2 required `<p>` tags." },
		{ "en-GB", "Found 1 of 2 required `<p>` tags." },
		{ "es", "Se encontraron 1 de 2 etiquetas `<p>` requeridas." },
		{ "fr-CA",
		    "1 sur 2 balises `<p>` demandées ont été trouvées." },
		{ "de", "1 von 2 verlangten Tags `<p>` gefunden." },
		{ "pt_br", "Encontradas 1 de 2 tags `<p>` exigidas." },
		{ "ja", "Found 1 of 2 required `<p>` tags." },
	};
	const struct zip_file file = { "a.html", "<p>x</p>", 8 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		_cleanup_(arena_freep) struct arena *memory =
		    arena_new("parsed", PARSED_MEMORY);
		struct probe p = { .locale = cases[i].locale };

		run(a, memory,
		    "{\"base\":{\"tests\":[{\"name\":\"has_tag\","
		    "\"tag\":\"p\",\"required_count\":2}]}}",
		    &file, 1, NULL, &p);
		assert_string_equal(p.report, cases[i].says);
	}
}

struct example {
	const char *test; /* members beside the name */
	const char *path;
	const char *text;
	double score;
};

static void
check_examples(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		UNIT_ARENA(a);
		_cleanup_(arena_freep) struct arena *memory =
		    arena_new("parsed", PARSED_MEMORY);
		const struct zip_file file = { examples[i].path,
			examples[i].text, strlen(examples[i].text) };
		struct probe p = { 0 };

		run(a, memory,
		    arena_printf(a,
			"{\"base\":{\"tests\":[{\"name\":\"t\",%s}]}}",
			examples[i].test),
		    &file, 1, NULL, &p);
		if (p.score != examples[i].score)
			fail_msg("%s on %s: %g, not %g: %s", examples[i].test,
			    examples[i].text, p.score, examples[i].score,
			    p.report);
	}
}

#define TYPE(name) "\"type\":\"" #name "\""

/* Every function of webdev, where it passes and where not. */
static void
pages(void **state)
{
	static const struct example examples[] = {
		{ TYPE(has_tag) ",\"tag\":\"DIV\",\"required_count\":2",
		    "a.html", "<DIV><div>", 100 },
		{ TYPE(has_class) ",\"class_names\":[\"col-*\"],"
				  "\"required_count\":2",
		    "a.html", "<p class='col-1 x'><p class=col-22>", 100 },
		{ TYPE(has_attribute) ",\"attribute\":\"id\","
				      "\"required_count\":2",
		    "a.html", "<p ID=x>", 50 },
		{ TYPE(has_forbidden_tag) ",\"tag\":\"font\"", "a.html",
		    "<p>font</p>", 100 },
		{ TYPE(check_bootstrap_linked), "a.html",
		    "<script src='/bootstrap.js'></script>", 100 },
		{ TYPE(check_bootstrap_usage), "a.html",
		    "<script src='/bootstrap.js'></script>", 0 },
		{ TYPE(check_internal_links) ",\"required_count\":2", "a.html",
		    "<a href='#x'></a><a href='#y'></a><p id=x></p>", 50 },
		{ TYPE(check_internal_links_to_article) ",\"required_count\":1",
		    "a.html", "<a href='#x'></a><p id=x></p>", 0 },
		{ TYPE(check_internal_links_to_article) ",\"required_count\":1",
		    "a.html", "<a href='#x'></a><article id=x></article>",
		    100 },
		{ TYPE(check_no_unclosed_tags), "a.html", "<div><p>x</div>",
		    0 },
		{ TYPE(check_no_unclosed_tags), "a.html", "<b>1<i>2</b>3</i>",
		    0 },
		{ TYPE(check_no_inline_styles), "a.html", "<p>", 100 },
		{ TYPE(uses_semantic_tags), "a.html", "<div></div>", 40 },
		{ TYPE(uses_semantic_tags), "a.html", "<main></main>", 100 },
		{ TYPE(check_css_linked), "a.html", "<link rel='icon' href=x>",
		    0 },
		{ TYPE(check_headings_sequential), "a.html",
		    "<h1></h1><h3></h3>", 0 },
		{ TYPE(check_all_images_have_alt), "a.html", "<p>", 100 },
		{ TYPE(check_html_direct_children), "a.html",
		    "<!DOCTYPE html><html><head><title>x</title></head>"
		    "<body><p>x</p></body></html>",
		    100 },
		{ TYPE(check_html_direct_children), "a.html",
		    "<html><head></head><body></body><p>x</p></html>", 0 },
		{ TYPE(
		      check_tag_not_inside) ",\"child_tag\":\"div\",\"parent_tag\":\"span\"",
		    "a.html", "<span><b><div></div></b></span>", 0 },
		{ TYPE(check_head_details) ",\"detail_tag\":\"meta\"", "a.html",
		    "<head></head><body><meta></body>", 0 },
		{ TYPE(
		      check_attribute_and_value) ",\"tag\":\"a\",\"attribute\":\"target\","
						 "\"value\":\"_blank\"",
		    "a.html", "<a target='_top'></a>", 0 },
		{ TYPE(
		      link_points_to_page_with_query_param) ",\"target_page\":\"b.html\",\"query_param\":\"id\"",
		    "a.html", "<a href='b.html?x=1&amp;id=3#top'></a>", 100 },
		{ TYPE(
		      link_points_to_page_with_query_param) ",\"target_page\":\"b.html\",\"query_param\":\"id\"",
		    "a.html", "<a href='b.html?id='></a>", 0 },
	};

	check_examples(examples, ARRAY_LEN(examples));
}

static void
sheets(void **state)
{
	static const struct example examples[] = {
		{ TYPE(
		      css_uses_property) ",\"prop\":\"display\",\"value\":\"flex\"",
		    "a.css", "p { DISPLAY : /* x */ Flex }", 100 },
		{ TYPE(
		      css_uses_property) ",\"prop\":\"display\",\"value\":\"flex\"",
		    "a.css", "/* display: flex; */ p{display:inline-flex}", 0 },
		{ TYPE(
		      css_uses_property) ",\"prop\":\"color\",\"value\":\"red\"",
		    "a.css", "@media (x) { a { b { color: red } } }", 100 },
		{ TYPE(has_style) ",\"style\":\"color\",\"count\":2", "a.css",
		    "a{color:red}b{color:blue}", 100 },
		{ TYPE(has_style) ",\"style\":\"a\",\"count\":1", "a.css",
		    "a:hover{color:red}", 0 },
		{ TYPE(
		      count_over_usage) ",\"text\":\"!important\",\"max_allowed\":1",
		    "a.css", "a{b:c!important;d:e!important}", 0 },
		{ TYPE(
		      count_over_usage) ",\"text\":\"!important\",\"max_allowed\":1",
		    "a.css", "a{b:c!important;/*d:e!important*/}", 100 },
		{ TYPE(check_id_selector_over_usage) ",\"max_allowed\":1",
		    "a.css", "#a{color:#fff}", 100 },
		{ TYPE(check_id_selector_over_usage) ",\"max_allowed\":1",
		    "a.css", "@media (x){#a{}} p #b{}", 0 },
		{ TYPE(uses_relative_units), "a.css", "a{width:10em}", 100 },
		{ TYPE(uses_relative_units), "a.css", "a{width:50%}", 100 },
		{ TYPE(uses_relative_units), "a.css", "a{width:10px}", 0 },
		{ TYPE(uses_relative_units), "a.css",
		    "a{background:url(10em.png)}", 0 },
		{ TYPE(check_media_queries), "a.css",
		    "@media (max-width: 1px) { a {} }", 100 },
		{ TYPE(check_flexbox_usage), "a.css", ".flex-x{color:red}", 0 },
	};

	check_examples(examples, ARRAY_LEN(examples));
}

static void
scripts(void **state)
{
	static const struct example examples[] = {
		{ TYPE(js_uses_feature) ",\"feature\":\"async\"", "a.js",
		    "async function f() {}", 100 },
		{ TYPE(uses_forbidden_method) ",\"method\":\"alert\"", "a.js",
		    "// alert(1)\nconst s = 'alert(1)';", 100 },
		{ TYPE(uses_forbidden_method) ",\"method\":\"alert\"", "a.js",
		    "window.alert(1)", 0 },
		{ TYPE(uses_forbidden_method) ",\"method\":\"document.write\"",
		    "a.js", "document.write('x')", 0 },
		{ TYPE(count_global_vars) ",\"max_allowed\":0", "a.js",
		    "function f() { var a = 1; let b; }", 100 },
		{ TYPE(js_uses_query_string_parsing), "a.js",
		    "const q = new URLSearchParams(location.search);", 100 },
		{ TYPE(js_uses_query_string_parsing), "a.js",
		    "const s = 'URLSearchParams';", 0 },
		{ TYPE(
		      js_has_json_array_with_id) ",\"required_key\":\"id\",\"min_items\":2",
		    "a.js", "f([{'id': 1}, {name: 2}])", 50 },
		{ TYPE(
		      js_uses_dom_manipulation) ",\"methods\":[\"createElement\",\"append\"],"
						"\"required_count\":2",
		    "a.js", "x.append(document.createElement('p'))", 100 },
		{ TYPE(has_no_js_framework), "a.js", "const x = 1;", 100 },
		{ TYPE(check_dir_exists) ",\"dir_path\":\"css\"", "csss/a.css",
		    "", 0 },
		{ TYPE(
		      check_project_structure) ",\"expected_structure\":[\"a.js\",\"b.js\"]",
		    "a.js", "", 0 },
	};

	if (!syntax_is_known(SYNTAX_JAVASCRIPT))
		skip();
	check_examples(examples, ARRAY_LEN(examples));
}

#define KEYWORD(word) \
	TYPE(forbidden_keyword) ",\"forbidden_keywords\":[\"" word "\"]"
#define PATTERN(text) \
	TYPE(forbidden_keyword) ",\"custom_ast_grep_rules\":[" text "]"
#define IMPORT(name) \
	TYPE(forbidden_import) ",\"forbidden_imports\":[\"" name "\"]"

/* What the source's patterns missed is found; what is no code is not. */
static void
programs(void **state)
{
	static const struct example examples[] = {
		{ KEYWORD("for_loop"), "a.js", "for (const x of y) f(x);", 0 },
		{ KEYWORD("for_loop"), "a.js", "for (const x in y) f(x);", 0 },
		{ KEYWORD("for_loop"), "A.java",
		    "class A { void f(int[] a) { for (int x : a) g(x); } }",
		    0 },
		{ KEYWORD("for_loop"), "a.cpp",
		    "void f(V v) { for (auto x : v) g(x); }", 0 },
		{ KEYWORD("for_loop"), "a.py",
		    "async def f():\n async for x "
		    "in y: pass\n",
		    0 },
		{ KEYWORD("for_loop"), "a.py", "x = [y for y in z]\n", 100 },
		{ KEYWORD("comprehension"), "a.py", "x = [y for y in z]\n", 0 },
		{ KEYWORD("for_loop"), "a.c", "/* for (;;) */ int x;", 100 },
		{ KEYWORD("while_loop"), "a.c",
		    "int f(void) { do { } while (1); }", 100 },
		{ KEYWORD("do_while_loop"), "a.c",
		    "int f(void) { do { } while (1); }", 0 },
		{ KEYWORD("eval_call"), "a.py",
		    "import builtins\nbuiltins.eval('1')\n", 0 },
		{ KEYWORD("eval_call"), "a.py", "x = 'eval(1)'\n", 100 },
		{ KEYWORD("exec_call"), "a.py", "exec('1')\n", 0 },
		{ KEYWORD("goto"), "a.c", "int f(void) { a: goto a; }", 0 },
		{ KEYWORD("goto"), "README.md", "goto", 100 },
		{ PATTERN("{\"pattern\":\"print($$$)\"}"), "a.py",
		    "def f():\n    print(1, 2)\n", 0 },
		{ PATTERN("{\"pattern\":\"print($A)\"}"), "a.py",
		    "print(1, 2)\n", 100 },
		{ PATTERN("{\"pattern\":\"$A == $A\"}"), "a.js",
		    "if (x == x) y();", 0 },
		{ PATTERN("{\"pattern\":\"$A == $A\"}"), "a.js",
		    "if (x == z) y();", 100 },
		{ PATTERN("{\"pattern\":\"for ($A of $B) $C\"}"), "a.js",
		    "for (x of y) { z(); }", 0 },
		{ PATTERN("{\"id\":\"no-goto\",\"rule\":{\"kind\":"
			  "\"goto_statement\"}}"),
		    "a.c", "int f(void) { a: goto a; }", 0 },
		{ PATTERN("{\"language\":\"java\",\"pattern\":\"f($$$)\"}"),
		    "a.js", "f()", 100 },
		{ IMPORT("os"), "a.py", "import sys, os as o\n", 0 },
		{ IMPORT("os"), "a.py",
		    "import importlib\nimportlib.import_module('os.path')\n",
		    0 },
		{ IMPORT("os"), "a.py", "# import os\n", 100 },
		{ IMPORT("fs"), "a.mjs", "import fs from 'node:fs/promises'",
		    0 },
		{ IMPORT("fs"), "a.js", "require('./fs')", 100 },
		{ IMPORT("java.util"), "A.java",
		    "import static java.util.Map.entry;", 0 },
		{ IMPORT("java.util"), "A.java", "import java.utility.X;",
		    100 },
		{ IMPORT("vector"), "a.cpp", "#include <vectors>", 100 },
	};

	if (!syntax_is_known(SYNTAX_C))
		skip();
	check_examples(examples, ARRAY_LEN(examples));
}

/* Each word that a package may use is one that is looked for. */
static void
keywords(void **state)
{
	const struct function *f =
	    function_find(templates, "forbidden_keyword");
	const struct param *p =
	    &f->params[function_param(f, "forbidden_keywords")];
	size_t n = 0;

	for (; p->choices[n] != NULL; n++)
		assert_true(static_analysis_knows(p->choices[n]));
	assert_true(n > 0);
}

/* Every function of the table is here, and no other. */
static void
tables(void **state)
{
	size_t n = 0, have = 0;

	for (const struct function *f = functions; f->name != NULL; f++) {
		if (strcmp(f->template, "webdev") == 0) {
			assert_non_null(probe_find(webdev_functions, f->name));
			n++;
		}
		/* A model is asked for the others: runner/model.h. */
		if (strcmp(f->template, "static_analysis") == 0 &&
		    strncmp(f->name, "ai_", 3) != 0)
			assert_non_null(
			    probe_find(static_analysis_functions, f->name));
	}
	while (webdev_functions[have].name != NULL)
		have++;
	assert_int_equal(n, 36);
	assert_int_equal(have, 36);
}

/* Several files: the worst counts; none that is named: said. */
static void
several(void **state)
{
	UNIT_ARENA(a);
	_cleanup_(arena_freep) struct arena *memory =
	    arena_new("parsed", PARSED_MEMORY);
	static const struct zip_file files[] = {
		{ "style.css", "a{}", 3 },
		{ "b.html", "<p>", 3 },
		{ "sub/c.html", "<div>", 5 },
	};
	static const struct {
		const char *file;
		double score;
	} cases[] = {
		{ "\"all\"", 0 },
		{ "\"b.html\"", 100 },
		{ "\"sub/*.html\"", 0 },
		{ "[\"b.html\",\"sub/c.html\"]", 0 },
		{ "\"gone.html\"", 0 },
	};
	struct probe p = { 0 };

	run(a, memory,
	    "{\"base\":{\"tests\":[{\"name\":\"has_tag\",\"tag\":\"p\","
	    "\"required_count\":1}]}}",
	    files, 3, NULL, &p);
	assert_true(p.score == 100);
	for (size_t i = 1; i < ARRAY_LEN(cases); i++) {
		run(a, memory,
		    arena_printf(a,
			"{\"base\":{\"tests\":[{\"name\":\"has_tag\","
			"\"tag\":\"p\",\"required_count\":1,\"file\":%s}]}}",
			cases[i].file),
		    files, 3, NULL, &p);
		if (p.score != cases[i].score)
			fail_msg("%s: %g", cases[i].file, p.score);
	}
	assert_string_equal(p.report, "No HTML file provided.");
}

/* Pages that make a parser copy, nest or search without end. */
static void
hostile(void **state)
{
	static const char *const pieces[] = { "<div>", "<b>", "<font size=1>",
		"<table><td>", "<a><p>", "<svg>", "{", "((((", "<!--", "'",
		"<template>", "for(;;){" };

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		UNIT_ARENA(a);
		_cleanup_(arena_freep) struct arena *memory =
		    arena_new("parsed", PARSED_MEMORY);
		size_t length = strlen(pieces[i]), n = 29000;
		char *text = arena_alloc(a, length * n + 1);
		struct zip_file file = { "a.html", text, length * n };
		struct probe p = { 0 };

		for (size_t k = 0; k < n; k++)
			memcpy(text + k * length, pieces[i], length);
		run(a, memory,
		    "{\"base\":{\"tests\":[{\"name\":\"has_tag\",\"tag\":"
		    "\"p\"}]}}",
		    &file, 1, NULL, &p);
		assert_non_null(p.report);
		run(a, memory,
		    "{\"base\":{\"tests\":[{\"name\":"
		    "\"check_tag_not_inside\",\"child_tag\":\"div\","
		    "\"parent_tag\":\"nav\"}]}}",
		    &file, 1, NULL, &p);
		assert_non_null(p.report);
		file.path = "a.css";
		run(a, memory,
		    "{\"base\":{\"tests\":[{\"name\":\"has_style\",\"style\":"
		    "\"p\"}]}}",
		    &file, 1, NULL, &p);
		assert_true(p.score == 0);
		file.path = "a.js";
		if (syntax_is_known(SYNTAX_JAVASCRIPT))
			run(a, memory,
			    "{\"base\":{\"tests\":[{\"name\":"
			    "\"js_uses_feature\",\"feature\":\"xyz\"}]}}",
			    &file, 1, NULL, &p);
		assert_true(p.score == 0);
	}
}

/* What is compared of an output; how a command is cut into words. */
static void
texts(void **state)
{
	static const char *const pairs[][2] = {
		{ "a \t\r\nb\n\n", "a\nb" },
		{ "\n  a\n  b", "a\n  b" },
		{ "a\rb", "a\nb" },
		{ "a\xc2\xa0\nb\xe3\x80\x80", "a\nb" },
		{ "a\n\nb", "a\n\nb" },
		{ " \n \n", "" },
		{ "", "" },
	};
	static const char *const words[][4] = {
		{ "a  b", "a", "b", NULL },
		{ "'a b' \"c d\"", "a b", "c d", NULL },
		{ "a\\ b", "a b", NULL },
		{ "'a\\b'", "a\\b", NULL },
		{ "", NULL },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		assert_string_equal(program_normalize(a, pairs[i][0],
					strlen(pairs[i][0])),
		    pairs[i][1]);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char *const *got = app_words(a, words[i][0]);
		size_t k = 1;

		for (; words[i][k] != NULL; k++)
			assert_string_equal(got[k - 1], words[i][k]);
		assert_null(got[k - 1]);
	}
	assert_null(app_words(a, "'a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables),
		cmocka_unit_test(keywords),
		cmocka_unit_test(recorded),
		cmocka_unit_test(words_agree),
		cmocka_unit_test(reports_in_the_locale),
		cmocka_unit_test(pages),
		cmocka_unit_test(sheets),
		cmocka_unit_test(scripts),
		cmocka_unit_test(programs),
		cmocka_unit_test(several),
		cmocka_unit_test(hostile),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
