#!/bin/sh
# check.sh [--long]: builds and runs all tests; ./dev check is its caller.
#
# Every suite writes its results as lines "STATUS name" into its file; the
# last line of output is their sum, and nothing else in the output looks like
# it.  STATUS: pass, fail, skip.
set -u

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
jobs=$(nproc 2>/dev/null || echo 2)
python=/usr/bin/python3
long=no
[ "${1-}" != --long ] || long=yes

work=$top/.dev/check
results=$work/results
dev=$work/build
san=$work/build-san

say() { printf '%s\n' "== $*"; }

# one NAME COMMAND...: a step that passes or fails as a whole.
one() {
	name=$1
	shift
	began=$(date +%s)
	if "$@" >"$work/$name.log" 2>&1; then
		echo "pass $name" >"$results/$name"
	else
		echo "fail $name" >"$results/$name"
		say "$name failed:"
		tail -n 40 "$work/$name.log"
	fi
	say "$name: $(($(date +%s) - began)) s"
}

configure_and_make() {
	dir=$1
	shift
	mkdir -p "$dir"
	cd "$dir" || return 1
	"$top/configure" -q "$@" && make -s -j"$jobs"
}

# The programs and the tests, without a warning from clang; with failpoints.
clang_build() {
	configure_and_make "$1" CC=clang --enable-developer \
	    --enable-failpoints && make -s -C "$1" -j"$jobs" check TESTS=
}

# The programs of one make check: a line for each of its .trs files.
collect_trs() {
	find "$2" -name '*.trs' | sort | while read -r trs; do
		test=${trs#"$2/"}
		sed -n 's/^:test-result: \([A-Z]*\).*/\1/p' "$trs" |
		    while read -r status; do
			echo "$status $1/${test%.trs}"
		done
	done | sed -e 's/^\(PASS\|XFAIL\) /pass /' -e 's/^SKIP /skip /' \
	    -e 's/^\(FAIL\|XPASS\|ERROR\) /fail /' >"$results/$1"
	[ -s "$results/$1" ] || echo "fail $1/found-no-tests" >"$results/$1"
}

make_check() {
	name=$1
	dir=$2
	shift 2
	began=$(date +%s)
	env "$@" make -C "$dir" -k check -j"$jobs" >"$work/$name.log" 2>&1
	collect_trs "$name" "$dir"
	grep -h '^fail' "$results/$name" | while read -r _ test; do
		say "$test failed:"
		tail -n 40 "$dir/${test#"$name/"}.log"
	done
	say "$name: $(($(date +%s) - began)) s"
}

# shard NAME BUILD N: every second module of the integration tests.  They have
# servers of their own and wait more than they compute.
shard() {
	marks='not long'
	[ "$long" = no ] || marks=
	modules=$(printf '%s\n' "$top"/tests/integ/test_*.py |
	    awk -v n="$3" 'NR % 2 == n')
	# shellcheck disable=SC2086
	env ASSIZE_BUILDDIR="$2" PYTHONDONTWRITEBYTECODE=1 \
	    "$python" -m pytest -p no:cacheprovider -q -m "$marks" \
	    --junitxml="$work/$1-$3.xml" $modules \
	    >"$work/$1-$3.log" 2>&1 || tail -n 80 "$work/$1-$3.log"
	"$python" -B "$top/tests/junit.py" "$1" "$work/$1-$3.xml" \
	    >"$results/$1-$3" || echo "fail $1/pytest-$3" >>"$results/$1-$3"
}

# integ NAME BUILD
integ() {
	began=$(date +%s)
	shard "$1" "$2" 0 &
	other=$!
	shard "$1" "$2" 1
	wait "$other"
	say "$1: $(($(date +%s) - began)) s"
}

# In the build that has failpoints.
chaos() {
	one chaos make -C "$work/build-clang" chaos
	if [ "$long" = yes ]; then
		one chaos-long make -C "$work/build-clang" chaos-long
		one chaos-mutants make -C "$work/build-clang" chaos-mutants
	fi
	rm -rf "$work/build-clang"
}

distcheck() {
	make -C "$dev" distcheck \
	    AM_DISTCHECK_MAKEFLAGS="-j$jobs" DISTCHECK_JOBS="$jobs"
}

# Is every file of the repository in the archive?
archive() {
	git -C "$top" ls-files | grep -vE '(^|/)\.gitignore$|(^|/)\.gitkeep$' |
	    sort >"$work/tracked"
	tar -tf "$dev"/assize-*.tar.xz | sed 's|^[^/]*/||' | sort >"$work/packed"
	! comm -23 "$work/tracked" "$work/packed" | grep .
}

# A skip that tests/skips does not name is a failure.
judge_skips() {
	cat "$results"/* | while read -r status name; do
		if [ "$status" = skip ] &&
		    ! cut -f 1 "$top/tests/skips" |
			grep -qxF "$(echo "$name" | sed 's|-sanitized/|/|')"
		then
			echo "fail $name"
			say "$name was skipped, and tests/skips does not allow it" >&2
		else
			echo "$status $name"
		fi
	done >"$work/all"
}

sum() {
	passed=$(grep -c '^pass' "$work/all")
	failed=$(grep -c '^fail' "$work/all")
	skipped=$(grep -c '^skip' "$work/all")
	grep '^fail' "$work/all" | sed 's/^fail /failed: /'
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# One at a time in one checkout; others have their own.
lock() {
	mkdir -p "$top/.dev"
	exec 8>"$top/.dev/check.lock"
	flock -n 8 || { echo "another ./dev check runs here" >&2; exit 2; }
}

beside() {
	renice -n 10 -p "$(exec sh -c 'echo $PPID')" >/dev/null 2>&1
	one build-clang clang_build "$work/build-clang"
	one build-sanitized configure_and_make "$san" \
	    --with-sanitizer=address,undefined
	make_check check-sanitized "$san" ASSIZE_LONG="$long"
}

# What is handed out, beside the chaos, which waits most of the time.
packed() {
	renice -n 10 -p "$(exec sh -c 'echo $PPID')" >/dev/null 2>&1
	one distcheck distcheck
	[ ! -e "$top/.git" ] || one archive archive
}

main() {
	lock
	rm -rf "$work"
	mkdir -p "$results"
	cd "$top" || exit 1
	one autoreconf autoreconf -fi
	one build configure_and_make "$dev" --enable-developer \
	    --prefix=/usr --sysconfdir=/etc --localstatedir=/var
	one install "$top/tests/install.sh" "$dev"
	make_check check "$dev" ASSIZE_LONG="$long"
	# The integration tests wait more than they compute; beside them goes
	# what only computes, with less right to the processors.
	beside &
	integ integ "$dev"
	wait
	packed &
	chaos
	wait
	[ "$long" = no ] || integ integ-sanitized "$san"
	judge_skips
	sum
}

main
