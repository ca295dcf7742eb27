#include "box/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#define DEPTH_MAX 64

struct count {
	const struct box_disk *disk;
	int64_t bytes;
	int64_t files;
	bool is_over;
};

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static void count_dir(struct count *, int dir, const char *name, int depth);

/* Follows nothing: whoever writes there is not believed. */
static void
count_entry(struct count *c, int dir, const char *name, int depth)
{
	struct stat st;

	c->files++;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		c->bytes += (int64_t)st.st_blocks * 512;
		if (S_ISDIR(st.st_mode))
			count_dir(c, dir, name, depth + 1);
	}
	if (c->files > c->disk->max_files || c->bytes > c->disk->max_bytes)
		c->is_over = true;
}

static void
count_dir(struct count *c, int dir, const char *name, int depth)
{
	_cleanup_(close_dir) DIR *stream = NULL;
	const struct dirent *e;
	int fd;

	if (depth > DEPTH_MAX) {
		c->is_over = true;
		return;
	}
	fd = openat(dir, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOATIME);
	if (fd < 0)
		fd = openat(dir, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	stream = fdopendir(fd);
	if (stream == NULL) {
		io_closep(&fd);
		return;
	}
	while (!c->is_over && (e = readdir(stream)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			count_entry(c, dirfd(stream), e->d_name, depth);
}

bool
disk_is_over(const struct box_disk *disk)
{
	struct count c = { .disk = disk };

	count_dir(&c, disk->dir, ".", 0);
	return c.is_over;
}
