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
groups=

# The directory of our own group of a controller of version 1.
own_group() {
	mount=/sys/fs/cgroup/$1
	path=$(awk -F: -v c="$1" '{
		n = split($2, names, ",")
		for (i = 1; i <= n; i++)
			if (names[i] == c)
				print $3
	}' /proc/self/cgroup)
	if [ -d "$mount$path" ]; then
		echo "$mount$path"
	else
		echo "$mount"
	fi
}

delegate() {
	group=$1/${dir##*/}
	mkdir "$group"
	groups="$groups $group"
	for file in . cgroup.procs cgroup.subtree_control cgroup.threads; do
		if [ -e "$group/$file" ]; then
			chown "$user:$user" "$group/$file"
		fi
	done
}

clean() {
	for group in $groups; do
		find "$group" -depth -type d -exec rmdir {} \; || true
	done
	rm -rf "$dir"
}

trap clean EXIT
if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
	echo "+memory +pids" > /sys/fs/cgroup/cgroup.subtree_control
	delegate /sys/fs/cgroup
else
	for controller in memory pids cpuacct; do
		delegate "$(own_group "$controller")"
	done
fi

# In a process of its own: nobody else may be in the group.  The first host
# that opens there moves itself into the leaf "sup".
as_user() (
	for group in $groups; do
		if [ -d "$group/sup" ]; then
			group=$group/sup
		fi
		echo 0 > "$group/cgroup.procs"
	done
	ASSIZE_BUILDDIR=$dir TMPDIR=$dir/tmp exec setpriv \
	    --reuid "$user" --regid "$user" --clear-groups \
	    --no-new-privs --bounding-set=-all "$@"
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
cp -r "$source/tests/data/unprivileged" "$dir/package"
chmod -R u=rwX,go=rX "$dir/inbox" "$dir/package"
runner() {
	as_user env ASSIZE_BOXINIT="$dir/src/box/assize-boxinit" \
	    ASSIZE_INBOX_DIR="$dir/inbox" ASSIZE_LANGUAGES=c \
	    "$dir/src/assize-runner" "$@"
}
runner --doctor
runner --check "$dir/package"
left=$(find "$dir/tmp" -mindepth 1)
if [ -n "$left" ]; then
	echo "left behind: $left"
	exit 1
fi
