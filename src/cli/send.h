/*
 * What commands about courses share.
 */
#ifndef CLI_SEND_H
#define CLI_SEND_H

#include "cli/api.h"

/* Sends JSON; prints the answer of the server, or else that line. */
struct err *send_fields(struct cli *, struct api_call *, const char *body,
    const char *line) _must_check_;
/* The first line of a file: what nobody should see on a command line. */
struct err *read_line_file(struct arena *, const char *path,
    const char **ret_line) _must_check_;

#endif
