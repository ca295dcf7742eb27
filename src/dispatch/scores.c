#include "dispatch/scores.h"

#include "dispatch/conn.h"

struct err *
dispatch_scores(struct dispatch *d, struct arena *a,
    const struct dispatch_score *scores, size_t n)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		const struct dispatch_score *s = &scores[i];
		const char *grade = arena_printf(a, "%.10g", s->grade);

		batch_command(&b, s->has_grade ? "HSET" : "HDEL");
		batch_arg(&b, arena_printf(a, "user:%s", s->user));
		batch_arg(&b, "score");
		if (s->has_grade)
			batch_arg(&b, grade);
		batch_arg(&b, s->problem);
		if (s->has_grade)
			batch_arg(&b, grade);
	}
	return batch_run(d, &b);
}
