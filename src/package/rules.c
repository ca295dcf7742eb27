#include <string.h>

#include "base/str.h"
#include "package/read.h"

/*
 * submissions/submissions.yaml of the new format: patterns of submissions,
 * each with demands on all tests or (patterns again) on some.
 */

#define RULES_MAX 2000
#define PATTERN_MAX ((size_t)500)
/* That "{a,b}" may stand for, all in all. */
#define EXPANSIONS_MAX 64

struct rules {
	struct pkg_reader *r;
	struct meta_file file;
	struct package_submission *list;
	size_t n;
	size_t rules;
};

/*
 * Is the path, or a directory above it, like the pattern without braces?  A
 * star stands for no '/', so that only the last one need be tried again.
 */
static bool
match_plain(const char *p, const char *path)
{
	const char *star = NULL, *mark = path;

	for (;;) {
		if (*p == '*') {
			star = ++p;
			mark = path;
		} else if (*p == '\0' && (*path == '\0' || *path == '/')) {
			return true;
		} else if (*p != '\0' && *p == *path) {
			p++;
			path++;
		} else if (star == NULL || *mark == '\0' || *mark == '/') {
			return false;
		} else {
			p = star;
			path = ++mark;
		}
	}
}

/* The first "{a,b}" is tried with each of its words; *left of them all. */
static bool
match_braces(const char *pattern, const char *path, size_t *left)
{
	const char *open = strchr(pattern, '{');
	const char *close = open != NULL ? strchr(open, '}') : NULL;
	size_t front = open != NULL ? (size_t)(open - pattern) : 0;
	char text[PATTERN_MAX + 1];

	if (close == NULL)
		return match_plain(pattern, path);
	for (const char *at = open + 1;; at++) {
		size_t n = strcspn(at, ",}");

		if (*left == 0)
			return false;
		--*left;
		/* Always shorter than the pattern. */
		memcpy(text, pattern, front);
		memcpy(text + front, at, n);
		memcpy(text + front + n, close + 1, strlen(close + 1) + 1);
		if (match_braces(text, path, left))
			return true;
		at += n;
		if (*at == '}')
			return false;
	}
}

static bool
match(const char *pattern, const char *path)
{
	size_t left = EXPANSIONS_MAX;

	return strlen(pattern) <= PATTERN_MAX &&
	    match_braces(pattern, path, &left);
}

bool
package_rule_covers(const struct package_rule *rule, const char *test)
{
	return rule->tests == NULL || match(rule->tests, test);
}

unsigned int
package_time_bounds(const struct package_submission *sub, const char *test)
{
	unsigned int bounds = sub->bounds;

	for (const struct package_rule *r = sub->rules; r != NULL; r = r->next)
		if (package_rule_covers(r, test))
			bounds |= r->bounds;
	return bounds;
}

/* clang-format off */
static const struct {
	const char *word;
	unsigned int verdicts;
} words[] = {
	{ "AC",  1u << VERDICT_AC },
	{ "WA",  1u << VERDICT_WA },
	{ "TLE", 1u << VERDICT_TLE },
	/* What the format does not tell apart. */
	{ "RTE", 1u << VERDICT_RE | 1u << VERDICT_MLE | 1u << VERDICT_OLE },
	{ "MLE", 1u << VERDICT_MLE },
	{ "OLE", 1u << VERDICT_OLE },
};
/* clang-format on */

static unsigned int
take_verdicts(const struct meta_file *file, const struct meta *map,
    const char *key)
{
	const struct meta *m = meta_get(map, key);
	const char *const *names = NULL;
	unsigned int verdicts = 0;

	if (meta_is_null(m))
		return 0;
	if (m->kind == META_SCALAR)
		meta_take_words(file, map, key, &names);
	else
		meta_take_strings(file, map, key, &names);
	for (; names != NULL && *names != NULL; names++) {
		size_t i = 0;

		while (i < ARRAY_LEN(words) && strcmp(words[i].word, *names))
			i++;
		if (i == ARRAY_LEN(words))
			meta_warn(file, m->line, "%s: unknown verdict \"%s\"",
			    key, *names);
		else
			verdicts |= words[i].verdicts;
	}
	return verdicts;
}

static void
take_score(const struct meta_file *file, const struct meta *map,
    struct package_rule *rule)
{
	const struct meta *m = meta_get(map, "score");
	const char *const *ends = NULL;

	if (meta_is_null(m))
		return;
	rule->has_score = true;
	if (m->kind == META_SCALAR) {
		meta_take_double(file, map, "score", 0, 1e9, &rule->score_min);
		rule->score_max = rule->score_min;
		return;
	}
	meta_take_strings(file, map, "score", &ends);
	if (ends == NULL || m->n != 2 ||
	    !str_to_double(ends[0], &rule->score_min) ||
	    !str_to_double(ends[1], &rule->score_max))
		meta_fault(file, m->line, "score must be one or two numbers");
}

/* Which side of the time limit a demand bounds; some say it, or say no. */
static void
take_bounds(const struct meta_file *file, const struct meta *map,
    struct package_rule *rule)
{
	static const char *const uses[] = { "lower", "upper", "true", "false",
		NULL };
	enum { LOWER, UPPER, YES, NO };
	size_t use = YES;

