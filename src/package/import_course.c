/*
 * Courses of INGInious: one package for each task, with what the course says
 * of it; $common stays beside them.
 */
#include <string.h>

#include "base/str.h"
#include "package/import_inginious.h"
#include "package/walk.h"

/* clang-format off */
/* What is said of the course as a whole: with what to do. */
static const struct {
	const char *key;
	const char *note; /* NULL: it is carried over to the tasks */
} keys[] = {
	{ "accessible", NULL }, { "dispenser_data", NULL },
	{ "name", "assize course create COURSE --title ..." },
	{ "admins", "assize member put USER --course COURSE --role staff" },
	{ "tutors", "assize member put USER --course COURSE --role tutor" },
	{ "task_dispenser", "problems stand in the order of their names, and "
	  "everybody is offered all of them" },
	{ "toc", "problems stand in the order of their names, "
	  "without sections" },
	{ "registration", "assize course set COURSE --self-enrol" },
	{ "registration_password",
	  "assize course set COURSE --enrolment-key-file" },
	{ "registration_ac", "who may enrol: a roster (assize roster)" },
	{ "registration_ac_accept", "who may enrol: a roster" },
	{ "registration_ac_list", "who may enrol: a roster" },
	{ "groups_student_choice", "staff make teams (assize team put)" },
	{ "use_classrooms", "staff make teams (assize team put)" },
	{ "groups", "staff make teams (assize team put)" },
	{ "tags", "tags are not declared; those that a script sets are shown" },
	{ "is_lti", "there is no LTI; grades go out by assize grades" },
	{ "lti_keys", "there is no LTI" },
	{ "lti_url", "there is no LTI" },
	{ "lti_config", "there is no LTI" },
	{ "lti_send_back_grade", "there is no LTI" },
	{ "description", "courses have a title only" },
	{ "allow_unregister", "staff remove members" },
	{ "allow_preview", "only members see a course" },
	{ "public", "only members see a course" },
	{ "nofrontend", "a setting of their pages" },
	{ "plugins", "their programs are not ours" },
};
/* clang-format on */

/* Their values are not shown. */
static const char *const secrets[] = { "registration_password", "lti_keys",
	"lti_config" };

static const char *
shown(struct arena *a, const struct json_member *m)
{
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		if (strcmp(secrets[i], m->name) == 0)
			return "...";
	return json_text(a, &m->value);
}

/*
 * Between 2020 and 2022 each section held the settings of its tasks: a map by
 * task for each setting, some of them in the plural.
 */
static const char *const section_keys[][2] = {
	{ "weights", "weight" },
	{ "weight", "weight" },
	{ "no_stored_submissions", "no_stored_submissions" },
	{ "evaluation_mode", "evaluation_mode" },
	{ "evaluation_modes", "evaluation_mode" },
	{ "submission_limit", "submission_limit" },
	{ "submission_limits", "submission_limit" },
	{ "group_submission", "group_submission" },
	{ "group_submissions", "group_submission" },
	{ "categories", "categories" },
	{ "accessibility", "accessibility" },
};

#define SECTIONS_DEPTH 10

/* Adds to the object what the sections say of the task. */
static void
add_of_sections(const struct json *sections, const char *id,
    struct json *config, struct json_member *members, size_t depth)
{
	for (size_t i = 0; depth < SECTIONS_DEPTH && sections != NULL &&
	     sections->kind == JSON_ARRAY && i < sections->n;
	     i++) {
		const struct json *s = &sections->items[i];

		for (size_t k = 0; k < ARRAY_LEN(section_keys); k++) {
			const struct json *j =
			    json_member(json_member(s, section_keys[k][0]), id);

			if (j == NULL ||
			    json_member(config, section_keys[k][1]) != NULL)
				continue;
			members[config->n].name = section_keys[k][1];
			members[config->n++].value = *j;
		}
		add_of_sections(json_member(s, "sections_list"), id, config,
		    members, depth + 1);
	}
}

static const struct json *
task_config(struct arena *a, const struct json *course, const char *id)
{
	const struct json *data = json_member(course, "dispenser_data");
	const struct json *config = json_member(data, "config");
	const struct json *toc = json_member(data, "toc");
	struct json_member *members;
	struct json *found;

	if (config != NULL)
		return json_member(config, id);
	if (data == NULL)
		data = json_member(course, "toc");
	members = arena_array(a, ARRAY_LEN(section_keys), sizeof(*members));
	found = arena_new_of(a, struct json);
	*found = (struct json) { .kind = JSON_OBJECT, .members = members };
	add_of_sections(toc != NULL ? toc : data, id, found, members, 0);
	return found->n > 0 ? found : json_member(data, id);
}

static const char *
task_of(struct arena *a, const char *path)
{
	const char *slash = strchr(path, '/');

	if (slash == NULL || strcmp(slash + 1, INGINIOUS_TASK) != 0)
		return NULL;
	return arena_memdup(a, path, (size_t)(slash - path));
}

/* A window that is always open is none. */
static const struct json *
window_of(const struct json *course)
{
	const struct json *j = json_member(course, "accessible");

	if (j == NULL || j->kind == JSON_NULL ||
	    (j->kind == JSON_BOOL && j->boolean) ||
	    (j->kind == JSON_STRING && j->n == 0))
		return NULL;
	return j;
}

