/*
 * assize-runner --languages: what each language's programs come to.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "runner/exam.h"
#include "wire/json.h"

#define JSON_MAX ((size_t)1 << 20)

static void
print_head(void)
{
	printf("%-12s", "language");
	for (int p = 0; p < PROGRAM__MAX; p++)
		printf(" %-5s", language_program_names[p]);
	printf(" version\n");
}

static const char *
cell(const struct exam *e, int p)
{
	if (!e->programs[p].is_run)
		return "-";
	return e->programs[p].ok ? "ok" : wire_verdicts[e->programs[p].verdict];
}

static void
print_line(const struct exam *e)
{
	printf("%-12s", e->language->name);
	for (int p = 0; p < PROGRAM__MAX; p++)
		printf(" %-5s", cell(e, p));
	printf(" %s\n", e->version != NULL ? e->version : "is not here");
	if (e->fault != NULL && e->version != NULL)
		printf("%-12s %s\n", "", e->fault);
	fflush(stdout);
}

static void
write_line(struct json_w *w, const struct exam *e)
{
	json_w_object(w);
	json_w_key_str(w, "name", e->language->name);
	json_w_key_str(w, "title", e->language->display);
	json_w_key_str(w, "version", e->version);
	json_w_key_str(w, "fault", e->fault);
	json_w_key(w, "programs");
	json_w_object(w);
	for (int p = 0; p < PROGRAM__MAX; p++) {
		if (!e->programs[p].is_run)
			continue;
		json_w_key(w, language_program_names[p]);
		json_w_object(w);
		json_w_key_bool(w, "ok", e->programs[p].ok);
		json_w_key_str(w, "verdict",
		    wire_verdicts[e->programs[p].verdict]);
		json_w_key_i64(w, "time_ms", e->programs[p].time_ms);
		json_w_key_i64(w, "memory_kb", e->programs[p].memory_kb);
		json_w_object_end(w);
	}
	json_w_object_end(w);
	json_w_object_end(w);
}

static bool
is_named(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return n == 0;
}

static struct err *
check_names(struct arena *a, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (language_by_name(names[i]) == NULL)
			return ERR(a, ERR_NOT_FOUND, "no such language: %s",
			    names[i]);
	return NULL;
}

struct err *
exam_table(struct arena *a, const struct grader *grader,
    const char *const *names, size_t n, bool json, bool *ret_ok)
{
	struct buf buf;
	struct json_w w;

	TRY(check_names(a, names, n));
	buf_init(&buf, a, JSON_MAX);
	json_w_init(&w, &buf);
	json_w_array(&w);
	*ret_ok = true;
	if (!json)
		print_head();
	for (size_t i = 0; i < LANGUAGE__MAX; i++) {
		struct exam exam;

		if (!is_named(names, n, languages[i].name))
			continue;
		TRY(exam_run(a, grader, &languages[i], EXAM_ALL, &exam));
		*ret_ok = *ret_ok && exam.fault == NULL;
		if (json)
			write_line(&w, &exam);
		else
			print_line(&exam);
	}
	json_w_array_end(&w);
	json_w_finish(&w);
	if (json)
		printf("%s\n", buf.p);
	return NULL;
}
