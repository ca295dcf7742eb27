/*
 * The table of test functions.
 */
#include "grade/function.h"

static const char *const match_modes[] = { "exact", "contains", "regex", NULL };

/* The runner knows each of them; a test compares. */
static const char *const keywords[] = { "for_loop", "while_loop",
	"do_while_loop", "comprehension", "lambda", "ternary", "switch", "try",
	"goto", "eval_call", "exec_call", NULL };

#define REQUIRED .is_required = true
#define OR_ZERO .number = 0
#define OR_NUMBER(n) .number = (n)
#define OR_TEXT(s) .text = (s)
#define OPTIONAL .is_required = false

#define COMMAND                                                  \
	{                                                        \
		"program_command", PARAM_COMMAND, OR_TEXT("CMD") \
	}
#define NEEDED(what)                                           \
	{                                                      \
		"required_count", PARAM_COUNT, OR_NUMBER(what) \
	}
#define ALLOWED                                     \
	{                                           \
		"max_allowed", PARAM_COUNT, OR_ZERO \
	}
#define PORT                                         \
	{                                            \
		"port", PARAM_COUNT, OR_NUMBER(8080) \
	}

/* clang-format off */
const struct function functions[] = {
	{ "input_output", "expect_output", {
	    { "inputs", PARAM_TEXTS, OPTIONAL },
	    { "expected_output", PARAM_TEXT, REQUIRED },
	    COMMAND,
	    { "normalization", PARAM_FLAG, OR_TEXT("true") } } },
	{ "input_output", "dont_fail", {
	    { "user_input", PARAM_TEXT, .text = "", .alias = "input" },
	    COMMAND } },
	{ "input_output", "expect_file_artifact", {
	    COMMAND,
	    { "artifact_path", PARAM_TEXT, REQUIRED },
	    { "expected_content", PARAM_TEXT, REQUIRED,
	      .regex_if = "match_mode" },
	    { "match_mode", PARAM_CHOICE, OR_TEXT("exact"),
	      .choices = match_modes },
	    { "inputs", PARAM_TEXTS, OPTIONAL },
	    { "normalization", PARAM_FLAG, OR_TEXT("true") } } },

	{ "static_analysis", "forbidden_import", {
	    { "forbidden_imports", PARAM_TEXTS, REQUIRED },
	    { "submission_language", PARAM_TEXT, OPTIONAL } } },
	{ "static_analysis", "forbidden_keyword", {
	    { "forbidden_keywords", PARAM_TEXTS,
	      .choices = keywords },
	    { "custom_ast_grep_rules", PARAM_RULES, OPTIONAL },
	    { "submission_language", PARAM_TEXT, OPTIONAL } } },

	/* Those that ask a language model. */
	{ "static_analysis", "ai_sorting_algorithm", {
	    { "algorithm_name", PARAM_TEXT, REQUIRED } } },
	{ "static_analysis", "ai_search_algorithm", {
	    { "algorithm_name", PARAM_TEXT, REQUIRED } } },
	{ "static_analysis", "ai_graph_algorithm", {
	    { "algorithm_name", PARAM_TEXT, REQUIRED } } },
	{ "static_analysis", "ai_check", {
	    { "prompt", PARAM_TEXT, REQUIRED } } },

	{ "webdev", "has_tag", {
	    { "tag", PARAM_TEXT, REQUIRED }, NEEDED(0) } },
	{ "webdev", "has_class", {
	    { "class_names", PARAM_TEXTS, REQUIRED }, NEEDED(0) } },
	{ "webdev", "has_attribute", {
	    { "attribute", PARAM_TEXT, REQUIRED }, NEEDED(0) } },
	{ "webdev", "has_forbidden_tag", { { "tag", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "check_bootstrap_linked", { { 0 } } },
	{ "webdev", "check_bootstrap_usage", { { 0 } } },
	{ "webdev", "check_internal_links", { NEEDED(0) } },
	{ "webdev", "check_internal_links_to_article", { NEEDED(0) } },
	{ "webdev", "check_no_unclosed_tags", { { 0 } } },
	{ "webdev", "check_no_inline_styles", { { 0 } } },
	{ "webdev", "uses_semantic_tags", { { 0 } } },
	{ "webdev", "check_css_linked", { { 0 } } },
	{ "webdev", "check_headings_sequential", { { 0 } } },
	{ "webdev", "check_all_images_have_alt", { { 0 } } },
	{ "webdev", "check_html_direct_children", { { 0 } } },
	{ "webdev", "check_tag_not_inside", {
	    { "child_tag", PARAM_TEXT, REQUIRED },
	    { "parent_tag", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "check_head_details", {
	    { "detail_tag", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "check_attribute_and_value", {
	    { "tag", PARAM_TEXT, REQUIRED },
	    { "attribute", PARAM_TEXT, REQUIRED },
	    { "value", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "link_points_to_page_with_query_param", {
	    { "target_page", PARAM_TEXT, REQUIRED },
	    { "query_param", PARAM_TEXT, REQUIRED }, NEEDED(1) } },
	{ "webdev", "css_uses_property", {
	    { "prop", PARAM_TEXT, REQUIRED },
	    { "value", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "has_style", {
	    { "style", PARAM_TEXT, REQUIRED },
	    { "count", PARAM_COUNT, OR_NUMBER(1),
	      .alias = "required_count" } } },
	{ "webdev", "count_over_usage", {
	    { "text", PARAM_TEXT, REQUIRED }, ALLOWED } },
	{ "webdev", "check_id_selector_over_usage", { ALLOWED } },
	{ "webdev", "uses_relative_units", { { 0 } } },
	{ "webdev", "check_media_queries", { { 0 } } },
	{ "webdev", "check_flexbox_usage", { { 0 } } },
	{ "webdev", "count_unused_css_classes", {
	    { "html_file", PARAM_TEXT, OPTIONAL },
	    { "css_file", PARAM_TEXT, OPTIONAL } } },
	{ "webdev", "js_uses_feature", {
	    { "feature", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "uses_forbidden_method", {
	    { "method", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "count_global_vars", { ALLOWED } },
	{ "webdev", "js_uses_query_string_parsing", { { 0 } } },
	{ "webdev", "js_has_json_array_with_id", {
	    { "required_key", PARAM_TEXT, REQUIRED },
	    { "min_items", PARAM_COUNT, OR_NUMBER(1) } } },
	{ "webdev", "js_uses_dom_manipulation", {
	    { "methods", PARAM_TEXTS, REQUIRED }, NEEDED(1) } },
	{ "webdev", "has_no_js_framework", {
	    { "html_file", PARAM_TEXT, OPTIONAL },
	    { "js_file", PARAM_TEXT, OPTIONAL } } },
	{ "webdev", "check_dir_exists", {
	    { "dir_path", PARAM_TEXT, REQUIRED } } },
	{ "webdev", "check_project_structure", {
	    { "expected_structure", PARAM_TEXTS, REQUIRED } } },

	{ "api", "health_check", {
	    { "endpoint", PARAM_TEXT, REQUIRED }, COMMAND, PORT } },
	{ "api", "check_response_json", {
	    { "endpoint", PARAM_TEXT, REQUIRED },
	    { "expected_key", PARAM_TEXT, REQUIRED },
	    { "expected_value", PARAM_SCALAR, REQUIRED },
	    COMMAND, PORT } },
	{ 0 }
};
/* clang-format on */
