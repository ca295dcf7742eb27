#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/io.h"
#include "package/package.h"
#include "package/zip.h"

/*
 * Archives are made here byte by byte, so that they can be wrong in any one
 * way that a program that makes zip archives would not allow.
 */
struct raw {
	const char *name;
	size_t name_n; /* 0: strlen(name) */
	const char *data;
	size_t n;
	unsigned int flags;
	unsigned int method;
	unsigned int host;   /* 3: Unix */
	unsigned int mode;   /* of Unix */
	uint32_t size;       /* claimed; 0: n */
	uint32_t crc;        /* 0: the right one */
	uint32_t offset_add; /* to the local header's offset */
	const char *local_name;
};

static uint32_t
crc32_of(const char *p, size_t n)
{
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < n; i++) {
		crc ^= (unsigned char)p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void
put16(struct buf *b, unsigned int v)
{
	buf_putc(b, (char)(v & 255));
	buf_putc(b, (char)(v >> 8 & 255));
}

static void
put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

/* What local header and directory have in common. */
static void
put_common(struct buf *b, const struct raw *r)
{
	put16(b, 20);
	put16(b, r->flags);
	put16(b, r->method);
	put32(b, 0x00210000);
	put32(b, r->crc != 0 ? r->crc : crc32_of(r->data, r->n));
	put32(b, (uint32_t)r->n);
	put32(b, r->size != 0 ? r->size : (uint32_t)r->n);
}

static void
make_zip(struct buf *b, const struct raw *raws, size_t n)
{
	uint32_t *offsets = arena_array(b->arena, n + 1, sizeof(*offsets));
	size_t start;

	for (size_t i = 0; i < n; i++) {
		const char *name = raws[i].local_name != NULL
		    ? raws[i].local_name
		    : raws[i].name;
		size_t name_n =
		    raws[i].name_n != 0 ? raws[i].name_n : strlen(name);

		offsets[i] = (uint32_t)b->n;
		put32(b, 0x04034b50);
		put_common(b, &raws[i]);
		put16(b, (unsigned int)name_n);
		put16(b, 0);
		buf_put(b, name, name_n);
		buf_put(b, raws[i].data, raws[i].n);
	}
	start = b->n;
	for (size_t i = 0; i < n; i++) {
		size_t name_n =
		    raws[i].name_n != 0 ? raws[i].name_n : strlen(raws[i].name);

		put32(b, 0x02014b50);
		put16(b, raws[i].host << 8 | 20);
		put_common(b, &raws[i]);
		put16(b, (unsigned int)name_n);
		put32(b, 0);
		put16(b, 0);
		put16(b, 0);
		put32(b, raws[i].mode << 16);
		put32(b, offsets[i] + raws[i].offset_add);
		buf_put(b, raws[i].name, name_n);
	}
	put32(b, 0x06054b50);
	put32(b, 0);
	put16(b, (unsigned int)n);
	put16(b, (unsigned int)n);
	put32(b, (uint32_t)(b->n - 12 - start));
	put32(b, (uint32_t)start);
	put16(b, 0);
}

static const struct zip_limits small = { 4, 100, 150, 10, false, false };

static void
accepted(void **state)
{
	static const struct raw raws[] = {
		{ .name = "b/", .host = 3, .mode = 040755 },
		{ .name = "b/x.c",
		    .data = "int x;",
		    .n = 6,
		    .host = 3,
		    .mode = 0100644 },
		{ .name = "a.txt", .data = "", .n = 0 },
		{ .name = "\xc3\xa9t\xc3\xa9", .data = "\0\1", .n = 2 },
	};
	UNIT_ARENA(a);
	struct zip_file *files;
	struct buf b;
	size_t n;

	buf_init(&b, a, 1 << 20);
	make_zip(&b, raws, ARRAY_LEN(raws));
	assert_ok(zip_read(a, b.p, b.n, &small, &files, &n));
	assert_int_equal(n, 3);
	assert_string_equal(files[0].path, "a.txt");
	assert_int_equal(files[0].n, 0);
	assert_string_equal(files[1].path, "b/x.c");
	assert_string_equal(files[1].p, "int x;");
	assert_string_equal(files[2].path, "\xc3\xa9t\xc3\xa9");
	assert_int_equal(files[2].n, 2);
}

static void
refused(void **state)
{
	static char big[160];
	static const struct {
		const char *what;
		struct raw raws[5];
		enum err_code code;
		const char *says;
	} cases[] = {
		{ "parent", { { .name = "../x", .data = "" } }, ERR_FILES,
		    "plain relative" },
		{ "inner parent", { { .name = "a/../../x", .data = "" } },
		    ERR_FILES, "plain relative" },
		{ "absolute", { { .name = "/etc/passwd", .data = "" } },
		    ERR_FILES, "plain relative" },
		{ "dot", { { .name = "./x", .data = "" } }, ERR_FILES,
		    "plain relative" },
		{ "empty name", { { .name = "/", .data = "" } }, ERR_FILES,
		    "plain relative" },
		{ "empty part", { { .name = "a//x", .data = "" } }, ERR_FILES,
		    "plain relative" },
		{ "newline", { { .name = "a\nb", .data = "" } }, ERR_FILES,
		    "plain relative" },
		{ "backslash", { { .name = "..\\x", .data = "" } }, ERR_FILES,
		    "backslash" },
		{ "NUL", { { .name = "a.c\0.png", .name_n = 8, .data = "" } },
		    ERR_FILES, "NUL" },
		{ "latin-1", { { .name = "\xe9t\xe9", .data = "" } }, ERR_FILES,
		    "UTF-8" },
		{ "symlink",
		    { { .name = "l",
			.data = "/etc/passwd",
			.n = 11,
			.host = 3,
			.mode = 0120777 } },
		    ERR_FILES, "neither a plain file" },
		{ "fifo",
		    { { .name = "f", .data = "", .host = 3, .mode = 010644 } },
		    ERR_FILES, "neither a plain file" },
		{ "device",
		    { { .name = "d", .data = "", .host = 3, .mode = 060644 } },
		    ERR_FILES, "neither a plain file" },
		{ "directory without slash",
		    { { .name = "d", .data = "", .host = 3, .mode = 040755 } },
		    ERR_FILES, "neither a plain file" },
		{ "directory with data",
		    { { .name = "d/", .data = "xyz", .n = 3 } }, ERR_FILES,
		    "has data" },
		{ "twice",
		    { { .name = "a", .data = "1", .n = 1 },
			{ .name = "b", .data = "" },
			{ .name = "a", .data = "2", .n = 1 } },
		    ERR_FILES, "twice" },
		{ "file and directory",
		    { { .name = "a", .data = "" },
			{ .name = "a-b", .data = "" },
			{ .name = "a/c", .data = "" } },
		    ERR_FILES, "both file and directory" },
		{ "encrypted",
		    { { .name = "a", .data = "x", .n = 1, .flags = 1 } },
		    ERR_FILES, "encrypted" },
		{ "bzip2",
		    { { .name = "a", .data = "x", .n = 1, .method = 12 } },
		    ERR_FILES, "not accepted" },
		{ "overlap",
		    { { .name = "a", .data = "xxx", .n = 3 },
			{ .name = "b",
			    .data = "x",
			    .n = 1,
			    .offset_add = (uint32_t)-34 } },
		    ERR_FILES, "overlap" },
		{ "elsewhere",
		    { { .name = "a", .data = "x", .n = 1, .offset_add = 5 } },
		    ERR_FILES, "is not where" },
		{ "far away",
		    { { .name = "a",
			.data = "x",
			.n = 1,
			.offset_add = 1u << 30 } },
		    ERR_FILES, "is not where" },
		{ "bad checksum",
		    { { .name = "a", .data = "x", .n = 1, .crc = 7 } },
		    ERR_FILES, "damaged" },
		{ "stored, other size",
		    { { .name = "a", .data = "x", .n = 1, .size = 9 } },
		    ERR_FILES, "impossible" },
		{ "too large", { { .name = "a", .data = big, .n = 101 } },
		    ERR_TOO_LARGE, "101 bytes" },
		{ "claims too much",
		    { { .name = "a",
			.data = "x",
			.n = 1,
			.method = 8,
			.size = 1u << 30 } },
		    ERR_TOO_LARGE, "bytes" },
		{ "together too large",
		    { { .name = "a", .data = big, .n = 90 },
			{ .name = "b", .data = big, .n = 90 } },
		    ERR_TOO_LARGE, "together" },
		{ "too many",
		    { { .name = "a", .data = "" }, { .name = "b", .data = "" },
			{ .name = "c", .data = "" },
			{ .name = "d", .data = "" },
			{ .name = "e", .data = "" } },
		    ERR_TOO_LARGE, "5 files" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct zip_file *files;
		struct err *e;
		struct buf b;
		size_t n, count = 0;

		while (count < 5 && cases[i].raws[count].name != NULL)
			count++;
		buf_init(&b, a, 1 << 20);
		make_zip(&b, cases[i].raws, count);
		e = zip_read(a, b.p, b.n, &small, &files, &n);
		if (e == NULL)
			fail_msg("%s: accepted", cases[i].what);
		if (e->code != cases[i].code ||
		    strstr(e->detail, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].what, e->detail);
	}
}

/* On Unix a backslash is a letter; what students send has none. */
static void
backslashes(void **state)
{
	static const struct {
		const struct zip_limits *limits;
		unsigned int host;
		bool ok;
	} cases[] = {
		{ &zip_limits_package, 3, true },
		{ &zip_limits_package, 0, false },
		{ &zip_limits_submission, 3, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		const struct raw raw = { .name = "a b\\#.c",
			.data = "x",
			.n = 1,
			.host = cases[i].host };
		struct zip_file *files = NULL;
		struct buf b;
		size_t n = 0;

		buf_init(&b, a, 4096);
		make_zip(&b, &raw, 1);
		if (!cases[i].ok) {
			assert_err(zip_read(a, b.p, b.n, cases[i].limits,
				       &files, &n),
			    ERR_FILES);
			continue;
		}
		assert_ok(zip_read(a, b.p, b.n, cases[i].limits, &files, &n));
		assert_string_equal(files[0].path, "a b\\#.c");
	}
}

static void
broken(void **state)
{
	static const struct raw raw = { .name = "a.c",
		.data = "int main;\n",
		.n = 10 };
	UNIT_ARENA(a);
	struct zip_file *files;
	struct buf b;
	size_t n, accepted_n = 0;

	buf_init(&b, a, 1 << 20);
	make_zip(&b, &raw, 1);
	/* Cut anywhere: refused. */
	for (size_t cut = 0; cut < b.n; cut++)
		assert_err(zip_read(a, b.p, cut, &small, &files, &n),
		    ERR_FILES);
	/* Any byte changed: refused or read, never worse. */
	for (size_t i = 0; i < b.n; i++) {
		struct err *e;

		b.p[i] = (char)(b.p[i] ^ 0x55);
		e = zip_read(a, b.p, b.n, &small, &files, &n);
		assert_true(e == NULL || e->code == ERR_FILES ||
		    e->code == ERR_TOO_LARGE);
		accepted_n += e == NULL;
		b.p[i] = (char)(b.p[i] ^ 0x55);
	}
	assert_true(accepted_n < b.n / 2);
	assert_err(zip_read(a, "hello", 5, &small, &files, &n), ERR_FILES);
}

/* The name in the local header does not matter: the directory was checked. */
static void
two_names(void **state)
{
	static const struct raw raw = { .name = "good.c",
		.local_name = "../bad",
		.data = "x",
		.n = 1 };
	UNIT_ARENA(a);
	struct zip_file *files;
	struct buf b;
	size_t n;

	buf_init(&b, a, 1 << 20);
	make_zip(&b, &raw, 1);
	assert_ok(zip_read(a, b.p, b.n, &small, &files, &n));
	assert_int_equal(n, 1);
	assert_string_equal(files[0].path, "good.c");
}

static void
too_many(void **state)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("many", (size_t)256 << 20);
	struct raw *raws = arena_array(a, 40001, sizeof(*raws));
	struct zip_file *files;
	struct buf b;
	size_t n;

	for (size_t i = 0; i < 40001; i++) {
		raws[i].name = arena_printf(a, "f%zu", i);
		raws[i].data = "";
	}
	buf_init(&b, a, 16 << 20);
	make_zip(&b, raws, 40001);
	assert_err(zip_read(a, b.p, b.n, &zip_limits_package, &files, &n),
	    ERR_TOO_LARGE);
	buf_reset(&b);
	make_zip(&b, raws, 40000);
	assert_ok(zip_read(a, b.p, b.n, &zip_limits_package, &files, &n));
	assert_int_equal(n, 40000);
}

/* 64 MiB of zeros in 64 kB, made by the real thing, and one that lies. */
static void
bombs(void **state)
{
	static const struct zip_limits wide = { 10, (size_t)1 << 30,
		(size_t)1 << 30, 100, false, false };
	static const struct raw lie = { .name = "a",
		.method = 8,
		/* 1000 zeros, deflated */
		.data = "\x63\x60\x18\x05\xa3\x60\x14\x0c\x77\x00\x00",
		.n = 11,
		.size = 20 };
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("bomb", (size_t)400 << 20);
	struct zip_file zeros = { "zeros", NULL, (size_t)64 << 20 };
	char dir[] = "/tmp/test_zip.XXXXXX";
	_cleanup_(io_closep) int fd = -1;
	struct zip_file *files;
	struct buf b;
	char *p;
	size_t n, count;

	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	zeros.p = arena_alloc(a, zeros.n);
	assert_ok(io_write_file(a, fd, "zeros", zeros.p, zeros.n, 0644));
	assert_ok(zip_write_dir(a, fd, &wide, &p, &n));
	assert_true(n < 100000);
	assert_err(zip_read(a, p, n, &wide, &files, &count), ERR_TOO_LARGE);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);

	buf_init(&b, a, 1 << 20);
	make_zip(&b, &lie, 1);
	assert_err(zip_read(a, b.p, b.n, &small, &files, &count), ERR_FILES);
}

/* An arena that is too small is no reason to end the process. */
static void
small_arena(void **state)
{
	static const struct zip_limits wide = { 10, (size_t)1 << 30,
		(size_t)1 << 30, 100, false, false };
	UNIT_ARENA(big);
	_cleanup_(arena_freep) struct arena *a = arena_new("small", 64 << 10);
	struct zip_file file = { "f", NULL, 200 << 10 };
	struct zip_file *files;
	char *p;
	size_t n, count;

	file.p = arena_alloc(big, file.n);
	assert_ok(zip_write(big, &file, 1, &p, &n));
	assert_err(zip_read(a, p, n, &wide, &files, &count), ERR_TOO_LARGE);
}

static void
written(void **state)
{
	static const struct zip_file files[] = {
		{ "main.c", "int main(void) { return 0; }\n", 29 },
		{ "lib/\xc3\xa9.h", "", 0 },
	};
	static const struct zip_file turned[] = {
		{ "lib/\xc3\xa9.h", "", 0 },
		{ "main.c", "int main(void) { return 0; }\n", 29 },
	};
	static const char *const bad[] = { "../x", "/x", "a\nb", "\xff", "" };
	UNIT_ARENA(a);
	struct zip_file *read;
	char *p, *q;
	size_t n, m, count;

	assert_ok(zip_write(a, files, 2, &p, &n));
	assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
	tzset();
	assert_ok(zip_write(a, turned, 2, &q, &m));
	assert_int_equal(n, m);
	assert_memory_equal(p, q, n);
	/* Written down once: other machines and years give the same. */
	assert_string_equal(enc_sha256_hex(a, p, n),
	    "73f21e1716bc5300adf9ba5add1797f60a2f68cbf8de2e9aba121ca16bbab9de");
	assert_ok(zip_read(a, p, n, &zip_limits_submission, &read, &count));
	assert_int_equal(count, 2);
	assert_string_equal(read[0].path, "lib/\xc3\xa9.h");
	assert_string_equal(read[1].p, files[0].p);

	assert_ok(zip_write(a, NULL, 0, &p, &n));
	assert_ok(zip_read(a, p, n, &small, &read, &count));
	assert_int_equal(count, 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct zip_file file = { bad[i], "", 0 };

		assert_err(zip_write(a, &file, 1, &p, &n), ERR_FILES);
	}
	{
		struct zip_file twice[] = { { "a", "", 0 }, { "a", "", 0 } };

		assert_err(zip_write(a, twice, 2, &p, &n), ERR_FILES);
	}
}

static void
extracted(void **state)
{
	static const struct zip_file files[] = {
		{ "a/b/c.txt", "deep", 4 },
		{ "top", "x", 1 },
	};
	char dir[] = "/tmp/test_zip.XXXXXX";
	UNIT_ARENA(a);
	_cleanup_(io_closep) int fd = -1;
	char *p, *q, *text;
	size_t n, m, text_n;
	struct stat st;

	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_ok(zip_write(a, files, 2, &p, &n));
	assert_ok(zip_extract(a, p, n, &small, fd));
	assert_ok(io_read_file(a, fd, "a/b/c.txt", 100, &text, &text_n));
	assert_string_equal(text, "deep");
	assert_int_equal(fstatat(fd, "top", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	/* Nothing is overwritten. */
	assert_err(zip_extract(a, p, n, &small, fd), ERR_INTERNAL);
	/* A directory comes back as what it was. */
	assert_ok(zip_write_dir(a, fd, &small, &q, &m));
	assert_ok(zip_write_dir(a, fd, &small, &p, &n));
	assert_int_equal(n, m);
	assert_memory_equal(p, q, n);
	/* A symlink that stands in the way is not followed, nor packed. */
	assert_int_equal(unlinkat(fd, "top", 0), 0);
	assert_int_equal(symlinkat("/tmp/elsewhere", fd, "top"), 0);
	assert_err(zip_write_dir(a, fd, &small, &q, &m), ERR_FILES);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);
}

/* Of packages: what a symlink leads to stands in its place. */
static void
symlinks(void **state)
{
#define LINK(path, to)                                                    \
	{                                                                 \
		.name = path, .data = to, .n = sizeof(to) - 1, .host = 3, \
		.mode = 0120777                                           \
	}
#define PLAIN(path)                                               \
	{                                                         \
		.name = path, .data = path, .n = sizeof(path) - 1 \
	}
	static const struct {
		struct raw raws[4];
		const char *content; /* of l, or what is wrong */
		const char *there;   /* one more path that there is, or NULL */
		enum err_code code;  /* 0: none */
	} cases[] = {
		{ { PLAIN("a"), LINK("l", "a") }, "a", NULL, 0 },
		{ { PLAIN("d/a"), LINK("l", "d/../d/./a") }, "d/a", NULL, 0 },
		{ { PLAIN("a"), LINK("l", "m"), LINK("m", "a") }, "a", "m", 0 },
		{ { PLAIN("d/e/a"), LINK("l", "k/a"), LINK("k", "d/e") },
		    "d/e/a", "k/a", 0 },
		{ { PLAIN("d/a"), LINK("d/up", "../b"), PLAIN("b"),
		      LINK("l", "d/up") },
		    "b", "d/up", 0 },
		{ { PLAIN("d/a"), LINK("d/k", "a"), LINK("l", "d/a"),
		      LINK("e", "d") },
		    "d/a", "e/k", 0 },
		{ { PLAIN("a"), LINK("l", "/a") }, "leads out", NULL,
		    ERR_FILES },
		{ { PLAIN("a"), LINK("l", "../a") }, "leads out", NULL,
		    ERR_FILES },
		{ { PLAIN("d/a"), LINK("d/l", "../../d/a") }, "leads out", NULL,
		    ERR_FILES },
		{ { PLAIN("a"), LINK("l", "k"), LINK("k", "l") }, "circle",
		    NULL, ERR_FILES },
		{ { PLAIN("d/a"), LINK("d/l", "../d") }, "circle", NULL,
		    ERR_FILES },
		{ { PLAIN("a"), LINK("l", "b") }, "leads to nothing", NULL,
		    ERR_FILES },
		{ { PLAIN("a"), PLAIN("l/b"), LINK("l", "a") }, "both file",
		    NULL, ERR_FILES },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		UNIT_ARENA(a);
		struct zip_file *files;
		struct str plain;
		struct buf b;
		struct err *e;
		size_t n = 0, file_n, at = 0;
		bool there = cases[i].there == NULL;

		while (n < 4 && cases[i].raws[n].name != NULL)
			n++;
		buf_init(&b, a, 1 << 16);
		make_zip(&b, cases[i].raws, n);
		e = package_unlink(a, (struct str) { b.p, b.n }, &plain);
		if (cases[i].code != 0) {
			assert_err(e, cases[i].code);
			if (strstr(e->detail, cases[i].content) == NULL)
				fail_msg("case %zu: %s", i, e->detail);
			continue;
		}
		assert_ok(e);
		assert_ok(zip_read(a, plain.p, plain.n, &zip_limits_package,
		    &files, &file_n));
		for (size_t k = 0; k < file_n; k++) {
			if (strcmp(files[k].path, "l") == 0)
				at = k;
			there |= cases[i].there != NULL &&
			    strcmp(files[k].path, cases[i].there) == 0;
		}
		assert_string_equal(files[at].path, "l");
		assert_string_equal(files[at].p, cases[i].content);
		assert_true(there);
	}
}

/* The same archive, to the byte, where there is none. */
static void
no_symlinks(void **state)
{
	static const struct raw raws[] = { { .name = "a", .data = "" } };
	UNIT_ARENA(a);
	struct str plain;
	struct buf b;

	buf_init(&b, a, 1 << 16);
	make_zip(&b, raws, ARRAY_LEN(raws));
	assert_ok(package_unlink(a, (struct str) { b.p, b.n }, &plain));
	assert_ptr_equal(plain.p, b.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(backslashes),
		cmocka_unit_test(broken),
		cmocka_unit_test(two_names),
		cmocka_unit_test(too_many),
		cmocka_unit_test(bombs),
		cmocka_unit_test(small_arena),
		cmocka_unit_test(written),
		cmocka_unit_test(extracted),
		cmocka_unit_test(symlinks),
		cmocka_unit_test(no_symlinks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
