#include "grade/criteria.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "grade/regex.h"
#include "wire/suggest.h"

struct reading {
	struct arena *arena;
	const struct criteria_options *options;
	struct faults *faults;
	struct criteria_test *tests;
	size_t n, cap;
	const char **plain; /* the tests' paths without numbers */
	size_t plain_cap;
	/* Where the present test's values stand. */
	const char *at[FUNCTION_PARAMS_MAX];
};

/* What a node or test may say; what is not read is for people. */
static const char *const root_keys[] = { "base", "bonus", "penalty",
	"not_graded", "test_library", "description", NULL };
static const char *const category_keys[] = { "weight", "tests", "subjects",
	"subjects_weight", "description", NULL };
static const char *const subject_keys[] = { "subject_name", "name", "weight",
	"tests", "subjects", "subjects_weight", "description", NULL };
static const char *const test_keys[] = { "name", "type", "file", "parameters",
	"weight", "hidden", "description", NULL };

/* Adds the fault of a name that means nothing, with one that does. */
static void
refuse_name(struct reading *r, const char *pointer, const char *what,
    const char *name, const char *near)
{
	if (near != NULL)
		faults_add(r->faults, pointer,
		    "unknown %s \"%.100s\"; did you mean \"%s\"?", what, name,
		    near);
	else
		faults_add(r->faults, pointer, "unknown %s \"%.100s\"", what,
		    name);
}

static const char *
nearest_of(const char *const *names, const char *name)
{
	const char *best = NULL;
	size_t nearest = SUGGEST_START;

	for (; *names != NULL; names++)
		if (suggest_is_nearer(name, *names, &nearest))
			best = *names;
	return best;
}

static void
check_keys(struct reading *r, const struct json *j, const char *pointer,
    const char *const *keys)
{
	for (size_t i = 0; i < j->n; i++) {
		const char *name = j->members[i].name;

		if (!str_is_among(keys, name))
			refuse_name(r,
			    json_pointer_member(r->arena, pointer, name),
			    "member", name, nearest_of(keys, name));
	}
}

static bool
is_kind(struct reading *r, const struct json *j, enum json_kind kind,
    const char *pointer)
{
	if (j->kind == kind)
		return true;
	faults_add(r->faults, pointer, "must be %s, not %s",
	    kind == JSON_OBJECT      ? "an object"
		: kind == JSON_ARRAY ? "a list"
				     : json_kind_name(kind),
	    json_kind_name(j->kind));
	return false;
}

static bool
is_null(const struct json *j)
{
	return j == NULL || j->kind == JSON_NULL;
}

/* Numbers out of range are tree_check's to say; what is no number is NAN. */
static double
take_number(struct reading *r, const struct json *parent, const char *key,
    const char *pointer, double fallback)
{
	const struct json *j = json_member(parent, key);

	if (is_null(j)) {
		if (isnan(fallback))
			faults_add(r->faults,
			    json_pointer_member(r->arena, pointer, key),
			    "is missing");
		return isnan(fallback) ? 0 : fallback;
	}
	if (j->kind == JSON_INT)
		return (double)j->integer;
	if (j->kind == JSON_DOUBLE)
		return j->number;
	faults_add(r->faults, json_pointer_member(r->arena, pointer, key),
	    "must be a number, not %s", json_kind_name(j->kind));
	return 0;
}

static const char *
take_name(struct reading *r, const struct json *parent, const char *key,
    const char *pointer)
{
	const struct json *j = json_member(parent, key);
	const char *at = json_pointer_member(r->arena, pointer, key);

	if (is_null(j))
		faults_add(r->faults, at, "is missing");
	else if (j->kind != JSON_STRING)
		faults_add(r->faults, at, "must be a text");
	else if (j->n == 0 || j->n > CRITERIA_NAME_MAX)
		faults_add(r->faults, at, "must have 1 to %d bytes",
		    CRITERIA_NAME_MAX);
	else
		return j->string;
	return "?";
}

/*
 * -- tests
 */

static bool
is_taken(const struct reading *r, const char *path)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->tests[i].path, path) == 0)
			return true;
	return false;
}

