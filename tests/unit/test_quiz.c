#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "grade/quiz_words.h"

static const struct quiz_seed alice = { "c", "p", "alice", 0 };

static const struct json *
parse(struct arena *a, const char *text)
{
	const struct json *j = NULL;

	assert_ok(json_parse(a, text, strlen(text), &json_limits_document, &j));
	return j;
}

/* ' stands for ". */
static const struct json *
parse_quoted(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return parse(a, copy);
}

static struct quiz *
read_quiz(struct arena *a, const struct json *j)
{
	struct faults faults, warnings;
	struct quiz *quiz;

	faults_init(&faults, a);
	faults_init(&warnings, a);
	quiz = quiz_read(a, j, "", &faults, &warnings);
	if (faults.n > 0)
		fail_msg("%s %s", faults.first->pointer, faults.first->detail);
	return quiz;
}

static const struct field_fault *
check(struct arena *a, const struct quiz *quiz, const struct json *answers)
{
	struct faults faults;

	faults_init(&faults, a);
	quiz_check(quiz, &alice, answers, &faults);
	return faults.first;
}

static struct quiz_result
grade(struct arena *a, const struct quiz *quiz, const char *answers,
    const char *locale)
{
	const struct json *j = parse_quoted(a, answers);
	const struct field_fault *f = check(a, quiz, j);
	struct quiz_result r;

	if (f != NULL)
		fail_msg("%s: %s %s", answers, f->pointer, f->detail);
	quiz_grade(a, quiz, j, locale, &r);
	return r;
}

/*
 * -- what was recorded
 */

static char *
read_file(struct arena *a, const char *name, size_t *ret_n)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");
	char *p = NULL;

	assert_ok(io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/%s", srcdir != NULL ? srcdir : ".", name),
	    1 << 20, &p, ret_n));
	return p;
}

static bool
is_deviation(struct arena *a, const char *id)
{
	size_t n;
	struct str rest =
	    str_of(read_file(a, "tests/data/vectors-deviations", &n));
	struct str line, field;

	while (str_cut(&rest, '\n', &line))
		if (str_cut(&line, '\t', &field) &&
		    str_is(field, "quiz_cases.jsonl") &&
		    str_cut(&line, '\t', &field) && str_is(field, id))
			return true;
	return false;
}

static void
compare(const char *id, const struct quiz *quiz, const struct quiz_result *r,
    const struct json *want)
{
	const struct json *grade_json = json_member(want, "grade");
	const struct json *problems = json_member(want, "problems");
	size_t texts = 0;

	assert_string_equal(r->wrong == 0 ? "success" : "failed",
	    json_member_string(want, "result"));
	assert_string_equal(r->text, json_member_string(want, "text"));
	assert_string_equal(r->state, json_member_string(want, "state"));
	if (r->grade !=
	    (grade_json->kind == JSON_INT ? (double)grade_json->integer
					  : grade_json->number))
		fail_msg("%s: grade %.17g", id, r->grade);
	for (size_t i = 0; i < quiz->n; i++) {
		const struct json *pair =
		    json_member(problems, quiz->questions[i].id);

		assert_int_equal(r->marks[i].text != NULL, pair != NULL);
		if (pair == NULL)
			continue;
		texts++;
		assert_string_equal(r->marks[i].is_right ? "success" : "failed",
		    pair->items[0].string);
		assert_string_equal(r->marks[i].text, pair->items[1].string);
	}
	assert_int_equal(texts, problems->n);
}

