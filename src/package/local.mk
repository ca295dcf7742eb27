EXTRA_DIST += src/package/README.md src/package/.may_include \
	src/package/package.h src/package/zip.h
