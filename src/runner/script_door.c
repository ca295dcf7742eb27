/*
 * The door of a script's job: one at most, in a student box (ssh_student) or
 * in the grading box instead of the script (debug).
 */
#include "base/log.h"
#include "runner/door.h"
#include "runner/environment.h"
#include "runner/script.h"

static void
note(struct script *s, const char *why)
{
	pthread_mutex_lock(&s->lock);
	script_feedback_note(s->feedback, "ssh: %s", why);
	pthread_mutex_unlock(&s->lock);
}

/* The server takes one of each job. */
static bool
is_first(struct script *s)
{
	bool was;

	pthread_mutex_lock(&s->lock);
	was = s->has_door;
	s->has_door = true;
	pthread_mutex_unlock(&s->lock);
	return !was;
}

struct err *
script_door_run(struct script *s, struct arena *a, struct box_spec *spec,
    const struct door_words *words, struct box_record *ret_record,
    int *ret_status)
{
	const struct environment *environment = words->environment;
	const struct grader *grader = s->g->grader;
	const struct door_teller *teller = s->g->job->doors;
	const char *why = NULL;
	struct door *d;
	struct err *e;

	*ret_status = SCRIPT_NOT_AVAILABLE;
	if (!door_is_possible(a, grader->config, environment, &why) ||
	    teller == NULL) {
		note(s, why != NULL ? why : "nobody could be told");
		return NULL;
	}
	*ret_status = SCRIPT_FAILED;
	if (!is_first(s)) {
		note(s, "a submission has one session");
		return NULL;
	}
	e = door_open(a, grader->config, environment, teller, &d);
	if (e != NULL && e->code == ERR_UNAVAILABLE) {
		log_err(LOG_WARNING, "no_door", e);
		note(s, SCRIPT_NO_PORTS);
		return NULL;
	}
	TRY(e);
	*ret_status = 0;
	e = door_run(d, grader->boxes, a, spec, words, ret_record);
	door_close(d);
	return e;
}
