/*
 * What a quiz says, in the languages of INGInious' own agent, and what its
 * author said in others.
 */
#include "grade/quiz_words.h"

#include <string.h>

#include "base/attr.h"

enum { EN, FR, DE, ES, HE, NB, LOCALE__MAX };

const char *const quiz_locales[] = { [EN] = "en",
	[FR] = "fr",
	[DE] = "de",
	[ES] = "es",
	[HE] = "he",
	[NB] = "nb",
	[LOCALE__MAX] = NULL };

/* clang-format off */
static const char *const messages[QUIZ_MSG__MAX][LOCALE__MAX] = {
	[QUIZ_MSG_WRONG_COUNT] = {
		[EN] = "You have {} wrong answer(s).",
		[FR] = "Vous avez {} mauvaise(s) réponse(s).",
		[DE] = "Sie haben {} falsche Antwort(en).",
		[ES] = "Tienes {} respuesta(s) incorrecta(s).",
		[HE] = "יש לך {} תשובות שגויות.",
		[NB] = "Du har {} feil svar.",
	},
	[QUIZ_MSG_INVALID_COUNT] = {
		[EN] = "Among them, you have {} invalid answers in the "
		       "multiple choice questions",
		[FR] = "Parmi celles-ci, vous avez {} réponses invalides dans "
		       "les questions à choix multiples",
		[DE] = "Darunter sind {} ungültige Antworten in den "
		       "Multiple-Choice-Fragen",
		[ES] = "Entre ellas, tienes {} respuestas inválidas en las "
		       "preguntas de opción múltiple",
		[HE] = "מתוכן, {} תשובות לא תקינות בשאלות הרב-ברירה",
		[NB] = "Blant dem har du {} ugyldige svar i "
		       "flervalgsspørsmålene",
	},
	[QUIZ_MSG_CORRECT] = {
		[EN] = "Correct answer",
		[FR] = "Réponse correcte",
		[DE] = "Richtige Antwort",
		[ES] = "Respuesta correcta",
		[HE] = "תשובה נכונה",
		[NB] = "Riktig svar",
	},
	[QUIZ_MSG_WRONG] = {
		[EN] = "Wrong answer",
		[FR] = "Réponse incorrecte",
		[DE] = "Falsche Antwort",
		[ES] = "Respuesta incorrecta",
		[HE] = "תשובה שגויה",
		[NB] = "Feil svar",
	},
	[QUIZ_MSG_WRONG_MULTIPLE] = {
		[EN] = "Wrong answer. Make sure to select all the valid "
		       "possibilities",
		[FR] = "Réponse incorrecte. Veillez à sélectionner toutes les "
		       "possibilités valides",
		[DE] = "Falsche Antwort. Wählen Sie alle zutreffenden "
		       "Möglichkeiten aus",
		[ES] = "Respuesta incorrecta. Asegúrate de seleccionar todas "
		       "las opciones válidas",
		[HE] = "תשובה שגויה. יש לבחור את כל האפשרויות הנכונות",
		[NB] = "Feil svar. Pass på å velge alle de riktige "
		       "alternativene",
	},
};
/* clang-format on */

/* Letters of the language: what stands before '_', '-', '.' or '@'. */
static size_t
language_n(const char *locale)
{
	return strcspn(locale, "_-.@");
}

bool
quiz_locale_fits(const char *catalogue, const char *locale)
{
	size_t n = language_n(catalogue);

	return locale != NULL && n > 0 && n == language_n(locale) &&
	    strncmp(catalogue, locale, n) == 0;
}

const char *
quiz_message(enum quiz_message message, const char *locale)
{
	for (size_t i = 0; i < LOCALE__MAX; i++)
		if (quiz_locale_fits(quiz_locales[i], locale))
			return messages[message][i];
	return messages[message][EN];
}

/* The very locale, else the first of its language. */
static const struct quiz_catalogue *
find_catalogue(const struct quiz *q, const char *locale)
{
	const struct quiz_catalogue *found = NULL;

	for (size_t i = 0; locale != NULL && i < q->n_catalogues; i++) {
		const struct quiz_catalogue *c = &q->catalogues[i];

		if (strcmp(c->locale, locale) == 0)
			return c;
		if (found == NULL && quiz_locale_fits(c->locale, locale))
			found = c;
	}
	return found;
}

const char *
quiz_translate(const struct quiz *q, const char *text, const char *locale)
{
	const struct quiz_catalogue *c = find_catalogue(q, locale);

	for (size_t i = 0; text != NULL && c != NULL && i < c->n; i++)
		if (strcmp(c->phrases[i].text, text) == 0)
			return c->phrases[i].translation;
	return text;
}
