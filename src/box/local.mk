noinst_LIBRARIES += src/box/libbox.a
src_box_libbox_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBOX_LIBEXEC='"$(pkglibexecdir)"'
src_box_libbox_a_SOURCES = \
	src/box/box.c src/box/box.h \
	src/box/bwrap.c \
	src/box/cell.c src/box/cell.h \
	src/box/cgroup.c src/box/cgroup.h \
	src/box/cgroup_base.c \
	src/box/cgroup_table.c \
	src/box/collect.c \
	src/box/doctor.c \
	src/box/host.c src/box/host.h \
	src/box/job.c \
	src/box/lookahead.c src/box/lookahead.h \
	src/box/policy.c src/box/policy.h \
	src/box/policy.def src/box/policy_args.def \
	src/box/proto.h \
	src/box/stage.c src/box/stage.h \
	src/box/watch.c src/box/watch.h
BOX_LIBS = src/box/libbox.a $(SECCOMP_LIBS) $(BASE_LIBS)

# Static and without a sanitizer: it runs where no library is to be believed.
pkglibexec_PROGRAMS += src/box/assize-boxinit
src_box_assize_boxinit_SOURCES = src/box/boxinit.c src/box/proto.h
src_box_assize_boxinit_CFLAGS = $(AM_CFLAGS) -fPIE -fno-sanitize=all
src_box_assize_boxinit_LDFLAGS = -static-pie -Wl,-z,relro,-z,now

EXTRA_DIST += src/box/README.md src/box/.may_include
