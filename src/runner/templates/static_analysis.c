/*
 * static_analysis: what a program must not use, found in its syntax tree: so
 * comments and strings are nothing, and every way to write it is found.
 */
#include "runner/templates/static_analysis.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "runner/templates/structure.h"
#include "wire/json.h"

#define LIST_MAX 8192

/* What was found, as lines of the report. */
struct findings {
	struct buf lines;
	size_t n;
	size_t analysed;    /* files */
	const char *failed; /* a file that could not be; or NULL */
};

typedef void find_fn(struct probe *, const struct syntax *, const char *path,
    struct findings *);

static void
look_at_files(struct probe *p, find_fn *find, struct findings *f)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct syntax *s = structure_file(p, i);

		if (!criteria_takes_file(p->test, p->files[i].path) ||
		    syntax_of_file(p->files[i].path) == SYNTAX_NONE)
			continue;
		if (s == NULL)
			f->failed = p->files[i].path;
		else
			find(p, s, p->files[i].path, f);
	}
}

/*
 * -- imports
 */

/* The inside of a string or of <...>. */
static struct str
unquoted(const struct syntax *s, uint32_t node)
{
	const struct syntax_node *n = &s->nodes[node];
	struct str text = { s->text + n->start, n->end - n->start };

	while (text.n > 0 && strchr("rbuRBU", text.p[0]) != NULL &&
	    text.n > 1 && (text.p[1] == '\'' || text.p[1] == '"')) {
		text.p++;
		text.n--;
	}
	if (text.n >= 2 && strchr("\"'`<", text.p[0]) != NULL)
		return (struct str) { text.p + 1, text.n - 2 };
	return text;
}

/* Is the module that one, or a part of it? */
static bool
is_module(enum syntax_language l, struct str module, const char *wanted)
{
	const char *parts = l == SYNTAX_JAVASCRIPT ? "/"
	    : l == SYNTAX_C || l == SYNTAX_CPP     ? "/."
						   : ".";
	size_t n = strlen(wanted);

	if (l == SYNTAX_JAVASCRIPT && module.n > 5 &&
	    memcmp(module.p, "node:", 5) == 0)
		module = (struct str) { module.p + 5, module.n - 5 };
	return module.n >= n && memcmp(module.p, wanted, n) == 0 &&
	    (module.n == n || strchr(parts, module.p[n]) != NULL);
}

static bool
is_field(const struct syntax *s, uint32_t node, const char *name)
{
	const char *field = s->nodes[node].field;

	return field != NULL && strcmp(field, name) == 0;
}

static bool
is_python_import(const struct syntax *s, uint32_t node)
{
	uint32_t parent = s->nodes[node].parent;

	if (!syntax_is(s, node, "dotted_name"))
		return false;
	if (syntax_is(s, parent, "import_from_statement"))
		return is_field(s, node, "module_name");
	return syntax_is(s, parent, "import_statement") ||
	    (syntax_is(s, parent, "aliased_import") &&
		syntax_is_inside(s, node, "import_statement"));
}

static bool
is_java_import(const struct syntax *s, uint32_t node)
{
	return s->nodes[node].is_named &&
	    syntax_is(s, s->nodes[node].parent, "import_declaration") &&
	    (syntax_is(s, node, "scoped_identifier") ||
		syntax_is(s, node, "identifier"));
}

static bool
is_include(const struct syntax *s, uint32_t node)
{
	return syntax_is(s, s->nodes[node].parent, "preproc_include") &&
	    is_field(s, node, "path");
}

/* A string in a call that imports what it names. */
static bool
is_called_import(const struct syntax *s, uint32_t node)
{
	static const char *const names[] = { "__import__",
		"importlib.import_module", "import_module", "require",
		"import" };
	uint32_t parent = s->nodes[node].parent;
	uint32_t callee;

	if (!syntax_is(s, node, "string") || parent == SYNTAX_NO_NODE ||
	    s->nodes[parent].parent == SYNTAX_NO_NODE)
		return false;
	callee = syntax_field(s, s->nodes[parent].parent, "function");
	if (callee == SYNTAX_NO_NODE)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (syntax_text_is(s, callee, names[i]))
			return true;
	return false;
}

/* Does the node name a module that is imported? */
static bool
is_import(const struct syntax *s, uint32_t node)
{
	switch (s->language) {
	case SYNTAX_PYTHON:
		return is_python_import(s, node) || is_called_import(s, node);
	case SYNTAX_JAVA:
		return is_java_import(s, node);
	case SYNTAX_C:
	case SYNTAX_CPP:
		return is_include(s, node);
	default:
		return (is_field(s, node, "source") &&
			   syntax_is(s, node, "string")) ||
		    is_called_import(s, node);
	}
}

static void
find_imports(struct probe *p, const struct syntax *s, const char *path,
    struct findings *f)
{
	const char *const *wanted =
	    criteria_texts(p->arena, p->test, "forbidden_imports");

	for (; *wanted != NULL; wanted++)
		for (uint32_t i = 0; i < s->n; i++) {
			if (!is_import(s, i) ||
			    !is_module(s->language, unquoted(s, i), *wanted))
				continue;
			buf_printf(&f->lines,
			    probe_word(p, "\n  - '%s' found in '%s'"), *wanted,
			    path);
			f->n++;
			break;
		}
}

static struct err *
forbidden_import(struct probe *p)
{
	struct findings f = { 0 };

	if (criteria_texts(p->arena, p->test, "forbidden_imports")[0] == NULL)
		return probe_say(p, 100,
		    "No forbidden imports specified \u2014 nothing to check.");
	if (p->n == 0)
		return probe_say(p, 100, "No submission files to analyze.");
	buf_init(&f.lines, p->arena, LIST_MAX);
	look_at_files(p, find_imports, &f);
	if (f.n > 0)
		return probe_say(p, 0, "FAILURE: Forbidden imports detected:%s",
		    f.lines.p);
	if (f.failed != NULL)
		return probe_say(p, 0, "'%s' could not be analyzed.", f.failed);
	return probe_say(p, 100, "No forbidden imports found.");
}

