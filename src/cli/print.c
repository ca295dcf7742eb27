#include "cli/print.h"

#include <string.h>

void
print_safe(FILE *f, const char *s)
{
	unsigned char c;

	for (; *s != '\0'; s++) {
		c = (unsigned char)*s;
		/* U+0080 to U+009F are control characters as well. */
		if (c == 0xc2 && (unsigned char)s[1] >= 0x80 &&
		    (unsigned char)s[1] <= 0x9f) {
			s++;
			c = '?';
		}
		putc((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? '?'
								       : c,
		    f);
	}
}

void
print_pair(const char *name, const char *text)
{
	if (text == NULL)
		return;
	printf("%-11s ", name);
	print_safe(stdout, text);
	putchar('\n');
}

const char *
print_member(struct arena *a, const struct json *j, const char *name)
{
	const struct json *m = json_member(j, name);

	if (m == NULL || m->kind == JSON_NULL)
		return NULL;
	return m->kind == JSON_STRING ? m->string : json_text(a, m);
}

void
print_json(struct arena *a, const struct json *j)
{
	puts(j != NULL ? json_text(a, j) : "null");
}

void
table_init(struct table *t, struct arena *a, size_t columns)
{
	*t = (struct table) { .arena = a, .columns = columns };
}

void
table_add(struct table *t, const char *const *cells)
{
	t->rows =
	    arena_grow(t->arena, t->rows, t->n, &t->cap, sizeof(*t->rows));
	for (size_t i = 0; i < t->columns; i++)
		t->rows[t->n][i] = cells[i] != NULL ? cells[i] : "-";
	t->n++;
}

static size_t
width_of(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
table_print(const struct table *t)
{
	size_t width[TABLE_COLUMNS] = { 0 };
	size_t w;

	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < t->columns; k++) {
			w = width_of(t->rows[i][k]);
			if (w > width[k])
				width[k] = w;
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < t->columns; k++) {
			print_safe(stdout, t->rows[i][k]);
			if (k + 1 == t->columns)
				break;
			w = width_of(t->rows[i][k]);
			printf("%*s", (int)(width[k] - w + 2), "");
		}
		putchar('\n');
	}
}

void
print_err(const struct err *e)
{
	fputs("assize: ", stderr);
	print_safe(stderr,
	    e->detail != NULL ? e->detail : err_info(e->code)->title);
	if (e->internal != NULL) {
		fputs(" (", stderr);
		print_safe(stderr, e->internal);
		putc(')', stderr);
	}
	putc('\n', stderr);
	for (const struct field_fault *f = e->faults; f != NULL; f = f->next) {
		fputs("  ", stderr);
		print_safe(stderr, f->pointer[0] != '\0' ? f->pointer : "/");
		fputs(": ", stderr);
		print_safe(stderr, f->detail);
		putc('\n', stderr);
	}
}
