/* The document of a quiz: reading it with all its faults, writing it. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "grade/quiz.h"

struct reader {
	struct arena *arena;
	struct faults *faults;
	struct faults *warnings;
	const char *at; /* of the present object */
};

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ID_CHARACTERS LETTERS "0123456789_.-"
#define ID_MAX 64

/* By enum quiz_type. */
const char *const quiz_types[] = { "multiple_choice", "match", "code",
	"code_single_line", "file", NULL };

const char *const quiz_formats[] = { "markdown", "rst", NULL };

static const char *
member_at(const struct reader *r, const char *key)
{
	return json_pointer_member(r->arena, r->at, key);
}

/*
 * -- values, as YAML's writers write them
 */

/* Python's words: what "answer: 42.0" was compared with before. */
static const char *
text_of_number(struct arena *a, double number)
{
	char *text = NULL;

	for (int digits = 1; digits <= 17; digits++) {
		double back;

		text = arena_printf(a, "%.*g", digits, number);
		if (str_to_double(text, &back) && back == number)
			break;
	}
	if (strpbrk(text, ".e") == NULL)
		text = arena_printf(a, "%s.0", text);
	return text;
}

/* NULL if absent or null; what is no text is a fault. */
static const char *
take_text(const struct reader *r, const struct json *map, const char *key)
{
	const struct json *j = json_member(map, key);

	if (j == NULL || j->kind == JSON_NULL)
		return NULL;
	if (j->kind == JSON_INT)
		return arena_printf(r->arena, "%lld", (long long)j->integer);
	if (j->kind == JSON_DOUBLE)
		return text_of_number(r->arena, j->number);
	if (j->kind != JSON_STRING)
		faults_add(r->faults, member_at(r, key),
		    "must be text; put quotes around it");
	else if (j->n > QUIZ_TEXT_MAX)
		faults_add(r->faults, member_at(r, key),
		    "is longer than %zu bytes", QUIZ_TEXT_MAX);
	else
		return j->string;
	return NULL;
}

static bool
take_bool(const struct reader *r, const struct json *map, const char *key)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0", "" };
	const struct json *j = json_member(map, key);
	const char *text;

	if (j == NULL || j->kind == JSON_NULL)
		return false;
	if (j->kind == JSON_BOOL)
		return j->boolean;
	text = j->kind == JSON_STRING ? j->string
	    : j->kind == JSON_INT
	    ? arena_printf(r->arena, "%lld", (long long)j->integer)
	    : "?";
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (strcasecmp(text, yes[i]) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (strcasecmp(text, no[i]) == 0)
			return false;
	faults_add(r->faults, member_at(r, key), "must be true or false");
	return false;
}

/* Also as text, as INGInious' editor writes it; "" is absent. */
static int64_t
take_int(const struct reader *r, const struct json *map, const char *key,
    int64_t max, int64_t none)
{
	const char *text = take_text(r, map, key);
	int64_t value = none;

	if (text != NULL && *text != '\0' && !str_to_i64(text, 0, max, &value))
		faults_add(r->faults, member_at(r, key),
		    "must be a whole number from 0 to %lld", (long long)max);
	return value;
}

static enum quiz_format
take_format(const struct reader *r, const struct json *map)
{
	const char *text = take_text(r, map, "text_format");

	if (text == NULL)
		return QUIZ_MARKDOWN;
	for (size_t i = 0; quiz_formats[i] != NULL; i++)
		if (strcmp(quiz_formats[i], text) == 0)
			return (enum quiz_format)i;
	faults_add(r->faults, member_at(r, "text_format"),
	    "must be markdown or rst");
	return QUIZ_MARKDOWN;
}

static double
take_weight(const struct reader *r, const struct json *map)
{
	const char *text = take_text(r, map, "weight");
	double value = 1;

	if (text != NULL &&
	    (!str_to_double(text, &value) ||
		!(value >= 0.001 && value <= 1000)))
		faults_add(r->faults, member_at(r, "weight"),
		    "must be a number from 0.001 to 1000");
	return value;
}

