/*
 * The test functions of the templates: one table, with the parameters of each,
 * so that server, runner and command check the same.  What a function does is
 * the runner's business; docs/templates.md describes all of them.
 */
#ifndef GRADE_FUNCTION_H
#define GRADE_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/json.h"

enum param_type {    /* what is accepted */
	PARAM_NONE,  /* ends a table */
	PARAM_TEXT,  /* a string or a whole number */
	PARAM_COUNT, /* a whole number from 0 to PARAM_COUNT_MAX */
	PARAM_FLAG,  /* true, false */
	PARAM_TEXTS, /* a list of texts, or one text */
	/* "CMD", a command, or an object with one for each language. */
	PARAM_COMMAND,
	PARAM_CHOICE, /* one of choices */
	PARAM_SCALAR, /* any text, number, true, false or null */
	PARAM_RULES,  /* a list of objects: patterns of the syntax tree */
	PARAM__MAX
};
#define PARAM_COUNT_MAX 1000000

struct param {
	const char *name;
	enum param_type type;
	bool is_required;
	int64_t number;             /* what holds without it: PARAM_COUNT, */
	const char *text;           /* others; NULL: empty or false */
	const char *alias;          /* another name of it, or NULL */
	const char *const *choices; /* NULL at the end */
	/* It is a pattern where that parameter says "regex"; or NULL. */
	const char *regex_if;
};
#define FUNCTION_PARAMS_MAX 8

struct function {
	const char *template;
	const char *name;
	struct param params[FUNCTION_PARAMS_MAX]; /* to PARAM_NONE */
};

/* In the order of the documents; the last has no name. */
extern const struct function functions[];

/* The one of these templates (NULL at the end), or NULL. */
const struct function *function_find(const char *const *templates,
    const char *name);
/* The name that is nearest, or NULL if none is near. */
const char *function_suggest(const char *const *templates, const char *name);
/* The number of its parameters; the index of one, by name or alias, or -1. */
size_t function_params(const struct function *);
int function_param(const struct function *, const char *name);
/* Adds a fault at the pointer unless the value is of the parameter's type. */
bool param_check(const struct param *, const struct json *value,
    const char *pointer, struct faults *);
/* "a whole number from 0 up": what a parameter takes, for people. */
const char *param_type_text(enum param_type);

#endif
