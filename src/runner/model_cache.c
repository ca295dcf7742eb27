/*
 * Answers by the digest of what was asked: a rejudge of the same files costs
 * nothing and says the same.  One file each, of the form that the model
 * answers with.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/io.h"
#include "base/rand.h"
#include "runner/model.h"

#define FILE_MAX ((size_t)4 << 20)
#define FILES_MAX 4096

static void
add(struct enc_sha256_ctx *ctx, const char *text)
{
	/* With its end, so that "ab","c" is not "a","bc". */
	enc_sha256_update(ctx, text != NULL ? text : "",
	    text != NULL ? strlen(text) + 1 : 1);
}

const char *
model_digest(struct arena *a, const struct model *m,
    const struct model_batch *b)
{
	struct enc_sha256_ctx *ctx = enc_sha256_new(a);
	const struct model_report none = { 0 };
	const struct model_report *r = b->report != NULL ? b->report : &none;
	const char *const texts[] = { m->config->url, m->config->name, m->grade,
		m->feedback, b->locale, r->persona, r->tone, r->solutions,
		r->context, r->extra, r->graded };
	unsigned char digest[ENC_SHA256];

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		add(ctx, texts[i]);
	add(ctx,
	    arena_printf(a, "%lld %zu %zu %d", (long long)m->config->input_kb,
		b->n_questions, b->n_files, b->report != NULL));
	for (size_t i = 0; i < b->n_questions; i++) {
		add(ctx, b->questions[i].id);
		add(ctx, b->questions[i].task);
	}
	for (size_t i = 0; i < b->n_files; i++) {
		add(ctx, b->files[i].name);
		add(ctx, enc_sha256_hex(a, b->files[i].text, b->files[i].n));
	}
	enc_sha256_final(ctx, digest);
	return enc_hex(a, digest, sizeof(digest));
}

static const char *
path_of(struct arena *a, const struct model *m, const char *digest)
{
	return arena_printf(a, "%s/%s.json", m->config->cache_dir, digest);
}

bool
model_cache_get(struct arena *a, const struct model *m,
    const struct model_batch *batch, const char *digest,
    struct model_reply *reply)
{
	const char *why;
	char *text;
	size_t n;

	if (m->config->cache_dir == NULL ||
	    io_read_file(a, AT_FDCWD, path_of(a, m, digest), FILE_MAX, &text,
		&n) != NULL)
		return false;
	if (!model_take(a, batch, reply, text, n, &why))
		return false;
	for (size_t i = 0; i < batch->n_questions; i++)
		if (!reply->answers[i].is_answered)
			return false;
	if (batch->report != NULL && reply->feedback == NULL)
		return false;
	/* What is used is young. */
	(void)utimensat(AT_FDCWD, path_of(a, m, digest), NULL, 0);
	reply->is_cached = true;
	return true;
}

static const char *
content_of(struct arena *a, const struct model_batch *batch,
    const struct model_reply *reply)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, FILE_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "results");
	json_w_array(&w);
	for (size_t i = 0; i < batch->n_questions; i++) {
		json_w_object(&w);
		json_w_key_str(&w, "id", batch->questions[i].id);
		json_w_key_f64(&w, "score", reply->answers[i].score);
		json_w_key_str(&w, "text", reply->answers[i].text);
		json_w_key_bool(&w, "manipulation",
		    reply->answers[i].manipulation);
		json_w_object_end(&w);
	}
	json_w_array_end(&w);
	if (reply->feedback != NULL)
		json_w_key_str(&w, "feedback", reply->feedback);
	json_w_object_end(&w);
	json_w_finish(&w);
	return b.p;
}

struct entry {
	char name[128];
	struct timespec at;
};

static int
by_age(const void *p, const void *q)
{
	const struct entry *a = p, *b = q;

	if (a->at.tv_sec != b->at.tv_sec)
		return a->at.tv_sec < b->at.tv_sec ? -1 : 1;
	return (a->at.tv_nsec > b->at.tv_nsec) -
	    (a->at.tv_nsec < b->at.tv_nsec);
}

static void
free_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

/* Leaves the youngest FILES_MAX. */
static void
evict(struct arena *a, const struct model *m)
{
	_cleanup_(free_dir) DIR *d = opendir(m->config->cache_dir);
	struct entry *list = NULL;
	size_t n = 0, cap = 0;
	const struct dirent *e;
	struct stat st;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' ||
		    strlen(e->d_name) >= sizeof(list->name) ||
		    fstatat(dirfd(d), e->d_name, &st, 0) < 0)
			continue;
		list = arena_grow(a, list, n, &cap, sizeof(*list));
		memcpy(list[n].name, e->d_name, strlen(e->d_name) + 1);
		list[n++].at = st.st_mtim;
	}
	if (n <= FILES_MAX)
		return;
	qsort(list, n, sizeof(*list), by_age);
	for (size_t i = 0; i < n - FILES_MAX; i++)
		(void)unlinkat(dirfd(d), list[i].name, 0);
}

void
model_cache_put(struct arena *a, const struct model *m,
    const struct model_batch *batch, const char *digest,
    const struct model_reply *reply)
{
	struct json_w w;
	struct buf b;

	if (m->config->cache_dir == NULL)
		return;
	buf_init(&b, a, FILE_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "choices");
	json_w_array(&w);
	json_w_object(&w);
	json_w_key(&w, "message");
	json_w_object(&w);
	json_w_key_str(&w, "content", content_of(a, batch, reply));
	json_w_object_end(&w);
	json_w_object_end(&w);
	json_w_array_end(&w);
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b) ||
	    io_mkdir_all(a, AT_FDCWD, m->config->cache_dir, 0700) != NULL ||
	    io_write_file(a, AT_FDCWD, path_of(a, m, digest), b.p, b.n, 0600) !=
		NULL)
		return;
	/* Seldom: the directory may be a little over its size. */
	if (rand_below(64) == 0)
		evict(a, m);
}
