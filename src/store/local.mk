EXTRA_DIST += src/store/.may_include \
	src/store/store.h src/store/user.h src/store/course.h \
	src/store/problem.h src/store/package.h src/store/submission.h \
	src/store/runner.h src/store/job.h src/store/sweep.h
