/*
 * Of the table of commands: standings, gradings, grades, exports.
 */
#ifndef CLI_CMD_GRADES_H
#define CLI_CMD_GRADES_H

#include "cli/cli.h"
#include "cli/option.h"

struct status_options {
	const char *course;
	const char *problem;
	const char *user;
};
extern const struct cli_option status_option_table[];
command_fn cmd_status;
command_fn cmd_history;
command_fn cmd_queue;

struct grades_options {
	bool csv;
	const char *output;
};
extern const struct cli_option grades_option_table[];
command_fn cmd_grades;

struct export_options {
	const char *output;
	const char *problem;
	bool evaluated;
};
extern const struct cli_option export_option_table[];
command_fn cmd_export;

struct grade_options {
	const char *comment;
	bool withdraw;
};
extern const struct cli_option grade_option_table[];
command_fn cmd_grade;

#endif
