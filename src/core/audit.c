#include "core/audit.h"

#include <string.h>

#include "base/clock.h"
#include "core/reconcile.h"
#include "dispatch/sweep.h"

#define PAGE 1000
#define PAGE_BYTES (64u << 20)
#define LOOKS 4
/* More than a person reads. */
#define MAX_SUSPECTS 1000
#define LOOK_MS 1500

static const char *const states[DISPATCH_STATE__MAX] = {
	[DISPATCH_ABSENT] = "absent",
	[DISPATCH_READY] = "ready",
	[DISPATCH_LEASED] = "leased",
};

/* Jobs that differed; their ids live as long as the audit. */
struct suspects {
	struct arena *arena;
	const char **ids;
	size_t n;
	size_t cap;
};

static void
suspect(struct suspects *s, const char *id)
{
	if (s->n == MAX_SUSPECTS)
		return;
	s->ids = arena_grow(s->arena, s->ids, s->n, &s->cap, sizeof(*s->ids));
	s->ids[s->n++] = arena_strdup(s->arena, id);
}

static const struct job_entry *
row_of(const struct job_page *rows, const char *id)
{
	for (size_t i = 0; i < rows->n; i++)
		if (strcmp(rows->items[i].id, id) == 0)
			return &rows->items[i];
	return NULL;
}

static struct err *
look_at_rows(const struct core *c, struct arena *page_arena, struct suspects *s,
    struct audit *audit)
{
	struct job_page page;
	int64_t after = 0;

	do {
		struct dispatch_entry *entries;
		const char **ids;

		arena_reset(page_arena);
		TRY(store_job_live(c->store, page_arena, after, PAGE, &page));
		ids = arena_array(page_arena, page.n + 1, sizeof(*ids));
		entries = arena_array(page_arena, page.n + 1, sizeof(*entries));
		for (size_t i = 0; i < page.n; i++)
			ids[i] = page.items[i].id;
		TRY(dispatch_peek(c->dispatch, page_arena, ids, page.n,
		    entries));
		for (size_t i = 0; i < page.n; i++)
			if (!core_is_in_order(&page.items[i], &entries[i]))
				suspect(s, ids[i]);
		if (page.n > 0)
			after = page.items[page.n - 1].seq;
		audit->rows += page.n;
	} while (page.is_more);
	return NULL;
}

/* Entries whose row is live were looked at with the rows. */
static struct err *
look_at_entries(const struct core *c, struct arena *page_arena,
    struct suspects *s, struct audit *audit)
{
	char cursor[64] = "0";

	do {
		struct dispatch_entry *entries;
		struct job_page rows;
		const char *next;
		const char **ids;
		size_t n;

		arena_reset(page_arena);
		TRY(dispatch_page(c->dispatch, page_arena, cursor, &next,
		    &entries, &n));
		ids = arena_array(page_arena, n + 1, sizeof(*ids));
		for (size_t i = 0; i < n; i++)
			ids[i] = entries[i].job;
		TRY(store_job_entries(c->store, page_arena, ids, n, &rows));
		for (size_t i = 0; i < n; i++) {
			const struct job_entry *row = row_of(&rows, ids[i]);

			if (row == NULL ||
			    (!core_is_live(row) &&
				!core_is_in_order(row, &entries[i])))
				suspect(s, ids[i]);
		}
		audit->entries += n;
		memcpy(cursor, next, strnlen(next, sizeof(cursor) - 1) + 1);
	} while (strcmp(cursor, "0") != 0);
	return NULL;
}

static void
add(struct arena *a, struct audit *audit, const struct job_entry *row,
    const struct dispatch_entry *entry)
{
	audit->items[audit->n++] = (struct audit_difference) {
		.job = arena_strdup(a, entry->job),
		.row = row == NULL ? NULL : row->state,
		.row_lease = row == NULL ? NULL : row->lease_id,
		.entry = states[entry->state],
		.entry_lease = entry->lease,
	};
}

/* Those that still differ stay suspects. */
static struct err *
look_again(const struct core *c, struct arena *a, struct suspects *s,
    struct audit *audit)
{
	struct dispatch_entry *entries =
	    arena_array(a, s->n + 1, sizeof(*entries));
	struct job_page rows;
	size_t n = 0;

	TRY(store_job_entries(c->store, a, s->ids, s->n, &rows));
	TRY(dispatch_peek(c->dispatch, a, s->ids, s->n, entries));
	audit->items = arena_array(a, s->n + 1, sizeof(*audit->items));
	audit->n = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct job_entry *row = row_of(&rows, s->ids[i]);

		if (row == NULL ? entries[i].state == DISPATCH_ABSENT
				: core_is_in_order(row, &entries[i]))
			continue;
		add(a, audit, row, &entries[i]);
		s->ids[n++] = s->ids[i];
	}
	s->n = n;
	return NULL;
}

struct err *
core_audit(const struct core *c, struct arena *a, struct audit *ret_audit)
{
	struct arena *page_arena = arena_new("audit", PAGE_BYTES);
	struct suspects s = { .arena = a };
	struct audit audit = { 0 };
	struct err *e;

	e = look_at_rows(c, page_arena, &s, &audit);
	if (e == NULL)
		e = look_at_entries(c, page_arena, &s, &audit);
	if (e != NULL)
		e = ERR_WHY(a, e->code, "%s",
		    e->internal == NULL ? "" : e->internal);
	arena_free(page_arena);
	for (int i = 0; e == NULL && s.n > 0 && i < LOOKS; i++) {
		clock_sleep_ms(LOOK_MS);
		e = look_again(c, a, &s, &audit);
	}
	*ret_audit = audit;
	return e;
}
