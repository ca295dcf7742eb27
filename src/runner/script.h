/*
 * One grading by a script: the directories, the limits, and what the parts
 * (script.c, script_files.c, script_server.c, script_student.c) share.
 *
 * The script runs in the grading box.  Through a socket in /control it says
 * what it has to say (script_feedback.h) and asks for student boxes, which
 * see of its files only student/.
 */
#ifndef RUNNER_SCRIPT_H
#define RUNNER_SCRIPT_H

#include <pthread.h>

#include "runner/pipeline.h"
#include "runner/script_feedback.h"

/* Student boxes at once. */
#define SCRIPT_STUDENTS_MAX 8
/* What may be written beside the package's own files. */
#define SCRIPT_DISK_BYTES ((int64_t)256 << 20)
#define SCRIPT_DISK_FILES 20000

#define SCRIPT_NO_PORTS "No ports are available right now. Please retry later."

/* Exit statuses of run_student that are no program's. */
enum script_status {
	SCRIPT_NOT_AVAILABLE = 251,
	SCRIPT_OUT_OF_MEMORY = 252,
	SCRIPT_TIMED_OUT = 253,
	SCRIPT_FAILED = 254,
};

struct door_words;
struct script_server;

struct script {
	struct grading *g;
	const struct environment *environment;
	struct box_limits limits; /* of the grading box */
	int top;                  /* the directory with all below */
	const char *path;         /* of top */
	struct box_disk disk;
	const char *program;      /* "/task/run" */
	const char *program_file; /* below top; NULL: it is run_cmd */
	const char *const *argv;
	bool has_common;         /* common/, at /course/common */
	bool has_common_student; /* common/student/ */
	struct event stop;       /* the grading box is dead */
	struct script_server *server;

	pthread_mutex_t lock; /* of what follows */
	struct script_feedback *feedback;
	int students;  /* boxes that run */
	bool has_door; /* had one, open or not */
};

/*
 * script_files.c: makes task/ (the package, with student/), archive/ and
 * control/ below s->top, and finds the program.  program NULL: there is none.
 */
struct err *script_files_make(struct script *) _must_check_;
/*
 * What the script says of /etc/hosts and /etc/resolv.conf in systemfiles/, now:
 * for the box that is about to be made.
 */
void script_files_etc(struct script *, struct arena *, struct box_spec *);
/* Why the program could not be started: what its first line asks for. */
const char *script_files_why_not(struct script *, int start_errno);
/*
 * What the script left in archive/, as a .tgz in the grading's arena; NULL
 * if it left nothing.  What cannot be packed is noted, and left out.
 */
struct err *script_files_archive(struct script *, const char **ret_p,
    size_t *ret_n) _must_check_;

/* script_server.c: listens in control/ and answers until it is stopped. */
struct err *script_server_start(struct script *) _must_check_;
/* Ends everything that was asked for, and waits for it.  NULL is fine. */
void script_server_stop(struct script_server *);

/*
 * script_rst.c, FEEDBACK: fills more.feedback (rst_document); without HTML
 * where a text cannot be converted.
 */
struct err *script_rst(struct grading *) _must_check_;

/* What a request brings: a line, and the descriptors beside it. */
struct script_request {
	int connection;
	const struct json *message;
	int fds[3]; /* -1: not there */
};

/*
 * script_student.c: the exit status that run_student gets, or ssh_student,
 * if it is a door.
 */
int script_student_run(struct script *, struct arena *,
    const struct script_request *, bool is_door);

/*
 * script_door.c: door_run of the one door that the job may have.  A status
 * other than 0: there was none, and a note says why.
 */
struct err *script_door_run(struct script *, struct arena *, struct box_spec *,
    const struct door_words *, struct box_record *ret_record,
    int *ret_status) _must_check_;

#endif
