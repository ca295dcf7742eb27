/* What people do to a submission: cancel, rejudge. */
#include "store/db.h"
#include "store/submission.h"

static struct err *
take_act(struct store *s, struct arena *a, enum queries_id q, struct db_args *x,
    struct submission_acted *ret_acted)
{
	static const char *const outcomes[] = { [ACT_DONE] = "done",
		[ACT_ENDED] = "ended",
		[ACT_REJUDGED] = "rejudged",
		[ACT_CANCELLED] = "cancelled",
		[ACT_NO_PACKAGE] = "no_package",
		[ACT_ARCHIVED] = "archived",
		[ACT_UNKNOWN] = "unknown",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_row row;

	TRY(db_run(s, a, q, x, 0, &r));
	row = db_row(r, a, 0);
	ret_acted->act = (enum submission_act)row_choice(&row, outcomes);
	ret_acted->job_id = row_text(&row);
	return NULL;
}

struct err *
store_submission_cancel(struct store *s, struct arena *a, const char *id,
    bool is_staff, const char *reason, struct submission_acted *ret_acted)
{
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	db_bool(&x, is_staff);
	db_text(&x, reason);
	return take_act(s, a, Q_SUBMISSION_CANCEL, &x, ret_acted);
}

struct err *
store_submission_rejudge(struct store *s, struct arena *a,
    const struct submission_rejudge *in, struct submission_acted *ret_acted)
{
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, in->id);
	db_text(&x, in->job_id);
	db_text(&x, in->reason);
	db_bool(&x, in->is_all);
	return take_act(s, a, Q_SUBMISSION_REJUDGE, &x, ret_acted);
}
