/*
 * What grading costs beside the programs that are run.
 *
 *	grade tree N	a tree of 10,000 leaves in 100 subjects is scored and
 *			its losses are put in order
 *	grade page DIR N	the tests of DIR/criteria.json (webdev) on
 *			DIR/index.html and DIR/style.css
 *
 * A line of JSON for each of N rounds: milliseconds, and those of them that
 * the processor worked for it, which others on the machine change less.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "grade/tree.h"
#include "runner/templates/probe.h"

#define SUBJECTS 100
#define LEAVES 100 /* of each */
#define FILE_MAX ((size_t)4 << 20)

struct watch {
	int64_t wall_us;
	int64_t cpu_us;
};

static struct watch
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (struct watch) { clock_mono_us(),
		(int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 };
}

static void
print_since(const struct watch *from, const char *what, size_t n)
{
	struct watch to = now();

	printf("{\"%s\":%zu,\"ms\":%.3f,\"cpu_ms\":%.3f}\n", what, n,
	    (double)(to.wall_us - from->wall_us) / 1000,
	    (double)(to.cpu_us - from->cpu_us) / 1000);
}

/* There is nothing to be told. */
static void
must(const struct err *e)
{
	if (e != NULL)
		abort();
}

static struct tree *
make_tree(struct arena *a)
{
	struct tree *t = tree_new(a);
	struct tree_node *base = tree_category(t, TREE_BASE, 100);

	for (int i = 0; i < SUBJECTS; i++) {
		struct tree_node *s = tree_subject_add(t, base, "s", 1 + i % 7);

		for (int k = 0; s != NULL && k < LEAVES; k++) {
			struct tree_test *leaf =
			    tree_test_add(t, s, "leaf", 1 + k % 5);

			if (leaf == NULL)
				abort();
			leaf->score = rand_below(101);
		}
	}
	return t;
}

static void
score_tree(struct arena *a, const char *dir)
{
	struct tree *t = make_tree(a);
	struct watch from = now();
	struct tree_loss *losses;
	size_t n;

	(void)dir;
	tree_score(t);
	tree_focus(t, a, TREE_BASE, &losses, &n);
	print_since(&from, "leaves", n);
}

static struct zip_file
read_file(struct arena *a, const char *dir, const char *name)
{
	struct zip_file f = { .path = name };
	char *p;

	must(io_read_file(a, AT_FDCWD, arena_printf(a, "%s/%s", dir, name),
	    FILE_MAX, &p, &f.n));
	f.p = p;
	return f;
}

static const struct criteria *
read_criteria(struct arena *a, const char *dir)
{
	static const char *const templates[] = { "webdev", NULL };
	const struct criteria_options options = { .templates = templates };
	struct zip_file text = read_file(a, dir, "criteria.json");
	const struct criteria *c;
	const struct json *j;
	struct faults faults;

	faults_init(&faults, a);
	must(json_parse(a, text.p, text.n, &json_limits_document, &j));
	c = criteria_read(a, j, &options, &faults);
	if (c == NULL)
		abort();
	return c;
}

static void
test_page(struct arena *a, const char *dir)
{
	const struct criteria *c = read_criteria(a, dir);
	const struct zip_file files[] = { read_file(a, dir, "index.html"),
		read_file(a, dir, "style.css") };
	struct arena *memory = arena_new("parsed", PARSED_MEMORY);
	struct watch from = now();
	struct parsed *parsed = parsed_new(memory, files, ARRAY_LEN(files));

	for (size_t i = 0; i < c->n; i++) {
		struct probe p = { .arena = a,
			.test = &c->tests[i],
			.files = files,
			.n = ARRAY_LEN(files),
			.parsed = parsed };

		must(probe_run(&p,
		    probe_find(webdev_functions, c->tests[i].function->name)));
	}
	arena_free(memory);
	print_since(&from, "tests", c->n);
}

int
main(int argc, char **argv)
{
	bool is_tree = argc == 3 && strcmp(argv[1], "tree") == 0;
	bool is_page = argc == 4 && strcmp(argv[1], "page") == 0;
	int64_t rounds;

	if (!(is_tree || is_page) ||
	    !str_to_i64(argv[argc - 1], 1, 10000, &rounds)) {
		fputs("usage: grade tree N | page DIR N\n", stderr);
		return 2;
	}
	for (int64_t i = 0; i < rounds; i++) {
		struct arena *a = arena_new("bench", (size_t)64 << 20);

		if (is_tree)
			score_tree(a, NULL);
		else
			test_page(a, argv[2]);
		arena_free(a);
	}
	return 0;
}