/*
 * -- constructs
 */

#define KINDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* clang-format off */
/* Kinds of nodes in any of the languages; or a call of that name. */
static const struct construct {
	const char *name;
	const char *const *kinds;
	const char *call;
} constructs[] = {
	{ "for_loop", KINDS("for_statement", "for_in_statement",
	    "enhanced_for_statement", "for_range_loop"), NULL },
	{ "while_loop", KINDS("while_statement"), NULL },
	{ "do_while_loop", KINDS("do_statement"), NULL },
	{ "comprehension", KINDS("list_comprehension", "set_comprehension",
	    "dictionary_comprehension", "generator_expression"), NULL },
	{ "lambda", KINDS("lambda", "lambda_expression", "arrow_function"),
	  NULL },
	{ "ternary", KINDS("conditional_expression", "ternary_expression"),
	  NULL },
	{ "switch", KINDS("switch_statement", "switch_expression",
	    "match_statement"), NULL },
	{ "try", KINDS("try_statement", "try_with_resources_statement"),
	  NULL },
	{ "goto", KINDS("goto_statement"), NULL },
	{ "eval_call", NULL, "eval" },
	{ "exec_call", NULL, "exec" },
};
/* clang-format on */

static const struct construct *
find_construct(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(constructs); i++)
		if (strcmp(constructs[i].name, name) == 0)
			return &constructs[i];
	return NULL;
}

bool
static_analysis_knows(const char *keyword)
{
	return find_construct(keyword) != NULL;
}

/* eval(...), builtins.eval(...), window.eval(...) */
static bool
is_call(const struct syntax *s, uint32_t node, const char *name)
{
	uint32_t callee;
	const struct syntax_node *n;
	size_t length = strlen(name);

	if (!syntax_is(s, node, "call") &&
	    !syntax_is(s, node, "call_expression"))
		return false;
	callee = syntax_field(s, node, "function");
	if (callee == SYNTAX_NO_NODE)
		return false;
	n = &s->nodes[callee];
	return syntax_text_is(s, callee, name) ||
	    (n->end - n->start > length &&
		s->text[n->end - length - 1] == '.' &&
		memcmp(s->text + n->end - length, name, length) == 0);
}

static bool
has_construct(const struct syntax *s, const struct construct *c)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (c->call != NULL && is_call(s, i, c->call))
			return true;
		for (const char *const *k = c->kinds;
		     s->nodes[i].is_named && k != NULL && *k != NULL; k++)
			if (strcmp(s->nodes[i].kind, *k) == 0)
				return true;
	}
	return false;
}

static void
add_finding(struct probe *p, struct findings *f, const char *what,
    const char *path)
{
	buf_printf(&f->lines,
	    probe_word(p, "\n  - Forbidden construct '%s' found in '%s'"), what,
	    path);
	f->n++;
}

static bool
has_kind(const struct syntax *s, const char *kind)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->nodes[i].is_named && strcmp(s->nodes[i].kind, kind) == 0)
			return true;
	return false;
}

static void
apply_rule(struct probe *p, const struct syntax *s, const struct json *given,
    const char *path, struct findings *f)
{
	const struct json *rule = json_member(given, "rule");
	const char *id = json_member_string(given, "id");
	const char *language = json_member_string(given, "language");
	const char *code, *kind;
	const struct pattern *pattern;

	if (rule == NULL)
		rule = given;
	if (language != NULL && syntax_language(language) != s->language)
		return;
	code = json_member_string(rule, "pattern");
	kind = json_member_string(rule, "kind");
	if (code != NULL) {
		pattern = structure_pattern(p, s->language, code);
		if (pattern == NULL ||
		    pattern_find(pattern, s) == SYNTAX_NO_NODE)
			return;
	} else if (!has_kind(s, kind)) {
		return;
	}
	add_finding(p, f, id != NULL ? id : code != NULL ? code : kind, path);
}

static void
find_constructs(struct probe *p, const struct syntax *s, const char *path,
    struct findings *f)
{
	const char *const *names =
	    criteria_texts(p->arena, p->test, "forbidden_keywords");
	const struct json *rules =
	    criteria_value(p->test, "custom_ast_grep_rules");

	for (; *names != NULL; names++) {
		const struct construct *c = find_construct(*names);

		if (c != NULL && has_construct(s, c))
			add_finding(p, f, c->name, path);
	}
	for (size_t i = 0; rules != NULL && i < rules->n; i++)
		apply_rule(p, s, &rules->items[i], path, f);
}

static struct err *
forbidden_keyword(struct probe *p)
{
	struct findings f = { 0 };

	if (p->n == 0)
		return probe_say(p, 100, "No submission files to analyze.");
	buf_init(&f.lines, p->arena, LIST_MAX);
	look_at_files(p, find_constructs, &f);
	if (f.n > 0)
		return probe_say(p, 0,
		    "FAILURE: Forbidden constructs detected:%s", f.lines.p);
	if (f.failed != NULL)
		return probe_say(p, 0, "'%s' could not be analyzed.", f.failed);
	return probe_say(p, 100, "No forbidden constructs found.");
}

const struct probe_function static_analysis_functions[] = {
	{ "forbidden_import", PROBE_TREES, forbidden_import },
	{ "forbidden_keyword", PROBE_TREES, forbidden_keyword },
	{ NULL, PROBE_FILES, NULL },
};
