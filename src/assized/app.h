/*
 * What all handlers share.
 */
#ifndef ASSIZED_APP_H
#define ASSIZED_APP_H

#include "core/core.h"

struct park;

struct app {
	const struct core *core;
	struct park *park;
};

#endif
