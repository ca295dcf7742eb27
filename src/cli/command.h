/*
 * THE TABLE of commands.  To add one: a line in command.c, its function in
 * cmd_<noun>.c, its entry in assize(1).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/cli.h"
#include "cli/option.h"
#include "package/import.h"

struct command {
	const char *name; /* "problem check"; NULL ends the table */
	const char *args; /* "DIR", or "" */
	size_t min_args;
	size_t max_args;
	const struct cli_option *options;
	size_t options_size; /* of their struct */
	command_fn *run;
	const char *help;
};

extern const struct command commands[];

/* A directory, or a zip that was made already. */
struct loaded {
	char *zip; /* where it was asked for */
	size_t n;
	struct package *package;
};
/* Reads and checks a package; zipped: as what is uploaded, too. */
struct err *load_package(struct arena *, const char *path, bool zipped,
    struct loaded *ret) _must_check_;
/* Lines on standard error. */
void print_warnings(const struct field_fault *);

struct check_options {
	bool is_static;
};
extern const struct cli_option check_option_table[];

struct import_call {
	const char *from;
	struct import_options more;
};
extern const struct cli_option import_option_table[];
command_fn cmd_problem_import;

struct new_options {
	const char *template;
	const char *name;
};
extern const struct cli_option new_option_table[];
command_fn cmd_problem_new;

struct push_options {
	const char *course;
	const char *problem;
};
extern const struct cli_option push_option_table[];
command_fn cmd_problem_check;
command_fn cmd_problem_push;

struct problem_options {
	const char *course;
	const char *problem;
	const char *title;
	const char *opens;
	const char *soft;
	const char *closes;
	const char *languages; /* with ',' between them */
	const char *evaluate;
	int64_t limit;
	int64_t per_day;
	int64_t interval_s;
	int64_t late_penalty;
	bool groups;
};
extern const struct cli_option problem_option_table[];
command_fn cmd_problem_create;

struct course_options {
	const char *title;
	const char *time_zone;
	const char *enrolment_key_file;
	bool self_enrol;
	bool no_self_enrol;
	int64_t team_size;
	bool no_team_size;
};
extern const struct cli_option course_option_table[];
command_fn cmd_course_create;
command_fn cmd_course_set;

struct member_options {
	const char *course;
	const char *role;
};
extern const struct cli_option member_option_table[];
command_fn cmd_member_put;

struct submit_options {
	const char *course;
	const char *problem;
	const char *language;
	const char *key;
	bool all;
	bool debug;
	bool wait;
	int64_t timeout_s;
};
extern const struct cli_option submit_option_table[];
command_fn cmd_submit;

struct show_options {
	bool wait;
	int64_t timeout_s;
};
extern const struct cli_option show_option_table[];
command_fn cmd_show;
command_fn cmd_cancel;

struct case_options {
	const char *output;
};
extern const struct cli_option case_option_table[];
command_fn cmd_submission_export;

/* One submission, or the filter of a set. */
struct rejudge_options {
	bool wait;
	int64_t timeout_s;
	const char *course;
	const char *problem;
	const char *user;
	const char *language;
	const char *verdict;
	const char *runner;
	bool all;     /* also tests that laziness would skip */
	bool package; /* judged with another than the current one */
	const char *judged_with;
	const char *after;
	const char *before;
	const char *reason;
};
extern const struct cli_option rejudge_option_table[];
command_fn cmd_rejudge;

struct rejudging_options {
	const char *course;
	const char *state;
};
extern const struct cli_option rejudging_option_table[];
command_fn cmd_rejudging_list;
command_fn cmd_rejudging_show;
struct rejudging_apply_options {
	bool partial;
};
extern const struct cli_option rejudging_apply_option_table[];
command_fn cmd_rejudging_apply;
command_fn cmd_rejudging_discard;
command_fn cmd_rejudging_repeat;

command_fn cmd_runners_list;
command_fn cmd_runners_drain;
command_fn cmd_runners_revoke;

struct list_options {
	const char *course;
	const char *problem;
	const char *user;
	const char *status;
	const char *verdict;
	const char *language;
	const char *after;
	const char *before;
	const char *cursor;
	int64_t limit;
};
extern const struct cli_option list_option_table[];
command_fn cmd_list;

struct token_options {
	const char *key;
	const char *kid;
	const char *alg;
	const char *sub;
	const char *name;
	const char *issuer;
	const char *audience;
	int64_t ttl_s;
	bool admin;
};
extern const struct cli_option token_option_table[];
command_fn cmd_token;

#endif
