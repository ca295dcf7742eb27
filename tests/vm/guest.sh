#!/bin/bash
# In the guest: the box tests as root, as a unit without privileges, and the
# doctor as a user without a session, to whom ./dev gave control groups.
export ASSIZE_BUILDDIR=/job/build ASSIZE_SLOW=20
echo "GUEST-READY $(stat -fc %T /sys/fs/cgroup) $(uname -r)"
chmod -R a+rX /job
useradd -r -M runner 2>/dev/null

# one NAME COMMAND...: a line with its end; all it said if it failed.
one() {
	name=$1
	shift
	began=$SECONDS
	verdict=PASS
	"$@" >"/tmp/$name.log" 2>&1 || verdict=FAIL
	tests=$(grep -c '^\[       OK \]' "/tmp/$name.log")
	echo "$verdict $name: $tests tests in $((SECONDS - began)) s" |
	    tee -a /tmp/ended
	if [ "$verdict" = FAIL ]; then
		grep -vE '^\[( RUN|       OK)' "/tmp/$name.log" | tail -n 40
	fi
}

# What the runner's unit allows and forbids is what the boxes live with.
unit=()
while read -r option; do
	unit+=(-p "$option")
done < <(sed -nE '/^(Delegate|TasksMax|LimitNOFILE|UMask|RemoveIPC)=/p
	/^(NoNew|Capability|Ambient|Protect|Private|Restrict[A-Z]|Lock)/p
	/^(Keyring|SystemCall)/p' /job/assize-runner.service)

as_root() {
	for t in escape walls limits life pool doctor; do
		one "root-$t" systemd-run --quiet --wait --pipe --collect \
		    -p Delegate=yes -E ASSIZE_BUILDDIR -E ASSIZE_SLOW \
		    "/job/build/tests/box/test_$t"
	done
}

# Without the controls: the unit forbids much of that, too.
as_unit() {
	for t in escape limits life pool doctor; do
		one "unit-$t" systemd-run --quiet --wait --pipe --collect \
		    "${unit[@]}" -p User=runner -E ASSIZE_BUILDDIR \
		    -E ASSIZE_SLOW "/job/build/tests/box/test_$t"
	done
}

as_user() {
	# shellcheck disable=SC2016
	one user-doctor bash -c '/job/delegate.sh dev-runner runner $$ &&
		exec setpriv --reuid runner --regid runner --init-groups \
		    --no-new-privs /job/build/tests/box/test_doctor'
}

# Each on a processor of its own: each counts what is its own.
as_root &
as_unit
as_user
wait
awk '/^PASS/ { passed++ } /^FAIL/ { failed++ } { tests += $3 }
	END { printf "GUEST-TOTAL %d programs passed, %d failed; %d tests passed\n",
	    passed, failed, tests }' /tmp/ended
! grep -q '^FAIL' /tmp/ended
