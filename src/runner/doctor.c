#include "runner/check.h"

#include "wire/json.h"

#define JSON_MAX ((size_t)256 << 10)

static void
print_check(struct json_w *w, const struct box_check *c)
{
	if (w == NULL) {
		printf("%-4s %-24s %s\n", c->ok ? "ok" : "BAD", c->name,
		    c->why != NULL ? c->why : "");
		if (!c->ok && c->mend != NULL)
			printf("%-29s %s\n", "", c->mend);
		return;
	}
	json_w_object(w);
	json_w_key_str(w, "name", c->name);
	json_w_key_bool(w, "ok", c->ok);
	json_w_key_str(w, "why", c->why);
	json_w_key_str(w, "mend", c->mend);
	json_w_object_end(w);
}

/* A missing compiler is no fault if the configuration does not want it. */
static struct box_check
check_language(struct arena *a, const struct language_cmd *cmd)
{
	const char *line = NULL;
	struct err *e = language_cmd_version(a, cmd, &line);

	return (struct box_check) {
		.name = cmd->language,
		.ok = e == NULL,
		.why = e == NULL ? line : "is not here",
		.mend = e == NULL
		    ? NULL
		    : "apt-get install gcc g++ python3, or leave it out of "
		      "languages",
	};
}

struct err *
doctor(struct arena *a, const struct runner_config *config, bool json,
    bool *ret_ok)
{
	const struct box_options options = runner_config_box(config);
	const struct box_check *checks;
	struct json_w writer, *w = NULL;
	struct buf buf;
	bool ok = true;
	size_t n;

	if (json) {
		buf_init(&buf, a, JSON_MAX);
		json_w_init(&writer, &buf);
		json_w_array(&writer);
		w = &writer;
	}
	TRY(box_host_doctor(a, &options, &checks, &n));
	for (size_t i = 0; i < n; i++) {
		print_check(w, &checks[i]);
		ok = ok && checks[i].ok;
	}
	for (const struct language_cmd *c = language_cmds; c->language != NULL;
	     c++) {
		struct box_check check = check_language(a, c);

		print_check(w, &check);
		ok = ok && check.ok;
	}
	if (json) {
		json_w_array_end(w);
		json_w_finish(w);
		printf("%s\n", buf.p);
	}
	*ret_ok = ok;
	return NULL;
}
