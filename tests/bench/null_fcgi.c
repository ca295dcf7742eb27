/*
 * null_fcgi SOCKET: the floor of every request.  Eight threads of bare
 * libfcgi that read nothing and answer 204.
 */
#include <pthread.h>
#include <signal.h>

#include <fcgiapp.h>

#define THREADS 8
#define BACKLOG 512

static int listen_fd;

static void *
serve(void *arg)
{
	FCGX_Request r;

	(void)arg;
	FCGX_InitRequest(&r, listen_fd, 0);
	while (FCGX_Accept_r(&r) == 0) {
		FCGX_PutS("Status: 204\r\n\r\n", r.out);
		FCGX_Finish_r(&r);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 2) {
		fprintf(stderr, "usage: null_fcgi SOCKET\n");
		return 2;
	}
	FCGX_Init();
	signal(SIGTERM, SIG_DFL);
	listen_fd = FCGX_OpenSocket(argv[1], BACKLOG);
	if (listen_fd < 0)
		return 1;
	for (int i = 1; i < THREADS; i++)
		if (pthread_create(&thread, NULL, serve, NULL) != 0)
			return 1;
	serve(NULL);
	return 1;
}
