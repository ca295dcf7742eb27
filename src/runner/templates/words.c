#include "runner/templates/words.h"

#include <string.h>

const struct words *const words_tables[] = { shared_words, setup_words,
	input_output_words, api_words, static_analysis_words, webdev_words,
	NULL };

const char *
words_say(const char *locale, const char *format)
{
	int l = feedback_locale(locale);

	for (size_t t = 0; l > 0 && words_tables[t] != NULL; t++)
		for (const struct words *w = words_tables[t]; w->in[0] != NULL;
		     w++)
			if (strcmp(w->in[0], format) == 0)
				return w->in[l];
	return format;
}
