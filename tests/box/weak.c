/*
 * Linked into assize-boxinit-weak, which only the tests build: none of
 * boxinit's walls stands in it.
 */
extern const unsigned int box_walls_down;
const unsigned int box_walls_down = ~0u;
