/*
 * The words of the report, in the languages of the reference's users and of
 * ours.
 */
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "grade/feedback.h"

enum { EN, ES, FR, DE, PT };

const char *const feedback_locales[] = { [EN] = "en",
	[ES] = "es",
	[FR] = "fr",
	[DE] = "de",
	[PT] = "pt",
	[FEEDBACK_LOCALES] = NULL };

/* clang-format off */
static const char *const words[WORD__MAX][FEEDBACK_LOCALES] = {
	[WORD_TITLE] = { "Assignment report", "Informe de la tarea",
	    "Rapport du devoir", "Bericht zur Aufgabe",
	    "Relatório da atividade" },
	[WORD_SUMMARY] = { "GRADING SUMMARY", "RESUMEN DE LA EVALUACIÓN",
	    "RÉSUMÉ DE L'ÉVALUATION", "ÜBERSICHT DER BEWERTUNG",
	    "RESUMO DA AVALIAÇÃO" },
	[WORD_TEMPLATE] = { "Template", "Plantilla", "Modèle", "Vorlage",
	    "Modelo" },
	[WORD_TESTS] = { "Tests", "Pruebas", "Tests", "Tests", "Testes" },
	[WORD_TOTAL] = { "total", "en total", "au total", "insgesamt",
	    "no total" },
	[WORD_PASSED] = { "passed", "superadas", "réussis", "bestanden",
	    "aprovados" },
	[WORD_FAILED] = { "failed", "falladas", "échoués", "nicht bestanden",
	    "reprovados" },
	[WORD_BASE] = { "✅ Essential Requirements", "✅ Requisitos esenciales",
	    "✅ Exigences essentielles", "✅ Wesentliche Anforderungen",
	    "✅ Requisitos essenciais" },
	[WORD_BONUS] = { "⭐ Extra Points", "⭐ Puntos extra",
	    "⭐ Points supplémentaires", "⭐ Zusatzpunkte",
	    "⭐ Pontos extras" },
	[WORD_PENALTY] = { "❌ Points to Improve", "❌ Puntos por mejorar",
	    "❌ Points à améliorer", "❌ Zu verbessern",
	    "❌ Pontos a melhorar" },
	[WORD_FILE] = { "File", "Archivo", "Fichier", "Datei", "Arquivo" },
	[WORD_SCORE] = { "Score", "Puntuación", "Score", "Punkte",
	    "Pontuação" },
	[WORD_PARAMETERS] = { "Parameters", "Parámetros", "Paramètres",
	    "Parameter", "Parâmetros" },
	[WORD_ERROR] = { "Error", "Error", "Erreur", "Fehler", "Erro" },
	[WORD_FEEDBACK] = { "Feedback", "Comentario", "Commentaire",
	    "Rückmeldung", "Comentário" },
	[WORD_FINAL_SCORE] = { "Final Score", "Puntuación final",
	    "Score final", "Endergebnis", "Pontuação final" },
	[WORD_RESOURCES] = { "Learning Resources", "Recursos de aprendizaje",
	    "Ressources d'apprentissage", "Lernmaterial",
	    "Recursos de aprendizagem" },
	[WORD_PREFLIGHT] = { "Preflight Check Failed",
	    "La comprobación previa falló", "Échec de la vérification préalable",
	    "Vorprüfung nicht bestanden", "A verificação prévia falhou" },
	[WORD_COMMAND] = { "Command", "Comando", "Commande", "Befehl",
	    "Comando" },
	[WORD_NO_MODEL] = { "The language model wrote nothing.",
	    "El modelo de lenguaje no escribió nada.",
	    "Le modèle de langage n'a rien écrit.",
	    "Das Sprachmodell hat nichts geschrieben.",
	    "O modelo de linguagem não escreveu nada." },
};
/* clang-format on */

int
feedback_locale(const char *locale)
{
	for (int i = 0; locale != NULL && i < FEEDBACK_LOCALES; i++) {
		size_t n = strlen(feedback_locales[i]);

		if (strncasecmp(locale, feedback_locales[i], n) == 0 &&
		    (locale[n] == '\0' || locale[n] == '-' || locale[n] == '_'))
			return i;
	}
	return EN;
}

const char *
feedback_word(const char *locale, enum feedback_word word)
{
	return words[word][feedback_locale(locale)];
}
