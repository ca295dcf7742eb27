#include "runner/templates/program.h"

#include <string.h>

#include "base/str.h"
#include "runner/criteria.h"
#include "runner/ran.h"
#include "runner/templates/words.h"

/* Of what a program printed, in a report. */
#define SHOWN_MAX 4000
#define SCRATCH_SLACK ((size_t)24 << 20)

struct arena *
program_arena(const struct probe *p)
{
	const struct grading *g = p->grading;

	/* Buffers double as they grow, and the arena keeps the old ones. */
	return arena_new("program",
	    8 *
		    (size_t)(g->job->limits.output_kb +
			g->grader->config->output_kb) *
		    1024 +
		SCRATCH_SLACK);
}

bool
program_command(struct probe *p, struct app_command *ret_command)
{
	const struct criteria_run *run = p->grading->run;
	const char *command =
	    criteria_command(p->test, "program_command", p->language);

	*ret_command = (struct app_command) { .command = command };
	if (command == NULL) {
		probe_say(p, 0,
		    "CONFIGURATION ERROR: there is no command for the "
		    "language %s.",
		    p->language != NULL ? p->language
					: probe_word(p, "of the submission"));
		return false;
	}
	if (strcmp(command, "CMD") == 0) {
		ret_command->argv = run->command;
		if (run->command == NULL) {
			probe_say(p, 0,
			    "CONFIGURATION ERROR: \"CMD\" needs a submission "
			    "in a language.");
			return false;
		}
	} else if (app_words(p->arena, command) == NULL ||
	    app_words(p->arena, command)[0] == NULL) {
		probe_say(p, 0,
		    "CONFIGURATION ERROR: the command %s cannot be run.",
		    command);
		return false;
	}
	return true;
}

struct err *
program_run(struct probe *p, struct arena *scratch,
    const struct app_command *command, struct box_record *r)
{
	struct criteria_run *run = p->grading->run;
	struct wire_test *t = p->record;

	TRY(app_run(run->app, scratch, command, r));
	ran_measure(t, r);
	t->out = ran_keep(p->grading, &r->out, &t->cut);
	t->err = ran_keep(p->grading, &r->err, &t->cut);
	return NULL;
}

static struct err *
say_failed(struct probe *p, enum verdict verdict, const char *text)
{
	p->verdict = verdict;
	return probe_say(p, 0, "%s", words_say(p->locale, text));
}

static void
say_crashed(struct probe *p, const struct box_record *r)
{
	size_t n = r->err.n <= SHOWN_MAX ? r->err.n
					 : str_utf8_cut(r->err.p, SHOWN_MAX);
	const char *name = r->signal != 0 ? sigdescr_np(r->signal) : NULL;

	p->verdict = VERDICT_RE;
	probe_say(p, 0,
	    "FAILURE: Your program crashed during execution.\nError:\n%s%s%s",
	    str_utf8_repair(p->arena, r->err.p, n), name != NULL ? name : "",
	    name == NULL && n == 0
		? arena_printf(p->arena, probe_word(p, "exit status %d"),
		      r->exit_code)
		: "");
}

bool
program_ended_well(struct probe *p, const struct box_record *r)
{
	const struct grading *g = p->grading;

	if (g->cmd != NULL && language_cmd_is_oom(g->cmd, r, g->memory_kb)) {
		say_failed(p, VERDICT_MLE,
		    "FAILURE: The program took too much memory.");
		return false;
	}
	switch (box_record_cause(r)) {
	case BOX_CAUSE_NONE:
		return true;
	case BOX_CAUSE_OUTPUT:
		say_failed(p, VERDICT_OLE,
		    "FAILURE: The program wrote too much.");
		break;
	case BOX_CAUSE_WALL:
	case BOX_CAUSE_CPU:
		p->verdict = VERDICT_TLE;
		probe_say(p, 0,
		    "FAILURE: Program timed out. Ensure you don't have "
		    "infinite loops. [Time: %.2fs]",
		    (double)r->wall_ms / 1000);
		break;
	case BOX_CAUSE_MEMORY:
		say_failed(p, VERDICT_MLE,
		    "FAILURE: The program took too much memory.");
		break;
	case BOX_CAUSE_NOT_STARTED:
		p->verdict = VERDICT_RE;
		probe_say(p, 0, "FAILURE: The program did not start: %s",
		    strerror(r->start_errno));
		break;
	default:
		say_crashed(p, r);
		break;
	}
	return false;
}

/*
 * -- what is compared
 */

/* How many bytes the blank at s has, 0 if it is none: Unicode's blanks. */
static size_t
blank_at(const char *s, size_t n)
{
	const unsigned char *c = (const unsigned char *)s;

	if (n == 0)
		return 0;
	if ((*c >= 9 && *c <= 13) || *c == ' ' || (*c >= 28 && *c <= 31))
		return 1;
	if (n >= 2 && c[0] == 0xc2 && (c[1] == 0x85 || c[1] == 0xa0))
		return 2;
	if (n < 3)
		return 0;
	if (c[0] == 0xe2 && c[1] == 0x80 &&
	    ((c[2] >= 0x80 && c[2] <= 0x8a) || c[2] == 0xa8 || c[2] == 0xa9 ||
		c[2] == 0xaf))
		return 3;
	return memcmp(c, "\xe1\x9a\x80", 3) == 0 ||
		memcmp(c, "\xe2\x81\x9f", 3) == 0 ||
		memcmp(c, "\xe3\x80\x80", 3) == 0
	    ? 3
	    : 0;
}

/* The length of a line without the blanks at its end. */
static size_t
line_length(const char *p, size_t n)
{
	size_t last = 0;

	for (size_t i = 0; i < n;) {
		size_t blank = blank_at(p + i, n - i);

		i += blank > 0 ? blank : 1;
		if (blank == 0)
			last = i;
	}
	return last;
}

char *
program_normalize(struct arena *a, const char *p, size_t n)
{
	char *text = arena_alloc(a, n + 2), *to = text, *end;

	for (size_t from = 0; from < n;) {
		size_t length = 0, kept;

		while (from + length < n && p[from + length] != '\n' &&
		    p[from + length] != '\r')
			length++;
		kept = line_length(p + from, length);
		memcpy(to, p + from, kept);
		to += kept;
		*to++ = '\n';
		from += length;
		from += from + 1 < n && p[from] == '\r' && p[from + 1] == '\n'
		    ? 2
		    : 1;
	}
	end = to;
	while (end > text && end[-1] == '\n')
		end--;
	*end = '\0';
	for (;;) {
		size_t blank = blank_at(text, (size_t)(end - text));

		if (blank == 0)
			return text;
		text += blank;
	}
}
