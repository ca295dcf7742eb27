#!/bin/sh
# install.sh BUILD: is everything where Debian expects it?  BUILD is configured
# with --prefix=/usr --sysconfdir=/etc --localstatedir=/var.
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
make -s -C "$1" install DESTDIR="$root" >/dev/null

status=0
for path in \
	usr/sbin/assized \
	usr/bin/assize \
	etc/nginx/sites-available/assize.conf \
	etc/nginx/snippets/assize-fastcgi.conf \
	etc/nginx/snippets/assize-headers.conf \
	etc/nginx/snippets/assize-problem-map.conf \
	etc/nginx/snippets/assize-problem.conf \
	etc/nginx/snippets/assize-tls.conf \
	etc/assize/redis.conf \
	usr/share/assize/languages.d/c.yaml \
	usr/share/assize/languages.d/sqlite.yaml \
	usr/share/assize/www/problem.json \
	usr/share/assize/sql/migrations/0001_tables.sql \
	usr/share/assize/sql/views/op_queue.sql \
	usr/share/assize/sql/functions/op.sql \
	usr/share/assize/sql/grants.sql \
	lib/systemd/system/assize.target \
	lib/systemd/system/assized.socket \
	lib/systemd/system/assized@.service \
	lib/systemd/system/assize-exporter.service \
	lib/systemd/system/assize-runner.service \
	usr/lib/sysusers.d/assize.conf \
	usr/lib/tmpfiles.d/assize.conf \
	usr/share/doc/assize/architecture.md \
	usr/share/doc/assize/openapi.yaml \
	usr/share/man/man1/assize.1 \
	usr/share/man/man5/assized.conf.5 \
	usr/share/man/man5/assize-exporter.conf.5 \
	usr/share/man/man5/assize-runner.conf.5 \
	usr/share/man/man7/assize-errors.7 \
	usr/sbin/assize-backup \
	usr/share/doc/assize/operations.md \
	usr/share/man/man8/assized.8 \
	usr/share/man/man8/assize-backup.8 \
	usr/share/man/man8/assize-exporter.8 \
	usr/share/man/man8/assize-runner.8 \
	usr/libexec/assize/assize-boxinit \
	usr/libexec/assize/assize-probe
do
	[ -f "$root/$path" ] || { echo "not installed: $path"; status=1; }
done

# The units start what is there.
for unit in "$root"/lib/systemd/system/*.service; do
	program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
	[ -x "$root$program" ] ||
	    { echo "$(basename "$unit"): no $program"; status=1; }
done

# Nothing else, and nothing of the machine that built it.
find "$root" -type f | sed "s|^$root/||" | grep -vE \
    '^(usr/(s?bin|libexec/assize|share/(man|doc|assize))|etc/(nginx|assize)|(usr/)?lib/(systemd|sysusers\.d|tmpfiles\.d))/' &&
    { echo "in an unexpected place"; status=1; }
grep -rIl "$root" "$root" && { echo "names the build"; status=1; }
exit $status
