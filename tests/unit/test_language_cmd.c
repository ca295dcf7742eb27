/*
 * The languages' files: that they say what the const table says, that a
 * broken one is refused with every fault, and what becomes of their words.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "package/meta.h"
#include "runner/main_class.h"
#include "runner/tools.h"

static const char *
files_dir(struct arena *a)
{
	return arena_printf(a, "%s/src/runner/languages.d",
	    getenv("ASSIZE_SRCDIR"));
}

static const char *
join(struct arena *a, const char *const *words)
{
	const char *text = "";

	for (; words != NULL && *words != NULL; words++)
		text = arena_printf(a, "%s%s ", text, *words);
	return text;
}

static const struct meta *
read_yaml(struct arena *a, const char *name)
{
	struct faults faults;
	size_t n, nodes = 0;
	struct meta_file file = { name, &faults, &nodes, NULL };
	char *p;

	faults_init(&faults, a);
	assert_ok(io_read_file(a, AT_FDCWD,
	    arena_printf(a, "%s/%s.yaml", files_dir(a), name), META_BYTES, &p,
	    &n));
	return meta_parse(&file, p, n);
}

/* awk made the table from lines; this is what the YAML says. */
static void
the_table_is_what_the_files_say(void **state)
{
	static const char *const rules[] = { "together", "named", "class",
		NULL };
	UNIT_ARENA(a);

	for (size_t i = 0; i < LANGUAGE__MAX; i++) {
		const struct language *l = &languages[i];
		const struct meta *m = read_yaml(a, l->name);
		struct faults faults;
		struct meta_file file = { l->name, &faults, NULL, NULL };
		const char *main_file = NULL, *also = NULL, *title = NULL;
		const char *const *extensions = NULL;
		size_t rule = 99;

		faults_init(&faults, a);
		meta_take_string(&file, m, "title", &title);
		meta_take_string(&file, m, "main_file", &main_file);
		meta_take_string(&file, m, "main_also", &also);
		meta_take_strings(&file, m, "extensions", &extensions);
		meta_take_choice(&file, m, "main_rule", rules, &rule);
		assert_int_equal(faults.n, 0);
		assert_string_equal(title, l->display);
		assert_string_equal(main_file, l->main_file);
		assert_int_equal(rule, l->rule);
		assert_string_equal(join(a, extensions),
		    join(a, l->extensions));
		assert_true((also == NULL) == (l->main_also == NULL));
		if (also != NULL)
			assert_string_equal(also, l->main_also);
	}
}

static void
built_in_and_files_are_the_same(void **state)
{
	const struct language_cmd *built[LANGUAGE__MAX], *read[LANGUAGE__MAX];
	UNIT_ARENA(a);

	assert_ok(language_cmds_load(a, "/nonexistent/languages.d", built));
	assert_ok(language_cmds_load(a, files_dir(a), read));
	for (size_t i = 0; i < LANGUAGE__MAX; i++) {
		const struct language_cmd *b = built[i], *r = read[i];

		assert_ptr_equal(b->language, &languages[i]);
		assert_string_equal(join(a, b->run), join(a, r->run));
		assert_string_equal(join(a, b->compile), join(a, r->compile));
		assert_true(b->packages[0] != NULL);
		for (int p = 0; p < PROGRAM__MAX; p++) {
			assert_true((b->programs[p] == NULL) ==
			    (r->programs[p] == NULL));
			if (b->programs[p] != NULL)
				assert_string_equal(b->programs[p],
				    r->programs[p]);
			/* All seven, where there is something to compile. */
			if (p != PROGRAM_CE || b->compile != NULL)
				assert_non_null(b->programs[p]);
		}
	}
}

/* A shell is everywhere, and what was compiled nowhere but in a box. */
static bool
is_a_tool(const char *program)
{
	return strcmp(program, "/bin/sh") != 0 &&
	    !str_has_prefix(program, LANGUAGE_PROGRAM_DIR "/");
}

/* What tells that it is here, and that it was upgraded. */
static void
one_program_is_the_languages_own(void **state)
{
	const struct language_cmd *cmds[LANGUAGE__MAX];
	UNIT_ARENA(a);

	assert_ok(language_cmds_load(a, files_dir(a), cmds));
	for (size_t i = 0; i < LANGUAGE__MAX; i++) {
		const struct language_cmd *c = cmds[i];

		if (!is_a_tool(c->version[0]) && !is_a_tool(c->run[0]) &&
		    (c->compile == NULL || !is_a_tool(c->compile[0])))
			fail_msg("%s: all begin with a shell",
			    c->language->name);
	}
}

