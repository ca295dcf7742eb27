/*
 * What a Java source file says of itself before it is compiled: which class
 * starts, and what the file must be called.
 */
#ifndef RUNNER_MAIN_CLASS_H
#define RUNNER_MAIN_CLASS_H

#include "base/arena.h"

/* What the class that starts is called if nobody says otherwise. */
#define MAIN_CLASS "Main"

struct main_class {
	const char *package;     /* "a.b", or NULL */
	const char *public_type; /* the outermost one that is public, or NULL */
	const char *main_type; /* the one with a main() that starts, or NULL */
};

/*
 * Looks at the words outside of comments and strings; text that is no Java
 * gives something or nothing, and the compiler says the rest.
 */
struct main_class main_class_find(struct arena *, const char *text, size_t n);

#endif
