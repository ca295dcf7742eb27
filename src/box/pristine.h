/*
 * Is a box as it was before its program ran?  Of assize-boxinit: libc only.
 */
#ifndef BOX_PRISTINE_H
#define BOX_PRISTINE_H

#include <stdbool.h>
#include <sys/types.h>

/* How it is now, before the first program. */
void pristine_note(void);
/*
 * Nothing lives in it but us, no process or thread was made but child, and
 * files, IPC and the loopback are as they were noted, to the time stamp.
 * What cannot be looked at is not as it was.
 */
bool pristine_holds(pid_t child);

#endif
