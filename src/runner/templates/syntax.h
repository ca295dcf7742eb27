/*
 * Programs as syntax trees: flat lists of nodes, so that nothing recurses
 * however deep a program nests.
 *
 * libtree-sitter 0.20.7 makes them.  It corrupts its memory on programs that
 * nest some ten thousand levels, so that it is no part of this process but of
 * a program of its own, assize-syntax (syntax_main.c), which runs in a box.
 */
#ifndef RUNNER_TEMPLATES_SYNTAX_H
#define RUNNER_TEMPLATES_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define SYNTAX_BYTES_MAX ((size_t)512 << 10)
/* What a tree takes of the arena at most. */
#define SYNTAX_MEMORY_MAX ((size_t)128 << 20)

enum syntax_language {
	SYNTAX_C,
	SYNTAX_CPP,
	SYNTAX_JAVA,
	SYNTAX_JAVASCRIPT,
	SYNTAX_PYTHON,
	SYNTAX_NONE
};

/* By the name of a language ("python3", "node", ...), by that of a file. */
enum syntax_language syntax_language(const char *name);
enum syntax_language syntax_of_file(const char *path);
/* Is the grammar built in? */
bool syntax_is_known(enum syntax_language);

#define SYNTAX_NO_NODE UINT32_MAX

struct syntax_node {
	const char *kind;  /* "for_statement"; of tokens their text: "for" */
	const char *field; /* what it is to its parent: "body"; or NULL */
	uint32_t start;    /* its text: start..end */
	uint32_t end;
	uint32_t parent; /* indices; SYNTAX_NO_NODE: none */
	uint32_t first;
	uint32_t next;
	bool is_named; /* no mere token */
};

struct syntax {
	enum syntax_language language;
	const char *text;
	size_t text_n;
	const char *code; /* the text with comments made blank, and a NUL */
	const struct syntax_node *nodes; /* parents before children; 0: root */
	uint32_t n;
};

/*
 * assize-syntax parses, in a box of its own.  It is told files one after the
 * other: language and length (uint32_t each), text.  It says of each: the
 * number of nodes (0: it cannot), bytes of names (uint32_t each), the names,
 * each with its NUL, the nodes.
 */
struct syntax_record {
	uint32_t start;
	uint32_t end;
	uint32_t parent;
	uint32_t is_named;
	uint32_t kind;  /* where its name begins among the names */
	uint32_t field; /* or SYNTAX_NO_NODE */
};
#define SYNTAX_NODES_MAX 600000

void syntax_ask(struct buf *request, enum syntax_language, const char *p,
    size_t n);
/*
 * The next tree of an answer, which may be anything; NULL if it is none.  The
 * text must live as long.
 */
const struct syntax *syntax_take(struct arena *, struct str *answer,
    enum syntax_language, const char *p, size_t n);

bool syntax_text_is(const struct syntax *, uint32_t node, const char *text);
/* The child that is that to it, or SYNTAX_NO_NODE. */
uint32_t syntax_field(const struct syntax *, uint32_t node, const char *field);
bool syntax_is(const struct syntax *, uint32_t node, const char *kind);
/* Is one of the node's parents of that kind? */
bool syntax_is_inside(const struct syntax *, uint32_t node, const char *kind);
#endif
