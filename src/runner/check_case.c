#include "runner/check_case.h"

#include <math.h>
#include <string.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "grade/verdict.h"
#include "package/meta.h"

#define INPUT_MAX ((size_t)2 << 20)
#define FILES_MAX 200
#define SHOWN_MAX 200
/* Grades have two decimals. */
#define GRADE_STEP 0.005
/* INGInious names those by a hash that is another each time. */
#define AUTO_TAG "*auto-tag-"

/*
 * -- what was handed in
 */

struct reading {
	struct arena *arena;
	struct faults *faults;
	const char *path;
	struct grading_job *job;
	struct zip_file *files;
	size_t n;
};

/* !!binary is base64 with line ends in it. */
static bool
take_bytes(struct arena *a, const struct meta *m, struct zip_file *file)
{
	char *text;
	size_t n = 0;

	if (m == NULL || m->kind != META_SCALAR)
		return false;
	file->p = m->text;
	file->n = strlen(m->text);
	if (!m->is_binary)
		return true;
	text = arena_alloc(a, file->n + 1);
	for (const char *p = m->text; *p != '\0'; p++)
		if (strchr(" \t\r\n", *p) == NULL)
			text[n++] = *p;
	file->p = enc_base64_decode(a, text, n, &file->n);
	return file->p != NULL;
}

static void
add_file(struct reading *r, const char *at, const char *path,
    const struct meta *content)
{
	struct zip_file file = { .path = path };

	if (r->n == FILES_MAX || path == NULL || !io_is_safe_path(path) ||
	    !take_bytes(r->arena, content, &file)) {
		faults_add(r->faults, at, "is no file");
		return;
	}
	r->files[r->n++] = file;
}

static const char *
text_of(const struct meta *map, const char *key)
{
	const struct meta *m = meta_get(map, key);

	return m != NULL && m->kind == META_SCALAR && !meta_is_null(m) ? m->text
								       : NULL;
}

/* Answers are texts and lists of texts, whatever they look like. */
static void
write_answer(struct reading *r, struct json_w *w, const struct meta_item *e)
{
	const struct meta *m = e->value;
	const char *name = text_of(m, "filename");

	json_w_key(w, e->key);
	if (m->kind == META_SCALAR) {
		json_w_str(w, m->text);
	} else if (m->kind == META_LIST) {
		json_w_array(w);
		for (const struct meta_item *i = m->items; i != NULL;
		     i = i->next)
			json_w_str(w,
			    i->value->kind == META_SCALAR ? i->value->text
							  : "");
		json_w_array_end(w);
	} else {
		add_file(r, arena_printf(r->arena, "/input/%s", e->key),
		    name == NULL
			? NULL
			: arena_printf(r->arena, "%s/%s", e->key, name),
		    meta_get(m, "value"));
		json_w_object(w);
		json_w_key_str(w, "filename", name);
		json_w_object_end(w);
	}
}

static void
take_input(struct reading *r, const struct meta *input)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, r->arena, INPUT_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	for (const struct meta_item *e = input->items; e != NULL; e = e->next) {
		if (meta_is_null(e->value))
			continue;
		if (e->key[0] != '@') {
			write_answer(r, &w, e);
			continue;
		}
		json_w_key(&w, e->key);
		json_w_value(&w, meta_json(r->arena, e->value));
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		faults_add(r->faults, "/input", "is too long");
	r->job->input = b.p;
	r->job->locale = text_of(input, "@lang");
	if (text_of(input, "@state") != NULL)
		r->job->state = text_of(input, "@state");
}

static void
take_files(struct reading *r, const struct meta *files)
{
	for (const struct meta_item *e = files->items; e != NULL; e = e->next)
		add_file(r, arena_printf(r->arena, "/files/%zu", r->n),
		    text_of(e->value, "name"), meta_get(e->value, "content"));
}

static void
take_all(struct reading *r, const struct meta *m)
{
	const struct meta *input = meta_get(m, "input");
	const struct meta *files = meta_get(m, "files");
	const char *language = text_of(m, "language");

	r->files = arena_array(r->arena, FILES_MAX, sizeof(*r->files));
	if (input != NULL && input->kind == META_MAP)
		take_input(r, input);
	else if (r->job->package->quiz != NULL)
		faults_add(r->faults, "/input", "is missing");
	if (files != NULL && files->kind == META_LIST)
		take_files(r, files);
	r->job->files = r->files;
	r->job->files_n = r->n;
	if (language != NULL && r->job->package->languages[0] != NULL)
		r->job->language = language_by_name(language);
}

struct err *
check_case_read(struct arena *a, int dir, const char *path,
    struct grading_job *job, struct faults *faults,
    const struct json **ret_case)
{
	struct reading r = { a, faults, path, job, NULL, 0 };
	size_t nodes = 0, n;
	const struct meta_file file = { path, faults, &nodes, NULL };
	const struct meta *m;
	struct err *e;
	char *text = NULL;

	*ret_case = NULL;
	e = io_read_file(a, dir, path, META_BYTES, &text, &n);
	if (e != NULL && e->code == ERR_TOO_LARGE) {
		faults_add(faults, path, "more than %zu bytes", META_BYTES);
		return NULL;
	}
	TRY(e);
	m = meta_parse(&file, text, n);
	if (m == NULL)
		return NULL;
	take_all(&r, m);
	*ret_case = meta_json(a, m);
	return NULL;
}

