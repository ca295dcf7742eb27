#include "cli/command.h"

#define ANY_NUMBER 1000

static const struct cli_option no_options[] = { { 0 } };

/* clang-format off */
const struct command commands[] = {
	/* name, arguments, how many, options, their size, function, help */
	{ "submit", "FILE...", 1, ANY_NUMBER,
	    submit_option_table, sizeof(struct submit_options), cmd_submit,
	    "submit files to a problem" },
	{ "show", "SUBMISSION", 1, 1,
	    show_option_table, sizeof(struct show_options), cmd_show,
	    "show a submission" },
	{ "list", "", 0, 0,
	    list_option_table, sizeof(struct list_options), cmd_list,
	    "list submissions, newest first" },
	{ "cancel", "SUBMISSION", 1, 1,
	    no_options, 1, cmd_cancel,
	    "take back a submission that waits or runs" },
	{ "rejudge", "SUBMISSION", 1, 1,
	    show_option_table, sizeof(struct show_options), cmd_rejudge,
	    "grade a submission once more (staff)" },
	{ "problem check", "DIR", 1, 1,
	    check_option_table, sizeof(struct check_options),
	    cmd_problem_check,
	    "check a problem package on this machine, and run it" },
	{ "problem import", "ZIP DIR", 2, 2,
	    import_option_table, sizeof(struct import_options),
	    cmd_problem_import,
	    "make a package of what another judge has" },
	{ "problem create", "", 0, 0,
	    problem_option_table, sizeof(struct problem_options),
	    cmd_problem_create,
	    "create a problem, or change its settings" },
	{ "problem push", "DIR", 1, 1,
	    push_option_table, sizeof(struct push_options), cmd_problem_push,
	    "check a problem package and upload it" },
	{ "course create", "COURSE", 1, 1,
	    course_option_table, sizeof(struct course_options),
	    cmd_course_create,
	    "create a course (administrators)" },
	{ "member put", "USER", 1, 1,
	    member_option_table, sizeof(struct member_options),
	    cmd_member_put,
	    "make a user a member of a course, or change the role" },
	{ "token", "", 0, 0,
	    token_option_table, sizeof(struct token_options), cmd_token,
	    "sign a token with a key file" },
	{ 0 }
};
/* clang-format on */
