#include "package/setup.h"

#include <string.h>

#include "base/io.h"
#include "base/str.h"
#include "package/sections.h"
#include "wire/suggest.h"

struct reading {
	struct pkg_reader *r;
	const struct package_doc *doc;
	struct setup *setup;
	struct setup_block *blocks;
	size_t block_cap;
	struct setup_asset *assets;
	size_t asset_cap;
};

static const char *const block_keys[] = { "required_files", "setup_commands",
	"assets", NULL };
static const char *const command_keys[] = { "name", "command", "shell",
	"time_ms", "memory_kb", NULL };
static const char *const asset_keys[] = { "source", "target", "read_only",
	NULL };
/* Names of languages of older documents, with ours. */
static const char *const old_languages[][2] = {
	{ "python", "python3" },
	{ "node", "javascript" },
};

bool
setup_is_for(const struct setup_block *block, const char *language)
{
	if (block->language == NULL)
		return true;
	if (language == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(old_languages); i++)
		if (strcmp(block->language, old_languages[i][0]) == 0 &&
		    strcmp(language, old_languages[i][1]) == 0)
			return true;
	return strcmp(block->language, language) == 0;
}

static void
fault(struct reading *x, const char *pointer, const char *text)
{
	faults_add(&x->r->faults, pkg_doc_at(x->r, x->doc, pointer), "%s",
	    text);
}

static void
check_keys(struct reading *x, const struct json *j, const char *pointer,
    const char *const *keys)
{
	for (size_t i = 0; i < j->n; i++) {
		const char *name = j->members[i].name, *best = NULL;
		size_t nearest = SUGGEST_START, k = 0;

		while (keys[k] != NULL && strcmp(keys[k], name) != 0)
			k++;
		if (keys[k] != NULL)
			continue;
		for (k = 0; keys[k] != NULL; k++)
			if (suggest_is_nearer(name, keys[k], &nearest))
				best = keys[k];
		fault(x, json_pointer_member(x->r->arena, pointer, name),
		    best != NULL
			? arena_printf(x->r->arena,
			      "unknown member; did you mean \"%s\"?", best)
			: "unknown member");
	}
}

static bool
is_list(struct reading *x, const struct json *j, const char *pointer,
    size_t max)
{
	if (j->kind != JSON_ARRAY)
		fault(x, pointer, "must be a list");
	else if (j->n > max)
		fault(x, pointer, "has too many items");
	else
		return true;
	return false;
}

static void
take_required(struct reading *x, const struct json *j, const char *pointer,
    struct setup_block *b)
{
	const char **names;

	if (j == NULL || !is_list(x, j, pointer, SETUP_FILES_MAX))
		return;
	names = arena_array(x->r->arena, j->n + 1, sizeof(*names));
	for (size_t i = 0; i < j->n; i++)
		if (j->items[i].kind != JSON_STRING || j->items[i].n == 0)
			fault(x, json_pointer_item(x->r->arena, pointer, i),
			    "must be the name of a file");
		else
			names[i] = j->items[i].string;
	b->required = names;
}

static int64_t
take_limit(struct reading *x, const struct json *j, const char *key,
    const char *pointer)
{
	const struct json *v = json_member(j, key);

	if (v == NULL)
		return 0;
	if (v->kind == JSON_INT && v->integer >= 1 &&
	    v->integer <= (int64_t)1 << 30)
		return v->integer;
	fault(x, json_pointer_member(x->r->arena, pointer, key),
	    "must be a whole number from 1 up");
	return 0;
}

static void
take_command(struct reading *x, const struct json *j, const char *pointer,
    size_t i, struct setup_command *c)
{
	struct arena *a = x->r->arena;
	const struct json *shell = json_member(j, "shell");

	c->name = arena_printf(a, "Setup Command %zu", i + 1);
	if (j->kind == JSON_STRING) {
		c->command = j->string;
	} else if (j->kind == JSON_OBJECT) {
		check_keys(x, j, pointer, command_keys);
		c->command = json_member_string(j, "command");
		if (json_member_string(j, "name") != NULL)
			c->name = json_member_string(j, "name");
		c->time_ms = take_limit(x, j, "time_ms", pointer);
		c->memory_kb = take_limit(x, j, "memory_kb", pointer);
	}
	if (c->command == NULL || *c->command == '\0')
		fault(x, pointer,
		    "must be a command, or an object with a command");
	if (shell != NULL && shell->kind != JSON_BOOL)
		fault(x, json_pointer_member(a, pointer, "shell"),
		    "must be true or false");
	else if (shell != NULL)
		c->by_shell = shell->boolean;
}

static void
take_commands(struct reading *x, const struct json *j, const char *pointer,
    struct setup_block *b)
{
	struct setup_command *commands;

	if (j == NULL || !is_list(x, j, pointer, SETUP_COMMANDS_MAX))
		return;
	commands = arena_array(x->r->arena, j->n + 1, sizeof(*commands));
	for (size_t i = 0; i < j->n; i++)
		take_command(x, &j->items[i],
		    json_pointer_item(x->r->arena, pointer, i), i,
		    &commands[i]);
	b->commands = commands;
	b->commands_n = j->n;
}

