/*
 * COURSE.csv: everybody's standing on each problem, a line each, written anew
 * when one of the course has changed.  Readers see the old file or the new
 * one, never a part.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "exporter/exporter.h"

#define FILE_MAX ((size_t)64 << 20)
#define PAGE 5000

/* RFC 4180; what a spreadsheet would take for a formula gets a quote first. */
static void
put_cell(struct buf *b, const char *text)
{
	if (text == NULL)
		return;
	buf_putc(b, '"');
	if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL)
		buf_putc(b, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(b, '"');
		buf_putc(b, *text);
	}
	buf_putc(b, '"');
}

static void
put_line(struct buf *b, const struct outbox_item *item)
{
	put_cell(b, item->user);
	buf_putc(b, ',');
	put_cell(b, item->problem);
	buf_putc(b, ',');
	if (item->has_grade)
		buf_printf(b, "%.10g", item->grade);
	buf_printf(b, ",%s,%lld,", item->is_success ? "yes" : "no",
	    (long long)item->tried);
	put_cell(b, item->submission);
	buf_putc(b, ',');
	put_cell(b, item->changed_at);
	buf_puts(b, "\r\n");
}

static struct err *
read_course(const struct exporter_env *env, struct arena *a, const char *course,
    struct buf *b)
{
	struct outbox_item last = { .user = "", .problem = "" };
	struct outbox_page page;

	buf_puts(b,
	    "user,problem,grade,success,tried,submission,changed_at"
	    "\r\n");
	do {
		TRY(store_outbox_course(env->store, a, course, &last, PAGE,
		    &page));
		for (size_t i = 0; i < page.n; i++)
			put_line(b, &page.items[i]);
		if (page.n > 0)
			last = page.items[page.n - 1];
	} while (page.n == PAGE);
	if (buf_overflowed(b))
		return ERR_WHY(a, ERR_TOO_LARGE, "%s.csv: over %zu bytes",
		    course, FILE_MAX);
	return NULL;
}

static struct err *
write_course(const struct exporter_env *env, struct arena *a,
    const char *course)
{
	struct buf b;

	buf_init(&b, a, FILE_MAX);
	TRY(read_course(env, a, course, &b));
	return io_write_file(a, AT_FDCWD,
	    arena_printf(a, "%s/%s.csv", env->config->csv_dir, course), b.p,
	    b.n, 0640);
}

struct err *
csv_send(const struct exporter_env *env, void *state, struct arena *a,
    const struct outbox_page *page, struct outcome *outcomes)
{
	const struct outbox_item *items = page->items;

	(void)state;
	for (size_t i = 0; i < page->n; i++) {
		if (outcomes[i].kind == OUTCOME_SENT)
			continue;
		TRY(write_course(env, a, items[i].course));
		for (size_t k = i; k < page->n; k++)
			if (strcmp(items[k].course, items[i].course) == 0)
				outcomes[k].kind = OUTCOME_SENT;
	}
	return NULL;
}
