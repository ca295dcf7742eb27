/*
 * Bodies about many members, teams, extensions and enrolment.
 */
#ifndef WIRE_ROSTER_H
#define WIRE_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fields.h"

#define WIRE_ROSTER_MAX 10000

struct wire_roster_line {
	const char *user;
	int role; /* enum wire_role */
	bool has_role;
	const char *team; /* NULL: as it is; "": none */
};

/* POST /courses/{c}/members */
struct wire_roster {
	const struct wire_roster_line *members; /* users differ */
	size_t n_members;
	bool tokens; /* one for each account of the course */
};
extern const struct fields wire_roster_fields;

/* ERR_NOT_JSON, ERR_FIELDS. */
struct err *wire_roster_parse(struct arena *, struct str body,
    struct wire_roster **ret_roster) _must_check_;
/*
 * The same as CSV (RFC 4180, or with ';' between): a line for each, user,
 * role, team; in another order, and with other columns, which are skipped, if
 * the first line names them.  An empty role or team says nothing.  Faults at
 * "/line/column", lines from 1.
 */
struct err *wire_roster_csv(struct arena *, struct str text,
    struct wire_roster **ret_roster) _must_check_;

/* POST /courses/{c}/enrol */
struct wire_enrol {
	const char *key; /* or NULL */
};
extern const struct fields wire_enrol_fields;

/* PUT /courses/{c}/teams/{team}: exactly these. */
struct wire_team {
	const char *const *users;
	size_t n_users;
};
extern const struct fields wire_team_fields;

/* PUT /courses/{c}/problems/{p}/extensions/{user}; NULL stays, "" clears. */
struct wire_extension {
	const char *end; /* times as in wire/settings.h */
	const char *soft;
	int64_t attempts; /* beyond those of all */
	bool has_attempts;
	const char *reason;
};
extern const struct fields wire_extension_fields;

/* The name of a team: 1 to 128 bytes without control characters and '/'. */
bool wire_is_team(const char *);

#endif
