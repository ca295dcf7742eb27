/*
 * Runs a fuzz target over every file of the directories given.  Fails if
 * there is not one: a corpus that was not found proves nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)16 << 20)

static void
close_dirp(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static size_t
replay_directory(const char *path)
{
	_cleanup_(close_dirp) DIR *d = opendir(path);
	struct dirent *entry;
	size_t n = 0;
	size_t size;
	char *p;

	if (d == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL) {
		_cleanup_(arena_freep) struct arena *a =
		    arena_new("input", INPUT_MAX + 4096);

		if (entry->d_name[0] == '.')
			continue;
		if (io_read_file(a, dirfd(d), entry->d_name, INPUT_MAX / 2, &p,
			&size) != NULL) {
			fprintf(stderr, "%s/%s: cannot be read\n", path,
			    entry->d_name);
			return 0;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)p, size);
		n++;
	}
	return n;
}

int
main(int argc, char **argv)
{
	size_t n;

	for (int i = 1; i < argc; i++) {
		n = replay_directory(argv[i]);
		printf("%s: %zu inputs\n", argv[i], n);
		if (n == 0)
			return 1;
	}
	return argc > 1 ? 0 : 1;
}
