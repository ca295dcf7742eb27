#!/bin/bash
# run.sh DIR BUILD: the guest of DIR runs the box tests of the build.
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd -P)
dir=$1
build=$2
job=$(mktemp -d)
trap 'rm -rf "$job"' EXIT

mkdir -p "$job/job/build/tests/box" "$job/job/build/src/box"
for p in test_escape test_walls test_limits test_life test_pool test_doctor \
	attack assize-boxinit-weak; do
	cp "$build/tests/box/$p" "$job/job/build/tests/box/"
done
cp "$build/src/box/assize-boxinit" "$job/job/build/src/box/"
cp "$here/guest.sh" "$here/../../build-aux/delegate.sh" "$job/job/"
cp "$build/systemd/assize-runner.service" "$job/job/"
tar -cf "$job/job.tar" -C "$job/job" .
truncate -s %1M "$job/job.tar"

append="root=/dev/vda rw console=ttyS0 quiet loglevel=1 panic=-1"
append="$append systemd.show_status=0 systemd.unified_cgroup_hierarchy=1"
drive="format=raw,if=virtio"
nice timeout "${ASSIZE_VM_SECONDS:-3000}" qemu-system-x86_64 -accel tcg \
	-cpu qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand \
	-m 2048 -smp 2 -display none -no-reboot -nic none \
	-kernel "$dir/kernel" -initrd "$dir/initrd" -append "$append" \
	-serial stdio -monitor none \
	-drive "file=$dir/disk,$drive,snapshot=on" \
	-drive "file=$job/job.tar,$drive,readonly=on" </dev/null |
    sed -u 's/\r//g' | tee "$dir/log"
total=$(sed -n 's/^GUEST-TOTAL //p' "$dir/log")
echo "check --vm: ${total:-the guest did not come to its end}"
grep -q '^GUEST-ENDED 0$' "$dir/log"
