/*
 * The documents of assize.yaml: one table, a row each, with who checks it.
 *
 * A document stands in assize.yaml itself, or in a file of the package: the
 * one that is named there, or KEY.json, KEY.yaml if it exists.  YAML becomes
 * JSON, so that who checks sees one form only.
 */
#ifndef PACKAGE_SECTIONS_H
#define PACKAGE_SECTIONS_H

#include "package/read.h"

struct pkg_section {
	const char *key;
	bool may_be_file;
	/*
	 * Adds a fault (doc->where and a JSON pointer) for everything that is
	 * wrong, and fills what it knows of r->package.  NULL: any document.
	 */
	void (*take)(struct pkg_reader *, const struct package_doc *);
};

/* quiz.c */
void pkg_take_quiz(struct pkg_reader *, const struct package_doc *);

/* script.c */
void pkg_take_script(struct pkg_reader *, const struct package_doc *);

/* By enum package_doc_id. */
extern const struct pkg_section pkg_sections[];

/* functions.c: programs in functions/; then what is said of them. */
void pkg_read_functions(struct pkg_reader *);
void pkg_take_functions(struct pkg_reader *, const struct package_doc *);
/* setup.c: files that must be there, commands before the tests. */
void pkg_take_setup(struct pkg_reader *, const struct package_doc *);
/* criteria.c: a tree of tests. */
void pkg_take_criteria(struct pkg_reader *, const struct package_doc *);

/* Where in the document: for faults_add. */
const char *pkg_doc_at(struct pkg_reader *, const struct package_doc *,
    const char *pointer) _must_check_;
/* Reads them all; map is assize.yaml's, or NULL. */
void pkg_read_sections(struct pkg_reader *, const struct meta_file *,
    const struct meta *map);

#endif