static const char broken[] = "id: 1\nname: c\nextensions: [c]\n"
			     "main_file: main.c\nmain_rule: together\n"
			     "compile: [gcc]\nrun: [/program/main]\n"
			     "packages: gcc\ntime_factor: 0\nspeed: 3\n"
			     "self_test:\n  hallo: x\n";

static void
a_broken_file_is_refused_with_every_fault(void **state)
{
	static const char *const said[] = { "title is missing",
		"version is missing", "packages must be a list", "time_factor",
		"speed", "hallo", "hello is missing", "name and id",
		"full path" };
	const struct language_cmd *cmds[LANGUAGE__MAX];
	char dir[] = "/tmp/assize-languages-XXXXXX";
	UNIT_ARENA(a);
	const char *all = "";
	struct err *e;

	assert_non_null(mkdtemp(dir));
	assert_ok(io_write_file(a, AT_FDCWD, arena_printf(a, "%s/c.yaml", dir),
	    broken, strlen(broken), 0600));
	e = language_cmds_load(a, dir, cmds);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);
	assert_err(e, ERR_IMPOSSIBLE);
	for (const struct field_fault *f = e->faults; f != NULL; f = f->next)
		all = arena_printf(a, "%s%s: %s\n", all, f->pointer, f->detail);
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		if (strstr(all, said[i]) == NULL)
			fail_msg("\"%s\" is not in %s", said[i], all);
	/* The others have no file there, and so are not here. */
	assert_null(cmds[LANGUAGE_CPP]);
}

static void
placeholders_and_more(void **state)
{
	static const char *const words[] = { "/bin/cc", "-I{source}", "{main}",
		"{sources}", "{names}", "-o", "out", "{class}", "{class_file}",
		"-m{memory_kb}k{memory_mb}", "{other}", "{", NULL };
	static const char *const sources[] = { "a.c", "lib/b.c" };
	static const char *const more[] = { "1", "two words", NULL };
	const struct command_files files = { sources, 2, "lib/b.c", "x.y.Main",
		3072 };
	UNIT_ARENA(a);

	assert_string_equal(join(a, language_cmd_argv(a, words, &files, more)),
	    "/bin/cc -I/source/lib/b.c /program/lib/b.c /source/a.c "
	    "/source/lib/b.c ./a.c ./lib/b.c -o out x.y.Main "
	    "x/y/Main.class -m3072k3 {other} { 1 two words ");
}

static void
limits_of_a_language(void **state)
{
	struct language_cmd c = { .time_factor = 1.5,
		.memory_factor = 2,
		.memory_add_kb = 100,
		.processes_add = 7,
		.oom_exit = 3 };
	const struct package_limits p = { .time_ms = 1000,
		.wall_ms = 3000,
		.memory_kb = 1000,
		.processes = 10,
		.output_kb = 5 };
	const struct package_limits l = language_cmd_limits(&c, &p);
	struct box_record r = { .exit_code = 3,
		.memory_peak_bytes = 750 * 1024 };

	assert_int_equal(l.time_ms, 1500);
	assert_int_equal(l.wall_ms, 4500);
	assert_int_equal(l.memory_kb, 2100);
	assert_int_equal(l.processes, 17);
	assert_int_equal(l.output_kb, 5);
	/* Its own word alone is not enough. */
	assert_true(language_cmd_is_oom(&c, &r, p.memory_kb));
	r.memory_peak_bytes = 749 * 1024;
	assert_false(language_cmd_is_oom(&c, &r, p.memory_kb));
	/* Asked for more than there is at once, it used little. */
	c.oom_text = "OutOfMemory";
	r.err.p = "java.lang.OutOfMemoryError";
	r.err.n = strlen(r.err.p);
	assert_true(language_cmd_is_oom(&c, &r, p.memory_kb));
	r.err.n = 12;
	assert_false(language_cmd_is_oom(&c, &r, p.memory_kb));
	r = (struct box_record) { .exit_code = 1,
		.memory_peak_bytes = 999 * 1024 };
	assert_false(language_cmd_is_oom(&c, &r, p.memory_kb));
}

static void
versions(void **state)
{
	static const char *const echo[] = { "/bin/echo", "version 1.2", NULL };
	static const char *const absent[] = { "/nonexistent/cc", NULL };
	static const char *const silent[] = { "/bin/true", NULL };
	struct language_cmd c = { .version = echo };
	UNIT_ARENA(a);
	const char *line;

	assert_ok(language_cmd_version(a, &c, &line));
	assert_string_equal(line, "version 1.2");
	c.version = absent;
	assert_non_null(language_cmd_version(a, &c, &line));
	c.version = silent;
	assert_err(language_cmd_version(a, &c, &line), ERR_UNAVAILABLE);
}