/*
 * -- choices
 */

static void
take_choice(struct reader *r, const struct json *j, struct quiz_choice *c)
{
	c->text = take_text(r, j, "text");
	c->feedback = take_text(r, j, "feedback");
	c->is_valid = take_bool(r, j, "valid");
	if (c->text == NULL)
		faults_add(r->faults, member_at(r, "text"), "is missing");
}

static void
take_choices(struct reader *r, const struct json *j, struct quiz_question *q)
{
	const struct json *list = json_member(j, "choices");
	const char *at = member_at(r, "choices");
	struct quiz_choice *choices;
	size_t valid = 0;

	if (list == NULL || list->kind != JSON_ARRAY || list->n == 0 ||
	    list->n > QUIZ_CHOICES_MAX) {
		faults_add(r->faults, at, "must be a list of 1 to %d choices",
		    QUIZ_CHOICES_MAX);
		return;
	}
	choices = arena_array(r->arena, list->n, sizeof(*choices));
	for (size_t i = 0; i < list->n; i++) {
		struct reader inner = *r;

		inner.at = json_pointer_item(r->arena, at, i);
		take_choice(&inner, &list->items[i], &choices[i]);
		valid += choices[i].is_valid;
	}
	q->choices = choices;
	q->n_choices = list->n;
	if (valid == 0)
		faults_add(r->faults, at, "has no valid choice");
	if (q->is_multiple && q->limit > 0 && q->limit < valid)
		faults_add(r->faults, member_at(r, "limit"),
		    "must be 0 or at least %zu, so that all valid choices are "
		    "shown",
		    valid);
}

static void
read_choice(struct reader *r, const struct json *j, struct quiz_question *q)
{
	q->is_multiple = take_bool(r, j, "multiple");
	q->is_fixed = take_bool(r, j, "unshuffle");
	q->is_centralized = take_bool(r, j, "centralize");
	q->is_partial = take_bool(r, j, "partial");
	q->limit = (size_t)take_int(r, j, "limit", QUIZ_CHOICES_MAX, 0);
	q->error_message = take_text(r, j, "error_message");
	q->success_message = take_text(r, j, "success_message");
	if (q->is_partial && !q->is_multiple)
		faults_add(r->faults, member_at(r, "partial"),
		    "is only for questions with several valid choices");
	take_choices(r, j, q);
}

static void
read_match(struct reader *r, const struct json *j, struct quiz_question *q)
{
	const char *answer = take_text(r, j, "answer");

	q->is_centralized = take_bool(r, j, "centralize");
	q->preset = take_text(r, j, "default");
	if (answer != NULL)
		q->answer = str_dup(r->arena, quiz_strip(str_of(answer)));
	if (q->answer != NULL && *q->answer == '\0')
		q->answer = NULL;
}

static void
read_code(struct reader *r, const struct json *j, struct quiz_question *q)
{
	q->is_optional = take_bool(r, j, "optional");
	q->preset = take_text(r, j, "default");
	q->language = take_text(r, j, "language");
}

/* As a list, or as text with commas between. */
static void
take_extensions(struct reader *r, const struct json *j, struct quiz_question *q)
{
	static const char *const usual[] = { ".c", ".cpp", ".java", ".oz",
		".zip", ".tar.gz", ".tar.bz2", ".txt" };
	const struct json *list = json_member(j, "allowed_exts");
	const char **names;
	size_t n = 0;

	q->extensions = usual;
	q->n_extensions = ARRAY_LEN(usual);
	if (list == NULL || list->kind == JSON_NULL)
		return;
	if (list->kind == JSON_STRING) {
		struct str rest = { list->string, list->n }, part;

		names = arena_array(r->arena, list->n + 1, sizeof(*names));
		while (str_cut(&rest, ',', &part))
			if (str_trim(part).n > 0)
				names[n++] = str_dup(r->arena, str_trim(part));
	} else {
		names = arena_array(r->arena, list->n + 1, sizeof(*names));
		for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n; i++)
			if (list->items[i].kind == JSON_STRING)
				names[n++] = list->items[i].string;
		if (list->kind != JSON_ARRAY || n != list->n)
			faults_add(r->faults, member_at(r, "allowed_exts"),
			    "must be a list of ends of file names");
	}
	q->extensions = names;
	q->n_extensions = n;
}

