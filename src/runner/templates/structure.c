#include "runner/templates/structure.h"

#include <string.h>

#include "wire/json.h"

/* A pattern in one language. */
struct parsed_pattern {
	const char *text; /* as the rule has it */
	const char *code; /* with its holes filled */
	enum syntax_language language;
	const struct pattern *pattern;
	struct parsed_pattern *next;
};

static enum syntax_language
language_of(const struct zip_file *file, const char *language)
{
	enum syntax_language l = syntax_of_file(file->path);

	/* A header may be either's. */
	if (l == SYNTAX_C && syntax_language(language) == SYNTAX_CPP)
		return SYNTAX_CPP;
	return l;
}

static const char *
pattern_of(const struct json *given)
{
	const struct json *rule = json_member(given, "rule");

	return json_member_string(rule != NULL ? rule : given, "pattern");
}

static void
ask_pattern(struct parsed *p, const char *text, enum syntax_language l,
    struct buf *request)
{
	struct parsed_pattern *q =
	    arena_new_of(p->arena, struct parsed_pattern);

	for (struct parsed_pattern *k = p->patterns; k != NULL; k = k->next)
		if (k->language == l && strcmp(k->text, text) == 0)
			return;
	q->text = text;
	q->code = pattern_code(p->arena, text);
	if (q->code == NULL)
		return;
	q->language = l;
	*p->last_pattern = q;
	p->last_pattern = &q->next;
	syntax_ask(request, l, q->code, strlen(q->code));
}

static void
ask_patterns(struct parsed *p, const struct criteria *c, enum syntax_language l,
    struct buf *request)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct json *rules;

		if (function_param(c->tests[i].function,
			"custom_ast_grep_rules") < 0)
			continue;
		rules = criteria_value(&c->tests[i], "custom_ast_grep_rules");
		for (size_t k = 0; rules != NULL && k < rules->n; k++)
			if (pattern_of(&rules->items[k]) != NULL)
				ask_pattern(p, pattern_of(&rules->items[k]), l,
				    request);
	}
}

void
structure_ask(struct parsed *p, const struct criteria *c, const char *language,
    struct buf *request)
{
	bool has[SYNTAX_NONE] = { false };
	size_t bytes = 0;

	/* The patterns first: they are short, and no student wrote them. */
	for (size_t i = 0; i < p->n; i++) {
		p->languages[i] = language_of(&p->files[i], language);
		if (p->languages[i] != SYNTAX_NONE)
			has[p->languages[i]] = true;
	}
	for (int l = 0; l < SYNTAX_NONE; l++)
		if (has[l])
			ask_patterns(p, c, (enum syntax_language)l, request);
	for (size_t i = 0; i < p->n; i++) {
		p->is_asked[i] = p->languages[i] != SYNTAX_NONE &&
		    p->files[i].n <= SYNTAX_BYTES_MAX &&
		    p->files[i].n <= STRUCTURE_BYTES_MAX - bytes;
		if (!p->is_asked[i])
			continue;
		bytes += p->files[i].n;
		syntax_ask(request, p->languages[i], p->files[i].p,
		    p->files[i].n);
	}
}

void
structure_take(struct parsed *p, struct str answer)
{
	for (struct parsed_pattern *k = p->patterns; k != NULL; k = k->next)
		k->pattern = pattern_new(p->arena,
		    syntax_take(p->arena, &answer, k->language, k->code,
			strlen(k->code)));
	for (size_t i = 0; i < p->n; i++)
		if (p->is_asked[i] && arena_left(p->arena) >= SYNTAX_MEMORY_MAX)
			p->syntax[i] = syntax_take(p->arena, &answer,
			    p->languages[i], p->files[i].p, p->files[i].n);
}

const struct syntax *
structure_file(const struct probe *p, size_t file)
{
	return p->parsed->syntax[file];
}

const struct pattern *
structure_pattern(const struct probe *p, enum syntax_language l,
    const char *text)
{
	for (const struct parsed_pattern *k = p->parsed->patterns; k != NULL;
	     k = k->next)
		if (k->language == l && strcmp(k->text, text) == 0)
			return k->pattern;
	return NULL;
}
