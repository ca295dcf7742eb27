/* What NOJ's runners ask for besides jobs: a problem's data by its number. */
#include <assert.h>
#include <string.h>

#include "assized/app.h"
#include "assized/h.h"
#include "assized/zip_answer.h"
#include "base/str.h"
#include "core/course.h"

static int64_t
problem_id(const struct req *r)
{
	int64_t id = 0;
	bool ok = str_to_i64(r->param[0], 1, INT64_MAX, &id);

	assert(ok);
	return id;
}

struct err *
h_testdata_zip(struct req *r)
{
	struct store_blob *blob;

	TRY(core_testdata_bytes(r->app->core, r->arena, r->caller,
	    problem_id(r), &blob));
	answer_zip(r, blob,
	    arena_printf(r->arena, "testdata-%s.zip", r->param[0]));
	return NULL;
}

/* data is no object here; both texts are ours and need no escapes. */
static void
answer(struct req *r, const char *data, const char *name, const char *member)
{
	const char *text = arena_printf(r->arena,
	    "{\"status\":\"ok\",\"message\":\"\",\"data\":%s,\"%s\":%s}", data,
	    name, member);

	resp_body(&r->resp, 200, "application/json", text, strlen(text));
	resp_header(&r->resp, "Cache-Control", "no-store");
}

struct err *
h_testdata_checksum(struct req *r)
{
	struct store_testdata *t;
	const char *text;

	TRY(core_testdata_get(r->app->core, r->arena, r->caller, problem_id(r),
	    &t));
	text = arena_printf(r->arena, "\"%s\"", t->checksum);
	answer(r, text, "checksum", text);
	return NULL;
}

/* To the byte: who reads it writes it again and hashes that. */
struct err *
h_testdata_meta(struct req *r)
{
	struct store_testdata *t;
	const char *list;

	TRY(core_testdata_get(r->app->core, r->arena, r->caller, problem_id(r),
	    &t));
	list = strchr(t->tasks, '[');
	assert(list != NULL);
	/* {"tasks": [...]} without the last brace. */
	answer(r, t->tasks, "tasks",
	    arena_memdup(r->arena, list, strlen(list) - 1));
	return NULL;
}
