systemdsystemunit_DATA = \
	systemd/assize.target \
	systemd/assized.socket \
	systemd/assized@.service \
	systemd/assize-exporter.service \
	systemd/assize-runner.service

assize_confdir = $(sysconfdir)/assize
dist_assize_conf_DATA = systemd/redis.conf

systemd_subst = $(SED) \
	-e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@sysconfdir[@]|$(sysconfdir)|g' \
	-e 's|@localstatedir[@]|$(localstatedir)|g'

$(systemdsystemunit_DATA) systemd/sysusers.conf systemd/tmpfiles.conf: Makefile
	@$(MKDIR_P) systemd
	$(AM_V_GEN)$(systemd_subst) '$(srcdir)/$@.in' >'$@'
systemd/assize.target: systemd/assize.target.in
systemd/assized.socket: systemd/assized.socket.in
systemd/assized@.service: systemd/assized@.service.in
systemd/assize-runner.service: systemd/assize-runner.service.in
systemd/assize-exporter.service: systemd/assize-exporter.service.in
systemd/sysusers.conf: systemd/sysusers.conf.in
systemd/tmpfiles.conf: systemd/tmpfiles.conf.in

all-local: systemd/sysusers.conf systemd/tmpfiles.conf
install-data-hook:
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)'
	$(INSTALL_DATA) systemd/sysusers.conf \
	    '$(DESTDIR)$(sysusersdir)/assize.conf'
	$(INSTALL_DATA) systemd/tmpfiles.conf \
	    '$(DESTDIR)$(tmpfilesdir)/assize.conf'
uninstall-hook:
	rm -f '$(DESTDIR)$(sysusersdir)/assize.conf' \
	    '$(DESTDIR)$(tmpfilesdir)/assize.conf'

CLEANFILES += $(systemdsystemunit_DATA) systemd/sysusers.conf \
	systemd/tmpfiles.conf
EXTRA_DIST += systemd/README.md \
	systemd/assize.target.in systemd/assized.socket.in \
	systemd/assized@.service.in systemd/assize-runner.service.in \
	systemd/assize-exporter.service.in \
	systemd/sysusers.conf.in systemd/tmpfiles.conf.in
