noinst_LIBRARIES += src/grade/libgrade.a
src_grade_libgrade_a_SOURCES = \
	src/grade/compare.c src/grade/compare.h \
	src/grade/judge.c src/grade/judge.h \
	src/grade/language.c src/grade/language.h \
	src/grade/tree.c src/grade/tree.h \
	src/grade/verdict.c src/grade/verdict.h src/grade/verdicts.def
EXTRA_DIST += src/grade/README.md src/grade/.may_include
GRADE_LIBS = src/grade/libgrade.a $(WIRE_LIBS) -lm
