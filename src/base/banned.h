/*
 * Functions that do not compile here, and what to use instead.  Included by
 * force (-include) into every file of ours.
 *
 * atoi, strtol, sscanf		str_to_i64
 * strcpy, strcat, sprintf,
 * strncpy, strncat		buf_*, arena_printf
 * strtok			struct str
 * gmtime, localtime, ctime	clock_*
 * system, popen		proc_*
 * alloca			arena_alloc
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* The headers that declare them come first, so that they are not hurt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef alloca

#pragma GCC poison atoi atol atoll strtol strtoll strtoul strtoull sscanf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok
#pragma GCC poison gmtime localtime ctime asctime system popen alloca gets
#pragma GCC poison tmpnam tempnam mktemp

#endif
