#!/bin/sh
# delegate.sh NAME UID PID: as root, gives a user control groups of that name
# and puts the process into them.  It is what systemd does with Delegate=, for
# where the user has no session of systemd's (a container, su).
#
# The groups stay until they are removed.  The name must not be one that a
# runner of root's takes for a dead runner's ("assize-...").
set -eu

name=$1
uid=$2
pid=$3
top=/sys/fs/cgroup

if grep -qw memory $top/cgroup.controllers 2>/dev/null; then
	# A group that hands controllers on holds no processes: a leaf does.
	echo '+memory +pids' >$top/cgroup.subtree_control
	mkdir -p "$top/$name/sup"
	for dir in "$top/$name" "$top/$name/sup"; do
		chown "$uid" "$dir" "$dir/cgroup.procs" "$dir/cgroup.threads" \
		    "$dir/cgroup.subtree_control"
	done
	echo "$pid" >"$top/$name/sup/cgroup.procs"
else
	for controller in memory pids cpuacct; do
		mkdir -p "$top/$controller/$name"
		chown "$uid" "$top/$controller/$name"
		echo "$pid" >"$top/$controller/$name/cgroup.procs"
	done
fi
