#include "runner/report.h"

#include "base/clock.h"
#include "base/log.h"

/* A lease is 30 s at most; later there is nothing to give back. */
#define ABORT_MS 30000

static const char *const phase_reasons[] = {
	[PHASE_PREPARE] = "prep_failed",
	[PHASE_GRADE] = "interrupted",
	[PHASE_SEND] = "rejected",
};

void
report_abort(struct slot *s, const struct claim *claim, const char *reason)
{
	int64_t until = clock_mono_ms() + ABORT_MS;
	struct backoff backoff = { 0 };
	struct identity id;

	while (agent_identity(s->agent, &id)) {
		struct reply reply = { 0 };
		struct err *e;
		int64_t ms;

		arena_reset(s->scratch);
		e = client_abort(s->client, s->scratch, &id, claim, reason,
		    &reply);
		if (e == NULL) {
			agent_note_status(s->agent, &id, reply.status);
			if (reply.status != 401 &&
			    !client_is_passing(reply.status)) {
				log_event(LOG_INFO, "job_given_back",
				    LS("job", claim->job_id),
				    LS("reason", reason),
				    LI("status", reply.status));
				return;
			}
		}
		ms = backoff_next_ms(&backoff, reply.retry_after_s);
		if (clock_mono_ms() + ms > until)
			break;
		clock_sleep_ms(ms);
	}
	log_event(LOG_WARNING, "job_not_given_back", LS("job", claim->job_id),
	    LS("reason", reason));
}

void
report_failure(struct slot *s, const struct claim *claim, enum phase phase,
    const struct err *e)
{
	switch (slot_why(s)) {
	case CANCEL_BY_SERVER:
		log_event(LOG_INFO, "job_cancelled", LS("job", claim->job_id));
		return;
	case CANCEL_BY_DRAIN:
		report_abort(s, claim, "drain");
		return;
	case CANCEL_NONE:
		break;
	}
	log_fields(LOG_ERROR, "job_failed",
	    (const struct log_field[]) { LS("job", claim->job_id),
		LS("reason", phase_reasons[phase]),
		LS("error", err_info(e->code)->slug), LS("detail", e->detail),
		LS("internal", e->internal), LS("where", e->where),
		{ NULL, LOG_F_END, { .s = NULL } } });
	report_abort(s, claim, phase_reasons[phase]);
}
