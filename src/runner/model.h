/*
 * Asking a language model, at any endpoint that speaks OpenAI's chat
 * completions: everything that one submission wants of it in one exchange.
 *
 * What a student wrote travels between delimiters of random letters and is
 * said to be data; what comes back is used only if it has the form that was
 * asked for, with scores from 0 to 100 for the ids that were asked.  A model
 * that is away, slow or talks nonsense leaves questions unanswered, with a
 * reason: it is never an error of the grading as a whole.
 */
#ifndef RUNNER_MODEL_H
#define RUNNER_MODEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/json.h"

#define MODEL_QUESTIONS_MAX 200
#define MODEL_TEXT_MAX 4000           /* bytes of one answer's text */
#define MODEL_FEEDBACK_MAX (64 << 10) /* of the report */

struct model_config {
	const char *url;  /* ".../v1"; NULL or "": there is no model */
	const char *name; /* "gpt-4o-mini" */
	const char *key;  /* bearer, or NULL */
	const char *ca_file;
	const char *proxy;
	const char *prompts_dir; /* grade.md, feedback.md */
	const char *cache_dir;   /* answers by digest; NULL: none are kept */
	int64_t timeout_ms;      /* of all tries together */
	int64_t max_tokens;      /* of the answer */
	int64_t input_kb;        /* of the files together; the rest is cut */
	/* Of a million tokens, in thousandths of the operator's currency. */
	int64_t input_price;
	int64_t output_price;
};

struct model;

/* Reads the prompts; config must live as long.  ERR_IMPOSSIBLE. */
struct err *model_open(struct arena *, const struct model_config *,
    struct model **ret_model) _must_check_;
bool model_is_there(const struct model *);

struct model_file {
	const char *name;
	const char *text;
	size_t n;
};

struct model_question {
	const char *id;   /* unique in the batch */
	const char *task; /* what to verify, from the package */
};

/* What the model is told for a report; NULL texts are left out. */
struct model_report {
	const char *persona;
	const char *tone;
	const char *solutions;
	const char *context;
	const char *extra;
	const char *graded; /* JSON: tests, scores, messages */
};

struct model_batch {
	const struct model_file *files;
	size_t n_files;
	const struct model_question *questions;
	size_t n_questions;
	const struct model_report *report; /* NULL: none is wanted */
	const char *locale;                /* or NULL: English */
	const atomic_bool *cancel;         /* or NULL */
};

struct model_answer {
	bool is_answered;
	double score;      /* 0..100 */
	const char *text;  /* for the student; or why there is no answer */
	bool manipulation; /* the submission tries to steer the grade */
};

struct model_reply {
	struct model_answer *answers; /* one for each question */
	const char *feedback;         /* Markdown, or NULL */
	const char *failure;          /* why something is missing, or NULL */
	int64_t calls;
	int64_t input_tokens;
	int64_t output_tokens;
	double cost; /* in the operator's currency */
	bool is_cached;
	bool is_cut; /* files were too long */
	int64_t ms;
};

/* An error means that it was cancelled, or a fault of ours. */
struct err *model_ask(struct model *, struct arena *,
    const struct model_batch *, struct model_reply *ret_reply) _must_check_;

/* For the record: model, calls, tokens, cost, cached, cut, failure, ms. */
void model_write(struct json_w *, const struct model *,
    const struct model_reply *);

/* -- what the files of this module share ---------------------------------- */

/* model_text.c: the two messages and the whole body of the request. */
struct err *model_request(struct arena *, const struct model *,
    const struct model_batch *, const bool *is_open, const char **ret_body,
    bool *ret_cut) _must_check_;
/*
 * model_text.c: takes what is usable of a completion: fills answers that are
 * open, feedback, tokens.  false: nothing of it was, *ret_why says why.
 */
bool model_take(struct arena *, const struct model_batch *,
    struct model_reply *, const char *body, size_t n, const char **ret_why);
/* model_cache.c: by what was asked.  A cache that fails is no cache. */
const char *model_digest(struct arena *, const struct model *,
    const struct model_batch *);
bool model_cache_get(struct arena *, const struct model *,
    const struct model_batch *, const char *digest, struct model_reply *);
void model_cache_put(struct arena *, const struct model *,
    const struct model_batch *, const char *digest, const struct model_reply *);

struct model {
	const struct model_config *config;
	const char *grade;    /* the prompt */
	const char *feedback; /* the prompt for a report */
};

#endif