static void
recorded_case(struct arena *a, const struct json *j, size_t *deviations)
{
	const char *id = json_member_string(j, "case");
	const struct json *consistent = json_member(j, "input_is_consistent");
	const struct quiz *quiz = read_quiz(a,
	    parse(a,
		arena_printf(a, "{\"problems\":%s}",
		    json_text(a, json_member(j, "problems")))));
	const struct json *answers = parse(a,
	    arena_printf(a, "{\"q\":%s}",
		json_text(a, json_member(j, "value"))));
	bool is_taken = check(a, quiz, answers) == NULL;
	bool was_taken = consistent->kind == JSON_BOOL && consistent->boolean;
	struct quiz_result r;

	if (is_taken != was_taken ||
	    (!was_taken && consistent->kind != JSON_BOOL)) {
		assert_true(is_deviation(a, id));
		assert_false(is_taken);
		(*deviations)++;
		return;
	}
	assert_false(is_deviation(a, id));
	if (!is_taken)
		return;
	quiz_grade(a, quiz, answers, NULL, &r);
	compare(id, quiz, &r, json_member(j, "agent_output"));
}

static void
recorded(void **state)
{
	UNIT_ARENA(a);
	size_t n, lines = 0, deviations = 0;
	struct str rest =
	    str_of(read_file(a, "tests/data/vectors/quiz_cases.jsonl", &n));
	struct str line;

	while (str_cut(&rest, '\n', &line)) {
		const struct json *j = NULL;

		if (line.n == 0)
			continue;
		assert_ok(
		    json_parse(a, line.p, line.n, &json_limits_document, &j));
		recorded_case(a, j, &deviations);
		lines++;
	}
	assert_int_equal(lines, 7);
	assert_int_equal(deviations, 2);
}

/*
 * -- what was observed of whole tasks
 */

#define MATCH(id, answer) "'" id "':{'type':'match','answer':" answer "}"
#define GREP                                                  \
	"{'problems':{" MATCH("a", "'Util.h'") "," MATCH("b", \
	    "652") "," MATCH("c", "'349'") "}}"
#define DIFF                                                          \
	"{'problems':{'q':{'type':'multiple_choice','multiple':true," \
	"'choices':[{'text':'0'},{'text':'1'},{'text':'2','valid':true}]}}}"
#define ONE_OF(id, valid)                                                   \
	"'" id                                                              \
	"':{'type':'multiple_choice','choices':[{'text':'x','valid':" valid \
	"},{'text':'y','valid':true}]}"
#define COURSES                                                              \
	"{'problems':{" ONE_OF("a", "false") "," ONE_OF("b",                 \
	    "false") "," ONE_OF("c",                                         \
	    "false") ",'d':{'type':'multiple_choice',"                       \
		     "'multiple':true,'choices':[{'text':'0','valid':true}," \
		     "{'text':'1','valid':true},{'text':'2','valid':true},"  \
		     "{'text':'3','valid':true}]}}}"

static const struct {
	const char *quiz;
	const char *answers;
	double grade;
	size_t wrong, invalid;
} tasks[] = {
	{ GREP, "{'a':'Util.h','b':'652','c':'349'}", 100, 0, 0 },
	{ GREP, "{'a':'ss','b':'ss','c':'s'}", 0, 3, 0 },
	{ GREP, "{'a':' Util.h\\n','b':'652 ','c':'350'}", 66.67, 1, 0 },
	{ GREP, "{'a':'util.h','b':'0652','c':'349'}", 33.33, 2, 0 },
	{ GREP, "{'a':'\\u00a0Util.h\\u2003','b':'652','c':''}", 66.67, 1, 0 },
	{ DIFF, "{'q':['2']}", 100, 0, 0 },
	{ DIFF, "{'q':['0','2']}", 0, 1, 1 },
	{ DIFF, "{'q':[]}", 0, 1, 1 },
	{ DIFF, "{'q':['0','1']}", 0, 1, 3 },
	{ DIFF, "{'q':['2','2']}", 100, 0, 0 },
	{ DIFF, "{'q':[2]}", 100, 0, 0 },
	{ COURSES, "{'a':'1','b':'1','c':1,'d':['0','1','2','3']}", 100, 0, 0 },
	{ COURSES, "{'a':'0','b':'0','c':'0','d':['0','1']}", 0, 4, 5 },
	{ COURSES, "{'a':'1','b':'1','c':'1','d':['0','1','3']}", 75, 1, 1 },
};

