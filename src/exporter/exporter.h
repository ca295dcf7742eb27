/*
 * What an exporter is: a name and the functions that send standings in its
 * way.
 */
#ifndef EXPORTER_EXPORTER_H
#define EXPORTER_EXPORTER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exporter/config.h"
#include "store/outbox.h"

/* Ends waits: the descriptor becomes readable, the flag true. */
struct stop {
	atomic_bool is_set;
	int fd;
};

/* What exporters may use; lives as long as they do. */
struct exporter_env {
	const struct exporter_config *config;
	struct store *store;
	const struct stop *stop;
};

enum outcome_kind {
	OUTCOME_OPEN, /* not said: the error of the batch says why */
	OUTCOME_SENT,
	OUTCOME_LATER, /* may work another time */
	OUTCOME_NEVER, /* refused for good */
};

struct outcome {
	enum outcome_kind kind;
	const char *error; /* LATER, NEVER: one line for operators */
	int retry_after_s; /* LATER: not before; 0: not said */
};

struct exporter_type {
	const char *name;
	bool (*is_on)(const struct exporter_config *);
	/* State of its own in the arena; NULL if it needs none. */
	struct err *(*open)(struct arena *, const struct exporter_env *,
	    void **ret_state);
	void (*close)(void *state);
	/*
	 * Sends them in order, and says of each how it went.  An error is
	 * the reason for all that are still open: they are tried again.
	 */
	struct err *(*send)(const struct exporter_env *, void *state,
	    struct arena *, const struct outbox_page *,
	    struct outcome *outcomes);
	size_t batch;     /* items at most */
	int64_t pause_ms; /* between looking twice when nothing is due */
};

/* The end has no name. */
extern const struct exporter_type exporter_types[];

/* redis.c */
struct err *redis_open(struct arena *, const struct exporter_env *,
    void **ret_state) _must_check_;
void redis_close(void *state);
struct err *redis_send(const struct exporter_env *, void *state, struct arena *,
    const struct outbox_page *, struct outcome *outcomes) _must_check_;

/* webhook.c */
struct err *webhook_open(struct arena *, const struct exporter_env *,
    void **ret_state) _must_check_;
void webhook_close(void *state);
struct err *webhook_send(const struct exporter_env *, void *state,
    struct arena *, const struct outbox_page *,
    struct outcome *outcomes) _must_check_;

/* csv.c */
struct err *csv_send(const struct exporter_env *, void *state, struct arena *,
    const struct outbox_page *, struct outcome *outcomes) _must_check_;

/*
 * loop.c: takes and sends until it is told to stop (once: until nothing is
 * due).  Errors go to the log; false if the exporter cannot start or, with
 * once, its last batch failed.
 */
bool loop_run(const struct exporter_type *, const struct exporter_env *,
    bool once);

#endif
