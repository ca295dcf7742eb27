/*
 * Which processor a slot has for itself, among all runners of the machine.
 */
#ifndef RUNNER_CORE_H
#define RUNNER_CORE_H

/*
 * A processor (from 1, as in struct box_spec) that nobody else has claimed,
 * held as long as *ret_lock is open, also by a process that is killed.  0 and
 * -1: all are taken.
 */
int core_claim(int *ret_lock);

#endif
