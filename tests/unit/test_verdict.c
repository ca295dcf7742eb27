#include "unit.h"

#include <string.h>

#include "grade/language.h"
#include "grade/verdict.h"

static void
public_names(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *slug, *result, *status;
	} cases[] = {
		{ 0, "AC", "success", "done" },
		{ 1, "WA", "failed", "done" },
		{ 2, "CE", "failed", "done" },
		{ 3, "TLE", "timeout", "done" },
		{ 4, "MLE", "overflow", "done" },
		{ 5, "RE", "failed", "done" },
		{ 6, "JE", "crash", "error" },
		{ 7, "OLE", "overflow", "done" },
	};

	assert_int_equal(VERDICT__MAX, ARRAY_LEN(cases));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct verdict_info *info =
		    verdict_info(cases[i].verdict);

		assert_string_equal(info->slug, cases[i].slug);
		assert_string_equal(info->result, cases[i].result);
		assert_string_equal(info->status, cases[i].status);
	}
	assert_int_equal(verdict_info(VERDICT_CE)->counts,
	    VERDICT_COUNTS_BY_SETTING);
	assert_int_equal(verdict_info(VERDICT_JE)->counts,
	    VERDICT_COUNTS_NEVER);
}

static void
causes(void **state)
{
	static const struct {
		unsigned int causes;
		enum verdict verdict;
		const char *name;
	} cases[] = {
		{ 0, VERDICT_AC, NULL },
		{ CAUSE_WRONG, VERDICT_WA, "answer" },
		{ CAUSE_EXIT, VERDICT_RE, "exit status" },
		{ CAUSE_EXIT | CAUSE_WRONG, VERDICT_RE, "exit status" },
		{ CAUSE_SIGNAL, VERDICT_RE, "signal" },
		{ CAUSE_PROCESSES | CAUSE_EXIT, VERDICT_RE, "processes" },
		{ CAUSE_START, VERDICT_RE, "start" },
		/* Killed for memory: the signal was ours. */
		{ CAUSE_MEMORY | CAUSE_PROCESSES | CAUSE_SIGNAL, VERDICT_MLE,
		    "memory" },
		{ CAUSE_MEMORY | CAUSE_SIGNAL, VERDICT_MLE, "memory" },
		{ CAUSE_MEMORY | CAUSE_CPU | CAUSE_SIGNAL, VERDICT_TLE, "cpu" },
		{ CAUSE_CPU | CAUSE_SIGNAL, VERDICT_TLE, "cpu" },
		{ CAUSE_WALL | CAUSE_CPU | CAUSE_SIGNAL, VERDICT_TLE, "wall" },
		{ CAUSE_FILE_SIZE | CAUSE_SIGNAL, VERDICT_OLE, "file size" },
		{ CAUSE_OUTPUT | CAUSE_WALL | CAUSE_CPU | CAUSE_MEMORY,
		    VERDICT_OLE, "output" },
		{ ~0u, VERDICT_JE, "judge" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *name = verdict_cause_name(cases[i].causes);

		assert_int_equal(verdict_of_causes(cases[i].causes),
		    cases[i].verdict);
		if (cases[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, cases[i].name);
	}
}

static void
results(void **state)
{
	assert_string_equal(verdict_result(VERDICT_AC, 100, 100), "success");
	assert_string_equal(verdict_result(VERDICT_WA, 99, 100), "failed");
	assert_string_equal(verdict_result(VERDICT_WA, 60, 50), "success");
	assert_string_equal(verdict_result(VERDICT_TLE, 40, 50), "timeout");
	assert_string_equal(verdict_result(VERDICT_CE, 0, 0), "failed");
	assert_string_equal(verdict_result(VERDICT_JE, 0, 0), "crash");
	assert_int_equal(verdict_of_script("success"), VERDICT_AC);
	assert_int_equal(verdict_of_script("overflow"), VERDICT_MLE);
	assert_int_equal(verdict_of_script("crash"), VERDICT_JE);
	assert_int_equal(verdict_of_script("whatever"), VERDICT_JE);
}

static void
language_table(void **state)
{
	static const struct {
		const char *file;
		const char *language;
	} cases[] = {
		{ "main.c", "c" },
		{ "a/b.C", "cpp" },
		{ "MAIN.CPP", "cpp" },
		{ "main.cpp", "cpp" },
		{ "x.cc", "cpp" },
		{ "x.c++", "cpp" },
		{ "main.py", "python3" },
		{ "Main.java", "java" },
		{ "main.cobol", NULL },
		{ "c", NULL },
		{ ".c", NULL },
		{ "dir.c/Makefile", NULL },
		{ "x.c.bak", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct language *l = language_of_file(cases[i].file);

		if (cases[i].language == NULL)
			assert_null(l);
		else
			assert_ptr_equal(l,
			    language_by_name(cases[i].language));
	}
	for (int i = 0; i < LANGUAGE__MAX; i++) {
		assert_int_equal(languages[i].id, i);
		assert_ptr_equal(language_by_id(i), &languages[i]);
		assert_true(
		    language_has_file(&languages[i], languages[i].main_file));
	}
	assert_null(language_by_id(-1));
	assert_null(language_by_id(LANGUAGE__MAX));
	assert_null(language_by_name("C"));
}

static void
main_files(void **state)
{
	static const struct {
		const char *language;
		const char *names[4];
		const char *main; /* NULL: refused */
	} cases[] = {
		{ "c", { "x.c" }, "x.c" },
		{ "c", { "b.h", "b.c", "a.c" }, "b.c" },
		{ "c", { "b.c", "main.c" }, "main.c" },
		{ "c", { "x.cpp" }, NULL },
		{ "c", { NULL }, NULL },
		{ "python3", { "solve.py", "data.txt" }, "solve.py" },
		{ "python3", { "solve.py", "main.py" }, "main.py" },
		{ "python3", { "a.py", "__main__.py" }, "__main__.py" },
		{ "python3", { "a.py", "b.py" }, NULL },
		{ "python3", { "a.py", "lib/main.py" }, NULL },
		{ "pypy3", { "a.py" }, "a.py" },
		{ "java", { "B.java", "A.java" }, "B.java" },
		{ "rust", { "a.rs", "b.rs" }, NULL },
		{ "rust", { "a.rs", "main.rs" }, "main.rs" },
		{ "pascal", { "a.pp", "x.pas" }, "x.pas" },
		{ "pascal", { "a.pp", "x.pas", "y.pas" }, NULL },
		{ "pascal", { "a.pp", "b.pp" }, NULL },
		{ "javascript", { "x.mjs", "main.mjs" }, "main.mjs" },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *name = NULL;
		size_t n = 0;
		struct err *e;

		while (n < 4 && cases[i].names[n] != NULL)
			n++;
		e = language_main_file(a, language_by_name(cases[i].language),
		    cases[i].names, n, &name);
		if (cases[i].main == NULL) {
			assert_non_null(e);
			assert_int_equal(e->code, ERR_FILES);
		} else {
			assert_ok(e);
			assert_string_equal(name, cases[i].main);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_names),
		cmocka_unit_test(causes),
		cmocka_unit_test(results),
		cmocka_unit_test(language_table),
		cmocka_unit_test(main_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
