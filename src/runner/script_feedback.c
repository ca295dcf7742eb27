#include "runner/script_feedback.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/str.h"
#include "grade/tree.h"
#include "wire/names.h"

#define NAME_MAX_BYTES 100
#define DOCUMENT_MAX ((size_t)16 << 20)
#define CUT "\n[...]"

/* A question, a tag or a custom value; names differ in their list. */
struct entry {
	const char *name;
	bool is_said; /* and not cleared since */
	bool is_flag; /* a tag that is true or false */
	bool flag;
	int outcome; /* of a question; -1: not said */
	struct buf text;
	struct entry *next;
};

struct list {
	struct entry *first;
	struct entry **last;
	size_t n;
	size_t max;
	size_t text_max;
	const char *what;
};

struct script_feedback {
	struct arena *arena;
	bool is_touched;
	int outcome; /* -1: not said */
	bool has_grade;
	double grade;
	bool has_state;
	struct buf text;
	struct buf state;
	struct buf notes;
	struct list questions;
	struct list customs;
	struct list tags;
};

static void
init_list(struct list *l, size_t max, size_t text_max, const char *what)
{
	l->last = &l->first;
	l->max = max;
	l->text_max = text_max;
	l->what = what;
}

struct script_feedback *
script_feedback_new(struct arena *a)
{
	struct script_feedback *f = arena_new_of(a, struct script_feedback);

	f->arena = a;
	f->outcome = -1;
	buf_init(&f->text, a, FEEDBACK_TEXT_MAX);
	buf_init(&f->state, a, FEEDBACK_STATE_MAX);
	buf_init(&f->notes, a, FEEDBACK_NOTES_MAX);
	init_list(&f->questions, FEEDBACK_QUESTIONS_MAX, FEEDBACK_QUESTION_MAX,
	    "questions");
	init_list(&f->customs, FEEDBACK_VALUES_MAX, FEEDBACK_VALUE_MAX,
	    "custom values");
	init_list(&f->tags, FEEDBACK_TAGS_MAX, FEEDBACK_TAG_MAX, "tags");
	return f;
}

static void
clear_list(struct list *l)
{
	for (struct entry *e = l->first; e != NULL; e = e->next) {
		e->is_said = false;
		e->outcome = -1;
		buf_reset(&e->text);
	}
}

void
script_feedback_clear(struct script_feedback *f)
{
	f->is_touched = f->has_grade = f->has_state = false;
	f->outcome = -1;
	buf_reset(&f->text);
	buf_reset(&f->state);
	/* Names count for good: memory is bounded by what was ever said. */
	clear_list(&f->questions);
	clear_list(&f->customs);
	clear_list(&f->tags);
}

void
script_feedback_note(struct script_feedback *f, const char *fmt, ...)
{
	char line[300];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0 || f->notes.n + sizeof(line) + 20 > FEEDBACK_NOTES_MAX)
		return;
	/* Once each: what is refused in a loop leaves room for the rest. */
	if (f->notes.n > 0 && strstr(f->notes.p, line) != NULL)
		return;
	buf_printf(&f->notes, "assize: %s\n", line);
}

const char *
script_feedback_notes(const struct script_feedback *f)
{
	return f->notes.n > 0 ? f->notes.p : NULL;
}

