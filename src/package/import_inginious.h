/*
 * What the importers of INGInious' tasks and courses share.
 */
#ifndef PACKAGE_IMPORT_INGINIOUS_H
#define PACKAGE_IMPORT_INGINIOUS_H

#include <stdbool.h>

#include "base/buf.h"
#include "package/import.h"
#include "wire/json.h"

#define INGINIOUS_TASK "task.yaml"
#define INGINIOUS_COURSE "course.yaml"
/* Since 2022 tasks are in sets, which courses are made of. */
#define INGINIOUS_TASKSET "taskset.yaml"

/*
 * A task.  Its settings stand in the course's dispenser, in task.yaml or in
 * its environment_parameters; the first that says one wins.
 */
struct inginious_task {
	struct import *im;
	struct arena *arena;
	const char *at;            /* "" or "taskid/" */
	const char *name;          /* where notes point: "taskid/task.yaml" */
	const struct json *task;   /* task.yaml */
	const struct json *config; /* of the course's dispenser, or NULL */
	const struct json *window; /* of the course, or NULL: always open */
	struct buf yaml;           /* assize.yaml */
	bool is_quiz;
};

/* NULL if there is none, or one that cannot be read: then noted. */
const struct json *inginious_yaml(struct import *, const char *path);
bool inginious_is_true(const struct json *);
/* The files of the directory; what is left out is noted. */
struct walk_file;
struct err *inginious_walk(struct import *, struct walk_file **ret_files,
    size_t *ret_n) _must_check_;
/* null, false, and what is empty. */
bool inginious_says_nothing(const struct json *);
/* quiz.json and what was left out; problems NULL: there are none. */
void inginious_put_quiz(struct inginious_task *, const struct json *problems);
/* Feedback can wait for its day; what is read before cannot. */
void inginious_note_hidden(struct inginious_task *, const char *at,
    const char *key, const char *text);
/* problem.yaml, assize.yaml and quiz.json, and what was left out. */
void inginious_put_task(struct inginious_task *);
/*
 * A package for each task, and what of the course is to be done by hand; notes
 * point to the file "where".
 */
struct err *inginious_put_course(struct import *, const char *where,
    const struct json *course) _must_check_;

#endif