	meta_take_choice(file, map, "use_for_time_limit", uses, &use);
	if (use == LOWER && rule->permitted == 0)
		rule->permitted = ~0u & ~(1u << VERDICT_TLE);
	if (use == UPPER && rule->required == 0)
		rule->required = 1u << VERDICT_TLE;
	if (use == NO)
		return;
	if (use == LOWER ||
	    (rule->permitted != 0 &&
		(rule->permitted & 1u << VERDICT_TLE) == 0))
		rule->bounds |= PACKAGE_TIME_LOWER;
	if (use == UPPER || rule->required == 1u << VERDICT_TLE)
		rule->bounds |= PACKAGE_TIME_UPPER;
}

static const char *const demand_keys[] = { "permitted", "required", "score",
	"message", "use_for_time_limit", "language", "entrypoint", "authors",
	"model_solution", NULL };

static bool
is_demand(const char *key)
{
	size_t i = 0;

	while (demand_keys[i] != NULL && strcmp(demand_keys[i], key) != 0)
		i++;
	return demand_keys[i] != NULL;
}

/* The demands of one map, on the tests that are like the pattern. */
static struct package_rule *
make_rule(struct rules *s, const struct meta *map, const char *tests)
{
	struct package_rule *rule =
	    arena_new_of(s->r->arena, struct package_rule);

	rule->where =
	    arena_printf(s->r->arena, "%s:%zu", s->file.name, map->line);
	rule->tests = tests;
	rule->permitted = take_verdicts(&s->file, map, "permitted");
	rule->required = take_verdicts(&s->file, map, "required");
	take_score(&s->file, map, rule);
	meta_take_string(&s->file, map, "message", &rule->message);
	take_bounds(&s->file, map, rule);
	if (rule->permitted == 0 && rule->required == 0 && !rule->has_score &&
	    rule->message == NULL)
		return NULL;
	return rule;
}

static void
add_rule(struct rules *s, struct package_submission *sub,
    struct package_rule *rule)
{
	if (rule == NULL || s->rules++ > RULES_MAX)
		return;
	rule->next = sub->rules;
	sub->rules = rule;
}

/* What is said of a directory as such is in place of what is usual for it. */
static void
replace_usual(struct package_submission *sub, const struct meta *map,
    const struct package_rule *rule)
{
	const struct meta *use = meta_get(map, "use_for_time_limit");
	bool permits = !meta_is_null(meta_get(map, "permitted"));
	bool requires = !meta_is_null(meta_get(map, "required"));

	if (rule != NULL && (permits || requires))
		sub->expected = permits ? rule->permitted : ~0u;
	if (permits)
		sub->bounds &= ~PACKAGE_TIME_LOWER;
	if (requires)
		sub->bounds &= ~PACKAGE_TIME_UPPER;
	if (!meta_is_null(use) && use->kind == META_SCALAR &&
	    strcmp(use->text, "false") == 0)
		sub->bounds = 0;
}

static void
apply(struct rules *s, struct package_submission *sub, const char *pattern,
    const struct meta *map)
{
	struct package_rule *rule;
	const char *language = NULL;

	meta_take_string(&s->file, map, "language", &language);
	meta_take_string(&s->file, map, "entrypoint", &sub->entrypoint);
	if (language != NULL)
		sub->language = language_by_name(language);
	rule = make_rule(s, map, NULL);
	add_rule(s, sub, rule);
	if (strcmp(pattern, sub->dir) == 0)
		replace_usual(sub, map, rule);
	for (const struct meta_item *i = map->items; i != NULL; i = i->next)
		if (!is_demand(i->key) && i->value->kind == META_MAP)
			add_rule(s, sub, make_rule(s, i->value, i->key));
}

/* What no submission makes wrong, once for each pattern. */
static void
check_patterns(const struct rules *s, const struct meta *map)
{
	const struct judge_plan *plan = &s->r->package->plan;

	for (const struct meta_item *i = map->items; i != NULL; i = i->next) {
		size_t t = 0;

		if (is_demand(i->key))
			continue;
		while (t < plan->test_n && !match(i->key, plan->tests[t].path))
			t++;
		if (i->value->kind != META_MAP)
			meta_warn(&s->file, i->line, "unknown key \"%s\"",
			    i->key);
		else if (t == plan->test_n)
			meta_warn(&s->file, i->line,
			    "there is no test or group like \"%s\"", i->key);
	}
}

void
pkg_read_rules(struct pkg_reader *r, struct package_submission *list, size_t n)
{
	static const char path[] = "submissions/submissions.yaml";
	struct rules s = { .r = r, .list = list, .n = n };
	const struct meta *m = pkg_read_yaml(r, path, &s.file);

	if (m == NULL || !meta_is_map(&s.file, m, "the file"))
		return;
	for (const struct meta_item *i = m->items; i != NULL; i = i->next) {
		bool found = false;

		if (i->value->kind != META_MAP) {
			meta_warn(&s.file, i->line,
			    "\"%s\" must have a map of demands", i->key);
			continue;
		}
		check_patterns(&s, i->value);
		for (size_t k = 0; k < n; k++) {
			const char *name =
			    list[k].path + strlen("submissions/");

			if (!match(i->key, name))
				continue;
			found = true;
			apply(&s, &list[k], i->key, i->value);
		}
		if (!found)
			meta_warn(&s.file, i->line,
			    "there is no submission like \"%s\"", i->key);
	}
}
