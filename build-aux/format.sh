#!/bin/sh
# format.sh [--check]: applies .clang-format to all C, or says what differs.
# Only version 14 gives the same result everywhere.
cd "${ASSIZE_SRCDIR:-$(dirname "$0")/..}" || exit 1
tool=$(command -v clang-format-14 || command -v clang-format) ||
    { echo "clang-format is missing"; exit 77; }
"$tool" --version | grep -q 'version 14\.' ||
    { echo "clang-format 14 is needed"; exit 77; }
files=$(find src tests -name '*.[ch]' ! -path '*/data/*' \
    ! -name '*_gen.h' ! -name lua_scripts.h | sort)
case ${1-} in
--check) mode='--dry-run -Werror' ;;
*) mode=-i ;;
esac
# shellcheck disable=SC2086
exec "$tool" $mode $files
