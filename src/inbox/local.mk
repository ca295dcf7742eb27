# What grading scripts call, in every grading box at /assize.
inboxdir = $(pkgdatadir)/inbox
INBOX_COMMANDS = archive definetest feedback feedback-custom \
	feedback-grade feedback-msg feedback-msg-tpl feedback-result \
	feedback-state getinput inginious-ipython parsetemplate \
	rst-code rst-image rst-indent rst-msgblock run_student ssh_student \
	tag tag-set
inboxlibdir = $(inboxdir)/lib
dist_inboxlib_DATA = \
	src/inbox/lib/assize_box.py \
	src/inbox/lib/assize_commands.py \
	src/inbox/lib/assize_ipython.py \
	src/inbox/lib/assize_rst.py
inboxapidir = $(inboxlibdir)/inginious_container_api
dist_inboxapi_DATA = \
	src/inbox/lib/inginious_container_api/__init__.py \
	src/inbox/lib/inginious_container_api/feedback.py \
	src/inbox/lib/inginious_container_api/input.py \
	src/inbox/lib/inginious_container_api/lang.py \
	src/inbox/lib/inginious_container_api/rst.py \
	src/inbox/lib/inginious_container_api/run_student.py \
	src/inbox/lib/inginious_container_api/ssh_student.py
inboxolddir = $(inboxlibdir)/inginious
dist_inboxold_DATA = \
	src/inbox/lib/inginious/__init__.py \
	src/inbox/lib/inginious/feedback.py \
	src/inbox/lib/inginious/input.py \
	src/inbox/lib/inginious/lang.py \
	src/inbox/lib/inginious/rst.py \
	src/inbox/lib/inginious/run_student.py \
	src/inbox/lib/inginious/ssh_student.py \
	src/inbox/lib/inginious/tests.py
inboxdoordir = $(inboxdir)/door
dist_inboxdoor_DATA = src/inbox/door/door.py
inboxbindir = $(inboxdir)/bin
dist_inboxbin_SCRIPTS = src/inbox/bin/command
EXTRA_DIST += src/inbox/README.md $(INBOX_COMMANDS:%=src/inbox/bin/%)

install-data-hook: install-inbox
install-inbox:
	for name in $(INBOX_COMMANDS); do \
		ln -sf command '$(DESTDIR)$(inboxbindir)/'$$name || exit 1; \
	done
uninstall-hook: uninstall-inbox
uninstall-inbox:
	for name in $(INBOX_COMMANDS); do \
		rm -f '$(DESTDIR)$(inboxbindir)/'$$name; \
	done
.PHONY: install-inbox uninstall-inbox
