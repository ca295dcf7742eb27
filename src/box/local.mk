EXTRA_DIST += src/box/README.md src/box/.may_include src/box/box.h
