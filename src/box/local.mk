noinst_LIBRARIES += src/box/libbox.a
src_box_libbox_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBOX_LIBEXEC='"$(pkglibexecdir)"'
BOX_SOURCES = \
	src/box/box.c src/box/box.h \
	src/box/bwrap.c \
	src/box/cell.c src/box/cell.h \
	src/box/cgroup.c src/box/cgroup.h \
	src/box/cgroup_base.c \
	src/box/cgroup_table.c \
	src/box/collect.c \
	src/box/disk.c src/box/disk.h \
	src/box/doctor.c \
	src/box/fill.c \
	src/box/host.c src/box/host.h \
	src/box/job.c \
	src/box/lookahead.c src/box/lookahead.h \
	src/box/policy.c src/box/policy.h \
	src/box/policy.def src/box/policy_args.def \
	src/box/proto.h \
	src/box/record.h \
	src/box/relay.c src/box/relay.h \
	src/box/stage.c src/box/stage.h \
	src/box/walls.h \
	src/box/watch.c src/box/watch.h
src_box_libbox_a_SOURCES = $(BOX_SOURCES)
BOX_LIBS = src/box/libbox.a $(SECCOMP_LIBS) $(BASE_LIBS)

# Static and without a sanitizer: it runs where no library is to be believed.
pkglibexec_PROGRAMS += src/box/assize-boxinit
src_box_assize_boxinit_SOURCES = src/box/boxinit.c \
	src/box/pristine.c src/box/pristine.h src/box/proto.h
src_box_assize_boxinit_CFLAGS = $(AM_CFLAGS) -fPIE -fno-sanitize=all
src_box_assize_boxinit_LDFLAGS = -static-pie -Wl,-z,relro,-z,now

EXTRA_DIST += src/box/README.md src/box/.may_include

# Programs that try to get out, and what runs them.
BOX_TESTS = tests/box/test_escape tests/box/test_limits tests/box/test_life \
	tests/box/test_pool tests/box/test_walls tests/box/test_doctor
check_PROGRAMS += tests/box/attack \
	tests/box/assize-boxinit-weak tests/box/assize-runner-weak $(BOX_TESTS)
TESTS += $(BOX_TESTS) tests/box/unprivileged.sh
EXTRA_DIST += tests/box/README.md tests/box/unprivileged.sh \
	tests/data/unprivileged/problem.yaml \
	tests/data/unprivileged/assize.yaml \
	tests/data/unprivileged/run \
	tests/data/unprivileged/test/walls.test

tests_box_attack_SOURCES = tests/box/attack.c tests/box/burden.c \
	tests/box/burden_kernel.c \
	tests/box/probe.h tests/box/probes.def tests/box/probe_call.c \
	tests/box/probe_file.c tests/box/probe_net.c \
	src/base/arena.c \
	src/base/buf.c src/base/str.c
tests_box_attack_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_box_attack_CFLAGS = $(AM_CFLAGS) -fPIE -fno-sanitize=all
tests_box_attack_LDFLAGS = -pthread -static-pie

BOX_TEST = tests/box/boxtest.c tests/box/boxtest.h \
	tests/box/boxtest_left.c tests/box/scripts.def
BOX_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
tests_box_test_escape_SOURCES = tests/box/test_escape.c $(BOX_TEST)
tests_box_test_escape_CPPFLAGS = $(BOX_TEST_CPPFLAGS)
tests_box_test_escape_LDADD = $(BOX_LIBS) $(CMOCKA_LIBS)
tests_box_test_limits_SOURCES = tests/box/test_limits.c $(BOX_TEST)
tests_box_test_limits_CPPFLAGS = $(BOX_TEST_CPPFLAGS)
tests_box_test_limits_LDADD = $(BOX_LIBS) $(CMOCKA_LIBS)
tests_box_test_life_SOURCES = tests/box/test_life.c $(BOX_TEST)
tests_box_test_life_CPPFLAGS = $(BOX_TEST_CPPFLAGS)
tests_box_test_life_LDADD = $(BOX_LIBS) $(CMOCKA_LIBS)

tests_box_test_pool_SOURCES = tests/box/test_pool.c $(BOX_TEST)
tests_box_test_pool_CPPFLAGS = $(BOX_TEST_CPPFLAGS)
tests_box_test_pool_LDADD = $(BOX_LIBS) $(CMOCKA_LIBS)
tests_box_test_doctor_SOURCES = tests/box/test_doctor.c $(BOX_TEST)
tests_box_test_doctor_CPPFLAGS = $(BOX_TEST_CPPFLAGS)
tests_box_test_doctor_LDADD = $(BOX_LIBS) $(CMOCKA_LIBS)

# The controls: the same sources with walls that can be pulled down.
check_LIBRARIES += src/box/libboxwalls.a
src_box_libboxwalls_a_CPPFLAGS = $(src_box_libbox_a_CPPFLAGS) \
	-DBOX_TEST_WALLS
src_box_libboxwalls_a_SOURCES = $(BOX_SOURCES)
tests_box_assize_boxinit_weak_SOURCES = \
	$(src_box_assize_boxinit_SOURCES) tests/box/weak.c
tests_box_assize_boxinit_weak_CPPFLAGS = $(AM_CPPFLAGS) -DBOX_TEST_WALLS
tests_box_assize_boxinit_weak_CFLAGS = $(src_box_assize_boxinit_CFLAGS)
tests_box_assize_boxinit_weak_LDFLAGS = $(src_box_assize_boxinit_LDFLAGS)
tests_box_test_walls_SOURCES = tests/box/test_walls.c $(BOX_TEST)
tests_box_test_walls_CPPFLAGS = $(BOX_TEST_CPPFLAGS) -DBOX_TEST_WALLS
tests_box_test_walls_LDADD = src/box/libboxwalls.a $(SECCOMP_LIBS) \
	$(BASE_LIBS) $(CMOCKA_LIBS)
# RUNNER_LIBS with that library in the place of the real one.
tests_box_assize_runner_weak_SOURCES = src/runner/main.c \
	tests/box/weak_runner.c
tests_box_assize_runner_weak_CPPFLAGS = $(AM_CPPFLAGS) -DBOX_TEST_WALLS
tests_box_assize_runner_weak_LDADD = src/runner/librunner.a \
	src/box/libboxwalls.a $(SECCOMP_LIBS) $(BASE_LIBS) $(PACKAGE_LIBS) \
	$(GRADE_LIBS) $(WIRE_LIBS) $(GUMBO_LIBS) $(CRYPT_LIBS) $(HTTP_LIBS)