static void
whole_tasks(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
		UNIT_ARENA(a);
		const struct quiz *quiz =
		    read_quiz(a, parse_quoted(a, tasks[i].quiz));
		struct quiz_result r = grade(a, quiz, tasks[i].answers, NULL);

		if (r.grade != tasks[i].grade || r.wrong != tasks[i].wrong ||
		    r.invalid != tasks[i].invalid)
			fail_msg("%s: %g, %zu wrong, %zu invalid",
			    tasks[i].answers, r.grade, r.wrong, r.invalid);
	}
}

/*
 * -- answers that are refused
 */

static const char all_types[] =
    "{'input_random':2,'problems':{"
    "'one':{'type':'multiple_choice','choices':[{'text':'x','valid':true},"
    "{'text':'y'},{'text':'z'}]},"
    "'many':{'type':'multiple_choice','multiple':true,"
    "'choices':[{'text':'x','valid':true},{'text':'y'},{'text':'z'}]},"
    "'m':{'type':'match','answer':42.0},"
    "'code':{'type':'code'},'line':{'type':'code_single_line'},"
    "'maybe':{'type':'code','optional':true},"
    "'file':{'type':'file','allowed_exts':['.txt'],'max_size':3}}}";

static const struct {
	const char *question; /* whose answer is replaced */
	const char *answer;
	const char *pointer; /* of the fault; NULL: taken */
} answers[] = {
	{ "one", "'0'", NULL },
	{ "one", "2", NULL },
	{ "one", "null", "/input/one" },
	{ "one", "'3'", "/input/one" },
	{ "one", "3", "/input/one" },
	{ "one", "'-1'", "/input/one" },
	{ "one", "-1", "/input/one" },
	{ "one", "'00'", "/input/one" },
	{ "one", "' 0'", "/input/one" },
	{ "one", "'0 '", "/input/one" },
	{ "one", "'+0'", "/input/one" },
	{ "one", "'-0'", "/input/one" },
	{ "one", "''", "/input/one" },
	{ "one", "'x'", "/input/one" },
	{ "one", "0.0", "/input/one" },
	{ "one", "true", "/input/one" },
	{ "one", "['0']", "/input/one" },
	{ "one", "{}", "/input/one" },
	{ "many", "[]", NULL },
	{ "many", "['0','0']", NULL },
	{ "many", "'0'", "/input/many" },
	{ "many", "null", "/input/many" },
	{ "many", "[null]", "/input/many/0" },
	{ "many", "['0','00']", "/input/many/1" },
	{ "many", "['0','3']", "/input/many/1" },
	{ "many", "['0','0','0','0']", "/input/many" },
	{ "m", "''", NULL },
	{ "m", "42", "/input/m" },
	{ "m", "null", "/input/m" },
	{ "m", "['42']", "/input/m" },
	{ "code", "' '", NULL },
	{ "code", "'10'", NULL },
	{ "code", "''", "/input/code" },
	{ "code", "10", "/input/code" },
	{ "code", "null", "/input/code" },
	{ "line", "'a\\nb'", "/input/line" },
	{ "maybe", "null", NULL },
	{ "maybe", "''", NULL },
	{ "file", "{'filename':'a.txt','value':'YWJj'}", NULL },
	{ "file", "{'filename':'a.TXT','value':''}", NULL },
	{ "file", "{'filename':'a.nottxt','value':'YWJj'}", "/input/file" },
	{ "file", "{'filename':'.txt','value':'YWJj'}", "/input/file" },
	{ "file", "{'filename':'../a.txt','value':'YWJj'}", "/input/file" },
	{ "file", "{'filename':'a.txt','value':'YWJjZA=='}", "/input/file" },
	{ "file", "{'filename':'a.txt','value':'?'}", "/input/file" },
	{ "file", "{'filename':'a.txt'}", "/input/file" },
	{ "file", "'a.txt'", "/input/file" },
	{ "other", "'x'", "/input/other" },
	{ "@state", "'x'", "/input/@state" },
	{ "@username", "'bob'", "/input/@username" },
	{ "@lang", "'fr'", NULL },
	{ "@lang", "7", "/input/@lang" },
	{ "@random_0", "0.5", "/input/@random_0" },
	{ "@random_2", "0.5", "/input/@random_2" },
	{ "@random", "[0.5,0.5]", "/input/@random" },
	{ "@random", "[]", "/input/@random" },
	{ "@random", "null", "/input/@random" },
};

