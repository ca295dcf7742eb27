/* Runners, for administrators. */
#include <stdio.h>

#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"

struct err *
cmd_runners_list(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	static const char *const head[] = { "RUNNER", "NAME", "STATE", "ALIVE",
		"JOBS", "CAPACITY", "LAST SEEN", "VERSION" };
	struct arena *a = cli->arena;
	const struct api_call call = { .method = "GET",
		.path = "/runners?limit=200" };
	const struct json *d;
	const struct json *runners;
	struct table t;

	(void)c;
	TRY(api_do(cli, &call, &d));
	*ret_exit = CLI_OK;
	runners = json_member(d, "runners");
	if (cli->json || runners == NULL) {
		print_json(a, d);
		return NULL;
	}
	table_init(&t, a, ARRAY_LEN(head));
	table_add(&t, head);
	for (size_t i = 0; i < runners->n; i++) {
		const struct json *r = &runners->items[i];
		const char *const cells[] = { print_member(a, r, "runner_id"),
			print_member(a, r, "name"), print_member(a, r, "state"),
			print_member(a, r, "alive"),
			print_member(a, r, "active_jobs"),
			print_member(a, r, "capacity"),
			print_member(a, r, "last_seen"),
			print_member(a, r, "version") };

		table_add(&t, cells);
	}
	table_print(&t);
	return NULL;
}

static struct err *
act(struct cli *cli, const char *path, const char *line)
{
	const struct api_call call = { .method = "POST", .path = path };
	const struct json *d;

	TRY(api_do(cli, &call, &d));
	if (cli->json) {
		print_json(cli->arena, d);
		return NULL;
	}
	print_safe(stdout, line);
	putchar('\n');
	return NULL;
}

struct err *
cmd_runners_drain(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	struct arena *a = cli->arena;

	*ret_exit = CLI_OK;
	return act(cli, api_path(a, "/runners/%/drain", c->args[0], NULL),
	    arena_printf(a, "%s gets no more jobs", c->args[0]));
}

struct err *
cmd_runners_revoke(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	struct arena *a = cli->arena;

	*ret_exit = CLI_OK;
	return act(cli, api_path(a, "/runners/%/revoke", c->args[0], NULL),
	    arena_printf(a,
		"%s is revoked; to judge again what it judged: "
		"assize rejudge --runner %s",
		c->args[0], c->args[0]));
}
