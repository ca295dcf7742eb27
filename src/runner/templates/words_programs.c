/*
 * What is reported of programs, of syntax trees and of files, in the languages
 * of feedback_locales.  words.h says what stands here.
 */
#include "runner/templates/words.h"

/* clang-format off */
const struct words shared_words[] = {
	{ {
	    "%s content not found.",
	    "No se encontró contenido %s.",
	    "Aucun contenu %s n'a été trouvé.",
	    "Es wurde kein Inhalt (%s) gefunden.",
	    "Nenhum conteúdo %s foi encontrado.",
	} },
	{ {
	    "No %s file provided.",
	    "No se entregó ningún archivo %s.",
	    "Aucun fichier %s n'a été remis.",
	    "Es wurde keine %s-Datei abgegeben.",
	    "Nenhum arquivo %s foi entregue.",
	} },
	{ {
	    "the files are too large to be checked",
	    "los archivos son demasiado grandes para revisarlos",
	    "les fichiers sont trop grands pour être vérifiés",
	    "die Dateien sind zu groß, um geprüft zu werden",
	    "os arquivos são grandes demais para serem verificados",
	} },
	{ {
	    "the page is too complicated to be checked",
	    "la página es demasiado complicada para revisarla",
	    "la page est trop compliquée pour être vérifiée",
	    "die Seite ist zu kompliziert, um geprüft zu werden",
	    "a página é complicada demais para ser verificada",
	} },
	{ {
	    "the page is too large to be checked",
	    "la página es demasiado grande para revisarla",
	    "la page est trop grande pour être vérifiée",
	    "die Seite ist zu groß, um geprüft zu werden",
	    "a página é grande demais para ser verificada",
	} },
	{ {
	    "'%s' could not be analyzed.",
	    "No se pudo analizar '%s'.",
	    "'%s' n'a pas pu être analysé.",
	    "'%s' konnte nicht untersucht werden.",
	    "Não foi possível analisar '%s'.",
	} },
	{ {
	    "not graded: there is no answer of a language model",
	    "no evaluado: no hay respuesta de un modelo de lenguaje",
	    "non évalué : aucune réponse d'un modèle de langage",
	    "nicht bewertet: Es gibt keine Antwort eines Sprachmodells",
	    "não avaliado: não há resposta de um modelo de linguagem",
	} },
	{ {
	    "not graded: too many tests ask a language model",
	    "no evaluado: demasiadas pruebas preguntan a un modelo de lenguaje",
	    "non évalué : trop de tests interrogent un modèle de langage",
	    "nicht bewertet: Zu viele Tests fragen ein Sprachmodell",
	    "não avaliado: testes demais consultam um modelo de linguagem",
	} },
	{ {
	    "This test could not be made. It is no fault of yours: tell those "
	    "who teach.",
	    "Esta prueba no pudo hacerse. No es culpa tuya: avisa a quienes "
	    "enseñan.",
	    "Ce test n'a pas pu être fait. Ce n'est pas votre faute : "
	    "prévenez les enseignants.",
	    "Dieser Test war nicht möglich. Das liegt nicht an Ihnen: Sagen "
	    "Sie es den Lehrenden.",
	    "Este teste não pôde ser feito. A culpa não é sua: avise quem "
	    "ensina.",
	} },
	{ { NULL } }
};

const struct words setup_words[] = {
	{ {
	    "**Error:** Required file or directory not found: `'%s'`",
	    "**Error:** no se encontró el archivo o directorio requerido: "
	    "`'%s'`",
	    "**Erreur :** fichier ou dossier demandé introuvable : `'%s'`",
	    "**Fehler:** Verlangte Datei oder verlangtes Verzeichnis fehlt: "
	    "`'%s'`",
	    "**Erro:** arquivo ou diretório exigido não encontrado: `'%s'`",
	} },
	{ {
	    "**Error:** Setup command '%s' failed with exit code %d",
	    "**Error:** el comando de preparación '%s' falló con el código de "
	    "salida %d",
	    "**Erreur :** la commande de préparation '%s' a échoué avec le "
	    "code de sortie %d",
	    "**Fehler:** Der Vorbereitungsbefehl '%s' endete mit dem "
	    "Rückgabewert %d",
	    "**Erro:** o comando de preparação '%s' falhou com o código de "
	    "saída %d",
	} },
	{ { NULL } }
};

