#!/bin/sh
# delegate.sh UID PID: as root, gives a user control groups of its own and puts
# that process into them.  It is what systemd does with Delegate=, for where
# the user has no session of systemd's (a container, su).
#
# The groups stay, empty, for the next time.  Their name must not be one that a
# runner of root's takes for a dead runner's ("assize-").
set -eu

uid=$1
pid=$2
top=/sys/fs/cgroup
name=user-$uid-assize

if [ -e $top/cgroup.controllers ]; then
	group=$top/$name
	# A group that gives controllers on holds no processes: they are in a leaf.
	mkdir -p "$group/sup"
	echo '+memory +pids' >$top/cgroup.subtree_control
	for dir in "$group" "$group/sup"; do
		chown "$uid" "$dir" "$dir/cgroup.procs" "$dir/cgroup.threads" \
		    "$dir/cgroup.subtree_control"
	done
	echo "$pid" >"$group/sup/cgroup.procs"
else
	for controller in memory pids cpuacct; do
		group=$top/$controller/$name
		mkdir -p "$group"
		chown "$uid" "$group"
		echo "$pid" >"$group/cgroup.procs"
	done
fi
