#include "dispatch/metrics.h"

#include "base/pool.h"
#include "dispatch/conn.h"

struct err *
dispatch_metrics_add(struct dispatch *d, struct arena *a,
    const struct dispatch_metrics_list *counters,
    const struct dispatch_metrics_list *gauges)
{
	_cleanup_(batch_done) struct batch b;

	batch_init(&b, a);
	batch_script(&b, SCRIPT_METRICS_ADD, 3);
	batch_key(&b, "metrics");
	batch_key(&b, "workers");
	batch_key(&b, "worker:%s", d->token);
	batch_arg(&b, d->token);
	batch_int(&b, (int64_t)counters->n);
	for (size_t i = 0; i < counters->n; i++) {
		batch_arg(&b, counters->items[i].name);
		batch_int(&b, counters->items[i].value);
	}
	for (size_t i = 0; i < gauges->n; i++) {
		batch_arg(&b, gauges->items[i].name);
		batch_int(&b, gauges->items[i].value);
	}
	return batch_run(d, &b);
}

/* Name, value, name, value ... */
static struct dispatch_metrics_list
read_list(struct arena *a, const redisReply *r)
{
	struct dispatch_metrics_list l = { .n = reply_count(r) / 2 };

	l.items = arena_array(a, l.n + 1, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++)
		l.items[i] =
		    (struct dispatch_metric) { reply_text(reply_at(r, 2 * i),
						   a),
			    reply_int(reply_at(r, 2 * i + 1)) };
	return l;
}

static void
read_depths(struct arena *a, const redisReply *r, struct dispatch_metrics *m)
{
	m->n_depths = reply_count(r) / 3;
	m->depths = arena_array(a, m->n_depths + 1, sizeof(*m->depths));
	for (size_t i = 0; i < m->n_depths; i++)
		m->depths[i] =
		    (struct dispatch_depth) { reply_text(reply_at(r, 3 * i), a),
			    reply_text(reply_at(r, 3 * i + 1), a),
			    reply_int(reply_at(r, 3 * i + 2)) };
}

struct err *
dispatch_metrics_read(struct dispatch *d, struct arena *a,
    struct dispatch_metrics *ret_metrics)
{
	_cleanup_(batch_done) struct batch b;
	struct dispatch_metrics m = { 0 };
	const redisReply *r;

	batch_init(&b, a);
	batch_script(&b, SCRIPT_METRICS_READ, 5);
	batch_key(&b, "metrics");
	batch_key(&b, "workers");
	batch_key(&b, "pools");
	batch_key(&b, "leased");
	batch_key(&b, "beats");
	TRY(batch_run(d, &b));
	r = b.replies[0];
	m.counters = read_list(a, reply_at(r, 0));
	m.gauges = read_list(a, reply_at(r, 1));
	read_depths(a, reply_at(r, 2), &m);
	m.leases = reply_int(reply_at(r, 3));
	m.runners = reply_int(reply_at(r, 4));
	*ret_metrics = m;
	return NULL;
}

void
dispatch_stats(struct dispatch *d, struct pool_stats *ret_stats)
{
	pool_stats(d->pool, ret_stats);
}
