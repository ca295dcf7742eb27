/*
 * Grades on their way to other systems.  A row says which standing has to be
 * sent by which exporter; it is written with the standing, and stays due
 * until somebody says that it was sent.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct outbox_item {
	int64_t problem_id;
	int64_t user_id;
	int64_t revision; /* grows with each change of any standing */
	int64_t tries;    /* this one included */
	const char *course;
	const char *problem;
	const char *user;
	const char *submission; /* the evaluated one, or NULL */
	bool has_grade;
	double grade; /* 0..100 */
	bool is_success;
	int64_t tried;
	const char *verdict;    /* of the submission, or NULL */
	const char *result;     /* the same */
	const char *changed_at; /* RFC 3339 */
};

struct outbox_page {
	struct outbox_item *items;
	size_t n;
};

/*
 * Up to limit standings that are due, the oldest first; nobody else gets them
 * for hold_s seconds.
 */
struct err *store_outbox_take(struct store *, struct arena *,
    const char *exporter, size_t limit, int64_t hold_s,
    struct outbox_page *ret_page) _must_check_;
struct err *store_outbox_sent(struct store *, struct arena *,
    const char *exporter, const struct outbox_page *) _must_check_;
/*
 * The standings of a course by user and problem, those behind the pair in
 * `after`; revision and tries are 0.
 */
struct err *store_outbox_course(struct store *, struct arena *,
    const char *course, const struct outbox_item *after, size_t limit,
    struct outbox_page *ret_page) _must_check_;
/* Again in retry_s seconds; negative: not before it changes. */
struct err *store_outbox_failed(struct store *, struct arena *,
    const char *exporter, const struct outbox_item *, const char *error,
    double retry_s) _must_check_;

#endif
