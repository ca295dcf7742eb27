dist_man_MANS += docs/man/assize-errors.7
EXTRA_DIST += LICENSE NEWS.md SECURITY.md STYLE.md docs/README.md
dist_doc_DATA += docs/architecture.md
