#include "core/csv.h"

#include <math.h>
#include <string.h>

static void
begin(struct csv *c)
{
	if (c->is_begun)
		buf_putc(c->buf, ',');
	c->is_begun = true;
}

void
csv_text(struct csv *c, const char *text)
{
	bool is_quoted;

	begin(c);
	if (text == NULL || text[0] == '\0')
		return;
	is_quoted = strpbrk(text, ",\"\r\n") != NULL;
	if (is_quoted)
		buf_putc(c->buf, '"');
	if (strchr("=+-@\t\r", text[0]) != NULL)
		buf_putc(c->buf, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(c->buf, '"');
		buf_putc(c->buf, *text);
	}
	if (is_quoted)
		buf_putc(c->buf, '"');
}

void
csv_number(struct csv *c, double number)
{
	char text[64];
	size_t n;

	begin(c);
	if (isnan(number))
		return;
	n = (size_t)snprintf(text, sizeof(text), "%.2f", number);
	while (n > 0 && text[n - 1] == '0')
		n--;
	if (n > 0 && text[n - 1] == '.')
		n--;
	buf_put(c->buf, text, n);
}

void
csv_end(struct csv *c)
{
	buf_puts(c->buf, "\r\n");
	c->is_begun = false;
}