static const struct json *
all_answers(struct arena *a, const char *question, const char *answer)
{
	static const char *const good[][2] = {
		{ "one", "'0'" },
		{ "many", "['0']" },
		{ "m", "'42.0'" },
		{ "code", "'x'" },
		{ "line", "'x'" },
		{ "file", "{'filename':'a.txt','value':'YWJj'}" },
	};
	char *text = arena_printf(a, "{'%s':%s", question, answer);

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (strcmp(good[i][0], question) != 0)
			text = arena_printf(a, "%s,'%s':%s", text, good[i][0],
			    good[i][1]);
	return parse_quoted(a, arena_printf(a, "%s}", text));
}

static void
refused(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *quiz = read_quiz(a, parse_quoted(a, all_types));

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		const struct field_fault *f = check(a, quiz,
		    all_answers(a, answers[i].question, answers[i].answer));

		if ((f == NULL) != (answers[i].pointer == NULL))
			fail_msg("%s: %s is %s", answers[i].question,
			    answers[i].answer, f == NULL ? "taken" : f->detail);
		if (f != NULL)
			assert_string_equal(f->pointer, answers[i].pointer);
	}
	/* Nothing at all: every question that must be answered is named. */
	assert_non_null(check(a, quiz, NULL));
	assert_non_null(check(a, quiz, parse(a, "{}")));
	assert_non_null(check(a, quiz, parse(a, "[]")));
}

/*
 * -- quizzes that are refused
 */

#define Q(body) "{'problems':{'q':{" body "}}}"
#define CHOICES \
	"'choices':[{'text':'a','valid':true},{'text':'b','valid':true}]"

static const struct {
	const char *text;
	const char *pointer; /* of the first fault */
} bad[] = {
	{ "{}", "/problems" },
	{ "{}", "/problems" },
	{ "{'problems':7}", "/problems" },
	{ "{'problems':{'a b':{'type':'match','answer':'x'}}}",
	    "/problems/a b" },
	{ "{'problems':[{'type':'match','answer':'x'}]}", "/problems/0" },
	{ "{'problems':[{'id':'a','type':'match','answer':'x'},{'id':'a',"
	  "'type':'match','answer':'x'}]}",
	    "/problems/1" },
	{ Q("'type':'essay'"), "/problems/q/type" },
	{ Q("'name':'x'"), "/problems/q/type" },
	{ "{'problems':{'q':7}}", "/problems/q" },
	{ Q("'type':'match','answer':true"), "/problems/q/answer" },
	{ Q("'type':'match','answer':'x','weight':0"), "/problems/q/weight" },
	{ Q("'type':'multiple_choice'"), "/problems/q/choices" },
	{ Q("'type':'multiple_choice','choices':[]"), "/problems/q/choices" },
	{ Q("'type':'multiple_choice','choices':[{'text':'a'}]"),
	    "/problems/q/choices" },
	{ Q("'type':'multiple_choice','choices':[{'valid':true}]"),
	    "/problems/q/choices/0/text" },
	{ Q("'type':'multiple_choice','multiple':true,'limit':1," CHOICES),
	    "/problems/q/limit" },
	{ Q("'type':'multiple_choice','multiple':'perhaps'," CHOICES),
	    "/problems/q/multiple" },
	{ Q("'type':'multiple_choice','partial':true," CHOICES),
	    "/problems/q/partial" },
	{ Q("'type':'file','max_size':'many'"), "/problems/q/max_size" },
	{ Q("'type':'file','allowed_exts':7"), "/problems/q/allowed_exts" },
	{ "{'quiz':1,'problems':{'q':{'type':'match','answer':'x'}}}",
	    "/quiz" },
	{ "{'text_format':'html','problems':{}}", "/text_format" },
	{ "{'text_format':7,'problems':{}}", "/text_format" },
	{ "{'input_random':101,'problems':{'q':{'type':'match','answer':'x'}}}",
	    "/input_random" },
	{ "{'translations':{'fr':7},'problems':{'q':{'type':'match',"
	  "'answer':'x'}}}",
	    "/translations/fr" },
};

