#include "core/source.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "wire/json.h"

#define INPUT_BYTES (1 << 20)

static bool
is_zip(const struct submit *in)
{
	return in->n_files == 1 && str_has_suffix(in->files[0].path, ".zip");
}

static bool
takes(const struct problem *p, const struct snapshot *s, const char *language)
{
	for (size_t i = 0; i < p->languages_n; i++)
		if (strcmp(p->languages[i], language) == 0)
			return true;
	return p->languages_n == 0 && snapshot_takes_language(s, language);
}

/* The first that the problem takes, since languages share extensions. */
static const struct language *
language_taken(const struct problem *p, const struct snapshot *s,
    const char *path)
{
	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		if (language_has_file(&languages[i], path) &&
		    takes(p, s, languages[i].name))
			return &languages[i];
	return NULL;
}

/*
 * Of files that no language of the problem has, what they would be.  With no
 * names to go by but those inside a zip, it must be said.
 */
static const struct language *
guess_language(const struct submit *in, const struct problem *p,
    const struct snapshot *s)
{
	const struct language *found = NULL, *other = NULL;

	for (size_t i = 0; i < in->n_files; i++) {
		const char *path = in->files[i].path;
		const struct language *l = language_taken(p, s, path);

		if (l != NULL && found != NULL && l != found)
			return NULL;
		if (l != NULL)
			found = l;
		if (other == NULL)
			other = language_of_file(path);
	}
	return found != NULL ? found : other;
}

struct err *
source_language(struct arena *a, const struct submit *in,
    const struct problem *p, const struct snapshot *s,
    const struct language **ret_language)
{
	const struct language *l;

	if (s->n_languages == 0 && p->languages_n == 0) {
		*ret_language = NULL;
		return NULL;
	}
	if (in->language != NULL) {
		l = language_by_name(in->language);
		if (l == NULL)
			return ERR(a, ERR_LANGUAGE, "no such language: %s",
			    in->language);
	} else {
		l = guess_language(in, p, s);
		if (l == NULL)
			return ERR(a, ERR_LANGUAGE,
			    "say the language: the "
			    "files' names do not tell it");
	}
	if (!takes(p, s, l->name))
		return ERR(a, ERR_LANGUAGE, "this problem does not take %s",
		    l->display);
	*ret_language = l;
	return NULL;
}

/* What people read may be a scan of paper. */
static const struct zip_limits *
limits_of(const struct snapshot *s)
{
	return snapshot_is_manual(s) ? &zip_limits_report
				     : &zip_limits_submission;
}

static struct err *
unpack(struct arena *a, const struct submit *in,
    const struct zip_limits *limits, struct source *source)
{
	struct zip_file *files;

	TRY(zip_read(a, in->files[0].p, in->files[0].n, limits, &files,
	    &source->n_files));
	source->files = files;
	return NULL;
}

static void
name_code(struct arena *a, const struct submit *in,
    const struct language *language, struct source *source)
{
	struct zip_file *file = arena_new_of(a, struct zip_file);

	file->path = language != NULL ? language->main_file : "main.txt";
	file->p = in->code;
	file->n = strlen(in->code);
	source->files = file;
	source->n_files = 1;
}

static bool
is_directory_of(const struct source *source, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < source->n_files; i++)
		if (str_has_prefix(source->files[i].path, path) &&
		    source->files[i].path[n] == '/')
			return true;
	return false;
}

static struct err *
check_names(struct arena *a, const struct source *source)
{
	const struct zip_limits *limits = &zip_limits_submission;
	struct faults f;

	faults_init(&f, a);
	if (source->n_files == 0)
		faults_add(&f, "/files", "there are none");
	if (source->n_files > limits->max_files)
		faults_add(&f, "/files", "more than %zu", limits->max_files);
	for (size_t i = 0; i < source->n_files; i++)
		if (!io_is_safe_path(source->files[i].path))
			faults_add(&f, arena_printf(a, "/files/%zu/name", i),
			    "is not an acceptable file name");
		else if (is_directory_of(source, source->files[i].path))
			faults_add(&f, arena_printf(a, "/files/%zu/name", i),
			    "is the directory of another file");
	return faults_err(&f, ERR_FILES);
}

