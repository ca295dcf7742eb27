/*
 * What a box did: the record of one run.
 */
#ifndef BOX_RECORD_H
#define BOX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct box_bytes {
	const char *p; /* with a NUL behind it */
	size_t n;
	bool is_cut; /* there was more */
};

struct box_file {
	const char *path; /* below /out */
	int64_t bytes;
	const char *refused; /* NULL: it was copied; else why not */
};

struct box_record {
	bool is_started; /* false: argv[0] could not be executed */
	int start_errno;
	int exit_code;  /* -1 if it did not exit by itself */
	int signal;     /* 0 if it did */
	int64_t cpu_ms; /* of all processes, without our set-up */
	int64_t wall_ms;
	int64_t memory_peak_bytes;
	int64_t out_bytes; /* written by the program, kept or not */
	int64_t err_bytes;
	struct box_bytes out;
	struct box_bytes err;
	int64_t oom_kills;
	int64_t forks_refused; /* by limits.processes */
	bool over_output;      /* remembered by whoever killed it */
	bool over_file;        /* SIGXFSZ */
	bool over_disk;
	bool over_wall;
	bool over_cpu;
	bool over_memory; /* the kernel killed for want of memory */
	bool is_cancelled;
	const struct box_file *files; /* of /out, sorted by path */
	size_t files_n;
	bool is_out_cut; /* collect's limits were reached */
};

/* Why it ended, the first that holds. */
enum box_cause {
	BOX_CAUSE_CANCELLED,
	BOX_CAUSE_NOT_STARTED,
	BOX_CAUSE_OUTPUT, /* over_output, over_file or over_disk */
	BOX_CAUSE_WALL,
	BOX_CAUSE_CPU,
	BOX_CAUSE_MEMORY,
	BOX_CAUSE_SIGNAL,
	BOX_CAUSE_EXIT, /* exit status other than 0 */
	BOX_CAUSE_NONE, /* exit status 0 */
	BOX_CAUSE__MAX
};
enum box_cause box_record_cause(const struct box_record *);
const char *box_cause_name(enum box_cause);

#endif
