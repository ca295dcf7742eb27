/*
 * What all handlers share.
 */
#ifndef ASSIZED_APP_H
#define ASSIZED_APP_H

#include "core/core.h"

struct app {
	const struct core *core;
};

#endif