/*
 * -- what came of it
 */

static void
differ(struct faults *f, const char *at, const char *wanted, const char *found)
{
	faults_add(f, at, "expected %.*s, got %.*s", SHOWN_MAX, wanted,
	    SHOWN_MAX, found);
}

static void
compare_text(struct faults *f, const char *at, const struct json *wanted,
    const char *found)
{
	if (wanted != NULL && wanted->kind == JSON_STRING &&
	    strcmp(wanted->string, found) != 0)
		differ(f, at, wanted->string, found);
}

static void
compare_grade(struct faults *f, const struct json *wanted, double found)
{
	double grade;

	if (wanted == NULL ||
	    (wanted->kind != JSON_INT && wanted->kind != JSON_DOUBLE))
		return;
	grade =
	    wanted->kind == JSON_INT ? (double)wanted->integer : wanted->number;
	if (fabs(grade - found) > GRADE_STEP)
		faults_add(f, "/grade", "expected %g, got %g", grade, found);
}

static struct str
trimmed(const struct json *j)
{
	return str_trim(
	    j != NULL && j->kind == JSON_STRING ? str_of(j->string) : STR(""));
}

static bool
is_same_text(const struct json *a, const struct json *b)
{
	struct str x = trimmed(a), y = trimmed(b);

	return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

/* [result, text], or a text alone where nothing else was said. */
static bool
is_same_problem(const struct json *a, const struct json *b)
{
	const struct json *text_a = a, *text_b = b;
	const struct json *word_a = NULL, *word_b = NULL;

	if (a->kind == JSON_ARRAY && a->n == 2) {
		word_a = &a->items[0];
		text_a = &a->items[1];
	}
	if (b->kind == JSON_ARRAY && b->n == 2) {
		word_b = &b->items[0];
		text_b = &b->items[1];
	}
	return is_same_text(word_a, word_b) && is_same_text(text_a, text_b);
}

static bool
is_same_tag(const struct json *a, const struct json *b)
{
	return a->kind == b->kind &&
	    (a->kind == JSON_BOOL ? a->boolean == b->boolean
				  : is_same_text(a, b));
}

struct kind {
	const char *at;
	bool (*is_same)(const struct json *, const struct json *);
};

/* The member of that name; of an automatic tag the one with its text. */
static const struct json *
twin(const struct kind *k, const struct json *map, const struct json_member *m)
{
	if (!str_has_prefix(m->name, AUTO_TAG))
		return json_member(map, m->name);
	for (size_t i = 0; map != NULL && i < map->n; i++)
		if (str_has_prefix(map->members[i].name, AUTO_TAG) &&
		    k->is_same(&m->value, &map->members[i].value))
			return &map->members[i].value;
	return NULL;
}

static void
compare_maps(struct faults *f, const struct kind *k, const struct json *wanted,
    const struct json *found)
{
	struct arena *a = f->arena;

	if (wanted == NULL || wanted->kind != JSON_OBJECT)
		return;
	for (size_t i = 0; i < wanted->n; i++) {
		const struct json_member *m = &wanted->members[i];
		const struct json *other = twin(k, found, m);

		if (other == NULL || !k->is_same(&m->value, other))
			differ(f, json_pointer_member(a, k->at, m->name),
			    json_text(a, &m->value),
			    other == NULL ? "nothing" : json_text(a, other));
	}
	for (size_t i = 0; found != NULL && i < found->n; i++)
		if (twin(k, wanted, &found->members[i]) == NULL)
			differ(f,
			    json_pointer_member(a, k->at,
				found->members[i].name),
			    "nothing", json_text(a, &found->members[i].value));
}

static const struct json *
parsed(struct arena *a, const char *text)
{
	const struct json *j = NULL;

	if (text == NULL ||
	    json_parse(a, text, strlen(text), &json_limits_document, &j) !=
		NULL ||
	    j->kind != JSON_OBJECT)
		return NULL;
	return j;
}

void
check_case_compare(const struct json *wanted, const struct wire_result *r,
    struct faults *f)
{
	static const struct kind problems = { "/problems", is_same_problem };
	static const struct kind tags = { "/tags", is_same_tag };
	const struct json *wanted_tags = json_member(wanted, "tags");
	enum verdict verdict = (enum verdict)r->verdict;

	/* INGInious' name for them. */
	if (wanted_tags == NULL)
		wanted_tags = json_member(wanted, "tests");
	compare_text(f, "/result", json_member(wanted, "result"),
	    r->has_outcome ? wire_outcomes[r->outcome]
			   : verdict_result(verdict, r->grade, 100));
	compare_text(f, "/verdict", json_member(wanted, "verdict"),
	    verdict_info(verdict)->slug);
	compare_grade(f, json_member(wanted, "grade"), r->grade);
	compare_maps(f, &problems, json_member(wanted, "problems"),
	    parsed(f->arena, r->problems));
	compare_maps(f, &tags, wanted_tags, parsed(f->arena, r->tags));
}
