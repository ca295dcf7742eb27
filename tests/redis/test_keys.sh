#!/bin/sh
# Every Redis key of the sources stands in the tables of src/dispatch/README.md
# and docs/dispatch.md, and the reverse; the states of a job are those of the
# table's constraint.  A key's name is what comes before its variable part.
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
# First columns of the table under a heading.
column() {
	sed -n "/^## $2\$/,/^## /s/^| \`\([^\`]*\)\` |.*/\1/p" "$1" |
		sed 's/<.*//' | sort -u
}

[ -s "$tmp/used" ] || { echo "no keys found in $dir"; exit 1; }
for doc in src/dispatch/README.md docs/dispatch.md; do
	column "$ASSIZE_SRCDIR/$doc" Keys >"$tmp/told"
	diff -u "$tmp/told" "$tmp/used" || {
		echo "the keys of $doc (-) and of the sources (+) differ"
		exit 1
	}
done

column "$ASSIZE_SRCDIR/docs/dispatch.md" "States of a job" >"$tmp/told"
cat "$ASSIZE_SRCDIR"/sql/migrations/*.sql | tr '\n' ' ' |
	sed 's/.*job_state_ck CHECK (state IN[^(]*(\([^)]*\)).*/\1/' |
	tr -d " '" | tr ',' '\n' | sort -u >"$tmp/used"
printf '\n' | cat "$tmp/used" - | sed '/^$/d' >"$tmp/states"
diff -u "$tmp/told" "$tmp/states" || {
	echo "the states of docs/dispatch.md (-) and of the table (+) differ"
	exit 1
}

status=0
for f in "$dir"/lua/*.lua; do
	n=$(grep -vc "^[[:space:]]*-- mutant " "$f")
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
