#include "base/str.h"
#include "grade/feedback.h"
#include "wire/fields.h"

#define TEXT_MAX 4000

static bool
is_url(const char *text)
{
	return str_has_prefix(text, "https://") ||
	    str_has_prefix(text, "http://");
}

static const char *const modes[] = { "default", "ai", NULL };

/* clang-format off */
static const struct field resource_fields[] = {
	{ "url", F_STRING, AT(struct feedback_resource, url), F_REQUIRED,
	    .max = 2000, .check = is_url, .what = "an http or https URL" },
	{ "description", F_STRING, AT(struct feedback_resource, description),
	    F_REQUIRED, .min = 1, .max = 1000 },
	{ "linked_tests", F_STRINGS, AT(struct feedback_resource, linked_tests),
	    F_NULLABLE, .max = 1000, .item_max = 1000,
	    .count = COUNT(struct feedback_resource, n_linked_tests) },
	{ 0 }
};
static const struct fields resource = { "resource", resource_fields,
	sizeof(struct feedback_resource), 0 };

static const struct field general_fields[] = {
	{ "report_title", F_STRING, AT(struct feedback_general, report_title),
	    F_NULLABLE, .max = 200 },
	{ "show_score", F_BOOL, AT(struct feedback_general, show_score),
	    F_NULLABLE, .has = HAS(struct feedback_general, has_show_score) },
	{ "show_passed_tests", F_BOOL,
	    AT(struct feedback_general, show_passed_tests), F_NULLABLE },
	{ "add_report_summary", F_BOOL,
	    AT(struct feedback_general, add_report_summary), F_NULLABLE,
	    .has = HAS(struct feedback_general, has_add_report_summary) },
	{ "online_content", F_OBJECTS,
	    AT(struct feedback_general, online_content), F_NULLABLE,
	    .max = FEEDBACK_RESOURCES_MAX,
	    .count = COUNT(struct feedback_general, n_online_content),
	    .fields = &resource },
	{ 0 }
};
static const struct fields general = { "general", general_fields,
	sizeof(struct feedback_general), 0 };

static const struct field headers_fields[] = {
	{ "base", F_STRING, AT(struct feedback_headers, base), F_NULLABLE,
	    .max = 200 },
	{ "bonus", F_STRING, AT(struct feedback_headers, bonus), F_NULLABLE,
	    .max = 200 },
	{ "penalty", F_STRING, AT(struct feedback_headers, penalty), F_NULLABLE,
	    .max = 200 },
	{ 0 }
};
static const struct fields headers = { "category_headers", headers_fields,
	sizeof(struct feedback_headers), 0 };

static const struct field plain_fields[] = {
	{ "category_headers", F_OBJECT,
	    AT(struct feedback_default, category_headers), F_NULLABLE,
	    .fields = &headers },
	{ 0 }
};
static const struct fields plain = { "default", plain_fields,
	sizeof(struct feedback_default), 0 };

static const struct field ai_fields[] = {
	{ "provide_solutions", F_STRING,
	    AT(struct feedback_ai, provide_solutions), F_NULLABLE,
	    .max = TEXT_MAX },
	{ "feedback_tone", F_STRING, AT(struct feedback_ai, feedback_tone),
	    F_NULLABLE, .max = TEXT_MAX },
	{ "feedback_persona", F_STRING,
	    AT(struct feedback_ai, feedback_persona), F_NULLABLE,
	    .max = TEXT_MAX },
	{ "assignment_context", F_STRING,
	    AT(struct feedback_ai, assignment_context), F_NULLABLE,
	    .max = TEXT_MAX },
	{ "extra_orientations", F_STRING,
	    AT(struct feedback_ai, extra_orientations), F_NULLABLE,
	    .max = TEXT_MAX },
	{ "submission_files_to_read", F_STRINGS,
	    AT(struct feedback_ai, submission_files_to_read), F_NULLABLE,
	    .max = 100, .item_max = 255,
	    .count = COUNT(struct feedback_ai, n_submission_files_to_read) },
	{ 0 }
};
static const struct fields ai = { "ai", ai_fields, sizeof(struct feedback_ai),
	0 };

static const struct field config_fields[] = {
	{ "include_feedback", F_BOOL,
	    AT(struct feedback_config, include_feedback), F_NULLABLE,
	    .has = HAS(struct feedback_config, has_include_feedback) },
	{ "feedback_mode", F_ENUM, AT(struct feedback_config, mode), F_NULLABLE,
	    .names = modes },
	{ "general", F_OBJECT, AT(struct feedback_config, general), F_NULLABLE,
	    .fields = &general },
	{ "default", F_OBJECT, AT(struct feedback_config, plain), F_NULLABLE,
	    .fields = &plain },
	{ "ai", F_OBJECT, AT(struct feedback_config, ai), F_NULLABLE,
	    .fields = &ai },
	{ 0 }
};
/* clang-format on */
static const struct fields config = { "feedback", config_fields,
	sizeof(struct feedback_config), 0 };

void
feedback_config_read(const struct json *j, const char *where, struct faults *f,
    struct feedback_config *ret_config)
{
	static const struct feedback_general no_general;
	static const struct feedback_ai no_ai;

	*ret_config = (struct feedback_config) { 0 };
	if (j != NULL)
		fields_read(&config, j, where, f, ret_config);
	if (ret_config->general == NULL)
		ret_config->general = &no_general;
	if (ret_config->ai == NULL)
		ret_config->ai = &no_ai;
}

bool
feedback_is_wanted(const struct feedback_config *c)
{
	return !c->has_include_feedback || c->include_feedback;
}
