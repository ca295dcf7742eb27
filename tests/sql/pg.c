#include "tests/sql/pg.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/io.h"

#define START_MS 20000

/* Where Debian keeps the programs that are not in PATH. */
static void
find_programs(void)
{
	const char *path = getenv("PATH");
	char longer[4096];
	glob_t g;

	if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &g) != 0)
		return;
	(void)snprintf(longer, sizeof(longer), "%s:%s",
	    path != NULL ? path : "/usr/bin:/bin", g.gl_pathv[g.gl_pathc - 1]);
	(void)setenv("PATH", longer, 1);
	globfree(&g);
}

/* The user to be instead of root; NULL if we are not root. */
static const struct passwd *
other_user(void)
{
	const struct passwd *pw;

	if (geteuid() != 0)
		return NULL;
	pw = getpwnam("postgres");
	return pw != NULL ? pw : getpwnam("nobody");
}

/* In the child: becomes the user and the program; output goes to the log. */
static void
become(const char *dir, char *const *argv)
{
	const struct passwd *pw = other_user();
	char log[128];
	int fd;

	if (pw != NULL &&
	    (setgroups(0, NULL) != 0 ||
		setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) != 0 ||
		setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0))
		_exit(126);
	(void)prctl(PR_SET_PDEATHSIG, SIGQUIT);
	(void)snprintf(log, sizeof(log), "%s/log", dir);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 || chdir(dir) != 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

static pid_t
spawn(const char *dir, char *const *argv)
{
	pid_t pid = fork();

	if (pid == 0)
		become(dir, argv);
	return pid;
}

static bool
make_cluster(const struct pg *p)
{
	char arg[3][16] = { "-A", "trust", "--no-sync" };
	char *const argv[] = { (char[]) { "initdb" }, (char[]) { "-D" },
		(char[]) { "data" }, arg[0], arg[1], (char[]) { "-U" },
		(char[]) { "super" }, (char[]) { "-E" }, (char[]) { "UTF8" },
		(char[]) { "--locale=C.UTF-8" }, arg[2], NULL };
	pid_t pid = spawn(p->dir, argv);
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void
show_log(const struct pg *p)
{
	char log[128];
	char line[1024];
	FILE *f;

	(void)snprintf(log, sizeof(log), "%s/log", p->dir);
	f = fopen(log, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		(void)fprintf(stderr, "postgres: %s", line);
	if (f != NULL)
		(void)fclose(f);
}

bool
pg_again(struct pg *p)
{
	char socket_dir[80];
	char *const argv[] = { (char[]) { "postgres" }, (char[]) { "-D" },
		(char[]) { "data" }, (char[]) { "-k" }, socket_dir,
		(char[]) { "-c" }, (char[]) { "listen_addresses=" },
		(char[]) { "-c" }, (char[]) { "fsync=off" }, (char[]) { "-c" },
		(char[]) { "max_connections=60" }, (char[]) { "-c" },
		(char[]) { "shared_buffers=16MB" }, (char[]) { "-c" },
		(char[]) { "deadlock_timeout=200ms" }, NULL };
	int64_t until = clock_mono_ms() + START_MS;

	(void)snprintf(socket_dir, sizeof(socket_dir), "%s", p->dir);
	p->pid = spawn(p->dir, argv);
	while (p->pid > 0 && clock_mono_ms() < until) {
		if (PQping(pg_conninfo(p, "super", "postgres")) == PQPING_OK)
			return true;
		if (waitpid(p->pid, NULL, WNOHANG) == p->pid)
			break;
		clock_sleep_ms(20);
	}
	show_log(p);
	return false;
}

bool
pg_start(struct pg *p)
{
	const struct passwd *pw = other_user();

	*p = (struct pg) { .dir = "/tmp/assize-pg-XXXXXX" };
	find_programs();
	if (mkdtemp(p->dir) == NULL ||
	    (pw != NULL && chown(p->dir, pw->pw_uid, pw->pw_gid) != 0)) {
		(void)fprintf(stderr, "%s: %s\n", p->dir, strerror(errno));
		return false;
	}
	if (!make_cluster(p)) {
		show_log(p);
		return false;
	}
	return pg_again(p);
}

void
pg_kill(struct pg *p)
{
	if (p->pid <= 0)
		return;
	(void)kill(p->pid, SIGQUIT);
	(void)waitpid(p->pid, NULL, 0);
	p->pid = 0;
}

void
pg_stop(struct pg *p)
{
	pg_kill(p);
	if (p->dir[0] != '\0')
		(void)io_remove_all(AT_FDCWD, p->dir);
}

const char *
pg_conninfo(const struct pg *p, const char *user, const char *database)
{
	static char text[4][256];
	static unsigned int turn;
	char *t = text[turn++ % 4];

	(void)snprintf(t, sizeof(text[0]), "host=%s user=%s dbname=%s", p->dir,
	    user, database);
	return t;
}
