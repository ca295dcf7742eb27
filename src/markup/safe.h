/*
 * Is HTML that somebody else made safe in a page?  A check, not a cleaner: what
 * a runner sends was made by libraries that clean, and is believed only if it
 * looks like it.
 */
#ifndef MARKUP_SAFE_H
#define MARKUP_SAFE_H

#include <stdbool.h>

/*
 * Only elements and attributes of a short list, values in quotes; links
 * to http, https, mailto and the same text, images from http, https and in
 * data; no comment, no declaration, no control character.
 */
bool markup_is_safe(const char *html);

#endif
