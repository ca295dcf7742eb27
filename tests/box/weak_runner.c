/*
 * Linked into assize-runner-weak, which only the tests build: the runner,
 * in whose boxes the walls are pulled down that ASSIZE_WALLS_DOWN names, with
 * blanks between.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "box/walls.h"

unsigned int box_walls_down;

static const struct {
	const char *name;
	unsigned int wall;
} names[] = {
	{ "mounts", WALL_MOUNTS },
	{ "network", WALL_NET },
};

static unsigned int
wall_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].wall;
	fprintf(stderr, "there is no wall \"%s\"\n", name);
	exit(1);
}

__attribute__((constructor)) static void
pull_down(void)
{
	char *text = getenv("ASSIZE_WALLS_DOWN");

	for (char *rest = NULL,
		  *word = text != NULL ? strtok_r(text, " ", &rest) : NULL;
	     word != NULL; word = strtok_r(NULL, " ", &rest))
		box_walls_down |= wall_of(word);
}