static void
bad_quizzes(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		UNIT_ARENA(a);
		struct faults faults, warnings;

		faults_init(&faults, a);
		faults_init(&warnings, a);
		(void)quiz_read(a, parse_quoted(a, bad[i].text), "", &faults,
		    &warnings);
		if (faults.n == 0)
			fail_msg("%s was taken", bad[i].text);
		assert_string_equal(faults.first->pointer, bad[i].pointer);
	}
}

static void
warnings_of_keys(void **state)
{
	UNIT_ARENA(a);
	struct faults faults, warnings;

	faults_init(&faults, a);
	faults_init(&warnings, a);
	(void)quiz_read(a,
	    parse_quoted(a, Q("'type':'match','answer':'x','limit':3")), "#",
	    &faults, &warnings);
	assert_int_equal(faults.n, 0);
	assert_int_equal(warnings.n, 1);
	assert_string_equal(warnings.first->pointer, "#/problems/q/limit");
}

/*
 * -- options
 */

#define MANY(more)                                                            \
	Q("'type':'multiple_choice','multiple':'yes'," more "'choices':["     \
	  "{'text':'a','valid':true,'feedback':'FA'},{'text':'b','feedback':" \
	  "'FB'},{'text':'c','valid':true},{'text':'d'}]")
#define SINGLE(more)                                                         \
	Q("'type':'multiple_choice'," more "'choices':[{'text':'a','valid':" \
	  "true,'feedback':'FA'},{'text':'b','feedback':'FB'}]")

static const struct {
	const char *quiz;
	const char *answers;
	double grade;
	const char *text; /* of the question, or NULL */
} options[] = {
	/* The messages and their order. */
	{ SINGLE(""), "{'q':'0'}", 100, "FA" },
	{ SINGLE(""), "{'q':'1'}", 0, "Wrong answer\n\nFB" },
	{ SINGLE("'success_message':'S','error_message':'E',"), "{'q':'0'}",
	    100, "S\n\nFA" },
	{ SINGLE("'success_message':'S','error_message':'E',"), "{'q':'1'}", 0,
	    "E\n\nFB" },
	{ SINGLE("'centralize':true,"), "{'q':'1'}", 0, "FB" },
	{ SINGLE("'centralize':true,'error_message':'E',"), "{'q':'1'}", 0,
	    "E\n\nFB" },
	{ SINGLE("'success_message':'','error_message':'',"), "{'q':'1'}", 0,
	    "Wrong answer\n\nFB" },
	{ MANY(""), "{'q':['1','0']}", 0,
	    "Wrong answer. Make sure to select all the valid possibilities"
	    "\n\nFB\n\nFA" },
	{ MANY(""), "{'q':['2','0','0']}", 100, "FA" },
	{ Q("'type':'match','answer':'x','centralize':true"), "{'q':'y'}", 0,
	    NULL },
	{ Q("'type':'match','answer':' x '"), "{'q':'x'}", 100,
	    "Correct answer" },
	{ Q("'type':'match','answer':42"), "{'q':'42.0'}", 0, "Wrong answer" },
	{ Q("'type':'match','answer':42.0"), "{'q':'42.0'}", 100,
	    "Correct answer" },
	{ Q("'type':'match','answer':0.1"), "{'q':'0.1'}", 100,
	    "Correct answer" },
	/* Credit for a part of it. */
	{ MANY("'partial':true,"), "{'q':['0']}", 50,
	    "Wrong answer. Make sure to select all the valid possibilities"
	    "\n\nFA" },
	{ MANY("'partial':true,"), "{'q':['0','1']}", 0,
	    "Wrong answer. Make sure to select all the valid possibilities"
	    "\n\nFA\n\nFB" },
	{ MANY("'partial':true,"), "{'q':['0','2','3']}", 50,
	    "Wrong answer. Make sure to select all the valid possibilities"
	    "\n\nFA" },
	{ MANY("'partial':true,"), "{'q':['1','3']}", 0,
	    "Wrong answer. Make sure to select all the valid possibilities"
	    "\n\nFB" },
};

