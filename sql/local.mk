# The files are embedded: src/store/local.mk lists them.
EXTRA_DIST += sql/README.md
