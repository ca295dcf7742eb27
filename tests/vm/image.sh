#!/bin/bash
# image.sh DIR: the disk, kernel and first root of the guest, in DIR.
set -eu
umask 022

dir=$1
packages=systemd,systemd-sysv,dbus,udev,kmod,procps,util-linux
packages=$packages,linux-image-cloud-amd64,bubblewrap,libseccomp2,libcmocka0
packages=$packages,libssl3,libjson-c5,gcc,libc6-dev,python3
# Of a machine that only runs tests, nothing else need start.
masked="apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
e2scrub_all.timer e2scrub_reap.service fstrim.timer
systemd-timesyncd.service systemd-pstore.service systemd-machine-id-commit.service
systemd-udev-trigger.service systemd-udev-settle.service
getty@tty1.service serial-getty@ttyS0.service"

mkdir -p "$dir"
cd "$dir"
root=$dir/root
trap 'rm -rf "$root" "$dir/first"' EXIT

sources=/etc/apt/sources.list.d/debian.sources
[ -e "$sources" ] || sources=/etc/apt/sources.list
rm -rf "$root"
mmdebstrap --quiet --variant=minbase --include="$packages" bookworm \
	"$root" - <"$sources"
cp "$root"/boot/vmlinuz-* kernel

# A first root that loads the disk's modules; ext4 is in the kernel.
mkdir -p first/bin first/modules first/disk first/proc first/dev
cp /bin/busybox first/bin/
drivers=$(echo "$root"/usr/lib/modules/*/kernel/drivers)
modules="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev
virtio_pci virtio_blk"
for m in $modules; do
	find "$drivers" -name "$m.ko" -exec cp {} first/modules/ \;
done
cat >first/init <<END
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
for m in $(echo $modules); do
	/bin/busybox insmod /modules/\$m.ko
done
/bin/busybox mount -t ext4 -o noatime /dev/vda /disk
/bin/busybox mount --move /dev /disk/dev
exec /bin/busybox switch_root /disk /sbin/init
END
chmod 755 first/init
(cd first && find . | cpio -o -H newc --quiet | gzip -1) >initrd

echo assize-vm >"$root/etc/hostname"
echo '/dev/vda / ext4 defaults,noatime 0 0' >"$root/etc/fstab"
for unit in $masked; do
	ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# The second disk is an archive of what is to be done.
cat >"$root/usr/local/sbin/guest-job" <<'END'
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
mkdir -p /job
tar --warning=no-timestamp -xf /dev/vdb -C /job
cd /job && bash ./guest.sh
echo "GUEST-ENDED $?"
systemctl --no-block poweroff
END
chmod 755 "$root/usr/local/sbin/guest-job"
cat >"$root/etc/systemd/system/guest-job.service" <<'END'
[Unit]
Description=What the host wants
DefaultDependencies=no
After=basic.target
[Service]
Type=exec
ExecStart=/usr/local/sbin/guest-job
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
[Install]
WantedBy=multi-user.target
END
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sf ../guest-job.service \
	"$root/etc/systemd/system/multi-user.target.wants/"
mke2fs -q -t ext4 -d "$root" -O ^has_journal -E lazy_itable_init=0 \
	disk.new 3G
mv disk.new disk
