#include "cli/option.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

static const struct cli_option *
find(const struct option_set *set, struct str name)
{
	for (const struct cli_option *o = set->options; o->type != OPTION_NONE;
	     o++)
		if (str_is(name, o->name))
			return o;
	return NULL;
}

static struct err *
set_value(struct arena *a, const struct cli_option *o, void *values,
    const char *value)
{
	char *at = (char *)values + o->offset;

	if (o->type == OPTION_FLAG) {
		if (value != NULL)
			return ERR(a, ERR_REQUEST, "--%s takes no value",
			    o->name);
		*(bool *)(void *)at = true;
		return NULL;
	}
	if (value == NULL)
		return ERR(a, ERR_REQUEST, "--%s needs %s", o->name, o->arg);
	if (o->type == OPTION_TEXT) {
		*(const char **)(void *)at = value;
		return NULL;
	}
	if (!str_to_i64(value, o->min, o->max, (int64_t *)(void *)at))
		return ERR(a, ERR_REQUEST,
		    "--%s must be a number from %lld to %lld", o->name,
		    (long long)o->min, (long long)o->max);
	return NULL;
}

static bool
is_set(const struct cli_option *o, const void *values)
{
	const char *at = (const char *)values + o->offset;

	return o->type != OPTION_TEXT ||
	    *(const char *const *)(const void *)at != NULL;
}

static struct err *
check_required(struct arena *a, const struct option_set *set)
{
	for (const struct cli_option *o = set->options; o->type != OPTION_NONE;
	     o++)
		if (o->required && !is_set(o, set->values))
			return ERR(a, ERR_REQUEST, "--%s is required", o->name);
	return NULL;
}

/* Takes the option at args[i]; *used is 1 or 2. */
static struct err *
take_one(struct arena *a, const struct option_set *const sets[2],
    char *const *args, size_t left, size_t *used)
{
	struct str rest = str_of(args[0] + 2);
	struct str name = { 0 };
	const struct cli_option *o = NULL;
	const char *value = NULL;
	const struct option_set *set = NULL;

	if (!str_cut(&rest, '=', &name))
		return ERR(a, ERR_REQUEST, "unknown option %s", args[0]);
	for (size_t i = 0; o == NULL && i < 2; i++) {
		set = sets[i];
		o = find(set, name);
	}
	if (o == NULL)
		return ERR(a, ERR_REQUEST, "unknown option --%s",
		    str_dup(a, name));
	*used = 1;
	if (name.p[name.n] == '=') {
		value = name.p + name.n + 1;
	} else if (o->type != OPTION_FLAG && left > 1) {
		value = args[1];
		*used = 2;
	}
	return set_value(a, o, set->values, value);
}

struct err *
options_take(struct arena *a, const struct option_set *first,
    const struct option_set *second, char **args, size_t *n)
{
	static char output[] = "--output";
	const struct option_set *const sets[2] = { first, second };
	size_t kept = 0;
	size_t used;

	for (size_t i = 0; i < *n; i += used) {
		used = 1;
		if (strcmp(args[i], "--") == 0) {
			for (i++; i < *n; i++)
				args[kept++] = args[i];
			break;
		}
		/* The one that everybody shortens. */
		if (strcmp(args[i], "-o") == 0)
			args[i] = output;
		if (args[i][0] == '-' && args[i][1] == '-')
			TRY(take_one(a, sets, args + i, *n - i, &used));
		else if (args[i][0] == '-' && args[i][1] != '\0')
			return ERR(a, ERR_REQUEST, "unknown option %s",
			    args[i]);
		else
			args[kept++] = args[i];
	}
	*n = kept;
	TRY(check_required(a, first));
	return check_required(a, second);
}

void
options_print(const struct cli_option *o)
{
	char left[40];

	for (; o->type != OPTION_NONE; o++) {
		snprintf(left, sizeof(left), "--%s%s%s", o->name,
		    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
		printf("  %-24s %s%s\n", left, o->help,
		    o->required ? " (required)" : "");
	}
}
