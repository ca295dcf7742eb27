/*
 * The functions of webdev, for its table.
 */
#ifndef RUNNER_TEMPLATES_WEBDEV_H
#define RUNNER_TEMPLATES_WEBDEV_H

#include "base/str.h"
#include "runner/templates/probe.h"

#define WEBDEV_FUNCTIONS(X)                                 \
	X(has_tag, PROBE_HTML)                              \
	X(has_class, PROBE_HTML)                            \
	X(has_attribute, PROBE_HTML)                        \
	X(has_forbidden_tag, PROBE_HTML)                    \
	X(check_bootstrap_linked, PROBE_HTML)               \
	X(check_bootstrap_usage, PROBE_HTML)                \
	X(check_internal_links, PROBE_HTML)                 \
	X(check_internal_links_to_article, PROBE_HTML)      \
	X(check_no_unclosed_tags, PROBE_HTML)               \
	X(check_no_inline_styles, PROBE_HTML)               \
	X(uses_semantic_tags, PROBE_HTML)                   \
	X(check_css_linked, PROBE_HTML)                     \
	X(check_headings_sequential, PROBE_HTML)            \
	X(check_all_images_have_alt, PROBE_HTML)            \
	X(check_html_direct_children, PROBE_HTML)           \
	X(check_tag_not_inside, PROBE_HTML)                 \
	X(check_head_details, PROBE_HTML)                   \
	X(check_attribute_and_value, PROBE_HTML)            \
	X(link_points_to_page_with_query_param, PROBE_HTML) \
	X(css_uses_property, PROBE_CSS)                     \
	X(has_style, PROBE_CSS)                             \
	X(count_over_usage, PROBE_CSS)                      \
	X(check_id_selector_over_usage, PROBE_CSS)          \
	X(uses_relative_units, PROBE_CSS)                   \
	X(check_media_queries, PROBE_CSS)                   \
	X(check_flexbox_usage, PROBE_CSS)                   \
	X(count_unused_css_classes, PROBE_FILES)            \
	X(js_uses_feature, PROBE_JS)                        \
	X(uses_forbidden_method, PROBE_JS)                  \
	X(count_global_vars, PROBE_JS)                      \
	X(js_uses_query_string_parsing, PROBE_JS)           \
	X(js_has_json_array_with_id, PROBE_JS)              \
	X(js_uses_dom_manipulation, PROBE_JS)               \
	X(has_no_js_framework, PROBE_TREES)                 \
	X(check_dir_exists, PROBE_FILES)                    \
	X(check_project_structure, PROBE_FILES)

#define X(name, kind) struct err *name(struct probe *) _must_check_;
WEBDEV_FUNCTIONS(X)
#undef X

#endif
