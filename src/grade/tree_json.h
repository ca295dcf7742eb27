/*
 * The criteria tree as it travels: result.tree and result.feedback's focus.
 */
#ifndef GRADE_TREE_JSON_H
#define GRADE_TREE_JSON_H

#include "grade/tree.h"
#include "wire/json.h"

/*
 * Writes one object: {name, type, score, weight, points?, children}, the root's
 * type "root" without weight, then "category", "subject", "test"; subjects before
 * tests.  A test also has status and points_lost; its report is not here,
 * because students see the tree whole, of hidden tests too.  Scores and
 * points have two decimals; weights are the normalised ones.
 */
void tree_write(struct json_w *, const struct tree *);

#endif
