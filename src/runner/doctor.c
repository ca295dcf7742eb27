#include "runner/check.h"

#include <unistd.h>

#include "base/buf.h"
#include "runner/door.h"
#include "runner/environment.h"
#include "runner/exam.h"
#include "wire/json.h"

#define JSON_MAX ((size_t)256 << 10)

/* One thing that was looked at; what nobody asked for may be missing. */
struct finding {
	const char *name;
	bool ok;
	bool is_needed;
	const char *why;
	const char *mend; /* NULL if ok */
};

struct report {
	struct json_w *json; /* NULL: a table */
	bool ok;
	size_t languages; /* that work */
};

static void
add(struct report *r, const struct finding *f)
{
	r->ok = r->ok && (f->ok || !f->is_needed);
	if (r->json == NULL) {
		printf("%-4s %-24s %s\n",
		    f->ok              ? "ok"
			: f->is_needed ? "BAD"
				       : "-",
		    f->name, f->why != NULL ? f->why : "");
		if (!f->ok && f->mend != NULL)
			printf("%-29s %s\n", "", f->mend);
		return;
	}
	json_w_object(r->json);
	json_w_key_str(r->json, "name", f->name);
	json_w_key_bool(r->json, "ok", f->ok);
	json_w_key_bool(r->json, "needed", f->is_needed);
	json_w_key_str(r->json, "why", f->why);
	json_w_key_str(r->json, "mend", f->mend);
	json_w_object_end(r->json);
}

static struct err *
look_at_box(struct arena *a, const struct doctor *d, struct report *r)
{
	const struct box_options options = runner_config_box(d->config);
	const struct box_check *checks;
	size_t n;

	TRY(box_host_doctor(a, &options, &checks, &n));
	for (size_t i = 0; i < n; i++)
		add(r,
		    &(struct finding) { checks[i].name, checks[i].ok, true,
			checks[i].why, checks[i].mend });
	return NULL;
}

/* "apt-get install gcc libc6-dev" */
static const char *
apt_get(struct arena *a, const struct language_cmd *c)
{
	const char *text = "apt-get install --no-install-recommends";

	for (const char *const *p = c->packages; *p != NULL; p++)
		text = arena_printf(a, "%s %s", text, *p);
	return text;
}

static struct err *
look_at_language(struct arena *a, const struct doctor *d,
    const struct grader *grader, const struct language *l, struct report *r)
{
	struct exam exam;

	TRY(exam_run(a, grader, l, EXAM_HELLO, &exam));
	r->languages += exam.fault == NULL;
	add(r,
	    &(struct finding) {
		.name = l->name,
		.ok = exam.fault == NULL,
		/* Of those that are not here only the ones asked for. */
		.is_needed = exam.version != NULL || d->config->languages[0],
		.why = exam.fault != NULL ? exam.fault : exam.version,
		.mend = exam.fault != NULL
		    ? apt_get(a, grader->tools->cmds[l->id])
		    : NULL,
	    });
	return NULL;
}

/* Only where ports are opened; for this machine's own /usr. */
static void
look_at_ssh(struct arena *a, const struct doctor *d, struct report *r)
{
	const struct environment here = { .name = ENVIRONMENT_DEFAULT };
	const char *why = NULL;
	bool ok;

	if (d->config->ssh_first == 0)
		return;
	ok = door_is_possible(a, d->config, &here, &why);
	add(r,
	    &(struct finding) {
		.name = "ssh sessions",
		.ok = ok,
		.is_needed = true,
		.why = ok ? d->config->ssh_ports : why,
		.mend = ok ? NULL
			   : "apt-get install --no-install-recommends "
			     "dropbear-bin python3",
	    });
}

/* Roots of their own: the commands of scripts need Python there, too. */
static void
look_at_environments(struct arena *a, const struct environments *all,
    struct report *r)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct environment *e = &all->list[i];
		const char *python = arena_printf(a, "%s/usr/bin/python3",
		    e->root != NULL ? e->root : "");
		bool ok = access(python, X_OK) == 0;

		add(r,
		    &(struct finding) {
			.name = arena_printf(a, "environment %s", e->name),
			.ok = ok,
			.why =
			    ok ? e->root : "scripts have no commands (python3)",
			.mend = ok ? NULL : python,
		    });
	}
}

static struct err *
look_at_languages(struct arena *a, const struct doctor *d, struct report *r)
{
	const struct grader *grader;

	TRY(d->open_grader(d->arg, a, &grader));
	look_at_environments(a, grader->environments, r);
	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		if (grader->tools->is_served[i])
			TRY(look_at_language(a, d, grader, &languages[i], r));
	if (r->languages == 0)
		add(r,
		    &(struct finding) { "languages", false, true, "none works",
			"apt-get install gcc g++ python3" });
	return NULL;
}

struct err *
doctor(struct arena *a, const struct doctor *d, bool *ret_ok)
{
	struct report r = { .ok = true };
	struct json_w w;
	struct buf buf;

	buf_init(&buf, a, JSON_MAX);
	json_w_init(&w, &buf);
	json_w_array(&w);
	if (d->json)
		r.json = &w;
	TRY(look_at_box(a, d, &r));
	look_at_ssh(a, d, &r);
	/* Without boxes there is nothing to run them in. */
	if (r.ok)
		TRY(look_at_languages(a, d, &r));
	json_w_array_end(&w);
	json_w_finish(&w);
	if (d->json)
		printf("%s\n", buf.p);
	*ret_ok = r.ok;
	return NULL;
}
