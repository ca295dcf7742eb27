/*
 * Set-up of a package: which files a submission must have, which files of the
 * package its programs see, and which commands are run before the tests.
 */
#ifndef PACKAGE_SETUP_H
#define PACKAGE_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETUP_COMMANDS_MAX 50
#define SETUP_FILES_MAX 200
#define SETUP_ASSETS_MAX 32

struct setup_command {
	const char *name; /* "Setup Command 1" where nothing is said */
	const char *command;
	bool by_shell;
	int64_t time_ms; /* 0: what compiling may take */
	int64_t memory_kb;
};

/* What is said for a language, or for all. */
struct setup_block {
	const char *language;        /* as it is written; NULL: all */
	const char *const *required; /* NULL at the end */
	const struct setup_command *commands;
	size_t commands_n;
};

struct setup_asset {
	const char *source; /* file of the package */
	const char *target; /* absolute path in the box */
};

struct setup {
	const struct setup_block *blocks;
	size_t blocks_n;
	const struct setup_asset *assets;
	size_t assets_n;
};

/* Is the block for that language (NULL: none was said)? */
bool setup_is_for(const struct setup_block *, const char *language);

#endif
