/*
 * How assize-probe ends.
 */
#ifndef RUNNER_TEMPLATES_PROBE_MAIN_H
#define RUNNER_TEMPLATES_PROBE_MAIN_H

enum probe_end {
	PROBE_USAGE = 2,
	PROBE_SERVER_ENDED,
	PROBE_NOBODY_LISTENS,
	PROBE_NO_ANSWER, /* nothing came in time */
};

#endif
