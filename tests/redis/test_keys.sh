#!/bin/sh
# Every Redis key of the sources stands in the table of src/dispatch/README.md,
# and the reverse.  A key's name is what comes before its first variable part.
set -eu

dir=${ASSIZE_SRCDIR:?}/src/dispatch
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# In C: batch_key(&b, "name:%s"...) and literals with the prefix; in Lua:
# P .. 'name:' and KEYS named by the callers in C.
{
	sed -n 's/.*batch_key([^"]*"\([^"%]*\).*/\1/p' "$dir"/*.c
	sed -n 's/.*"{assize}:\([^"]\{1,\}\)".*/\1/p' "$dir"/*.c
	grep -ho "P \.\. '[^']*'" "$dir"/lua/*.lua | sed "s/P \.\. '\(.*\)'/\1/"
} | sort -u >"$tmp/used"
sed -n 's/^| `\([^`]*\)` |.*/\1/p' "$dir/README.md" | sed 's/<.*//' |
	sort -u >"$tmp/told"

[ -s "$tmp/used" ] || { echo "no keys found in $dir"; exit 1; }
diff -u "$tmp/told" "$tmp/used" || {
	echo "the table of keys (-) and the sources (+) differ"
	exit 1
}

status=0
for f in "$dir"/lua/*.lua; do
	n=$(wc -l <"$f")
	if [ "$n" -gt 40 ]; then
		echo "$f: $n lines, at most 40"
		status=1
	fi
	case $(head -n 1 "$f") in
	--*) ;;
	*) echo "$f: no contract at its head"; status=1 ;;
	esac
done
exit $status