static bool
has_below(const struct walk_file *found, size_t n, const char *prefix)
{
	for (size_t i = 0; i < n; i++)
		if (str_has_prefix(found[i].path, prefix))
			return true;
	return false;
}

/* Catalogues of the course serve tasks that have none, as there. */
static struct err *
put_catalogues(const struct inginious_task *t, const struct walk_file *found,
    size_t n)
{
	static const char *const own[] = { "$i18n/", "student/$i18n/" };
	static const char *const common[] = { "$common/$i18n/",
		"$common/student/$i18n/" };
	struct arena *a = t->arena;
	const char *from = NULL;

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (has_below(found, n, arena_printf(a, "%s%s", t->at, own[i])))
			return NULL;
	for (size_t i = 0; i < ARRAY_LEN(common) && from == NULL; i++)
		if (has_below(found, n, common[i]))
			from = common[i];
	for (size_t i = 0; from != NULL && i < n; i++) {
		char *p = NULL;
		size_t size;

		if (!str_has_prefix(found[i].path, from))
			continue;
		TRY(import_read(t->im, found[i].path, IMPORT_FILE_BYTES, &p,
		    &size));
		if (p != NULL)
			import_put(t->im,
			    arena_printf(a, "%s%s%s", t->at, own[0],
				found[i].path + strlen(from)),
			    p, size);
	}
	return NULL;
}

static struct err *
put_tasks(struct import *im, const char *where, const struct json *course,
    const struct walk_file *found, size_t n)
{
	size_t tasks = 0;

	for (size_t i = 0; i < n; i++) {
		const char *id = task_of(im->arena, found[i].path);
		struct inginious_task t = { .im = im, .arena = im->arena };

		if (id == NULL)
			continue;
		t.at = arena_printf(im->arena, "%s/", id);
		t.name = found[i].path;
		t.task = inginious_yaml(im, found[i].path);
		t.config = task_config(im->arena, course, id);
		t.window = window_of(course);
		if (t.task == NULL)
			continue;
		tasks++;
		inginious_put_task(&t);
		TRY(put_catalogues(&t, found, n));
	}
	if (tasks == 0)
		return ERR(im->arena, ERR_IMPOSSIBLE, "%s: has no tasks",
		    im->source);
	import_note(im, where,
	    "%zu tasks: push each directory (assize problem push)", tasks);
	if (has_below(found, n, "$common/"))
		import_note(im, where,
		    "$common: goes to the course by \"assize common push "
		    "$common\"");
	return NULL;
}

static void
note_keys(struct import *im, const char *where, const struct json *course)
{
	for (size_t i = 0; course->kind == JSON_OBJECT && i < course->n; i++) {
		const struct json_member *m = &course->members[i];
		size_t k = 0;

		while (k < ARRAY_LEN(keys) && strcmp(keys[k].key, m->name) != 0)
			k++;
		if (k < ARRAY_LEN(keys) &&
		    (keys[k].note == NULL || inginious_says_nothing(&m->value)))
			continue;
		import_note(im, where, "%s = %.200s: %s", m->name,
		    shown(im->arena, m),
		    k < ARRAY_LEN(keys) ? keys[k].note : "is not known");
	}
}

/* Of dispenser_data, the settings of tasks are carried over. */
static void
note_dispenser(struct import *im, const char *where, const struct json *course,
    const struct walk_file *found, size_t n)
{
	const struct json *data = json_member(course, "dispenser_data");
	const struct json *config = json_member(data, "config");

	if (data != NULL && data->kind == JSON_ARRAY)
		import_note(im, where,
		    "dispenser_data: problems stand in the order of their "
		    "names, without sections");
	for (size_t i = 0;
	     data != NULL && data->kind == JSON_OBJECT && i < data->n; i++)
		if ((config != NULL &&
			strcmp(data->members[i].name, "config") != 0) ||
		    strcmp(data->members[i].name, "toc") == 0)
			import_note(im, where,
			    "dispenser_data.%s = %.200s: problems stand in "
			    "the order of their names, without sections",
			    data->members[i].name,
			    json_text(im->arena, &data->members[i].value));
	for (size_t i = 0;
	     config != NULL && config->kind == JSON_OBJECT && i < config->n;
	     i++)
		if (!has_below(found, n,
			arena_printf(im->arena, "%s/" INGINIOUS_TASK,
			    config->members[i].name)))
			import_note(im, where,
			    "dispenser_data.config.%s: there is no such task",
			    config->members[i].name);
}

struct err *
inginious_put_course(struct import *im, const char *where,
    const struct json *course)
{
	struct walk_file *found = NULL;
	size_t n = 0;

	TRY(inginious_walk(im, &found, &n));
	TRY(put_tasks(im, where, course, found, n));
	/* Beside them every file as it is. */
	for (size_t i = 0; i < n; i++) {
		char *p = NULL;
		size_t size;

		TRY(import_read(im, found[i].path, IMPORT_FILE_BYTES, &p,
		    &size));
		if (p != NULL)
			import_put(im, found[i].path, p, size);
	}
	note_keys(im, where, course);
	note_dispenser(im, where, course, found, n);
	return NULL;
}
