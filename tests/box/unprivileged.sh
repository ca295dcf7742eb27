#!/bin/sh
# The suite once more, as in production: a user without any privilege, to whom
# control groups were delegated.  Root makes those and becomes the user.
set -eu

user=64998
build=${ASSIZE_BUILDDIR:-.}
if [ "$(id -u)" != 0 ]; then
	echo "skipped: only root can delegate control groups to a user"
	exit 77
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/boxuser-XXXXXX")
groups=

# The directory of our own group of a controller; "" is version 2.
own_group() {
	if [ -n "$1" ]; then
		mount=/sys/fs/cgroup/$1
		path=$(awk -F: -v c="$1" '{
			n = split($2, names, ",")
			for (i = 1; i <= n; i++)
				if (names[i] == c)
					print $3
		}' /proc/self/cgroup)
	else
		mount=/sys/fs/cgroup
		path=$(sed -n 's/^0:://p' /proc/self/cgroup)
		path=${path%/sup}
	fi
	if [ -d "$mount$path" ]; then
		echo "$mount$path"
	else
		echo "$mount"
	fi
}

delegate() {
	group=$(own_group "$1")/${dir##*/}
	mkdir "$group"
	groups="$groups $group"
	chown "$user:$user" "$group" "$group/cgroup.procs"
	if [ -z "$1" ]; then
		chown "$user:$user" "$group/cgroup.subtree_control" \
		    "$group/cgroup.threads"
	fi
}

clean() {
	for group in $groups; do
		find "$group" -depth -type d -exec rmdir {} \; || true
	done
	rm -rf "$dir"
}

trap clean EXIT
if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
	echo "+memory +pids" > "$(own_group '')/cgroup.subtree_control" || {
		mkdir -p "$(own_group '')/sup"
		echo $$ > "$(own_group '')/sup/cgroup.procs"
		echo "+memory +pids" > "$(own_group '')/cgroup.subtree_control"
	}
	delegate ''
else
	delegate memory
	delegate pids
	delegate cpuacct
fi

# The build directory may be one that the user cannot enter.
mkdir -p "$dir/src/box" "$dir/tests/box" "$dir/tmp"
cp "$build/src/box/assize-boxinit" "$dir/src/box/"
cp "$build/tests/box/attack" "$dir/tests/box/"
for t in escape limits life; do
	cp "$build/tests/box/test_$t" "$dir/tests/box/"
done
chmod 755 "$dir"
chown "$user:$user" "$dir/tmp"
for t in escape limits life; do
	# In a process of its own: nobody else may be in the group.
	(
		for group in $groups; do
			echo 0 > "$group/cgroup.procs"
		done
		ASSIZE_BUILDDIR=$dir TMPDIR=$dir/tmp exec setpriv \
		    --reuid "$user" --regid "$user" --clear-groups \
		    --no-new-privs --bounding-set=-all "$dir/tests/box/test_$t"
	)
done
