#include "wire/roster.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "wire/course.h"
#include "wire/names.h"
#include "wire/settings.h"

#define WHAT_USER "the name of a user: letters, digits, and . _ @ + - inside"
#define WHAT_TEAM "1 to 128 bytes without control characters and '/'"
#define WHAT_TIME \
	"a time such as \"2026-11-21T23:59:59Z\" or \"2026-11-21 23:59\""
#define COLUMNS_MAX 64

static bool
is_team_or_none(const char *s)
{
	return s[0] == '\0' || wire_is_team(s);
}

/* clang-format off */
static const struct field line_fields[] = {
	{ "user", F_STRING, AT(struct wire_roster_line, user), F_REQUIRED,
	    .check = wire_is_user, .what = WHAT_USER },
	{ "role", F_ENUM, AT(struct wire_roster_line, role), F_NULLABLE,
	    .names = wire_roles,
	    .has = HAS(struct wire_roster_line, has_role) },
	{ "team", F_STRING, AT(struct wire_roster_line, team), F_NULLABLE,
	    .check = is_team_or_none, .what = WHAT_TEAM },
	{ 0 }
};
static const struct fields line_shape = { "roster_line", line_fields,
	sizeof(struct wire_roster_line), 0 };

static const struct field roster_fields[] = {
	{ "members", F_OBJECTS, AT(struct wire_roster, members), F_REQUIRED,
	    .min = 1, .max = WIRE_ROSTER_MAX, .fields = &line_shape,
	    .count = COUNT(struct wire_roster, n_members) },
	{ "tokens", F_BOOL, AT(struct wire_roster, tokens), F_NULLABLE },
	{ 0 }
};

static const struct field enrol_fields[] = {
	{ "key", F_STRING, AT(struct wire_enrol, key), F_NULLABLE,
	    .min = 0, .max = 200 },
	{ 0 }
};

static const struct field team_fields[] = {
	{ "users", F_STRINGS, AT(struct wire_team, users), F_REQUIRED,
	    .min = 1, .max = 100, .check = wire_is_user, .what = WHAT_USER,
	    .count = COUNT(struct wire_team, n_users) },
	{ 0 }
};

static const struct field extension_fields[] = {
	{ "end", F_STRING, AT(struct wire_extension, end), F_NULLABLE,
	    .check = wire_is_local_time, .what = WHAT_TIME },
	{ "soft", F_STRING, AT(struct wire_extension, soft), F_NULLABLE,
	    .check = wire_is_local_time, .what = WHAT_TIME },
	{ "attempts", F_INT, AT(struct wire_extension, attempts), F_NULLABLE,
	    .min = 0, .max = 100000,
	    .has = HAS(struct wire_extension, has_attempts) },
	{ "reason", F_STRING, AT(struct wire_extension, reason), F_NULLABLE,
	    .min = 0, .max = 1000 },
	{ 0 }
};
/* clang-format on */

const struct fields wire_roster_fields = { "roster", roster_fields,
	sizeof(struct wire_roster), 0 };
const struct fields wire_enrol_fields = { "enrol", enrol_fields,
	sizeof(struct wire_enrol), 0 };
const struct fields wire_team_fields = { "team", team_fields,
	sizeof(struct wire_team), 0 };
const struct fields wire_extension_fields = { "extension", extension_fields,
	sizeof(struct wire_extension), 0 };

bool
wire_is_team(const char *s)
{
	size_t n = strlen(s);

	if (n < 1 || n > 128 || strcmp(s, "*") == 0)
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == '/' || *s == 0x7f)
			return false;
	return true;
}

/*
 * -- users that stand there twice
 */

struct place {
	const char *user;
	size_t at;
};

static int
by_user(const void *p, const void *q)
{
	const struct place *x = p;
	const struct place *y = q;
	int order = strcmp(x->user, y->user);

	return order != 0 ? order : x->at < y->at ? -1 : 1;
}

