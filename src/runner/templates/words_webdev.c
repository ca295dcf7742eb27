/*
 * What the functions of webdev report, in the languages
 * of feedback_locales.  words.h says what stands here.
 */
#include "runner/templates/words.h"

/* clang-format off */
const struct words webdev_words[] = {
	{ {
	    "All files exist.",
	    "Todos los archivos existen.",
	    "Tous les fichiers existent.",
	    "Alle Dateien sind vorhanden.",
	    "Todos os arquivos existem.",
	} },
	{ {
	    "The directory '%s' does not exist.",
	    "El directorio '%s' no existe.",
	    "Le dossier '%s' n'existe pas.",
	    "Das Verzeichnis '%s' gibt es nicht.",
	    "O diretório '%s' não existe.",
	} },
	{ {
	    "The directory '%s' exists.",
	    "El directorio '%s' existe.",
	    "Le dossier '%s' existe.",
	    "Das Verzeichnis '%s' ist vorhanden.",
	    "O diretório '%s' existe.",
	} },
	{ {
	    "The file '%s' does not exist.",
	    "El archivo '%s' no existe.",
	    "Le fichier '%s' n'existe pas.",
	    "Die Datei '%s' gibt es nicht.",
	    "O arquivo '%s' não existe.",
	} },
	{ {
	    "The file '%s' exists.",
	    "El archivo '%s' existe.",
	    "Le fichier '%s' existe.",
	    "Die Datei '%s' ist vorhanden.",
	    "O arquivo '%s' existe.",
	} },
	{ {
	    "Found %zu of %zu required `<%s>` tags.",
	    "Se encontraron %zu de %zu etiquetas `<%s>` requeridas.",
	    "%zu sur %zu balises `<%s>` demandées ont été trouvées.",
	    "%zu von %zu verlangten Tags `<%s>` gefunden.",
	    "Encontradas %zu de %zu tags `<%s>` exigidas.",
	} },
	{ {
	    "The tag `<%s>` was found and is forbidden.",
	    "La etiqueta `<%s>` está y está prohibida.",
	    "La balise `<%s>` a été trouvée et est interdite.",
	    "Das Tag `<%s>` wurde gefunden und ist verboten.",
	    "A tag `<%s>` foi encontrada e é proibida.",
	} },
	{ {
	    "The tag `<%s>` was not found, which is good.",
	    "La etiqueta `<%s>` no está, lo cual es bueno.",
	    "La balise `<%s>` n'a pas été trouvée, c'est bien.",
	    "Das Tag `<%s>` wurde nicht gefunden, das ist gut.",
	    "A tag `<%s>` não foi encontrada, o que é bom.",
	} },
	{ {
	    "Found %zu of %zu required CSS classes. Classes found: [%s]",
	    "Se encontraron %zu de %zu clases CSS requeridas. Clases "
	    "encontradas: [%s]",
	    "%zu sur %zu classes CSS demandées ont été trouvées. Classes "
	    "trouvées : [%s]",
	    "%zu von %zu verlangten CSS-Klassen gefunden. Gefundene Klassen: "
	    "[%s]",
	    "Encontradas %zu de %zu classes CSS exigidas. Classes "
	    "encontradas: [%s]",
	} },
	{ {
	    "The attribute `%s` was found %zu time(s) out of %zu required.",
	    "El atributo `%s` se encontró %zu vez/veces de %zu requeridas.",
	    "L'attribut `%s` a été trouvé %zu fois sur %zu demandées.",
	    "Das Attribut `%s` wurde %zu-mal gefunden, von %zu verlangten.",
	    "O atributo `%s` foi encontrado %zu vez(es) de %zu exigidas.",
	} },
	{ {
	    "Found %zu inline styles (`style='...'`). Move all style rules to "
	    "your `.css` file.",
	    "Se encontraron %zu estilos en línea (`style='...'`). Lleva todas "
	    "las reglas de estilo a tu archivo `.css`.",
	    "%zu styles en ligne (`style='...'`) ont été trouvés. Mettez "
	    "toutes les règles de style dans votre fichier `.css`.",
	    "%zu Stile im Text (`style='...'`) gefunden. Alle Stilregeln "
	    "gehören in die `.css`-Datei.",
	    "Encontrados %zu estilos inline (`style='...'`). Mova todas as "
	    "regras de estilo para o seu arquivo `.css`.",
	} },
	{ {
	    "No inline styles were found.",
	    "No se encontraron estilos en línea.",
	    "Aucun style en ligne n'a été trouvé.",
	    "Keine Stile im Text gefunden.",
	    "Nenhum estilo inline foi encontrado.",
	} },
	{ {
	    "Found tag `<%s>` with `%s='%s'`.",
	    "Se encontró la etiqueta `<%s>` con `%s='%s'`.",
	    "La balise `<%s>` avec `%s='%s'` a été trouvée.",
	    "Tag `<%s>` mit `%s='%s'` gefunden.",
	    "Encontrada a tag `<%s>` com `%s='%s'`.",
	} },
	{ {
	    "The tag `<%s>` with `%s='%s'` was not found.",
	    "No se encontró la etiqueta `<%s>` con `%s='%s'`.",
	    "La balise `<%s>` avec `%s='%s'` n'a pas été trouvée.",
	    "Das Tag `<%s>` mit `%s='%s'` wurde nicht gefunden.",
	    "A tag `<%s>` com `%s='%s'` não foi encontrada.",
	} },
	{ {
	    "No images were found.",
	    "No se encontraron imágenes.",
	    "Aucune image n'a été trouvée.",
	    "Keine Bilder gefunden.",
	    "Nenhuma imagem foi encontrada.",
	} },
	{ {
	    "%zu of %zu images have the `alt` attribute filled.",
	    "%zu de %zu imágenes tienen el atributo `alt` con texto.",
	    "%zu sur %zu images ont l'attribut `alt` rempli.",
	    "%zu von %zu Bildern haben ein ausgefülltes Attribut `alt`.",
	    "%zu de %zu imagens têm o atributo `alt` preenchido.",
	} },
	{ {
	    "Bootstrap framework found in your HTML.",
	    "El framework Bootstrap está en tu HTML.",
	    "Le framework Bootstrap est dans votre HTML.",
	    "Das Framework Bootstrap ist im HTML zu finden.",
	    "O framework Bootstrap foi encontrado no seu HTML.",
	} },
	{ {
	    "No link to Bootstrap CSS or JS was found.",
	    "No se encontró ningún enlace al CSS o JS de Bootstrap.",
	    "Aucun lien vers le CSS ou le JS de Bootstrap n'a été trouvé.",
	    "Keine Verknüpfung mit CSS oder JS von Bootstrap gefunden.",
	    "Nenhum link para o CSS ou JS do Bootstrap foi encontrado.",
	} },
	{ {
	    "You are using Bootstrap in your project.",
	    "Usas Bootstrap en tu proyecto.",
	    "Vous utilisez Bootstrap dans votre projet.",
	    "Das Projekt verwendet Bootstrap.",
	    "Você está usando Bootstrap no seu projeto.",
	} },
	{ {
	    "You are not using Bootstrap in your project.",
	    "No usas Bootstrap en tu proyecto.",
	    "Vous n'utilisez pas Bootstrap dans votre projet.",
	    "Das Projekt verwendet kein Bootstrap.",
	    "Você não está usando Bootstrap no seu projeto.",
	} },
	{ {
	    "CSS file is correctly linked to the HTML.",
	    "El archivo CSS está bien enlazado con el HTML.",
	    "Le fichier CSS est correctement lié au HTML.",
	    "Die CSS-Datei ist richtig mit dem HTML verknüpft.",
	    "O arquivo CSS está corretamente ligado ao HTML.",
	} },
	{ {
	    "The CSS file is not linked to the HTML.",
	    "El archivo CSS no está enlazado con el HTML.",
	    "Le fichier CSS n'est pas lié au HTML.",
	    "Die CSS-Datei ist nicht mit dem HTML verknüpft.",
	    "O arquivo CSS não está ligado ao HTML.",
	} },
	{ {
	    "Found %zu of %zu required internal links.",
	    "Se encontraron %zu de %zu enlaces internos requeridos.",
	    "%zu sur %zu liens internes demandés ont été trouvés.",
	    "%zu von %zu verlangten internen Links gefunden.",
	    "Encontrados %zu de %zu links internos exigidos.",
	} },
	{ {
	    "Found %zu of %zu required internal links to `<article>` tags.",
	    "Se encontraron %zu de %zu enlaces internos requeridos a "
	    "etiquetas `<article>`.",
	    "%zu sur %zu liens internes demandés vers des balises `<article>` "
	    "ont été trouvés.",
	    "%zu von %zu verlangten internen Links zu Tags `<article>` "
	    "gefunden.",
	    "Encontrados %zu de %zu links internos exigidos para tags "
	    "`<article>`.",
	} },
	{ {
	    "Found %zu of %zu required links to `%s` with the query parameter "
	    "`%s`.",
	    "Se encontraron %zu de %zu enlaces requeridos a `%s` con el "
	    "parámetro `%s`.",
	    "%zu sur %zu liens demandés vers `%s` avec le paramètre `%s` ont "
	    "été trouvés.",
	    "%zu von %zu verlangten Links zu `%s` mit dem Parameter `%s` "
	    "gefunden.",
	    "Encontrados %zu de %zu links exigidos para `%s` com o parâmetro "
	    "`%s`.",
	} },
	{ {
	    "The tag `<%s>` is never closed.",
	    "La etiqueta `<%s>` nunca se cierra.",
	    "La balise `<%s>` n'est jamais fermée.",
	    "Das Tag `<%s>` wird nie geschlossen.",
	    "A tag `<%s>` nunca é fechada.",
	} },
	{ {
	    "The tag `<%s>` is closed in the wrong order.",
	    "La etiqueta `<%s>` se cierra en un orden equivocado.",
	    "La balise `<%s>` est fermée dans le mauvais ordre.",
	    "Das Tag `<%s>` wird in falscher Reihenfolge geschlossen.",
	    "A tag `<%s>` é fechada na ordem errada.",
	} },
	{ {
	    "You have a good HTML structure with no unclosed tags.",
	    "La estructura HTML es buena, sin etiquetas sin cerrar.",
	    "Votre structure HTML est bonne, sans balise non fermée.",
	    "Die HTML-Struktur ist gut, ohne offene Tags.",
	    "Sua estrutura HTML é boa, sem tags não fechadas.",
	} },
	{ {
	    "Used semantic tags.",
	    "Se usaron etiquetas semánticas.",
	    "Des balises sémantiques sont utilisées.",
	    "Semantische Tags werden verwendet.",
	    "Tags semânticas foram usadas.",
	} },
	{ {
	    "No semantic tags were used.",
	    "No se usaron etiquetas semánticas.",
	    "Aucune balise sémantique n'est utilisée.",
	    "Es werden keine semantischen Tags verwendet.",
	    "Nenhuma tag semântica foi usada.",
	} },
	{ {
	    "The heading hierarchy skips from `<h%d>` to `<h%d>`.",
	    "La jerarquía de títulos salta de `<h%d>` a `<h%d>`.",
	    "La hiérarchie des titres saute de `<h%d>` à `<h%d>`.",
	    "Die Überschriften springen von `<h%d>` zu `<h%d>`.",
	    "A hierarquia de títulos salta de `<h%d>` para `<h%d>`.",
	} },
	{ {
	    "Only one heading level found, so no skips.",
	    "Solo hay un nivel de título, así que no hay saltos.",
	    "Un seul niveau de titre trouvé, donc aucun saut.",
	    "Nur eine Überschriftenebene gefunden, also keine Sprünge.",
	    "Só um nível de título encontrado, portanto sem saltos.",
	} },
	{ {
	    "The heading hierarchy is well-structured.",
	    "La jerarquía de títulos está bien estructurada.",
	    "La hiérarchie des titres est bien structurée.",
	    "Die Überschriften sind gut gegliedert.",
	    "A hierarquia de títulos está bem estruturada.",
	} },
	{ {
	    "The <html> tag contains only <head> and <body> tags.",
	    "La etiqueta <html> solo contiene las etiquetas <head> y <body>.",
	    "La balise <html> ne contient que les balises <head> et <body>.",
	    "Das Tag <html> enthält nur die Tags <head> und <body>.",
	    "A tag <html> contém apenas as tags <head> e <body>.",
	} },
	{ {
	    "The <html> tag must contain only <head> and <body> tags as "
	    "direct children.",
	    "La etiqueta <html> debe contener solo las etiquetas <head> y "
	    "<body> como hijos directos.",
	    "La balise <html> ne doit contenir que les balises <head> et "
	    "<body> comme enfants directs.",
	    "Das Tag <html> darf als direkte Kinder nur die Tags <head> und "
	    "<body> enthalten.",
	    "A tag <html> deve conter apenas as tags <head> e <body> como "
	    "filhos diretos.",
	} },
	{ {
	    "The tag `<%s>` was found inside the tag `<%s>`.",
	    "La etiqueta `<%s>` está dentro de la etiqueta `<%s>`.",
	    "La balise `<%s>` se trouve dans la balise `<%s>`.",
	    "Das Tag `<%s>` steht im Tag `<%s>`.",
	    "A tag `<%s>` foi encontrada dentro da tag `<%s>`.",
	} },
	{ {
	    "The tag `<%s>` was not found inside the tag `<%s>`.",
	    "La etiqueta `<%s>` no está dentro de la etiqueta `<%s>`.",
	    "La balise `<%s>` ne se trouve pas dans la balise `<%s>`.",
	    "Das Tag `<%s>` steht nicht im Tag `<%s>`.",
	    "A tag `<%s>` não foi encontrada dentro da tag `<%s>`.",
	} },
	{ {
	    "The tag `<%s>` was found in the `<head>` section.",
	    "La etiqueta `<%s>` está en la sección `<head>`.",
	    "La balise `<%s>` se trouve dans la section `<head>`.",
	    "Das Tag `<%s>` steht im Abschnitt `<head>`.",
	    "A tag `<%s>` foi encontrada na seção `<head>`.",
	} },
	{ {
	    "The tag `<%s>` was not found in the `<head>` section.",
	    "La etiqueta `<%s>` no está en la sección `<head>`.",
	    "La balise `<%s>` ne se trouve pas dans la section `<head>`.",
	    "Das Tag `<%s>` steht nicht im Abschnitt `<head>`.",
	    "A tag `<%s>` não foi encontrada na seção `<head>`.",
	} },
	{ {
	    "The property `%s: %s;` was found.",
	    "Se encontró la propiedad `%s: %s;`.",
	    "La propriété `%s: %s;` a été trouvée.",
	    "Die Eigenschaft `%s: %s;` wurde gefunden.",
	    "A propriedade `%s: %s;` foi encontrada.",
	} },
	{ {
	    "The property `%s: %s;` was not found.",
	    "No se encontró la propiedad `%s: %s;`.",
	    "La propriété `%s: %s;` n'a pas été trouvée.",
	    "Die Eigenschaft `%s: %s;` wurde nicht gefunden.",
	    "A propriedade `%s: %s;` não foi encontrada.",
	} },
	{ {
	    "Found %zu of %zu `%s` styling rules.",
	    "Se encontraron %zu de %zu reglas de estilo `%s`.",
	    "%zu sur %zu règles de style `%s` ont été trouvées.",
	    "%zu von %zu Stilregeln `%s` gefunden.",
	    "Encontradas %zu de %zu regras de estilo `%s`.",
	} },
	{ {
	    "Overuse of `%s` not detected.",
	    "No se abusa de `%s`.",
	    "Pas d'abus de `%s`.",
	    "`%s` wird nicht zu oft verwendet.",
	    "Não há uso excessivo de `%s`.",
	} },
	{ {
	    "Overuse of `%s`: %zu times, at most %zu are allowed.",
	    "Abuso de `%s`: %zu veces, se permiten %zu como máximo.",
	    "Abus de `%s` : %zu fois, %zu au plus sont permises.",
	    "`%s` zu oft verwendet: %zu-mal, höchstens %zu sind erlaubt.",
	    "Uso excessivo de `%s`: %zu vezes, no máximo %zu são permitidas.",
	} },
	{ {
	    "Too many ID selectors: %zu, at most %zu are allowed.",
	    "Demasiados selectores de ID: %zu, se permiten %zu como máximo.",
	    "Trop de sélecteurs d'ID : %zu, %zu au plus sont permis.",
	    "Zu viele ID-Selektoren: %zu, höchstens %zu sind erlaubt.",
	    "Seletores de ID demais: %zu, no máximo %zu são permitidos.",
	} },
	{ {
	    "Controlled use of ID selectors.",
	    "Uso moderado de los selectores de ID.",
	    "Usage modéré des sélecteurs d'ID.",
	    "Maßvoller Gebrauch von ID-Selektoren.",
	    "Uso controlado de seletores de ID.",
	} },
	{ {
	    "Relative measures are being used in the CSS.",
	    "El CSS usa medidas relativas.",
	    "Le CSS utilise des mesures relatives.",
	    "Das CSS verwendet relative Maße.",
	    "Medidas relativas estão sendo usadas no CSS.",
	} },
	{ {
	    "Relative measures were not found in your CSS.",
	    "No se encontraron medidas relativas en tu CSS.",
	    "Aucune mesure relative n'a été trouvée dans votre CSS.",
	    "Im CSS wurden keine relativen Maße gefunden.",
	    "Não foram encontradas medidas relativas no seu CSS.",
	} },
	{ {
	    "Media queries are being used in the CSS.",
	    "El CSS usa media queries.",
	    "Le CSS utilise des media queries.",
	    "Das CSS verwendet Media-Queries.",
	    "Media queries estão sendo usadas no CSS.",
	} },
	{ {
	    "No use of media queries was found in your CSS.",
	    "No se encontraron media queries en tu CSS.",
	    "Aucune media query n'a été trouvée dans votre CSS.",
	    "Im CSS wurden keine Media-Queries gefunden.",
	    "Não foi encontrado uso de media queries no seu CSS.",
	} },
	{ {
	    "Flexbox properties are being used in the CSS.",
	    "El CSS usa propiedades de flexbox.",
	    "Le CSS utilise des propriétés de flexbox.",
	    "Das CSS verwendet Flexbox-Eigenschaften.",
	    "Propriedades de flexbox estão sendo usadas no CSS.",
	} },
	{ {
	    "Flexbox properties were not found in your CSS.",
	    "No se encontraron propiedades de flexbox en tu CSS.",
	    "Aucune propriété de flexbox n'a été trouvée dans votre CSS.",
	    "Im CSS wurden keine Flexbox-Eigenschaften gefunden.",
	    "Propriedades de flexbox não foram encontradas no seu CSS.",
	} },
	{ {
	    "No HTML or CSS files provided.",
	    "No se entregaron archivos HTML o CSS.",
	    "Aucun fichier HTML ou CSS n'a été remis.",
	    "Es wurden keine HTML- oder CSS-Dateien abgegeben.",
	    "Nenhum arquivo HTML ou CSS foi entregue.",
	} },
	{ {
	    "All CSS classes are used.",
	    "Se usan todas las clases CSS.",
	    "Toutes les classes CSS sont utilisées.",
	    "Alle CSS-Klassen werden verwendet.",
	    "Todas as classes CSS são usadas.",
	} },
	{ {
	    "%zu of %zu CSS classes are not used in the HTML: [%s]",
	    "%zu de %zu clases CSS no se usan en el HTML: [%s]",
	    "%zu sur %zu classes CSS ne sont pas utilisées dans le HTML : [%s]",
	    "%zu von %zu CSS-Klassen werden im HTML nicht verwendet: [%s]",
	    "%zu de %zu classes CSS não são usadas no HTML: [%s]",
	} },
	{ {
	    "The feature `%s` has been implemented.",
	    "La funcionalidad `%s` está implementada.",
	    "La fonctionnalité `%s` est réalisée.",
	    "Das Merkmal `%s` ist umgesetzt.",
	    "O recurso `%s` foi implementado.",
	} },
	{ {
	    "The feature `%s` was not found.",
	    "No se encontró la funcionalidad `%s`.",
	    "La fonctionnalité `%s` n'a pas été trouvée.",
	    "Das Merkmal `%s` wurde nicht gefunden.",
	    "O recurso `%s` não foi encontrado.",
	} },
	{ {
	    "Penalty: Forbidden method `%s()` detected.",
	    "Penalización: se encontró el método prohibido `%s()`.",
	    "Pénalité : la méthode interdite `%s()` a été trouvée.",
	    "Abzug: Die verbotene Methode `%s()` wurde gefunden.",
	    "Penalidade: método proibido `%s()` detectado.",
	} },
	{ {
	    "Great! The forbidden method `%s()` was not used.",
	    "¡Bien! No se usó el método prohibido `%s()`.",
	    "Bien ! La méthode interdite `%s()` n'est pas utilisée.",
	    "Gut! Die verbotene Methode `%s()` wurde nicht verwendet.",
	    "Ótimo! O método proibido `%s()` não foi usado.",
	} },
	{ {
	    "Too many global variables: %zu, at most %zu are allowed.",
	    "Demasiadas variables globales: %zu, se permiten %zu como máximo.",
	    "Trop de variables globales : %zu, %zu au plus sont permises.",
	    "Zu viele globale Variablen: %zu, höchstens %zu sind erlaubt.",
	    "Variáveis globais demais: %zu, no máximo %zu são permitidas.",
	} },
	{ {
	    "Good job keeping the global scope clean.",
	    "Bien: el ámbito global está limpio.",
	    "Bien : la portée globale reste propre.",
	    "Gut: Der globale Bereich ist sauber.",
	    "Bom trabalho mantendo o escopo global limpo.",
	} },
	{ {
	    "The logic to read URL parameters was found.",
	    "Se encontró la lógica que lee los parámetros de la URL.",
	    "La logique qui lit les paramètres de l'URL a été trouvée.",
	    "Das Lesen der URL-Parameter wurde gefunden.",
	    "A lógica para ler parâmetros da URL foi encontrada.",
	} },
	{ {
	    "The logic to read URL parameters (e.g., URLSearchParams) was not "
	    "found in your JavaScript.",
	    "No se encontró en tu JavaScript la lógica que lee los parámetros "
	    "de la URL (p. ej. URLSearchParams).",
	    "La logique qui lit les paramètres de l'URL (p. ex. "
	    "URLSearchParams) n'a pas été trouvée dans votre JavaScript.",
	    "Das Lesen der URL-Parameter (z. B. URLSearchParams) wurde im "
	    "JavaScript nicht gefunden.",
	    "A lógica para ler parâmetros da URL (por exemplo, "
	    "URLSearchParams) não foi encontrada no seu JavaScript.",
	} },
	{ {
	    "Found data structure with %zu of %zu required items, all with "
	    "the '%s' key.",
	    "Se encontró una estructura de datos con %zu de %zu elementos "
	    "requeridos, todos con la clave '%s'.",
	    "Une structure de données avec %zu sur %zu éléments demandés, "
	    "tous avec la clé '%s', a été trouvée.",
	    "Datenstruktur mit %zu von %zu verlangten Elementen gefunden, "
	    "alle mit dem Schlüssel '%s'.",
	    "Encontrada estrutura de dados com %zu de %zu itens exigidos, "
	    "todos com a chave '%s'.",
	} },
	{ {
	    "Found %zu of %zu required DOM manipulation method calls.",
	    "Se encontraron %zu de %zu llamadas requeridas a métodos que "
	    "manipulan el DOM.",
	    "%zu sur %zu appels demandés à des méthodes qui manipulent le DOM "
	    "ont été trouvés.",
	    "%zu von %zu verlangten Aufrufen von DOM-Methoden gefunden.",
	    "Encontradas %zu de %zu chamadas exigidas a métodos de "
	    "manipulação do DOM.",
	} },
	{ {
	    "JavaScript framework usage (React, Vue, Angular) detected. The "
	    "use of frameworks is not allowed in this activity.",
	    "Se detectó un framework de JavaScript (React, Vue, Angular). En "
	    "esta actividad no se permiten frameworks.",
	    "Un framework JavaScript (React, Vue, Angular) a été détecté. Les "
	    "frameworks ne sont pas permis dans cette activité.",
	    "Ein JavaScript-Framework (React, Vue, Angular) wurde gefunden. "
	    "Frameworks sind in dieser Aufgabe nicht erlaubt.",
	    "Uso de framework JavaScript (React, Vue, Angular) detectado. O "
	    "uso de frameworks não é permitido nesta atividade.",
	} },
	{ {
	    "No JavaScript framework was detected.",
	    "No se detectó ningún framework de JavaScript.",
	    "Aucun framework JavaScript n'a été détecté.",
	    "Es wurde kein JavaScript-Framework gefunden.",
	    "Nenhum framework JavaScript foi detectado.",
	} },
	{ { NULL } }
};
/* clang-format on */