static void
messages(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		UNIT_ARENA(a);
		const struct quiz *quiz =
		    read_quiz(a, parse_quoted(a, options[i].quiz));
		struct quiz_result r = grade(a, quiz, options[i].answers, NULL);

		if (r.grade != options[i].grade)
			fail_msg("%s: %g", options[i].quiz, r.grade);
		if (options[i].text == NULL)
			assert_null(r.marks[0].text);
		else
			assert_string_equal(r.marks[0].text, options[i].text);
	}
}

static void
weights(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *quiz = read_quiz(a,
	    parse_quoted(a,
		"{'problems':{'a':{'type':'match','answer':'x','weight':3},"
		"'b':{'type':'match','answer':'x'},"
		"'c':{'type':'match','answer':'x','weight':'1000'},"
		"'d':{'type':'match','answer':'x','weight':0.001}}}"));

	assert_true(
	    grade(a, quiz, "{'a':'x','b':'','c':'','d':''}", NULL).grade ==
	    0.3);
	/* Nobody is rounded up to all of it. */
	assert_true(
	    grade(a, quiz, "{'a':'x','b':'x','c':'x','d':''}", NULL).grade ==
	    99.99);
}

static void
languages(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *quiz = read_quiz(a,
	    parse_quoted(a,
		"{'problems':{'q':{'type':'multiple_choice','choices':["
		"{'text':'a','valid':true,'feedback':'well done'},"
		"{'text':'b'}],'error_message':'oh no'},"
		"'m':{'type':'match','answer':'x'}},"
		"'translations':{'fr':{'well done':'bravo','oh no':'h\u00e9las'},"
		"'pt_BR':{'well done':'muito bem'},"
		"'pt_PT':{'well done':'bem feito'}}}"));
	struct quiz_result r = grade(a, quiz, "{'q':'1','m':'x'}", "fr-BE");

	assert_string_equal(r.text,
	    "Vous avez 1 mauvaise(s) réponse(s).\n\n\nParmi celles-ci, vous "
	    "avez 1 réponses invalides dans les questions à choix multiples");
	assert_string_equal(r.marks[0].text, "hélas");
	assert_string_equal(r.marks[1].text, "Réponse correcte");
	r = grade(a, quiz, "{'q':'0','m':'y'}", "pt_PT");
	assert_string_equal(r.marks[0].text, "bem feito");
	assert_string_equal(r.marks[1].text, "Wrong answer");
	r = grade(a, quiz, "{'q':'0','m':'y'}", "pt");
	assert_string_equal(r.marks[0].text, "muito bem");
	r = grade(a, quiz, "{'q':'0','m':'y'}", "nb_NO");
	assert_string_equal(r.marks[0].text, "well done");
	assert_string_equal(r.marks[1].text, "Feil svar");
	r = grade(a, quiz, "{'q':'0','m':'y'}", "f");
	assert_string_equal(r.marks[1].text, "Wrong answer");
}