/* first: the number of the first line in pointers. */
static void
check_twice(struct faults *f, const struct wire_roster *r, size_t first,
    const char *before)
{
	struct place *places =
	    arena_array(f->arena, r->n_members + 1, sizeof(*places));
	size_t n = 0;

	for (size_t i = 0; i < r->n_members; i++)
		if (r->members[i].user != NULL)
			places[n++] = (struct place) { r->members[i].user, i };
	qsort(places, n, sizeof(*places), by_user);
	for (size_t i = 1; i < n; i++)
		if (strcmp(places[i - 1].user, places[i].user) == 0)
			faults_add(f,
			    arena_printf(f->arena, "%s/%zu/user", before,
				places[i].at + first),
			    "is the user of an earlier line");
}

struct err *
wire_roster_parse(struct arena *a, struct str body,
    struct wire_roster **ret_roster)
{
	struct wire_roster *r = arena_new_of(a, struct wire_roster);
	const struct json *j;
	struct faults f;

	if (body.n == 0)
		body = STR("{}");
	TRY(json_parse(a, body.p, body.n, &json_limits_document, &j));
	faults_init(&f, a);
	fields_read(&wire_roster_fields, j, "", &f, r);
	check_twice(&f, r, 0, "/members");
	TRY(faults_err(&f, ERR_FIELDS));
	*ret_roster = r;
	return NULL;
}

/*
 * -- CSV
 */

struct csv {
	struct arena *arena;
	struct str rest;
	char sep;
	const char *cell[COLUMNS_MAX];
	size_t n;
	size_t line;
};

/* In quotes: up to the one that is not doubled. */
static const char *
quoted_cell(struct csv *c)
{
	const char *p = c->rest.p + 1;
	const char *end = c->rest.p + c->rest.n;
	const char *q = p;
	char *text;
	size_t n = 0;

	while (q < end && (*q != '"' || (q + 1 < end && q[1] == '"')))
		q += *q == '"' ? 2 : 1;
	text = arena_alloc(c->arena, (size_t)(q - p) + 1);
	for (; p < q; p += *p == '"' ? 2 : 1)
		text[n++] = *p;
	text[n] = '\0';
	/* What stands behind the quote belongs to nothing. */
	while (q < end && *q != c->sep && *q != '\n')
		q++;
	c->rest = (struct str) { q, (size_t)(end - q) };
	return text;
}

static const char *
plain_cell(struct csv *c)
{
	size_t n = 0;
	struct str cell;

	while (n < c->rest.n && c->rest.p[n] != c->sep && c->rest.p[n] != '\n')
		n++;
	cell = str_trim((struct str) { c->rest.p, n });
	c->rest = (struct str) { c->rest.p + n, c->rest.n - n };
	return str_dup(c->arena, cell);
}

/* The next line that is not empty; false at the end. */
static bool
csv_next(struct csv *c)
{
	do {
		if (c->rest.n == 0)
			return false;
		c->n = 0;
		c->line++;
		for (;;) {
			const char *cell = c->rest.n > 0 && c->rest.p[0] == '"'
			    ? quoted_cell(c)
			    : plain_cell(c);

			if (c->n < COLUMNS_MAX)
				c->cell[c->n++] = cell;
			if (c->rest.n == 0 || c->rest.p[0] == '\n')
				break;
			c->rest.p++;
			c->rest.n--;
		}
		if (c->rest.n > 0) {
			c->rest.p++;
			c->rest.n--;
		}
	} while (c->n == 1 && c->cell[0][0] == '\0');
	return true;
}

enum column { COLUMN_USER, COLUMN_ROLE, COLUMN_TEAM, COLUMN__MAX };