/* The path, with a number behind it where one before has the same. */
static const char *
unique_path(struct reading *r, const char *path)
{
	const char *unique = path;
	size_t same = 1;

	r->plain = arena_grow(r->arena, r->plain, r->n, &r->plain_cap,
	    sizeof(*r->plain));
	r->plain[r->n] = path;
	for (size_t i = 0; i < r->n; i++)
		same += strcmp(r->plain[i], path) == 0;
	for (; same > 1 || is_taken(r, unique); same++) {
		unique = arena_printf(r->arena, "%s (%zu)", path, same);
		if (!is_taken(r, unique))
			break;
	}
	return unique;
}

static void
take_files(struct reading *r, const struct json *test, const char *pointer,
    struct criteria_test *t)
{
	const struct json *j = json_member(test, "file");
	const char *at = json_pointer_member(r->arena, pointer, "file");
	const char **files;
	size_t n;

	if (is_null(j) || (j->kind == JSON_STRING && j->n == 0) ||
	    (j->kind == JSON_STRING && strcmp(j->string, "all") == 0))
		return;
	if (j->kind != JSON_STRING && !is_kind(r, j, JSON_ARRAY, at))
		return;
	n = j->kind == JSON_ARRAY ? j->n : 1;
	files = arena_array(r->arena, n + 1, sizeof(*files));
	for (size_t i = 0; i < n; i++) {
		const struct json *f = j->kind == JSON_ARRAY ? &j->items[i] : j;

		if (f->kind != JSON_STRING || f->n == 0)
			faults_add(r->faults, at,
			    "must be a file's name, a pattern, or a list of "
			    "them");
		else
			files[i] = f->string;
	}
	if (n == 0)
		faults_add(r->faults, at, "names no file");
	t->files = files;
}

static void
take_value(struct reading *r, struct criteria_test *t, const char *name,
    const struct json *value, const char *at)
{
	const struct function *f = t->function;
	int i = function_param(f, name);
	const char *names[FUNCTION_PARAMS_MAX + 1];
	size_t n = function_params(f);

	if (i >= 0) {
		if (param_check(&f->params[i], value, at, r->faults))
			t->values[i] = value;
		r->at[i] = at;
		return;
	}
	for (size_t k = 0; k < n; k++)
		names[k] = f->params[k].name;
	names[n] = NULL;
	refuse_name(r, at, "parameter", name, nearest_of(names, name));
}

/* [{name, value}...] or {name: value...}; of one name the last counts. */
static void
take_parameters(struct reading *r, const struct json *test, const char *pointer,
    struct criteria_test *t)
{
	const struct json *j = json_member(test, "parameters");
	const char *at = json_pointer_member(r->arena, pointer, "parameters");

	if (is_null(j))
		return;
	if (j->kind == JSON_OBJECT) {
		for (size_t i = 0; i < j->n; i++)
			take_value(r, t, j->members[i].name,
			    &j->members[i].value,
			    json_pointer_member(r->arena, at,
				j->members[i].name));
		return;
	}
	if (!is_kind(r, j, JSON_ARRAY, at))
		return;
	for (size_t i = 0; i < j->n; i++) {
		const struct json *item = &j->items[i];
		const char *item_at = json_pointer_item(r->arena, at, i);
		const char *name = json_member_string(item, "name");
		const struct json *value = json_member(item, "value");

		if (name == NULL || value == NULL)
			faults_add(r->faults, item_at,
			    "must be an object with name and value");
		else
			take_value(r, t, name, value,
			    arena_printf(r->arena, "%s/value", item_at));
	}
}

/* Members beside the known ones are parameters too, and win. */
static void
take_beside(struct reading *r, const struct json *test, const char *pointer,
    struct criteria_test *t)
{
	for (size_t i = 0; i < test->n; i++) {
		const char *name = test->members[i].name;
		const char *at = json_pointer_member(r->arena, pointer, name);
		const char *near = nearest_of(test_keys, name);

		if (str_is_among(test_keys, name))
			continue;
		if (near != NULL && function_param(t->function, name) < 0)
			refuse_name(r, at, "member", name, near);
		else
			take_value(r, t, name, &test->members[i].value, at);
	}
}

static void
check_required(struct reading *r, const char *pointer,
    const struct criteria_test *t, size_t faults_before)
{
	const struct function *f = t->function;

	for (size_t i = 0; i < function_params(f); i++)
		if (f->params[i].is_required && t->values[i] == NULL &&
		    r->faults->n == faults_before)
			faults_add(r->faults, pointer,
			    "%s needs the parameter %s, %s", f->name,
			    f->params[i].name,
			    param_type_text(f->params[i].type));
}

