#include "assized/shown.h"

#include <string.h>

#include "markup/safe.h"

const char *
shown_html(const struct json *feedback, const char *id)
{
	const char *html = id == NULL
	    ? json_member_string(feedback, "html")
	    : json_member_string(json_member(feedback, "problems"), id);

	return html != NULL && markup_is_safe(html) ? html : NULL;
}

void
shown_feedback_write(struct json_w *w, const struct json *feedback)
{
	const char *type = json_member_string(feedback, "type");
	const struct json *problems = json_member(feedback, "problems");

	if (type == NULL || strcmp(type, "markdown") == 0) {
		json_w_value(w, feedback);
		return;
	}
	json_w_object(w);
	json_w_key_str(w, "type", type);
	json_w_key_str(w, "text", json_member_string(feedback, "text"));
	json_w_key_str(w, "html", shown_html(feedback, NULL));
	json_w_key(w, "problems");
	json_w_object(w);
	for (size_t i = 0; problems != NULL && problems->kind == JSON_OBJECT &&
	     i < problems->n;
	     i++)
		json_w_key_str(w, problems->members[i].name,
		    shown_html(feedback, problems->members[i].name));
	json_w_object_end(w);
	json_w_object_end(w);
}