/* Where programs see it: relative ones below /app. */
static const char *
target_of(struct reading *x, const char *target, const char *pointer)
{
	static const char *const taken[] = { "usr", "proc", "dev", "tmp", "etc",
		"out", "bin", "lib", "lib64", "sbin" };
	const char *path = *target == '/' ? target + 1 : target;
	size_t n = strcspn(path, "/");

	for (size_t i = 0; *target == '/' && i < ARRAY_LEN(taken); i++)
		if (strlen(taken[i]) == n && strncmp(path, taken[i], n) == 0) {
			fault(x, pointer,
			    "nothing can be put there: take a path below "
			    "/app");
			return target;
		}
	if (!io_is_safe_path(path) || strcmp(path, "app") == 0)
		fault(x, pointer, "must be a path without \"..\"");
	return *target == '/' ? target
			      : arena_printf(x->r->arena, "/app/%s", target);
}

static void
take_asset(struct reading *x, const struct json *j, const char *pointer)
{
	struct arena *a = x->r->arena;
	const char *source = json_member_string(j, "source");
	const char *target = json_member_string(j, "target");
	const struct json *read_only = json_member(j, "read_only");

	if (source == NULL || target == NULL) {
		fault(x, pointer, "must be an object with source and target");
		return;
	}
	check_keys(x, j, pointer, asset_keys);
	if (pkg_files_find(&x->r->files, source) == NULL)
		fault(x, arena_printf(a, "%s/source", pointer),
		    "there is no such file in the package");
	if (read_only != NULL &&
	    (read_only->kind != JSON_BOOL || !read_only->boolean))
		fault(x, arena_printf(a, "%s/read_only", pointer),
		    "assets are always read-only");
	x->assets = arena_grow(a, x->assets, x->setup->assets_n, &x->asset_cap,
	    sizeof(*x->assets));
	x->assets[x->setup->assets_n++] = (struct setup_asset) { source,
		target_of(x, target, arena_printf(a, "%s/target", pointer)) };
	if (x->setup->assets_n > SETUP_ASSETS_MAX)
		fault(x, pointer, "too many assets");
}

static void
take_assets(struct reading *x, const struct json *j, const char *pointer)
{
	if (j == NULL || !is_list(x, j, pointer, SETUP_ASSETS_MAX))
		return;
	for (size_t i = 0; i < j->n; i++)
		take_asset(x, &j->items[i],
		    json_pointer_item(x->r->arena, pointer, i));
}

static void
take_block(struct reading *x, const struct json *j, const char *pointer,
    const char *language)
{
	struct arena *a = x->r->arena;
	struct setup_block *b;

	x->blocks = arena_grow(a, x->blocks, x->setup->blocks_n, &x->block_cap,
	    sizeof(*x->blocks));
	b = &x->blocks[x->setup->blocks_n++];
	*b = (struct setup_block) { .language = language };
	take_required(x, json_member(j, "required_files"),
	    arena_printf(a, "%s/required_files", pointer), b);
	take_commands(x, json_member(j, "setup_commands"),
	    arena_printf(a, "%s/setup_commands", pointer), b);
	take_assets(x, json_member(j, "assets"),
	    arena_printf(a, "%s/assets", pointer));
}

static bool
is_language(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(old_languages); i++)
		if (strcmp(old_languages[i][0], name) == 0)
			return true;
	return language_by_name(name) != NULL || strcmp(name, "java") == 0;
}

/* Beside what holds for all: "global", and a block for each language. */
static void
take_languages(struct reading *x, const struct json *doc)
{
	for (size_t i = 0; i < doc->n; i++) {
		const char *name = doc->members[i].name;
		const struct json *j = &doc->members[i].value;
		const char *at = json_pointer_member(x->r->arena, "", name);
		bool is_global = strcmp(name, "global") == 0;
		size_t k = 0;

		while (
		    block_keys[k] != NULL && strcmp(block_keys[k], name) != 0)
			k++;
		if (block_keys[k] != NULL)
			continue;
		if (!is_global && !is_language(name))
			fault(x, at,
			    "is neither a part of the set-up nor a language");
		else if (j->kind != JSON_OBJECT)
			fault(x, at, "must be an object");
		else {
			check_keys(x, j, at, block_keys);
			take_block(x, j, at, is_global ? NULL : name);
		}
	}
}

void
pkg_take_setup(struct pkg_reader *r, const struct package_doc *doc)
{
	struct reading x = { .r = r, .doc = doc };

	if (doc->json->kind != JSON_OBJECT) {
		faults_add(&r->faults, doc->where, "must be a map, not %s",
		    json_kind_name(doc->json->kind));
		return;
	}
	x.setup = arena_new_of(r->arena, struct setup);
	take_block(&x, doc->json, "", NULL);
	take_languages(&x, doc->json);
	x.setup->blocks = x.blocks;
	x.setup->assets = x.assets;
	r->package->setup = x.setup;
}
