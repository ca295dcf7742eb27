/*
 * The handlers, by noun.  Each begins with everything true that its route
 * states and ends with an answer in r->resp, or an error.
 */
#ifndef ASSIZED_H_H
#define ASSIZED_H_H

#include "assized/route.h"

/* h_service.c */
handler_fn h_health;
handler_fn h_metrics;
handler_fn h_ready;

/* h_runner.c */
handler_fn h_runner_register;
handler_fn h_runner_heartbeat;
handler_fn h_runner_remove;
handler_fn h_runner_list;
handler_fn h_runner_drain;
handler_fn h_runner_revoke;

/* h_job.c */
struct wire_job;
/* 200 with the job, 204 without one. */
void h_job_answer(struct req *, const struct wire_job *);
/* The lease as the runner echoes it; NULL: the recorded one is meant. */
struct err *h_job_lease(const struct req *,
    const char **ret_lease) _must_check_;
handler_fn h_job_next;
handler_fn h_job_complete;
handler_fn h_job_abort;
handler_fn h_job_progress;
handler_fn h_job_source;
handler_fn h_job_package;

/* h_submission.c */
struct submission_view;
void h_submission_answer(struct req *, const struct submission_view *);
/* The document as it is now: what became of an act. */
handler_fn h_submission_show;
handler_fn h_submission_create;
handler_fn h_submission_get;
handler_fn h_submission_list;
handler_fn h_submission_source;
handler_fn h_submission_queue;
handler_fn h_submission_cancel;
handler_fn h_submission_rejudge;

/* h_rejudging.c */
handler_fn h_rejudging_create;
handler_fn h_rejudging_get;
handler_fn h_rejudging_list;
handler_fn h_rejudging_page;
handler_fn h_rejudging_apply;
handler_fn h_rejudging_discard;
handler_fn h_rejudging_repeat;

/* h_grading.c */
handler_fn h_grading_history;
handler_fn h_grading_put;
handler_fn h_grading_delete;
handler_fn h_grading_output;
handler_fn h_feedback_get;
handler_fn h_grading_archive;
handler_fn h_job_file;
handler_fn h_job_ssh;

/* h_grades.c */
handler_fn h_grades;
handler_fn h_standing;
handler_fn h_export;

/* h_course.c */
/* Which page of a list is asked for. */
struct core_page h_page(const struct req *);
struct course;
void h_course_answer(struct req *, int status, const struct course *);
handler_fn h_course_create;
handler_fn h_course_put;
handler_fn h_course_get;
handler_fn h_course_list;
handler_fn h_member_list;
handler_fn h_member_put;
handler_fn h_member_delete;

/* h_roster.c */
handler_fn h_roster_put;
handler_fn h_enrol;
handler_fn h_team_list;
handler_fn h_team_put;
handler_fn h_team_delete;
handler_fn h_team_join;
handler_fn h_team_leave;
handler_fn h_extension_list;
handler_fn h_extension_put;
handler_fn h_extension_delete;
handler_fn h_common_get;
handler_fn h_common_put;

/* h_config.c */
handler_fn h_config_get;
handler_fn h_config_put;

/* h_testdata.c */
handler_fn h_testdata_zip;
handler_fn h_testdata_checksum;
handler_fn h_testdata_meta;

/* h_problem.c */
handler_fn h_problem_put;
handler_fn h_problem_get;
handler_fn h_problem_list;
handler_fn h_package_put;
handler_fn h_package_get;

#endif
