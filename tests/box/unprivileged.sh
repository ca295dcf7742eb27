#!/bin/sh
# The suite once more, as in production: a user without any privilege, to whom
# control groups were delegated, and the runner itself with a job of a script.
# Root makes the groups and becomes the user.
set -eu

user=64998
build=${ASSIZE_BUILDDIR:-.}
source=$(cd "$(dirname "$0")/../.." && pwd)
if [ "$(id -u)" != 0 ]; then
	echo "skipped: only root can delegate control groups to a user"
	exit 77
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/boxuser-XXXXXX")
name=${dir##*/}

clean() {
	for top in /sys/fs/cgroup /sys/fs/cgroup/*; do
		if [ -d "$top/$name" ]; then
			find "$top/$name" -depth -type d -exec rmdir {} \; || true
		fi
	done
	rm -rf "$dir"
}

trap clean EXIT

# In a process of its own, whose groups they are.
as_user() (
	export ASSIZE_BUILDDIR="$dir" TMPDIR="$dir/tmp"
	# shellcheck disable=SC2016
	exec sh -euc 'name=$1 user=$2 delegate=$3
		shift 3
		"$delegate" "$name" "$user" $$
		exec setpriv --reuid "$user" --regid "$user" --clear-groups \
		    --no-new-privs --bounding-set=-all "$@"' \
	    sh "$name" "$user" "$source/build-aux/delegate.sh" "$@"
)

# The build directory may be one that the user cannot enter.
mkdir -p "$dir/src/box" "$dir/tests/box" "$dir/tmp"
cp "$build/src/box/assize-boxinit" "$dir/src/box/"
cp "$build/tests/box/attack" "$dir/tests/box/"
for t in escape limits life doctor; do
	cp "$build/tests/box/test_$t" "$dir/tests/box/"
done
chmod 755 "$dir"
chown "$user:$user" "$dir/tmp"
for t in escape limits life doctor; do
	as_user "$dir/tests/box/test_$t"
done

# The runner there: a script's job, whose boxes have the runner's own user.
cp "$build/src/runner/assize-runner" "$dir/src/"
cp -r "$source/src/inbox" "$dir/inbox"
cp -r "$source/src/runner/languages.d" "$dir/languages.d"
cp -r "$source/tests/data/unprivileged" "$dir/package"
chmod -R u=rwX,go=rX "$dir/inbox" "$dir/languages.d" "$dir/package"
runner() {
	as_user env ASSIZE_BOXINIT="$dir/src/box/assize-boxinit" \
	    ASSIZE_INBOX_DIR="$dir/inbox" ASSIZE_LANGUAGES=c \
	    ASSIZE_LANGUAGES_DIR="$dir/languages.d" \
	    "$dir/src/assize-runner" "$@"
}
runner --doctor
runner --check "$dir/package"
left=$(find "$dir/tmp" -mindepth 1)
if [ -n "$left" ]; then
	echo "left behind: $left"
	exit 1
fi
