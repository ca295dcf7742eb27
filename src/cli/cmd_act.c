/* What is done to a submission that is there. */
#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/submission.h"

static struct err *
act(struct cli *cli, const char *path, const struct json **ret_d)
{
	const struct api_call call = { .method = "POST", .path = path };

	return api_do(cli, &call, ret_d);
}

static void
print(struct cli *cli, const struct json *d)
{
	if (cli->json)
		print_json(cli->arena, d);
	else
		submission_print(cli->arena, d);
}

struct err *
cmd_cancel(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct json *d;

	TRY(act(cli,
	    api_path(cli->arena, "/submissions/%/cancel", c->args[0], NULL),
	    &d));
	print(cli, d);
	*ret_exit = CLI_OK;
	return NULL;
}
