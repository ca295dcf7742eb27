#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "wire/json.h"

void
json_w_init(struct json_w *w, struct buf *b)
{
	*w = (struct json_w) { .buf = b };
}

void
json_w_finish(const struct json_w *w)
{
	assert(w->done && w->depth == 0);
}

static bool
in_object(const struct json_w *w)
{
	return (w->objects >> w->depth & 1) != 0;
}

/* Before every value: the comma, or the place that its key has made. */
static void
begin_value(struct json_w *w)
{
	assert(!w->done);
	if (in_object(w)) {
		assert(w->keyed);
		w->keyed = false;
		return;
	}
	if (w->comma)
		buf_putc(w->buf, ',');
}

static void
end_value(struct json_w *w)
{
	w->comma = true;
	w->done = w->depth == 0;
}

static void
open_container(struct json_w *w, bool object)
{
	begin_value(w);
	assert(w->depth < JSON_W_DEPTH);
	w->depth++;
	w->objects &= ~(UINT32_C(1) << w->depth);
	w->objects |= (uint32_t)object << w->depth;
	w->comma = false;
	buf_putc(w->buf, object ? '{' : '[');
}

static void
close_container(struct json_w *w, bool object)
{
	assert(w->depth > 0 && in_object(w) == object && !w->keyed);
	w->depth--;
	buf_putc(w->buf, object ? '}' : ']');
	end_value(w);
}

void
json_w_object(struct json_w *w)
{
	open_container(w, true);
}

void
json_w_object_end(struct json_w *w)
{
	close_container(w, true);
}

void
json_w_array(struct json_w *w)
{
	open_container(w, false);
}

void
json_w_array_end(struct json_w *w)
{
	close_container(w, false);
}

static void
put_escaped(struct buf *b, unsigned char c)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i + 1 < sizeof(letters); i += 2) {
		if (c == (unsigned char)letters[i]) {
			buf_putc(b, '\\');
			buf_putc(b, letters[i + 1]);
			return;
		}
	}
	buf_printf(b, "\\u%04x", c);
}

/* p[0..n) is UTF-8. */
static void
put_plain(struct buf *b, const char *p, size_t n)
{
	size_t start = 0;
	unsigned char c;

	for (size_t i = 0; i < n; i++) {
		c = (unsigned char)p[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_put(b, p + start, i - start);
		put_escaped(b, c);
		start = i + 1;
	}
	buf_put(b, p + start, n - start);
}

static void
put_string(struct buf *b, const char *p, size_t n)
{
	size_t good;

	buf_putc(b, '"');
	while (n > 0) {
		good = str_utf8_prefix(p, n);
		put_plain(b, p, good);
		p += good;
		n -= good;
		if (n > 0) {
			buf_puts(b, "\xef\xbf\xbd");
			p++;
			n--;
		}
	}
	buf_putc(b, '"');
}

void
json_w_key(struct json_w *w, const char *key)
{
	assert(in_object(w) && !w->keyed);
	if (w->comma)
		buf_putc(w->buf, ',');
	put_string(w->buf, key, strlen(key));
	buf_putc(w->buf, ':');
	w->keyed = true;
}

void
json_w_strn(struct json_w *w, const char *s, size_t n)
{
	begin_value(w);
	put_string(w->buf, s, n);
	end_value(w);
}

void
json_w_str(struct json_w *w, const char *s)
{
	if (s == NULL)
		json_w_null(w);
	else
		json_w_strn(w, s, strlen(s));
}

void
json_w_i64(struct json_w *w, int64_t v)
{
	begin_value(w);
	buf_printf(w->buf, "%lld", (long long)v);
	end_value(w);
}

void
json_w_f64(struct json_w *w, double v)
{
	char text[40];
	double back;

	assert(isfinite(v));
	begin_value(w);
	if (v == 0)
		v = 0; /* also for -0 */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (str_to_double(text, &back) && back == v)
			break;
	}
	buf_puts(w->buf, text);
	end_value(w);
}

void
json_w_bool(struct json_w *w, bool v)
{
	json_w_raw(w, v ? "true" : "false");
}

void
json_w_null(struct json_w *w)
{
	json_w_raw(w, "null");
}

void
json_w_raw(struct json_w *w, const char *text)
{
	begin_value(w);
	buf_puts(w->buf, text);
	end_value(w);
}

static void
write_object(struct json_w *w, const struct json *j)
{
	json_w_object(w);
	for (size_t i = 0; i < j->n; i++) {
		json_w_key(w, j->members[i].name);
		json_w_value(w, &j->members[i].value);
	}
	json_w_object_end(w);
}

static void
write_array(struct json_w *w, const struct json *j)
{
	json_w_array(w);
	for (size_t i = 0; i < j->n; i++)
		json_w_value(w, &j->items[i]);
	json_w_array_end(w);
}

void
json_w_value(struct json_w *w, const struct json *j)
{
	switch (j->kind) {
	case JSON_BOOL:
		json_w_bool(w, j->boolean);
		return;
	case JSON_INT:
		json_w_i64(w, j->integer);
		return;
	case JSON_DOUBLE:
		json_w_f64(w, j->number);
		return;
	case JSON_STRING:
		json_w_strn(w, j->string, j->n);
		return;
	case JSON_ARRAY:
		write_array(w, j);
		return;
	case JSON_OBJECT:
		write_object(w, j);
		return;
	case JSON_NULL:
	case JSON__MAX:
		json_w_null(w);
		return;
	}
}

void
json_w_key_str(struct json_w *w, const char *key, const char *s)
{
	if (s == NULL)
		return;
	json_w_key(w, key);
	json_w_str(w, s);
}

void
json_w_key_i64(struct json_w *w, const char *key, int64_t v)
{
	json_w_key(w, key);
	json_w_i64(w, v);
}

void
json_w_key_f64(struct json_w *w, const char *key, double v)
{
	if (isnan(v))
		return;
	json_w_key(w, key);
	json_w_f64(w, v);
}

void
json_w_key_bool(struct json_w *w, const char *key, bool v)
{
	json_w_key(w, key);
	json_w_bool(w, v);
}

void
json_w_key_raw(struct json_w *w, const char *key, const char *text)
{
	if (text == NULL)
		return;
	json_w_key(w, key);
	json_w_raw(w, text);
}

void
json_w_key_strs(struct json_w *w, const char *key, const char *const *items,
    size_t n)
{
	json_w_key(w, key);
	json_w_array(w);
	for (size_t i = 0; i < n; i++)
		json_w_str(w, items[i]);
	json_w_array_end(w);
}

void
json_w_key_faults(struct json_w *w, const char *key,
    const struct field_fault *fault)
{
	json_w_key(w, key);
	json_w_array(w);
	for (; fault != NULL; fault = fault->next) {
		json_w_object(w);
		json_w_key_str(w, "pointer", fault->pointer);
		json_w_key_str(w, "detail", fault->detail);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}
