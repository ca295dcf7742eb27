/*
 * What every command of assize(1) has in hand.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "http/http.h"
#include "wire/json.h"

/* Exit statuses; documented in assize(1). */
enum cli_exit {
	CLI_OK = 0,
	CLI_REFUSED = 1, /* refused, at fault, or not accepted */
	CLI_USAGE = 2,
	CLI_UNREACHED = 3 /* the network, the server or this machine */
};

struct cli {
	struct arena *arena;
	const char *url;        /* of the API, without '/' at the end */
	const char *ca_file;    /* or NULL: the system's */
	const char *token_file; /* or NULL */
	const char *token;      /* of the environment, or NULL */
	bool json;              /* print JSON, not text */
	struct http *http;      /* opened when first needed */
	struct http_config http_config;
	const char *problem; /* the last problem document, or NULL */
};

/* By errors: what the process ends with. */
enum cli_exit cli_exit_of(const struct err *);

/*
 * A command fills *ret_exit and prints its result, or returns an error,
 * which main.c prints.
 */
struct command_call {
	const void *options; /* the command's struct */
	char **args;         /* what is no option */
	size_t n_args;
};
typedef struct err *command_fn(struct cli *, const struct command_call *,
    enum cli_exit *ret_exit);

#endif