static void
read_file(struct reader *r, const struct json *j, struct quiz_question *q)
{
	q->is_optional = take_bool(r, j, "optional");
	q->max_size = take_int(r, j, "max_size", QUIZ_FILE_MAX, QUIZ_FILE_MAX);
	take_extensions(r, j, q);
}

/*
 * -- questions
 */

/* clang-format off */
static const struct kind {
	void (*read)(struct reader *, const struct json *,
	    struct quiz_question *);
	const char *keys[10];
} kinds[] = {
	[QUIZ_CHOICE] = { read_choice, { "choices", "multiple", "limit",
	    "unshuffle", "centralize", "error_message", "success_message",
	    "partial" } },
	[QUIZ_MATCH] = { read_match, { "answer", "centralize", "default" } },
	[QUIZ_CODE] = { read_code, { "default", "language", "optional" } },
	[QUIZ_CODE_LINE] = { read_code, { "default", "language", "optional" } },
	[QUIZ_FILE] = { read_file, { "allowed_exts", "max_size", "optional" } },
};
static const char *const common_keys[] = { "id", "type", "name", "header",
	"weight", "headerIsHTML" };
/* clang-format on */
_Static_assert(ARRAY_LEN(kinds) == QUIZ_TYPE__MAX, "one each");

static bool
is_key(const struct kind *kind, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(common_keys); i++)
		if (strcmp(common_keys[i], name) == 0)
			return true;
	for (size_t i = 0; kind->keys[i] != NULL; i++)
		if (strcmp(kind->keys[i], name) == 0)
			return true;
	return false;
}

static void
warn_of_keys(const struct reader *r, const struct json *j,
    const struct kind *kind)
{
	for (size_t i = 0; i < j->n; i++)
		if (!is_key(kind, j->members[i].name))
			faults_add(r->warnings,
			    member_at(r, j->members[i].name),
			    "means nothing in such a question");
}

static void
read_question(struct reader *r, const char *id, const struct json *j,
    struct quiz_question *q)
{
	const char *type = json_member_string(j, "type");
	size_t i = 0;

	if (j->kind != JSON_OBJECT) {
		faults_add(r->faults, r->at, "must be a question");
		return;
	}
	if (id == NULL || *id == '\0' || strlen(id) > ID_MAX ||
	    strspn(id, ID_CHARACTERS) != strlen(id))
		faults_add(r->faults, r->at,
		    "the id of a question is 1 to %d letters, digits, '_', "
		    "'-' and '.'",
		    ID_MAX);
	q->id = id == NULL ? "" : id;
	while (type != NULL && quiz_types[i] != NULL &&
	    strcmp(quiz_types[i], type) != 0)
		i++;
	if (type == NULL || quiz_types[i] == NULL) {
		faults_add(r->faults, member_at(r, "type"),
		    "must be multiple_choice, match, code, code_single_line "
		    "or file");
		return;
	}
	q->type = (enum quiz_type)i;
	q->name = take_text(r, j, "name");
	q->header = take_text(r, j, "header");
	q->weight = take_weight(r, j);
	kinds[i].read(r, j, q);
	warn_of_keys(r, j, &kinds[i]);
}

static void
check_ids(const struct reader *r, const struct quiz *quiz)
{
	for (size_t i = 1; i < quiz->n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(quiz->questions[i].id,
				quiz->questions[k].id) == 0)
				faults_add(r->faults,
				    json_pointer_item(r->arena, r->at, i),
				    "has the id of an earlier question");
}