const struct words input_output_words[] = {
	{ {
	    "CONFIGURATION ERROR: there is no command for the language %s.",
	    "ERROR DE CONFIGURACIÓN: no hay ningún comando para el lenguaje "
	    "%s.",
	    "ERREUR DE CONFIGURATION : il n'y a pas de commande pour le "
	    "langage %s.",
	    "KONFIGURATIONSFEHLER: Es gibt keinen Befehl für die Sprache %s.",
	    "ERRO DE CONFIGURAÇÃO: não há comando para a linguagem %s.",
	} },
	{ {
	    "of the submission",
	    "de la entrega",
	    "de la remise",
	    "der Abgabe",
	    "da entrega",
	} },
	{ {
	    "CONFIGURATION ERROR: \"CMD\" needs a submission in a language.",
	    "ERROR DE CONFIGURACIÓN: \"CMD\" necesita una entrega en un "
	    "lenguaje.",
	    "ERREUR DE CONFIGURATION : \"CMD\" demande une remise dans un "
	    "langage.",
	    "KONFIGURATIONSFEHLER: \"CMD\" braucht eine Abgabe in einer "
	    "Sprache.",
	    "ERRO DE CONFIGURAÇÃO: \"CMD\" precisa de uma entrega em uma "
	    "linguagem.",
	} },
	{ {
	    "CONFIGURATION ERROR: the command %s cannot be run.",
	    "ERROR DE CONFIGURACIÓN: el comando %s no se puede ejecutar.",
	    "ERREUR DE CONFIGURATION : la commande %s ne peut pas être "
	    "exécutée.",
	    "KONFIGURATIONSFEHLER: Der Befehl %s lässt sich nicht ausführen.",
	    "ERRO DE CONFIGURAÇÃO: o comando %s não pode ser executado.",
	} },
	{ {
	    "CONFIGURATION ERROR: '%s' is no path below /app.",
	    "ERROR DE CONFIGURACIÓN: '%s' no es una ruta dentro de /app.",
	    "ERREUR DE CONFIGURATION : '%s' n'est pas un chemin dans /app.",
	    "KONFIGURATIONSFEHLER: '%s' ist kein Pfad unter /app.",
	    "ERRO DE CONFIGURAÇÃO: '%s' não é um caminho dentro de /app.",
	} },
	{ {
	    "FAILURE: Program timed out. Ensure you don't have infinite "
	    "loops. [Time: %.2fs]",
	    "FALLO: el programa superó el tiempo. Asegúrate de no tener "
	    "bucles infinitos. [Tiempo: %.2fs]",
	    "ÉCHEC : le programme a dépassé le temps. Vérifiez qu'il n'a pas "
	    "de boucle infinie. [Temps : %.2fs]",
	    "FEHLER: Das Programm hat die Zeit überschritten. Enthält es eine "
	    "Endlosschleife? [Zeit: %.2fs]",
	    "FALHA: o programa excedeu o tempo. Verifique se não há laços "
	    "infinitos. [Tempo: %.2fs]",
	} },
	{ {
	    "FAILURE: The program did not start: %s",
	    "FALLO: el programa no arrancó: %s",
	    "ÉCHEC : le programme n'a pas démarré : %s",
	    "FEHLER: Das Programm ist nicht gestartet: %s",
	    "FALHA: o programa não iniciou: %s",
	} },
	{ {
	    "FAILURE: The program took too much memory.",
	    "FALLO: el programa usó demasiada memoria.",
	    "ÉCHEC : le programme a pris trop de mémoire.",
	    "FEHLER: Das Programm hat zu viel Speicher gebraucht.",
	    "FALHA: o programa usou memória demais.",
	} },
	{ {
	    "FAILURE: The program wrote too much.",
	    "FALLO: el programa escribió demasiado.",
	    "ÉCHEC : le programme a trop écrit.",
	    "FEHLER: Das Programm hat zu viel ausgegeben.",
	    "FALHA: o programa escreveu demais.",
	} },
	{ {
	    "FAILURE: Your program crashed during execution.\nError:\n%s%s%s",
	    "FALLO: tu programa terminó con un error durante la "
	    "ejecución.\nError:\n%s%s%s",
	    "ÉCHEC : votre programme a planté pendant l'exécution.\nErreur "
	    ":\n%s%s%s",
	    "FEHLER: Das Programm ist während der Ausführung "
	    "abgestürzt.\nFehler:\n%s%s%s",
	    "FALHA: seu programa falhou durante a execução.\nErro:\n%s%s%s",
	} },
	{ {
	    "exit status %d",
	    "código de salida %d",
	    "code de sortie %d",
	    "Rückgabewert %d",
	    "código de saída %d",
	} },
	{ {
	    "Success: Output matches expected values.",
	    "Éxito: la salida coincide con lo esperado.",
	    "Réussite : la sortie est celle attendue.",
	    "Erfolg: Die Ausgabe entspricht der erwarteten.",
	    "Sucesso: a saída corresponde ao esperado.",
	} },
	{ {
	    "FAILURE: Output Mismatch.\nExpected: '%s'\nActual: '%s'",
	    "FALLO: la salida no coincide.\nEsperado: '%s'\nObtenido: '%s'",
	    "ÉCHEC : la sortie diffère.\nAttendu : '%s'\nObtenu : '%s'",
	    "FEHLER: Die Ausgabe stimmt nicht überein.\nErwartet: "
	    "'%s'\nTatsächlich: '%s'",
	    "FALHA: a saída não corresponde.\nEsperado: '%s'\nObtido: '%s'",
	} },
	{ {
	    "Success: Program executed without errors.",
	    "Éxito: el programa se ejecutó sin errores.",
	    "Réussite : le programme s'est exécuté sans erreur.",
	    "Erfolg: Das Programm lief ohne Fehler.",
	    "Sucesso: o programa executou sem erros.",
	} },
	{ {
	    "FAILURE: The artifact '%s' is too large.",
	    "FALLO: el archivo '%s' es demasiado grande.",
	    "ÉCHEC : le fichier '%s' est trop grand.",
	    "FEHLER: Die Datei '%s' ist zu groß.",
	    "FALHA: o arquivo '%s' é grande demais.",
	} },
	{ {
	    "FAILURE: Expected artifact '%s' was not found.",
	    "FALLO: no se encontró el archivo esperado '%s'.",
	    "ÉCHEC : le fichier attendu '%s' n'a pas été trouvé.",
	    "FEHLER: Die erwartete Datei '%s' wurde nicht gefunden.",
	    "FALHA: o arquivo esperado '%s' não foi encontrado.",
	} },
	{ {
	    "The artifact could not be checked: '%s' takes too many steps on "
	    "it.",
	    "No se pudo revisar el archivo: '%s' necesita demasiados pasos "
	    "con él.",
	    "Le fichier n'a pas pu être vérifié : '%s' y prend trop d'étapes.",
	    "Die Datei konnte nicht geprüft werden: '%s' braucht bei ihr zu "
	    "viele Schritte.",
	    "O arquivo não pôde ser verificado: '%s' precisa de passos demais "
	    "nele.",
	} },
	{ {
	    "Success: The artifact '%s' has the expected content.",
	    "Éxito: el archivo '%s' tiene el contenido esperado.",
	    "Réussite : le fichier '%s' a le contenu attendu.",
	    "Erfolg: Die Datei '%s' hat den erwarteten Inhalt.",
	    "Sucesso: o arquivo '%s' tem o conteúdo esperado.",
	} },
	{ {
	    "FAILURE: Artifact '%s' Mismatch.\nExpected (%s): '%s'\nActual: "
	    "'%s'",
	    "FALLO: el archivo '%s' no coincide.\nEsperado (%s): "
	    "'%s'\nObtenido: '%s'",
	    "ÉCHEC : le fichier '%s' diffère.\nAttendu (%s) : '%s'\nObtenu : "
	    "'%s'",
	    "FEHLER: Die Datei '%s' stimmt nicht überein.\nErwartet (%s): "
	    "'%s'\nTatsächlich: '%s'",
	    "FALHA: o arquivo '%s' não corresponde.\nEsperado (%s): "
	    "'%s'\nObtido: '%s'",
	} },
	{ { NULL } }
};

