/*
 * The agent: registers with the server, keeps the lease of its jobs alive,
 * and owns the slots, each of which takes and grades one job at a time.
 *
 *	main	signals, watchdog, drain (agent_run)
 *	keeper	registration and heartbeats, one thread (keeper.c)
 *	slot	polls, fetches, grades, sends; as many as jobs (slot.c, job.c)
 */
#ifndef RUNNER_AGENT_H
#define RUNNER_AGENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "runner/client.h"
#include "runner/config.h"
#include "runner/event.h"
#include "runner/pipeline.h"
#include "runner/quiet.h"
#include "runner/shelf.h"

#define JOB_ID_TEXT 64

/* Why a running job is to be ended. */
enum slot_cancel { CANCEL_NONE, CANCEL_BY_SERVER, CANCEL_BY_DRAIN };

struct agent;

struct slot {
	struct agent *agent;
	pthread_t thread;
	struct client *client; /* the thread's own */
	struct arena *turn;    /* one poll and the job it brought */
	struct arena *scratch; /* one request */
	struct event cancel;   /* of the present job */
	int core;              /* as in struct box_spec */
	int core_lock;         /* holds it, or -1 */
	struct quiet own_quiet;
	struct quiet *quiet;   /* of its processor */
	atomic_llong alive_ms; /* when it last got on */
	/* Under the agent's lock: */
	char job_id[JOB_ID_TEXT]; /* "": none */
	bool is_script;           /* the job's */
	enum slot_cancel why;
};

struct agent {
	const struct runner_config *config;
	const struct grader *grader;
	struct shelf *shelf;
	struct event stop;     /* no more jobs */
	struct event finished; /* all slots are gone */
	atomic_llong keeper_alive_ms;
	atomic_size_t live_slots;
	atomic_bool is_doubted;   /* see selftest.h */
	pthread_mutex_t selftest; /* held by who runs the test */
	struct slot *slots;
	size_t slots_n;
	pthread_t keeper;
	bool is_told; /* the server knows the outcome of the last test */

	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: */
	bool is_registered;
	bool is_drained;            /* by the server: takes no jobs now */
	bool is_giving_up;          /* the grace is over */
	unsigned int strikes;       /* 401 one after the other */
	char fault[WIRE_FAULT_MAX]; /* of the self-test, "": it passes */
	struct identity identity;
	struct wire_runner_config server;
};

/*
 * Runs until SIGTERM or SIGINT and then until its jobs have ended or were
 * given back.  A second signal shortens the grace to nothing.
 */
struct err *agent_run(struct arena *, const struct runner_config *,
    const struct grader *, struct shelf *) _must_check_;

/*
 * Who we are now; waits until we are registered.  False: the process is to
 * end before that.
 */
bool agent_identity(struct agent *, struct identity *ret_identity);
/*
 * Every answer goes by here: at the second 401 in a row the identity is
 * dropped, and the keeper registers anew.
 */
void agent_note_status(struct agent *, const struct identity *, int status);
/* A copy of what the server said at registration; is a drain on? */
struct wire_runner_config agent_server(struct agent *, bool *ret_is_drained);

/* False if the process is about to end: the job must be given back. */
bool slot_begin_job(struct slot *, const char *job_id);
enum slot_cancel slot_end_job(struct slot *);
/* The job is a script's: the server is asked more often whether it goes on. */
void slot_note_script(struct slot *);
bool agent_has_script(struct agent *);
enum slot_cancel slot_why(struct slot *);
/* Ends the job where it runs; ones that nobody runs are ignored. */
void agent_cancel_job(struct agent *, const char *job_id);

void *keeper_main(void *agent);
void *slot_main(void *slot);

#endif