/* Which column is which; false if the line is no heading. */
static bool
read_heading(const struct csv *c, size_t at[COLUMN__MAX])
{
	static const char *const names[COLUMN__MAX][3] = {
		{ "user", "username", "login" },
		{ "role", "role", "role" },
		{ "team", "group", "team" },
	};
	size_t found[COLUMN__MAX] = { SIZE_MAX, SIZE_MAX, SIZE_MAX };

	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < COLUMN__MAX; k++)
			for (size_t m = 0; m < 3; m++)
				if (strcasecmp(c->cell[i], names[k][m]) == 0)
					found[k] = i;
	if (found[COLUMN_USER] == SIZE_MAX)
		return false;
	memcpy(at, found, sizeof(found));
	return true;
}

static const char *
cell_of(const struct csv *c, size_t at)
{
	return at < c->n && c->cell[at][0] != '\0' ? c->cell[at] : NULL;
}

static int
role_of(const char *name)
{
	for (int i = 0; wire_roles[i] != NULL; i++)
		if (strcmp(wire_roles[i], name) == 0)
			return i;
	return -1;
}

static struct wire_roster_line
take_line(struct faults *f, const struct csv *c, const size_t at[COLUMN__MAX])
{
	const char *role = cell_of(c, at[COLUMN_ROLE]);
	struct wire_roster_line l = {
		.user = cell_of(c, at[COLUMN_USER]),
		.team = cell_of(c, at[COLUMN_TEAM]),
		.has_role = role != NULL,
	};

	if (l.user == NULL || !wire_is_user(l.user)) {
		faults_add(f, arena_printf(f->arena, "/%zu/user", c->line),
		    "must be " WHAT_USER);
		l.user = NULL;
	}
	if (role != NULL)
		l.role = role_of(role);
	if (l.role < 0)
		faults_add(f, arena_printf(f->arena, "/%zu/role", c->line),
		    "must be student, tutor or staff");
	if (l.team != NULL && !wire_is_team(l.team))
		faults_add(f, arena_printf(f->arena, "/%zu/team", c->line),
		    "must be " WHAT_TEAM);
	return l;
}

/* A byte order mark says nothing; Excel has ';' in half of the world. */
static struct csv
csv_of(struct arena *a, struct str text)
{
	struct csv c = { .arena = a, .rest = text, .sep = ',' };
	const char *end = memchr(text.p, '\n', text.n);
	size_t n = end != NULL ? (size_t)(end - text.p) : text.n;

	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
		c.rest = (struct str) { text.p + 3, text.n - 3 };
		n -= 3;
	}
	if (memchr(c.rest.p, ';', n) != NULL &&
	    memchr(c.rest.p, ',', n) == NULL)
		c.sep = ';';
	return c;
}

struct err *
wire_roster_csv(struct arena *a, struct str text,
    struct wire_roster **ret_roster)
{
	struct wire_roster *r = arena_new_of(a, struct wire_roster);
	size_t at[COLUMN__MAX] = { COLUMN_USER, COLUMN_ROLE, COLUMN_TEAM };
	struct wire_roster_line *lines = NULL;
	struct csv c = csv_of(a, text);
	struct faults f;
	size_t cap = 0;
	size_t n = 0;

	if (!str_is_utf8(text.p, text.n))
		return ERR(a, ERR_REQUEST, "the roster must be UTF-8");
	faults_init(&f, a);
	while (csv_next(&c)) {
		if (c.line == 1 && read_heading(&c, at))
			continue;
		if (n == WIRE_ROSTER_MAX) {
			faults_add(&f, arena_printf(a, "/%zu", c.line),
			    "is one line too many");
			break;
		}
		lines = arena_grow(a, lines, n, &cap, sizeof(*lines));
		lines[n++] = take_line(&f, &c, at);
	}
	if (n == 0)
		faults_add(&f, "/1", "must be a member");
	r->members = lines;
	r->n_members = n;
	if (f.n == 0)
		check_twice(&f, r, 1, "");
	TRY(faults_err(&f, ERR_FIELDS));
	*ret_roster = r;
	return NULL;
}
