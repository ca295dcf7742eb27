#include "assized/req.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/rand.h"
#include "wire/names.h"

/* A document with its result and the one before. */
#define REPLY_BYTES ((size_t)64 << 20)
#define ENVELOPE_BYTES 1024
/* nginx' clock and ours are the same host's; more than this is nonsense. */
#define RECEIVED_MAX_AGE_MS (10 * 60 * 1000)

const char *
req_param(const struct req *r, const char *name)
{
	const char *value = r->source->param(r->source->ctx, name);

	return value == NULL ? "" : value;
}

/* nginx' $request_id is 32 hexadecimal digits; anything else is replaced. */
static const char *
choose_id(struct req *r)
{
	const char *id = req_param(r, "REQUEST_ID");
	unsigned char bytes[16];

	if (wire_is_nonce(id))
		return id;
	rand_bytes(bytes, sizeof(bytes));
	return enc_hex(r->arena, bytes, sizeof(bytes));
}

/* $msec is "seconds.milliseconds". */
static int64_t
received_ms(const struct req *r)
{
	int64_t now = clock_wall_ms();
	double seconds;

	if (str_to_double(req_param(r, "REQUEST_MSEC"), &seconds) &&
	    seconds * 1000 <= (double)now + 1000 &&
	    seconds * 1000 > (double)(now - RECEIVED_MAX_AGE_MS))
		return (int64_t)(seconds * 1000 + 0.5);
	return now;
}

void
req_init(struct req *r, struct arena *a, struct app *app,
    const struct req_source *source)
{
	*r = (struct req) {
		.arena = a,
		.app = app,
		.source = source,
		.start_us = clock_mono_us(),
		.type = "",
		.body = { "", 0 },
	};
	r->id = choose_id(r);
	r->received_ms = received_ms(r);
	resp_init(&r->resp, a);
}

const char *
req_bearer(const struct req *r)
{
	const char *value = req_param(r, "HTTP_AUTHORIZATION");

	if (strncasecmp(value, "Bearer ", 7) != 0)
		return NULL;
	value += 7;
	while (*value == ' ')
		value++;
	return *value == '\0' ? NULL : value;
}

#define LOCALE_MAX 32
#define LANGUAGES_MAX 16

/* "fr;q=0.8": the part's language and its quality, 0 if it is none. */
static double
read_language(struct arena *a, struct str part, const char **ret_language)
{
	struct str name = { "", 0 }, value;
	double q = 1;

	(void)str_cut(&part, ';', &name);
	name = str_trim(name);
	part = str_trim(part);
	if (part.n > 0 && str_cut(&part, '=', &value) &&
	    str_is(str_trim(value), "q") &&
	    !str_to_double(str_dup(a, str_trim(part)), &q))
		return 0;
	*ret_language = str_dup(a, name);
	if (name.n == 0 || name.n > LOCALE_MAX ||
	    strspn(*ret_language,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-") != name.n)
		return 0;
	return q;
}

const char *
req_locale(const struct req *r)
{
	struct str rest = str_of(req_param(r, "HTTP_ACCEPT_LANGUAGE")), part;
	const char *best = NULL;
	double best_q = 0;

	for (int i = 0; i < LANGUAGES_MAX && str_cut(&rest, ',', &part); i++) {
		const char *language = NULL;
		double q = read_language(r->arena, part, &language);

		if (q > best_q) {
			best = language;
			best_q = q;
		}
	}
	return best;
}

/* Members of data go to a buffer of their own, since they may be needed twice. */
void
reply_begin(struct reply *p, struct req *r, int status, const char *message)
{
	*p = (struct reply) { .req = r, .status = status, .message = message };
	buf_init(&p->buf, r->arena, REPLY_BYTES);
	json_w_init(&p->w, &p->buf);
	json_w_object(&p->w);
}

static void
put_envelope(const struct reply *p, struct buf *out)
{
	/* "{...}" of data without its braces. */
	const char *members = p->buf.p + 1;
	size_t n = p->buf.n - 2;

	/* At once, so that it does not grow by copying. */
	if (buf_room(out, 2 * p->buf.n + ENVELOPE_BYTES) == NULL)
		return;
	buf_puts(out, "{\"status\":\"ok\",\"message\":\"");
	buf_puts(out, p->message);
	buf_puts(out, "\",\"data\":");
	buf_put(out, p->buf.p, p->buf.n);
	if (p->is_flat && n > 0) {
		buf_putc(out, ',');
		buf_put(out, members, n);
	}
	buf_putc(out, '}');
}

void
reply_end(struct reply *p)
{
	struct buf out;

	json_w_object_end(&p->w);
	json_w_finish(&p->w);
	assert(!buf_overflowed(&p->buf));
	buf_init(&out, p->req->arena, 2 * REPLY_BYTES + ENVELOPE_BYTES);
	put_envelope(p, &out);
	assert(!buf_overflowed(&out));
	resp_body(&p->req->resp, p->status, "application/json", out.p, out.n);
	resp_header(&p->req->resp, "Cache-Control", "no-store");
}

void
reply_list(struct reply *p, struct req *r, const char *name)
{
	reply_begin(p, r, 200, name);
	json_w_key(&p->w, name);
	json_w_array(&p->w);
}

void
reply_list_end(struct reply *p, const char *next)
{
	json_w_array_end(&p->w);
	json_w_key_str(&p->w, "next_cursor", next);
	reply_end(p);
}
