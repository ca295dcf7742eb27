#include "assized/shown.h"

#include <string.h>

#include "base/clock.h"
#include "markup/hidden.h"
#include "markup/safe.h"

static struct json
hide(struct arena *a, const struct json *j, int64_t now_ms)
{
	struct json copy = *j;

	if (j->kind == JSON_STRING) {
		copy.string = markup_hide(a, j->string, now_ms);
		copy.n = strlen(copy.string);
	} else if (j->kind == JSON_ARRAY) {
		struct json *items = arena_array(a, j->n + 1, sizeof(*items));

		for (size_t i = 0; i < j->n; i++)
			items[i] = hide(a, &j->items[i], now_ms);
		copy.items = items;
	} else if (j->kind == JSON_OBJECT) {
		struct json_member *members =
		    arena_array(a, j->n + 1, sizeof(*members));

		for (size_t i = 0; i < j->n; i++) {
			members[i].name = j->members[i].name;
			members[i].value =
			    hide(a, &j->members[i].value, now_ms);
		}
		copy.members = members;
	}
	return copy;
}

const struct json *
shown_by_now(struct arena *a, const char *text, const struct json *result)
{
	const char *type =
	    json_member_string(json_member(result, "feedback"), "type");
	struct json *copy;

	if (!markup_may_hide(text) || type == NULL || strcmp(type, "rst") != 0)
		return result;
	copy = arena_new_of(a, struct json);
	*copy = hide(a, result, clock_wall_ms());
	return copy;
}

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