static struct err *
check_sizes(struct arena *a, const struct source *source,
    const struct snapshot *s)
{
	const struct zip_limits *limits = limits_of(s);
	size_t max = limits->max_total_bytes;
	size_t total = 0;

	if (!snapshot_is_manual(s) && s->code_kb > 0 &&
	    (uint64_t)s->code_kb * 1024 < max)
		max = (size_t)s->code_kb * 1024;
	for (size_t i = 0; i < source->n_files; i++) {
		const struct zip_file *file = &source->files[i];

		if (file->n > limits->max_file_bytes)
			return ERR(a, ERR_TOO_LARGE,
			    "%.255s is larger than "
			    "%zu bytes",
			    file->path, limits->max_file_bytes);
		total += file->n;
	}
	if (total > max)
		return ERR(a, ERR_TOO_LARGE,
		    "the files are larger than %zu bytes together", max);
	if (total == 0)
		return ERR(a, ERR_FILES, "the files are empty");
	return NULL;
}

static struct err *
check_main(struct arena *a, const struct source *source)
{
	const char **names = arena_array(a, source->n_files, sizeof(*names));
	const char *main_file;

	for (size_t i = 0; i < source->n_files; i++)
		names[i] = source->files[i].path;
	return language_main_file(a, source->language, names, source->n_files,
	    &main_file);
}

const char *
source_describe(struct arena *a, const struct source *s, const char *input,
    size_t max)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, a, max);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "files");
	json_w_array(&w);
	for (size_t i = 0; i < s->n_files; i++)
		json_w_str(&w, s->files[i].path);
	json_w_array_end(&w);
	json_w_key_raw(&w, "input", input);
	json_w_object_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? NULL : b.p;
}

struct err *
source_pack(struct arena *a, const struct submit *in, const struct snapshot *s,
    const struct language *language, struct source *ret_source)
{
	struct source source = { .language = language };

	if (in->code != NULL)
		name_code(a, in, language, &source);
	else if (is_zip(in))
		TRY(unpack(a, in, limits_of(s), &source));
	else {
		source.files = in->files;
		source.n_files = in->n_files;
	}
	TRY(check_names(a, &source));
	TRY(check_sizes(a, &source, s));
	/* Without a language outputs are handed in, not programs. */
	if (s->is_judged && language != NULL)
		TRY(check_main(a, &source));
	TRY(zip_write(a, source.files, source.n_files, &source.zip,
	    &source.zip_n));
	source.input = source_describe(a, &source, in->input, INPUT_BYTES);
	if (source.input == NULL)
		return ERR(a, ERR_TOO_LARGE, "the input is too large");
	*ret_source = source;
	return NULL;
}

static void
add_text(struct enc_sha256_ctx *ctx, const char *text)
{
	/* With its NUL, so that no two lists of texts are the same. */
	enc_sha256_update(ctx, text == NULL ? "" : text,
	    text == NULL ? 1 : strlen(text) + 1);
}

char *
source_request_digest(struct arena *a, const struct submit *in)
{
	struct enc_sha256_ctx *ctx = enc_sha256_new(a);
	unsigned char digest[ENC_SHA256];

	add_text(ctx, in->course);
	add_text(ctx, in->problem);
	add_text(ctx, in->language);
	add_text(ctx, in->input);
	add_text(ctx, in->code);
	/* What came later adds nothing where it is not used: keys outlive us. */
	if (in->debug != NULL) {
		add_text(ctx, "debug");
		add_text(ctx, in->debug);
	}
	if (in->is_all)
		add_text(ctx, "all tests");
	for (size_t i = 0; i < in->n_files; i++) {
		if (in->fields != NULL)
			add_text(ctx, in->fields[i]);
		add_text(ctx, in->files[i].path);
		add_text(ctx, arena_printf(a, "%zu", in->files[i].n));
		enc_sha256_update(ctx, in->files[i].p, in->files[i].n);
	}
	enc_sha256_final(ctx, digest);
	return enc_hex(a, digest, sizeof(digest));
}
