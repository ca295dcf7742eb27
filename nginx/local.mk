# The same files serve ./dev and the tests, which put in their own values.
nginx_confdir = $(sysconfdir)/nginx
nginx_sitedir = $(nginx_confdir)/sites-available
nginx_snippetdir = $(nginx_confdir)/snippets
nginx_wwwdir = $(pkgdatadir)/www

nginx_site_DATA = nginx/assize.conf
nginx_snippet_DATA = \
	nginx/snippets/assize-fastcgi.conf \
	nginx/snippets/assize-problem-map.conf
dist_nginx_snippet_DATA = \
	nginx/snippets/assize-headers.conf \
	nginx/snippets/assize-problem.conf \
	nginx/snippets/assize-tls.conf
dist_nginx_www_DATA = nginx/problem.json

nginx_subst = $(SED) \
	-e 's|@snippets[@]|$(nginx_snippetdir)|g' \
	-e 's|@www_dir[@]|$(nginx_wwwdir)|g' \
	-e 's|@socket[@]|/run/assize/assized.sock|g' \
	-e 's|@listen[@]|443|g' \
	-e 's|@listen_more[@]|listen [::]:443 ssl http2;|g' \
	-e 's|@server_name[@]|_|g' \
	-e 's|@tls_certificate[@]|/etc/ssl/certs/ssl-cert-snakeoil.pem|g' \
	-e 's|@tls_key[@]|/etc/ssl/private/ssl-cert-snakeoil.key|g' \
	-e 's|@log_dir[@]|/var/log/nginx|g' \
	-e 's|@rate_token[@]|20r/s|g' -e 's|@burst_token[@]|100|g' \
	-e 's|@rate_address[@]|200r/s|g' -e 's|@burst_address[@]|1000|g' \
	-e 's|@read_timeout[@]|60s|g' \
	-e 's|@error_base[@]|urn:assize:problem:|g'

nginx/assize.conf: nginx/assize.conf.in Makefile
	@$(MKDIR_P) nginx
	$(AM_V_GEN)$(nginx_subst) $(srcdir)/nginx/assize.conf.in >$@
nginx/snippets/assize-fastcgi.conf: nginx/snippets/assize-fastcgi.conf.in Makefile
	@$(MKDIR_P) nginx/snippets
	$(AM_V_GEN)$(nginx_subst) $(srcdir)/$@.in >$@
nginx/snippets/assize-problem-map.conf: nginx/snippets/assize-problem-map.conf.in Makefile
	@$(MKDIR_P) nginx/snippets
	$(AM_V_GEN)$(nginx_subst) $(srcdir)/$@.in >$@

CLEANFILES += $(nginx_site_DATA) $(nginx_snippet_DATA)
EXTRA_DIST += nginx/README.md nginx/assize.conf.in \
	nginx/snippets/assize-fastcgi.conf.in \
	nginx/snippets/assize-problem-map.conf.in