/* docs/quiz.md lists each message in each language, and no others. */
static void
documented(void **state)
{
	UNIT_ARENA(a);
	size_t n, rows = 0, expected = 0;
	char *doc = read_file(a, "docs/quiz.md", &n);
	struct str rest = str_of(doc), line;

	for (int m = 0; m < QUIZ_MSG__MAX; m++)
		for (size_t l = 0; quiz_locales[l] != NULL; l++) {
			const char *row = arena_printf(a, "| %s | %s |\n",
			    quiz_locales[l], quiz_message(m, quiz_locales[l]));

			expected++;
			if (strstr(doc, row) == NULL)
				fail_msg("docs/quiz.md has no row %s", row);
		}
	while (str_cut(&rest, '\n', &line))
		for (size_t l = 0; quiz_locales[l] != NULL; l++)
			rows += str_has_prefix(str_dup(a, line),
			    arena_printf(a, "| %s | ", quiz_locales[l]));
	assert_int_equal(rows, expected);
}

/*
 * -- what is shown
 */

static const char *
shown_text(struct arena *a, const struct quiz *quiz,
    const struct quiz_seed *seed)
{
	const size_t *list;
	size_t n = quiz_shown(a, &quiz->questions[0], seed, &list);
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%zu", text, list[i]);
	return text;
}

static size_t
count_valid(struct arena *a, const struct quiz *quiz,
    const struct quiz_seed *seed, size_t *ret_n)
{
	const size_t *list;
	size_t valid = 0;

	*ret_n = quiz_shown(a, &quiz->questions[0], seed, &list);
	for (size_t i = 0; i < *ret_n; i++) {
		valid += quiz->questions[0].choices[list[i]].is_valid;
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(list[i], list[k]);
	}
	return valid;
}

#define SEVEN(more)                                                           \
	Q("'type':'multiple_choice'," more "'choices':["                      \
	  "{'text':'0','valid':true},{'text':'1','valid':true},{'text':'2'}," \
	  "{'text':'3'},{'text':'4'},{'text':'5'},{'text':'6'}]")

static void
shown(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *all = read_quiz(a, parse_quoted(a, SEVEN("")));
	const struct quiz *fixed =
	    read_quiz(a, parse_quoted(a, SEVEN("'unshuffle':true,")));
	const struct quiz *few =
	    read_quiz(a, parse_quoted(a, SEVEN("'limit':'3',")));
	const struct quiz *few_multiple =
	    read_quiz(a, parse_quoted(a, SEVEN("'multiple':true,'limit':4,")));
	size_t orders = 0, n;
	const char *last = "";

	assert_string_equal(shown_text(a, fixed, &alice), "0123456");
	for (int i = 0; i < 40; i++) {
		const struct quiz_seed seed = { "c", "p",
			arena_printf(a, "user%d", i), 0 };

		assert_string_equal(shown_text(a, all, &seed),
		    shown_text(a, all, &seed));
		orders += strcmp(last, shown_text(a, all, &seed)) != 0;
		last = shown_text(a, all, &seed);
		assert_int_equal(count_valid(a, all, &seed, &n), 2);
		assert_int_equal(n, 7);
		assert_int_equal(count_valid(a, few, &seed, &n), 1);
		assert_int_equal(n, 3);
		assert_int_equal(count_valid(a, few_multiple, &seed, &n), 2);
		assert_int_equal(n, 4);
	}
	assert_true(orders > 30);
}

/* A choice that was not shown cannot be chosen. */
static void
not_offered(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *quiz =
	    read_quiz(a, parse_quoted(a, SEVEN("'limit':3,")));
	const char *offered = shown_text(a, quiz, &alice);

	for (int i = 0; i < 7; i++) {
		const struct json *j =
		    parse(a, arena_printf(a, "{\"q\":\"%d\"}", i));

		assert_int_equal(check(a, quiz, j) == NULL,
		    strchr(offered, '0' + i) != NULL);
	}
}

