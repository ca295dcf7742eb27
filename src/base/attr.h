/*
 * Compiler attributes and the two macros that everybody uses.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#ifdef NDEBUG
#error "assertions are part of the program: do not define NDEBUG"
#endif

/* The result must be looked at: a forgotten check does not compile. */
#define _must_check_ __attribute__((warn_unused_result))
/* printf-like: argument f is the format, its arguments start at a. */
#define _printf_(f, a) __attribute__((format(printf, f, a)))
/* fn(&variable) runs when the variable's scope ends. */
#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _noreturn_ __attribute__((noreturn))
#define _unused_ __attribute__((unused))
#define _nonnull_ __attribute__((nonnull))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define BASE_STRINGIFY_(x) #x
#define BASE_STRINGIFY(x) BASE_STRINGIFY_(x)
/* "file:line" of the place where it is written. */
#define HERE __FILE__ ":" BASE_STRINGIFY(__LINE__)

#endif