static bool
is_name(const char *name)
{
	return name != NULL && *name != '\0' &&
	    strlen(name) <= NAME_MAX_BYTES &&
	    strspn(name,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_.-*") == strlen(name);
}

/* Of a value of the script's own: what it likes. */
static bool
is_text_name(const char *name)
{
	if (name == NULL || *name == '\0' || strlen(name) > NAME_MAX_BYTES)
		return false;
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return true;
}

/* The one of that name, made if there is room; NULL and why. */
static struct entry *
get_entry(struct script_feedback *f, struct list *l, const char *name,
    const char **ret_why)
{
	struct entry *e;

	*ret_why = l == &f->customs
	    ? "a name is 1 to 100 bytes without control characters"
	    : "a name is 1 to 100 letters, digits, '_', '-', '.' and '*'";
	if (l == &f->customs ? !is_text_name(name) : !is_name(name))
		return NULL;
	for (e = l->first; e != NULL; e = e->next)
		if (strcmp(e->name, name) == 0) {
			e->is_said = true;
			return e;
		}
	*ret_why = arena_printf(f->arena, "there are too many %s", l->what);
	if (l->n >= l->max)
		return NULL;
	e = arena_new_of(f->arena, struct entry);
	e->name = arena_strdup(f->arena, name);
	e->is_said = true;
	e->outcome = -1;
	buf_init(&e->text, f->arena, l->text_max);
	*l->last = e;
	l->last = &e->next;
	l->n++;
	return e;
}

/* Bytes of the texts of all entries but that one. */
static size_t
total_of_others(const struct list *l, const char *name)
{
	size_t n = 0;

	for (const struct entry *e = l->first; e != NULL; e = e->next)
		if (name == NULL || strcmp(e->name, name) != 0)
			n += e->text.n;
	return n;
}

/* As much as there is room for; what was cut says so. */
static void
put_text(struct script_feedback *f, struct buf *b, const char *text,
    bool append, const char *what)
{
	size_t n = strlen(text), most = b->limit - strlen(CUT);

	if (!append)
		buf_reset(b);
	if (b->n > most)
		return;
	if (b->n + n <= most) {
		buf_put(b, text, n);
		return;
	}
	buf_put(b, text, str_utf8_cut(text, most - b->n));
	buf_puts(b, CUT);
	script_feedback_note(f, "the feedback on %s was cut at %zu bytes", what,
	    b->limit);
}

/*
 * -- one function for each key
 */

struct message {
	const struct json *value;
	const char *name;
	const char *problem;
	bool append;
};

static const char *
set_result(struct script_feedback *f, struct arena *scratch,
    const struct message *m)
{
	const char *why = NULL;
	struct entry *e;
	int outcome = 0;

	(void)scratch;
	if (m->value->kind != JSON_STRING)
		return "a result must be text";
	while (outcome < WIRE_OUTCOME__MAX &&
	    strcmp(wire_outcomes[outcome], m->value->string) != 0)
		outcome++;
	if (outcome == WIRE_OUTCOME__MAX) {
		script_feedback_note(f,
		    "there is no result \"%.60s\": it is a crash",
		    m->value->string);
		outcome = WIRE_CRASH;
	}
	if (m->problem == NULL) {
		f->outcome = outcome;
		return NULL;
	}
	e = get_entry(f, &f->questions, m->problem, &why);
	if (e == NULL)
		return why;
	e->outcome = outcome;
	return NULL;
}

static const char *
set_grade(struct script_feedback *f, struct arena *scratch,
    const struct message *m)
{
	const struct json *j = m->value;
	double grade;

	(void)scratch;
	if (j->kind == JSON_INT)
		grade = (double)j->integer;
	else if (j->kind == JSON_DOUBLE)
		grade = j->number;
	else
		return "a grade must be a number";
	f->has_grade = true;
	f->grade = tree_round(fmin(100, fmax(0, grade)));
	if (grade < 0 || grade > 100)
		script_feedback_note(f,
		    "the grade %g was clamped to %g: it is from 0 to 100",
		    grade, f->grade);
	return NULL;
}

static const char *
set_text(struct script_feedback *f, struct arena *scratch,
    const struct message *m)
{
	const char *why = NULL;
	struct entry *e;
	size_t n;

	(void)scratch;
	if (m->value->kind != JSON_STRING)
		return "feedback must be text";
	if (m->problem == NULL) {
		put_text(f, &f->text, m->value->string, m->append, "the whole");
		return NULL;
	}
	n = m->value->n < FEEDBACK_QUESTION_MAX ? m->value->n
						: FEEDBACK_QUESTION_MAX;
	if (total_of_others(&f->questions, m->problem) + n >
	    FEEDBACK_QUESTIONS_TEXT) {
		script_feedback_note(f,
		    "the feedback on %.100s was left out: more than %zu bytes "
		    "in all",
		    m->problem, FEEDBACK_QUESTIONS_TEXT);
		return "there is too much feedback on questions";
	}
	e = get_entry(f, &f->questions, m->problem, &why);
	if (e == NULL)
		return why;
	put_text(f, &e->text, m->value->string, m->append, e->name);
	return NULL;
}

static const char *
set_state(struct script_feedback *f, struct arena *scratch,
    const struct message *m)
{
	(void)scratch;
	if (m->value->kind != JSON_STRING)
		return "a state must be text";
	if (m->value->n > FEEDBACK_STATE_MAX) {
		script_feedback_note(f,
		    "a state of %zu bytes was refused: at most %zu",
		    m->value->n, FEEDBACK_STATE_MAX);
		return "a state has at most 65536 bytes";
	}
	f->has_state = true;
	buf_reset(&f->state);
	buf_put(&f->state, m->value->string, m->value->n);
	return NULL;
}

static const char *
set_custom(struct script_feedback *f, struct arena *scratch,
    const struct message *m)
{
	const char *text = json_text(scratch, m->value);
	const char *why = NULL;
	struct entry *e;

	if (strlen(text) > FEEDBACK_VALUE_MAX)
		return "a custom value has at most 65536 bytes";
	if (total_of_others(&f->customs, m->name) + strlen(text) >
	    FEEDBACK_VALUES_TEXT)
		return "the custom values have too many bytes";
	e = get_entry(f, &f->customs, m->name, &why);
	if (e == NULL)
		return why;
	buf_reset(&e->text);
	buf_puts(&e->text, text);
	return NULL;
}

static const char *
set_tag(struct script_feedback *f, struct arena *scratch,
    const struct message *m)
{
	const char *why = NULL;
	struct entry *e;

	(void)scratch;
	if (m->value->kind != JSON_BOOL && m->value->kind != JSON_STRING)
		return "a tag is true, false or text";
	if (m->value->kind == JSON_STRING && m->value->n > FEEDBACK_TAG_MAX)
		return "a tag has at most 1000 bytes";
	e = get_entry(f, &f->tags, m->name, &why);
	if (e == NULL)
		return why;
	e->is_flag = m->value->kind == JSON_BOOL;
	e->flag = e->is_flag && m->value->boolean;
	buf_reset(&e->text);
	if (!e->is_flag)
		buf_puts(&e->text, m->value->string);
	return NULL;
}

/* clang-format off */
static const struct {
	const char *key;
	const char *(*set)(struct script_feedback *, struct arena *,
	    const struct message *);
} keys[] = {
	{ "result", set_result },
	{ "grade",  set_grade },
	{ "text",   set_text },
	{ "state",  set_state },
	{ "custom", set_custom },
	{ "tag",    set_tag },
};
/* clang-format on */

const char *
script_feedback_set(struct script_feedback *f, struct arena *scratch,
    const struct json *j)
{
	const struct json *append = json_member(j, "append");
	const char *key = json_member_string(j, "key");
	const struct message m = {
		.value = json_member(j, "value"),
		.name = json_member_string(j, "name"),
		.problem = json_member_string(j, "problem"),
		.append = append != NULL && append->kind == JSON_BOOL &&
		    append->boolean,
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (key == NULL || strcmp(keys[i].key, key) != 0)
			continue;
		if (m.value == NULL)
			return "the value is missing";
		f->is_touched = true;
		return keys[i].set(f, scratch, &m);
	}
	return "there is no such key";
}

/*
 * -- what was said, as documents
 */

static const struct entry *
skip_cleared(const struct entry *e)
{
	while (e != NULL && !e->is_said)
		e = e->next;
	return e;
}

static const struct entry *
first_said(const struct list *l)
{
	return skip_cleared(l->first);
}

static const struct entry *
next_said(const struct entry *e)
{
	return skip_cleared(e->next);
}

static void
write_questions(const struct list *l, struct json_w *w)
{
	json_w_object(w);
	for (const struct entry *e = first_said(l); e != NULL;
	     e = next_said(e)) {
		json_w_key(w, e->name);
		json_w_array(w);
		json_w_str(w, e->outcome < 0 ? "" : wire_outcomes[e->outcome]);
		json_w_str(w, e->text.n > 0 ? e->text.p : "");
		json_w_array_end(w);
	}
	json_w_object_end(w);
}

static void
write_customs(const struct list *l, struct json_w *w)
{
	json_w_object(w);
	for (const struct entry *e = first_said(l); e != NULL; e = next_said(e))
		json_w_key_raw(w, e->name, e->text.p);
	json_w_object_end(w);
}

static void
write_tags(const struct list *l, struct json_w *w)
{
	json_w_object(w);
	for (const struct entry *e = first_said(l); e != NULL; e = next_said(e))
		if (e->is_flag)
			json_w_key_bool(w, e->name, e->flag);
		else
			json_w_key_str(w, e->name,
			    e->text.n > 0 ? e->text.p : "");
	json_w_object_end(w);
}

void
script_feedback_write(const struct script_feedback *f, struct json_w *w)
{
	json_w_object(w);
	if (f->outcome >= 0)
		json_w_key_str(w, "result", wire_outcomes[f->outcome]);
	if (f->has_grade)
		json_w_key_f64(w, "grade", f->grade);
	if (f->text.n > 0)
		json_w_key_str(w, "text", f->text.p);
	if (f->has_state)
		json_w_key_str(w, "state", f->state.n > 0 ? f->state.p : "");
	json_w_key(w, "problems");
	write_questions(&f->questions, w);
	json_w_key(w, "custom");
	write_customs(&f->customs, w);
	json_w_key(w, "tests");
	write_tags(&f->tags, w);
	json_w_object_end(w);
}

static const char *
document(struct arena *a, const struct list *l,
    void (*write)(const struct list *, struct json_w *))
{
	struct json_w w;
	struct buf b;

	if (first_said(l) == NULL)
		return NULL;
	/* The limits of the list are far below it. */
	buf_init(&b, a, DOCUMENT_MAX);
	json_w_init(&w, &b);
	write(l, &w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}

static int
outcome_of(struct script_feedback *f, const struct script_end *end,
    const char **ret_text)
{
	int outcome = 0;

	if (end->outcome != NULL) {
		while (strcmp(wire_outcomes[outcome], end->outcome) != 0)
			outcome++;
		*ret_text = end->text;
		return outcome;
	}
	if (f->outcome >= 0)
		return f->outcome;
	if (f->is_touched) {
		script_feedback_note(f, "the script set no result");
		return WIRE_ERROR;
	}
	script_feedback_note(f, "the script said nothing");
	*ret_text = "No feedback was given !";
	return WIRE_CRASH;
}

struct err *
script_feedback_result(struct script_feedback *f, struct arena *a,
    const struct script_end *end, const char *state_in, struct wire_result *r)
{
	const char *text = f->text.n > 0 ? f->text.p : NULL;

	r->outcome = outcome_of(f, end, &text);
	r->has_outcome = true;
	r->text = text == NULL ? NULL : arena_strdup(a, text);
	r->grade = end->outcome != NULL  ? 0
	    : f->has_grade               ? f->grade
	    : r->outcome == WIRE_SUCCESS ? 100
					 : 0;
	r->state = arena_strdup(a,
	    end->outcome != NULL || !f->has_state
		? state_in != NULL ? state_in : ""
		: f->state.n > 0 ? f->state.p
				 : "");
	r->problems = document(a, &f->questions, write_questions);
	r->custom = document(a, &f->customs, write_customs);
	r->tags = document(a, &f->tags, write_tags);
	return NULL;
}