/* Another compiler in its place is asked again; none is none. */
static void
an_upgraded_tool_is_asked_again(void **state)
{
	char path[] = "/tmp/assize-tool-XXXXXX";
	const char *words[] = { path, NULL };
	struct language_cmd c = { .version = words, .run = words };
	struct tools t = { .cmds = { &c }, .is_served = { true } };
	UNIT_ARENA(a);
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	for (int i = 1; i <= 2; i++) {
		const char *text =
		    arena_printf(a, "#!/bin/sh\necho version %d\n", i);

		assert_ok(
		    io_write_file(a, AT_FDCWD, path, text, strlen(text), 0755));
		assert_string_equal(tools_version(&t, a, &languages[0]),
		    arena_printf(a, "version %d", i));
	}
	close(fd);
	assert_int_equal(unlink(path), 0);
	assert_null(tools_version(&t, a, &languages[0]));
	t.is_served[0] = false;
	assert_null(tools_version(&t, a, &languages[0]));
}

static void
classes_that_start(void **state)
{
	static const struct {
		const char *text;
		const char *package, *public_type, *main_type;
	} cases[] = {
		{ "class A { public static void main(String[] a) {} }", NULL,
		    NULL, "A" },
		{ "package a . b ; public class B { static class C {} "
		  "static void main ( String... a ) {} }",
		    "a.b", "B", "B" },
		{ "/* class X { static void main( */ // class Y\n"
		  "class Z { String s = \"class Q { static void main(\"; "
		  "char c = '\\''; static public void main(String[] a){} }",
		    NULL, NULL, "Z" },
		{ "class H { void main() {} }\n@Test(value = 1) final class M "
		  "{ int f() { return 1; } static void main(String[] a) {} }",
		    NULL, NULL, "M" },
		{ "public interface I { }", NULL, "I", NULL },
		{ "class O { static class In { public static void "
		  "main(String[] a) {} } }",
		    NULL, NULL, NULL },
		{ "class T { String s = \"\"\"\n class \" { \"\"\"; "
		  "static void main(String[] a) {} }",
		    NULL, NULL, "T" },
		{ "public enum E { A; static void main(String[] a) {} }", NULL,
		    "E", "E" },
		{ "// \\\nclass A { static void main(String[] a) {} }", NULL,
		    NULL, "A" },
		{ "class A { char c = '\\\\'; String s = \"\\\"{\"; "
		  "static void main(String[] a) {} }",
		    NULL, NULL, "A" },
		/* Of several. */
		{ "class A { static void main(String[] a) {} } public class B "
		  "{ static void main(String[] a) {} }",
		    NULL, "B", "B" },
		{ "public class B { static void main(String[] a) {} } class "
		  "Main { static void main(String[] a) {} }",
		    NULL, "B", "B" },
		{ "class A { static void main(String[] a) {} } class Main { "
		  "static void main(String[] a) {} } class C { static void "
		  "main(String[] a) {} }",
		    NULL, NULL, "Main" },
		{ "class A { static void main(int n) {} static void main() {} "
		  "} class C { static void main(final String a[]) {} }",
		    NULL, NULL, "C" },
		{ "", NULL, NULL, NULL },
		{ "\"\\", NULL, NULL, NULL },
		{ "\"class", NULL, NULL, NULL },
		{ "/*", NULL, NULL, NULL },
	};
	UNIT_ARENA(a);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct main_class m =
		    main_class_find(a, cases[i].text, strlen(cases[i].text));
		const char *const got[] = { m.package, m.public_type,
			m.main_type };
		const char *const want[] = { cases[i].package,
			cases[i].public_type, cases[i].main_type };

		for (size_t k = 0; k < ARRAY_LEN(got); k++)
			if (got[k] == NULL || want[k] == NULL
				? got[k] != want[k]
				: strcmp(got[k], want[k]) != 0)
				fail_msg("case %zu, %zu: %s", i, k,
				    got[k] != NULL ? got[k] : "nothing");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_what_the_files_say),
		cmocka_unit_test(built_in_and_files_are_the_same),
		cmocka_unit_test(one_program_is_the_languages_own),
		cmocka_unit_test(a_broken_file_is_refused_with_every_fault),
		cmocka_unit_test(placeholders_and_more),
		cmocka_unit_test(limits_of_a_language),
		cmocka_unit_test(versions),
		cmocka_unit_test(an_upgraded_tool_is_asked_again),
		cmocka_unit_test(classes_that_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
