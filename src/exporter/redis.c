/*
 * HSET user:{id} score GRADE, as the autograder's users know it; and the same
 * under "course/problem", since one field is too little for two problems.
 */
#include "dispatch/scores.h"
#include "exporter/exporter.h"

struct err *
redis_open(struct arena *a, const struct exporter_env *env, void **ret_state)
{
	const struct dispatch_conf conf = {
		.address = env->config->redis,
		.password = env->config->redis_password,
		.pool_size = 1,
	};

	(void)a;
	*ret_state = dispatch_open(&conf);
	return NULL;
}

void
redis_close(void *state)
{
	dispatch_close(state);
}

struct err *
redis_send(const struct exporter_env *env, void *state, struct arena *a,
    const struct outbox_page *page, struct outcome *outcomes)
{
	struct dispatch_score *scores =
	    arena_array(a, page->n, sizeof(*scores));

	(void)env;
	for (size_t i = 0; i < page->n; i++) {
		const struct outbox_item *item = &page->items[i];

		scores[i] = (struct dispatch_score) {
			.user = item->user,
			.problem = arena_printf(a, "%s/%s", item->course,
			    item->problem),
			.has_grade = item->has_grade,
			.grade = item->grade,
		};
	}
	TRY(dispatch_scores(state, a, scores, page->n));
	for (size_t i = 0; i < page->n; i++)
		outcomes[i].kind = OUTCOME_SENT;
	return NULL;
}
