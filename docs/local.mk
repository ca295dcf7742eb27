dist_man_MANS += docs/man/assize-errors.7 docs/man/assized.8 \
	docs/man/assized.conf.5
EXTRA_DIST += LICENSE NEWS.md SECURITY.md STYLE.md docs/README.md
dist_doc_DATA += docs/architecture.md docs/courses.md docs/criteria.md docs/failpoints.md \
	docs/feedback.md docs/judging.md docs/languages.md docs/metrics.md \
	docs/cases.md docs/inginious.md docs/model.md docs/noj.md docs/operations.md docs/pipeline.md docs/quiz.md docs/script.md \
	docs/submissions.md docs/templates.md docs/threat-model.md