static void
random_numbers(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *quiz = read_quiz(a,
	    parse_quoted(a,
		"{'input_random':2,'problems':{'m':{'type':'match','answer':"
		"'x'}}}"));
	struct quiz changing = *quiz;
	struct quiz_seed later = alice;
	double first = quiz_random(quiz, &alice, 0);
	double second = quiz_random(quiz, &alice, 1);
	struct buf b;
	struct json_w w;

	later.attempt = 1;
	changing.regenerate = true;
	assert_true(first >= 0 && first < 1 && first != second);
	assert_true(first == quiz_random(quiz, &later, 0));
	assert_true(first == quiz_random(&changing, &alice, 0));
	assert_true(first != quiz_random(&changing, &later, 0));
	/* As they were written they come back, as numbers or as text. */
	buf_init(&b, a, 4096);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "m", "x");
	json_w_key(&w, "@random");
	json_w_array(&w);
	json_w_f64(&w, first);
	json_w_f64(&w, second);
	json_w_array_end(&w);
	json_w_key_str(&w, "@random_1", arena_printf(a, "%.17g", second));
	json_w_object_end(&w);
	json_w_finish(&w);
	assert_null(check(a, quiz, parse(a, b.p)));
}

/* What students get shows neither answers nor feedback. */
static void
public_questions(void **state)
{
	UNIT_ARENA(a);
	const struct quiz *quiz = read_quiz(a,
	    parse_quoted(a,
		"{'problems':{'q':{'type':'multiple_choice','header':'H',"
		"'unshuffle':true,'choices':[{'text':'a','valid':true,"
		"'feedback':'secret'},{'text':'b'}],'error_message':'secret',"
		"'success_message':'secret'},'m':{'type':'match','answer':"
		"'secret'}},'translations':{'fr':{'a':'A'}}}"));
	struct buf b;
	struct json_w w;

	buf_init(&b, a, 4096);
	json_w_init(&w, &b);
	quiz_write_questions(&w, a, quiz, &alice, "fr");
	json_w_finish(&w);
	assert_string_equal(b.p,
	    "[{\"id\":\"q\",\"type\":\"multiple_choice\",\"header\":\"H\","
	    "\"weight\":1,\"multiple\":false,\"choices\":[{\"value\":\"0\","
	    "\"text\":\"A\"},{\"value\":\"1\",\"text\":\"b\"}]},"
	    "{\"id\":\"m\",\"type\":\"match\",\"weight\":1}]");
}

static const char *
written(struct arena *a, const struct quiz *quiz)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, a, 1 << 16);
	json_w_init(&w, &b);
	quiz_write(&w, quiz);
	json_w_finish(&w);
	return b.p;
}

static void
write_and_read(void **state)
{
	UNIT_ARENA(a);
	const char *texts[] = { all_types, GREP, COURSES,
		MANY("'partial':true,'error_message':'E','limit':3,"),
		"{'text_format':'rst','problems':[]}",
		Q("'type':'match','default':'x','answer':' '") };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *once =
		    written(a, read_quiz(a, parse_quoted(a, texts[i])));

		assert_string_equal(written(a, read_quiz(a, parse(a, once))),
		    once);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded),
		cmocka_unit_test(whole_tasks),
		cmocka_unit_test(refused),
		cmocka_unit_test(bad_quizzes),
		cmocka_unit_test(warnings_of_keys),
		cmocka_unit_test(messages),
		cmocka_unit_test(weights),
		cmocka_unit_test(languages),
		cmocka_unit_test(documented),
		cmocka_unit_test(shown),
		cmocka_unit_test(not_offered),
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(public_questions),
		cmocka_unit_test(write_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
