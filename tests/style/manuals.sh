#!/bin/sh
# Every manual page is well-formed mdoc: any word of mandoc is a failure.
command -v mandoc >/dev/null || { echo "mandoc is missing"; exit 77; }
cd "${ASSIZE_SRCDIR:-.}" || exit 1
n=0
for page in docs/man/*.[1-8]; do
	n=$((n + 1))
done
[ "$n" -ge 1 ] && [ -f "$page" ] || { echo "no pages in docs/man"; exit 1; }
out=$(mandoc -Tlint -W warning docs/man/*.[1-8] 2>&1)
[ -z "$out" ] || { echo "$out"; exit 1; }