const struct words api_words[] = {
	{ {
	    "The server ended before it answered.",
	    "El servidor terminó antes de responder.",
	    "Le serveur s'est arrêté avant de répondre.",
	    "Der Server endete, bevor er antwortete.",
	    "O servidor terminou antes de responder.",
	} },
	{ {
	    "Nobody listens on the port.",
	    "Nadie escucha en el puerto.",
	    "Personne n'écoute sur le port.",
	    "Niemand hört auf dem Port.",
	    "Ninguém escuta na porta.",
	} },
	{ {
	    "The server did not answer in time.",
	    "El servidor no respondió a tiempo.",
	    "Le serveur n'a pas répondu à temps.",
	    "Der Server hat nicht rechtzeitig geantwortet.",
	    "O servidor não respondeu a tempo.",
	} },
	{ {
	    "FAILURE: %s\n%s",
	    "FALLO: %s\n%s",
	    "ÉCHEC : %s\n%s",
	    "FEHLER: %s\n%s",
	    "FALHA: %s\n%s",
	} },
	{ {
	    "FAILURE: The answer is no HTTP.",
	    "FALLO: la respuesta no es HTTP.",
	    "ÉCHEC : la réponse n'est pas du HTTP.",
	    "FEHLER: Die Antwort ist kein HTTP.",
	    "FALHA: a resposta não é HTTP.",
	} },
	{ {
	    "The endpoint `%s` answered with status 200.",
	    "La ruta `%s` respondió con el estado 200.",
	    "L'adresse `%s` a répondu avec le statut 200.",
	    "Der Endpunkt `%s` antwortete mit dem Status 200.",
	    "O endereço `%s` respondeu com o status 200.",
	} },
	{ {
	    "The endpoint `%s` answered with status %d, not 200.",
	    "La ruta `%s` respondió con el estado %d, no 200.",
	    "L'adresse `%s` a répondu avec le statut %d, et non 200.",
	    "Der Endpunkt `%s` antwortete mit dem Status %d, nicht 200.",
	    "O endereço `%s` respondeu com o status %d, não 200.",
	} },
	{ {
	    "The answer of `%s` is not JSON.",
	    "La respuesta de `%s` no es JSON.",
	    "La réponse de `%s` n'est pas du JSON.",
	    "Die Antwort von `%s` ist kein JSON.",
	    "A resposta de `%s` não é JSON.",
	} },
	{ {
	    "The answer of `%s` has no member `%s`.",
	    "La respuesta de `%s` no tiene el miembro `%s`.",
	    "La réponse de `%s` n'a pas de membre `%s`.",
	    "Der Antwort von `%s` fehlt das Element `%s`.",
	    "A resposta de `%s` não tem o membro `%s`.",
	} },
	{ {
	    "The answer of `%s` has the expected `%s`.",
	    "La respuesta de `%s` tiene el `%s` esperado.",
	    "La réponse de `%s` a le `%s` attendu.",
	    "Die Antwort von `%s` hat das erwartete `%s`.",
	    "A resposta de `%s` tem o `%s` esperado.",
	} },
	{ {
	    "The answer of `%s` has another `%s`.\nExpected: %s",
	    "La respuesta de `%s` tiene otro `%s`.\nEsperado: %s",
	    "La réponse de `%s` a un autre `%s`.\nAttendu : %s",
	    "Die Antwort von `%s` hat ein anderes `%s`.\nErwartet: %s",
	    "A resposta de `%s` tem outro `%s`.\nEsperado: %s",
	} },
	{ { NULL } }
};