static bool
says_regex(const struct criteria_test *t, const char *parameter)
{
	const struct json *mode =
	    t->values[function_param(t->function, parameter)];

	return mode != NULL && mode->kind == JSON_STRING &&
	    strcmp(mode->string, "regex") == 0;
}

static void
check_patterns(struct reading *r, const struct criteria_test *t)
{
	const struct function *f = t->function;

	for (size_t i = 0; i < function_params(f); i++) {
		const struct json *value = t->values[i];
		const char *why;

		if (f->params[i].regex_if == NULL || value == NULL ||
		    value->kind != JSON_STRING ||
		    !says_regex(t, f->params[i].regex_if))
			continue;
		why = regex_fault(r->arena, value->string);
		if (why != NULL)
			faults_add(r->faults, r->at[i],
			    "%s is no regular expression: %s",
			    f->params[i].name, why);
	}
}

static const struct function *
find_function(struct reading *r, const char *name)
{
	const struct function *own = r->options->own;

	for (; own != NULL && own->name != NULL; own++)
		if (strcmp(own->name, name) == 0)
			return own;
	return function_find(r->options->templates, name);
}

static const struct function *
take_function(struct reading *r, const struct json *test, const char *name,
    const char *pointer)
{
	const struct json *type = json_member(test, "type");
	const char *key = is_null(type) ? "name" : "type";
	const char *at = json_pointer_member(r->arena, pointer, key);
	const struct function *f;
	const char *template = NULL;

	if (!is_null(type)) {
		if (!is_kind(r, type, JSON_STRING, at))
			return NULL;
		name = type->string;
	}
	f = find_function(r, name);
	if (f != NULL)
		return f;
	for (f = functions; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			template = f->template;
	if (template != NULL)
		faults_add(r->faults, at,
		    "%s is a function of the template %s, which the package "
		    "does not name",
		    name, template);
	else
		refuse_name(r, at, "test function", name,
		    function_suggest(r->options->templates, name));
	return NULL;
}

static void
read_test(struct reading *r, const struct json *j, const char *pointer,
    const char *path, struct tree *tree, struct tree_node *parent)
{
	struct criteria_test t = { 0 };
	struct tree_test *leaf;
	const struct json *hidden;
	size_t faults_before = r->faults->n;

	if (!is_kind(r, j, JSON_OBJECT, pointer))
		return;
	t.name = take_name(r, j, "name", pointer);
	t.weight = take_number(r, j, "weight", pointer, TREE_TEST_WEIGHT);
	hidden = json_member(j, "hidden");
	if (!is_null(hidden) &&
	    is_kind(r, hidden, JSON_BOOL,
		json_pointer_member(r->arena, pointer, "hidden")))
		t.hidden = hidden->boolean;
	take_files(r, j, pointer, &t);
	t.function = take_function(r, j, t.name, pointer);
	if (t.function != NULL) {
		take_parameters(r, j, pointer, &t);
		take_beside(r, j, pointer, &t);
		check_required(r, pointer, &t, faults_before);
		check_patterns(r, &t);
	}
	leaf = tree_test_add(tree, parent, t.name, t.weight);
	if (leaf == NULL || r->n >= CRITERIA_TESTS_MAX) {
		faults_add(r->faults, pointer, "more than %d tests",
		    CRITERIA_TESTS_MAX);
		return;
	}
	leaf->index = r->n;
	t.path = unique_path(r, arena_printf(r->arena, "%s/%s", path, t.name));
	r->tests =
	    arena_grow(r->arena, r->tests, r->n, &r->cap, sizeof(*r->tests));
	r->tests[r->n++] = t;
}

/*
 * -- nodes
 */

static void read_node(struct reading *, const struct json *,
    const char *pointer, const char *path, struct tree *, struct tree_node *);

static void
read_subject(struct reading *r, const struct json *j, const char *pointer,
    const char *path, struct tree *tree, struct tree_node *parent)
{
	const char *key;
	const char *name;
	struct tree_node *node;
	double weight;

	if (!is_kind(r, j, JSON_OBJECT, pointer))
		return;
	check_keys(r, j, pointer, subject_keys);
	key = json_member(j, "subject_name") == NULL &&
		json_member(j, "name") != NULL
	    ? "name"
	    : "subject_name";
	name = take_name(r, j, key, pointer);
	weight = take_number(r, j, "weight", pointer, NAN);
	node = tree_subject_add(tree, parent, name, weight);
	if (node == NULL) {
		faults_add(r->faults, pointer,
		    "subjects are nested too deeply (%d at most), or too many",
		    TREE_DEPTH_MAX - 1);
		return;
	}
	read_node(r, j, pointer, arena_printf(r->arena, "%s/%s", path, name),
	    tree, node);
}

static void
read_node(struct reading *r, const struct json *j, const char *pointer,
    const char *path, struct tree *tree, struct tree_node *node)
{
	const struct json *subjects = json_member(j, "subjects");
	const struct json *tests = json_member(j, "tests");
	const char *at = json_pointer_member(r->arena, pointer, "subjects");

	node->has_subjects_weight = !is_null(json_member(j, "subjects_weight"));
	if (node->has_subjects_weight)
		node->subjects_weight =
		    take_number(r, j, "subjects_weight", pointer, 0);
	if (!is_null(subjects) && is_kind(r, subjects, JSON_ARRAY, at))
		for (size_t i = 0; i < subjects->n; i++)
			read_subject(r, &subjects->items[i],
			    json_pointer_item(r->arena, at, i), path, tree,
			    node);
	at = json_pointer_member(r->arena, pointer, "tests");
	if (!is_null(tests) && is_kind(r, tests, JSON_ARRAY, at))
		for (size_t i = 0; i < tests->n; i++)
			read_test(r, &tests->items[i],
			    json_pointer_item(r->arena, at, i), path, tree,
			    node);
}

static void
read_category(struct reading *r, const struct json *document,
    enum tree_category c, struct tree *tree)
{
	const char *name = tree_category_name(c);
	const struct json *j = json_member(document, name);
	const char *pointer = json_pointer_member(r->arena, "", name);
	struct tree_node *node;
	double weight;

	if (is_null(j) || !is_kind(r, j, JSON_OBJECT, pointer))
		return;
	check_keys(r, j, pointer, category_keys);
	/* The base always counts whole. */
	weight = take_number(r, j, "weight", pointer,
	    c == TREE_BASE ? 100 : (double)NAN);
	node = tree_category(tree, c, weight);
	read_node(r, j, pointer, name, tree, node);
}

/* true: "zero". */
static bool
take_not_graded(struct reading *r, const struct json *document)
{
	const struct json *j = json_member(document, "not_graded");
	const char *text = json_member_string(document, "not_graded");

	if (is_null(j))
		return false;
	if (text == NULL ||
	    (strcmp(text, "zero") != 0 && strcmp(text, "redistribute") != 0))
		faults_add(r->faults, "/not_graded",
		    "must be \"redistribute\" or \"zero\"");
	return text != NULL && strcmp(text, "zero") == 0;
}

/* The faults of a document, with where it stands in front. */
static void
pass_on(const struct faults *from, const char *where, struct faults *to)
{
	for (const struct field_fault *f = from->first; f != NULL; f = f->next)
		faults_add(to,
		    arena_printf(to->arena, "%s%s", where != NULL ? where : "",
			f->pointer),
		    "%s", f->detail);
}

const struct criteria *
criteria_read(struct arena *a, const struct json *document,
    const struct criteria_options *options, struct faults *faults)
{
	struct tree *tree = tree_new(a);
	struct criteria *c = arena_new_of(a, struct criteria);
	struct faults own;
	bool is_zero = false;
	struct reading r = { .arena = a, .options = options, .faults = &own };

	faults_init(&own, a);
	if (is_kind(&r, document, JSON_OBJECT, "")) {
		check_keys(&r, document, "", root_keys);
		is_zero = take_not_graded(&r, document);
		for (int i = 0; i < TREE__MAX; i++)
			read_category(&r, document, (enum tree_category)i,
			    tree);
		tree_check(tree, &own);
	}
	pass_on(&own, options->where, faults);
	if (own.n > 0)
		return NULL;
	*c = (struct criteria) { r.tests, r.n, document, is_zero };
	return c;
}