static void
read_questions(struct reader *r, const struct json *list, struct quiz *quiz)
{
	struct quiz_question *questions;
	const char *at = r->at;

	if (list == NULL || list->n > QUIZ_QUESTIONS_MAX ||
	    (list->kind != JSON_OBJECT && list->kind != JSON_ARRAY)) {
		faults_add(r->faults, at, "must be 1 to %d questions",
		    QUIZ_QUESTIONS_MAX);
		return;
	}
	questions = arena_array(r->arena, list->n + 1, sizeof(*questions));
	for (size_t i = 0; i < list->n; i++) {
		const struct json *j;
		const char *id;

		if (list->kind == JSON_OBJECT) {
			j = &list->members[i].value;
			id = list->members[i].name;
			r->at = json_pointer_member(r->arena, at, id);
		} else {
			j = &list->items[i];
			id = json_member_string(j, "id");
			r->at = json_pointer_item(r->arena, at, i);
		}
		read_question(r, id, j, &questions[i]);
	}
	r->at = at;
	quiz->questions = questions;
	quiz->n = list->n;
	check_ids(r, quiz);
}

/*
 * -- the whole
 */

static struct quiz_catalogue
read_catalogue(const struct reader *r, const struct json_member *m)
{
	const struct json *map = &m->value;
	struct quiz_phrase *p = arena_array(r->arena, map->n + 1, sizeof(*p));
	size_t n = 0;

	for (size_t i = 0; map->kind == JSON_OBJECT && i < map->n; i++)
		if (map->members[i].value.kind == JSON_STRING)
			p[n++] = (struct quiz_phrase) {
				map->members[i].name,
				map->members[i].value.string,
			};
	if (map->kind != JSON_OBJECT || n != map->n)
		faults_add(r->faults, member_at(r, m->name),
		    "must be a map from texts to their translations");
	return (struct quiz_catalogue) { m->name, p, n };
}

static void
read_catalogues(struct reader *r, const struct json *map, struct quiz *quiz)
{
	struct quiz_catalogue *list;

	if (map == NULL || map->kind == JSON_NULL)
		return;
	if (map->kind != JSON_OBJECT) {
		faults_add(r->faults, r->at, "must be a map of languages");
		return;
	}
	list = arena_array(r->arena, map->n + 1, sizeof(*list));
	for (size_t i = 0; i < map->n; i++)
		list[i] = read_catalogue(r, &map->members[i]);
	quiz->catalogues = list;
	quiz->n_catalogues = map->n;
}

struct quiz *
quiz_read(struct arena *a, const struct json *j, const char *at,
    struct faults *faults, struct faults *warnings)
{
	static const char *const keys[] = { "problems", "input_random",
		"regenerate_input_random", "translations", "text_format" };
	struct quiz *quiz = arena_new_of(a, struct quiz);
	struct reader r = { a, faults, warnings, at };

	for (size_t i = 0; j->kind == JSON_OBJECT && i < j->n; i++) {
		size_t k = 0;

		while (k < ARRAY_LEN(keys) &&
		    strcmp(keys[k], j->members[i].name) != 0)
			k++;
		if (k == ARRAY_LEN(keys))
			faults_add(faults, member_at(&r, j->members[i].name),
			    "is not known here");
	}
	quiz->random = (size_t)take_int(&r, j, keys[1], QUIZ_RANDOM_MAX, 0);
	quiz->regenerate = take_bool(&r, j, keys[2]);
	quiz->format = take_format(&r, j);
	r.at = member_at(&r, keys[0]);
	read_questions(&r, json_member(j, keys[0]), quiz);
	r.at = json_pointer_member(a, at, keys[3]);
	read_catalogues(&r, json_member(j, keys[3]), quiz);
	return quiz;
}
