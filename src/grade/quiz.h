/*
 * Quizzes: questions, the answers that may be given to them, and what they
 * are worth.  Rules, messages and their order are INGInious' where it is not
 * said otherwise in docs/quiz.md; the template "script" asks the same
 * questions and leaves those to its script that only a program can judge.
 *
 * A quiz is read from a document (quiz_read) when its package is uploaded,
 * travels in the snapshot (quiz_write), and is read from there again.
 */
#ifndef GRADE_QUIZ_H
#define GRADE_QUIZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "wire/json.h"

/* Whose runners grade quizzes: all of ours. */
#define QUIZ_POOL "quiz"

#define QUIZ_QUESTIONS_MAX 500
#define QUIZ_CHOICES_MAX 200
#define QUIZ_RANDOM_MAX 100
#define QUIZ_TEXT_MAX ((size_t)64 << 10)    /* bytes of a text of the author */
#define QUIZ_ANSWER_MAX ((size_t)256 << 10) /* bytes of an answer */
#define QUIZ_FILE_MAX (INT64_C(1) << 20)    /* bytes of a file */

enum quiz_type {
	QUIZ_CHOICE, /* multiple_choice */
	QUIZ_MATCH,
	QUIZ_CODE,
	QUIZ_CODE_LINE, /* code_single_line */
	QUIZ_FILE,
	QUIZ_TYPE__MAX
};
/* By enum quiz_type, as documents name them; NULL at the end. */
extern const char *const quiz_types[];

struct quiz_choice {
	const char *text;
	const char *feedback; /* or NULL */
	bool is_valid;
};

struct quiz_question {
	const char *id;
	enum quiz_type type;
	const char *name;   /* or NULL */
	const char *header; /* what is asked, or NULL */
	double weight;      /* > 0; 1 where nothing is said */
	bool is_optional;   /* code, code_single_line, file */
	/* multiple_choice, match: only the global message tells. */
	bool is_centralized;
	/* multiple_choice */
	bool is_multiple; /* all valid choices are to be chosen */
	bool is_fixed;    /* "unshuffle" */
	bool is_partial;  /* some credit for some of the choices */
	size_t limit;     /* choices shown; 0: all */
	const char *error_message;
	const char *success_message;
	const struct quiz_choice *choices;
	size_t n_choices;
	/* match, without blanks around it; NULL: only a script can tell */
	const char *answer;
	/* match, code: what stands there at first; code: colours; or NULL */
	const char *preset; /* "default" */
	const char *language;
	/* file */
	const char *const *extensions; /* ".c"; none: any */
	size_t n_extensions;
	int64_t max_size; /* bytes */
};

/* One text of the author's in another language. */
struct quiz_phrase {
	const char *text;
	const char *translation;
};

struct quiz_catalogue {
	const char *locale; /* "fr", "nb_NO" */
	const struct quiz_phrase *phrases;
	size_t n;
};

/* What the author's texts are. */
enum quiz_format { QUIZ_MARKDOWN, QUIZ_RST, QUIZ_FORMAT__MAX };
/* By enum quiz_format, NULL at the end: "text_format". */
extern const char *const quiz_formats[];

struct quiz {
	const struct quiz_question *questions; /* in order */
	size_t n;
	enum quiz_format format;
	size_t random;   /* numbers that are drawn for each user */
	bool regenerate; /* other numbers after each attempt */
	const struct quiz_catalogue *catalogues;
	size_t n_catalogues;
};

/*
 * Reads {problems: {ID: {...}} or [{id, ...}], input_random, ...}; of a
 * script's there may be none.  Faults
 * and, for keys that mean nothing, warnings: JSON pointers behind "at".  What
 * was read is complete only if no fault was added.
 */
struct quiz *quiz_read(struct arena *, const struct json *, const char *at,
    struct faults *, struct faults *warnings);
/* As quiz_read takes it, with the questions as a list. */
void quiz_write(struct json_w *, const struct quiz *);
/* A quiz that no program needs to judge: choices and matches only. */
bool quiz_is_closed(const struct quiz_question *);
const struct quiz_question *quiz_find(const struct quiz *, const char *id);

/* Is it the number of a choice, "0" or 0 to the last one? */
bool quiz_index(const struct quiz_question *, const struct json *,
    int64_t *ret_index) _must_check_;
/* ".c, .h" */
const char *quiz_extensions(struct arena *, const struct quiz_question *);
/* Without white space (Unicode's) around it. */
struct str quiz_strip(struct str);

/*
 * Who answers: shuffling, the choices that are shown and the random numbers
 * follow from it, the same each time.
 */
struct quiz_seed {
	const char *course;
	const char *problem;
	const char *user;
	int64_t attempt; /* for "regenerate" */
};

/* Number i of the user's random numbers, in [0, 1). */
double quiz_random(const struct quiz *, const struct quiz_seed *, size_t i);
/*
 * The choices that are shown, as indices, in the order in which they are
 * shown.  Of one that asks for one choice exactly one shown is valid where
 * there is a limit; of others all valid ones are shown.
 */
size_t quiz_shown(struct arena *, const struct quiz_question *,
    const struct quiz_seed *, const size_t **ret_indices) _must_check_;
/* What a student may know of the questions, as an array. */
void quiz_write_questions(struct json_w *, struct arena *, const struct quiz *,
    const struct quiz_seed *, const char *locale);

/*
 * Are these answers (an object, or NULL for none) to be graded?  A fault with
 * the pointer /input/ID for each that is not; a member of another name is a
 * fault too.  Members that begin with '@' are @lang, and @random (a list) or
 * @random_0, ..., which must be what was drawn.
 */
void quiz_check(const struct quiz *, const struct quiz_seed *,
    const struct json *answers, struct faults *);

struct quiz_mark {
	bool is_right;
	double score;     /* 0 to 100 */
	const char *text; /* messages, or NULL: there are none */
	/* The same singly, in order. */
	const char **parts;
	size_t n_parts;
};

struct quiz_result {
	double grade;   /* 0 to 100, two decimals; 100 iff none is wrong */
	size_t wrong;   /* questions */
	size_t invalid; /* choices missed or too many */
	const char *text;
	const struct quiz_mark *marks; /* by question */
	const char *state;             /* of the register: {"ID": ""} */
};

/*
 * Grades answers that passed quiz_check; all questions are closed ones.  The
 * locale ("fr", "pt-BR", NULL: English) chooses our words and the author's.
 */
void quiz_grade(struct arena *, const struct quiz *, const struct json *answers,
    const char *locale, struct quiz_result *ret_result);

#endif
