/*
 * Are answers such that they can be graded?  Asked before anything is stored.
 */
#include <string.h>
#include <strings.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "grade/quiz.h"

struct check {
	const struct quiz *quiz;
	const struct quiz_seed *seed;
	struct faults *faults;
	const char *at; /* of the present member */
};

static void
check_index(const struct check *c, const struct quiz_question *q,
    const struct json *j, const char *at)
{
	const size_t *shown;
	size_t n = quiz_shown(c->faults->arena, q, c->seed, &shown);
	int64_t index;

	if (!quiz_index(q, j, &index)) {
		faults_add(c->faults, at,
		    "must be the number of a choice, \"0\" to \"%zu\"",
		    q->n_choices - 1);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (shown[i] == (size_t)index)
			return;
	faults_add(c->faults, at, "is a choice that is not offered to you");
}

static void
check_choice(const struct check *c, const struct quiz_question *q,
    const struct json *j)
{
	if (!q->is_multiple) {
		check_index(c, q, j, c->at);
		return;
	}
	if (j->kind != JSON_ARRAY) {
		faults_add(c->faults, c->at, "must be a list of choices");
		return;
	}
	if (j->n > q->n_choices) {
		faults_add(c->faults, c->at, "has more items than choices");
		return;
	}
	for (size_t i = 0; i < j->n; i++)
		check_index(c, q, &j->items[i],
		    json_pointer_item(c->faults->arena, c->at, i));
}

static bool
is_text(const struct check *c, const struct json *j)
{
	if (j->kind != JSON_STRING)
		faults_add(c->faults, c->at, "must be text");
	else if (j->n > QUIZ_ANSWER_MAX)
		faults_add(c->faults, c->at, "is longer than %zu bytes",
		    QUIZ_ANSWER_MAX);
	else
		return true;
	return false;
}

static void
check_match(const struct check *c, const struct quiz_question *q,
    const struct json *j)
{
	(void)q;
	(void)is_text(c, j);
}

static void
check_code(const struct check *c, const struct quiz_question *q,
    const struct json *j)
{
	if (!is_text(c, j))
		return;
	if (j->n == 0 && !q->is_optional)
		faults_add(c->faults, c->at, "is empty");
	else if (q->type == QUIZ_CODE_LINE && strchr(j->string, '\n') != NULL)
		faults_add(c->faults, c->at, "must be one line");
}

static bool
has_extension(const struct quiz_question *q, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < q->n_extensions; i++) {
		size_t m = strlen(q->extensions[i]);

		if (n > m && strcasecmp(name + n - m, q->extensions[i]) == 0)
			return true;
	}
	return q->n_extensions == 0;
}

static void
check_file(const struct check *c, const struct quiz_question *q,
    const struct json *j)
{
	struct arena *a = c->faults->arena;
	const char *name = json_member_string(j, "filename");
	const char *value = json_member_string(j, "value");
	size_t n = 0;

	if (name == NULL || value == NULL || j->n != 2)
		faults_add(c->faults, c->at,
		    "must be {\"filename\": ..., \"value\": ...}, the value "
		    "in base64");
	else if (!io_is_plain_name(name))
		faults_add(c->faults, c->at, "must have a plain file name");
	else if (!has_extension(q, name))
		faults_add(c->faults, c->at,
		    "must be a file whose name ends in one of %s",
		    quiz_extensions(a, q));
	else if (strlen(value) / 4 > (size_t)q->max_size / 3 + 1 ||
	    (enc_base64_decode(a, value, strlen(value), &n) != NULL &&
		n > (size_t)q->max_size))
		faults_add(c->faults, c->at, "is larger than %lld bytes",
		    (long long)q->max_size);
	else if (enc_base64_decode(a, value, strlen(value), &n) == NULL)
		faults_add(c->faults, c->at,
		    "must have its value in base64 with padding");
}

typedef void check_fn(const struct check *, const struct quiz_question *,
    const struct json *);

static check_fn *const checks[] = {
	[QUIZ_CHOICE] = check_choice,
	[QUIZ_MATCH] = check_match,
	[QUIZ_CODE] = check_code,
	[QUIZ_CODE_LINE] = check_code,
	[QUIZ_FILE] = check_file,
};
_Static_assert(ARRAY_LEN(checks) == QUIZ_TYPE__MAX, "one each");

static void
check_question(struct check *c, const struct quiz_question *q,
    const struct json *answers)
{
	const struct json *j = json_member(answers, q->id);

	c->at = json_pointer_member(c->faults->arena, "/input", q->id);
	if (j != NULL && j->kind != JSON_NULL)
		checks[q->type](c, q, j);
	else if (!q->is_optional)
		faults_add(c->faults, c->at, "is not answered");
}

/*
 * -- members that begin with '@'
 */

static void
check_number(const struct check *c, const struct json *j, size_t i)
{
	double value = -1;

	if (j->kind == JSON_DOUBLE)
		value = j->number;
	else if (j->kind == JSON_INT)
		value = (double)j->integer;
	else if (j->kind == JSON_STRING && !str_to_double(j->string, &value))
		value = -1;
	if (i >= c->quiz->random || value != quiz_random(c->quiz, c->seed, i))
		faults_add(c->faults, c->at,
		    "is not the number that was drawn for you: load the "
		    "exercise again");
}

static void
check_numbers(const struct check *c, const struct json *j)
{
	if (j->kind != JSON_ARRAY || j->n != c->quiz->random) {
		faults_add(c->faults, c->at, "must be a list of %zu numbers",
		    c->quiz->random);
		return;
	}
	for (size_t i = 0; i < j->n; i++)
		check_number(c, &j->items[i], i);
}

static void
check_ours(const struct check *c, const struct json_member *m)
{
	static const char random[] = "@random_";
	int64_t i;

	if (strcmp(m->name, "@lang") == 0) {
		if (m->value.kind != JSON_STRING || m->value.n > 32)
			faults_add(c->faults, c->at,
			    "must be the code of a language");
	} else if (strcmp(m->name, "@random") == 0) {
		check_numbers(c, &m->value);
	} else if (str_has_prefix(m->name, random) &&
	    str_to_i64(m->name + strlen(random), 0, QUIZ_RANDOM_MAX, &i)) {
		check_number(c, &m->value, (size_t)i);
	} else {
		faults_add(c->faults, c->at, "is not for students to say");
	}
}

void
quiz_check(const struct quiz *quiz, const struct quiz_seed *seed,
    const struct json *answers, struct faults *faults)
{
	struct check c = { quiz, seed, faults, NULL };

	for (size_t i = 0; i < quiz->n; i++)
		check_question(&c, &quiz->questions[i], answers);
	for (size_t i = 0; answers != NULL && i < answers->n; i++) {
		const struct json_member *m = &answers->members[i];

		c.at = json_pointer_member(faults->arena, "/input", m->name);
		if (m->name[0] == '@')
			check_ours(&c, m);
		else if (quiz_find(quiz, m->name) == NULL)
			faults_add(faults, c.at, "there is no such question");
	}
}