const struct words static_analysis_words[] = {
	{ {
	    "FAILURE: Forbidden constructs detected:%s",
	    "FALLO: se encontraron construcciones prohibidas:%s",
	    "ÉCHEC : des constructions interdites ont été trouvées :%s",
	    "FEHLER: Verbotene Konstrukte gefunden:%s",
	    "FALHA: foram encontradas construções proibidas:%s",
	} },
	{ {
	    "FAILURE: Forbidden imports detected:%s",
	    "FALLO: se encontraron importaciones prohibidas:%s",
	    "ÉCHEC : des importations interdites ont été trouvées :%s",
	    "FEHLER: Verbotene Importe gefunden:%s",
	    "FALHA: foram encontradas importações proibidas:%s",
	} },
	{ {
	    "\n  - '%s' found in '%s'",
	    "\n  - '%s' está en '%s'",
	    "\n  - '%s' trouvé dans '%s'",
	    "\n  - '%s' gefunden in '%s'",
	    "\n  - '%s' encontrado em '%s'",
	} },
	{ {
	    "\n  - Forbidden construct '%s' found in '%s'",
	    "\n  - La construcción prohibida '%s' está en '%s'",
	    "\n  - Construction interdite '%s' trouvée dans '%s'",
	    "\n  - Verbotenes Konstrukt '%s' gefunden in '%s'",
	    "\n  - Construção proibida '%s' encontrada em '%s'",
	} },
	{ {
	    "No forbidden constructs found.",
	    "No se encontraron construcciones prohibidas.",
	    "Aucune construction interdite trouvée.",
	    "Keine verbotenen Konstrukte gefunden.",
	    "Nenhuma construção proibida encontrada.",
	} },
	{ {
	    "No forbidden imports found.",
	    "No se encontraron importaciones prohibidas.",
	    "Aucune importation interdite trouvée.",
	    "Keine verbotenen Importe gefunden.",
	    "Nenhuma importação proibida encontrada.",
	} },
	{ {
	    "No forbidden imports specified \u2014 nothing to check.",
	    "No hay importaciones prohibidas: nada que revisar.",
	    "Aucune importation interdite indiquée : rien à vérifier.",
	    "Keine verbotenen Importe angegeben: nichts zu prüfen.",
	    "Nenhuma importação proibida indicada: nada a verificar.",
	} },
	{ {
	    "No submission files to analyze.",
	    "No hay archivos de la entrega que analizar.",
	    "Aucun fichier remis à analyser.",
	    "Keine abgegebenen Dateien zu untersuchen.",
	    "Nenhum arquivo entregue para analisar.",
	} },
	{ { NULL } }
};
/* clang-format on */
