/*
 * Commands about who is in a course, and what holds for them.
 */
#ifndef CLI_CMD_ROSTER_H
#define CLI_CMD_ROSTER_H

#include "cli/command.h"

struct roster_options {
	const char *course;
	bool tokens;
};
extern const struct cli_option roster_option_table[];
command_fn cmd_roster;

struct enrol_options {
	const char *key_file;
};
extern const struct cli_option enrol_option_table[];
command_fn cmd_enrol;

/* What needs a course and no more. */
struct course_of_options {
	const char *course;
};
extern const struct cli_option course_of_option_table[];
command_fn cmd_team_put;
command_fn cmd_team_join;
command_fn cmd_team_leave;
command_fn cmd_team_list;
command_fn cmd_common_push;

struct extend_options {
	const char *course;
	const char *problem;
	const char *end;
	const char *soft;
	const char *reason;
	int64_t attempts;
	bool remove;
};
extern const struct cli_option extend_option_table[];
command_fn cmd_extend;

command_fn cmd_config;

#endif
