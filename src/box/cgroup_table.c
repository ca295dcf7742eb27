#include "box/cgroup.h"

static const char *const v1_mounts[] = {
	[CG_MEMORY] = "/sys/fs/cgroup/memory",
	[CG_PIDS] = "/sys/fs/cgroup/pids",
	[CG_CPU] = "/sys/fs/cgroup/cpuacct",
};
static const char *const v2_mounts[] = { "/sys/fs/cgroup" };

/*
 * memory.failcnt of version 1 stays 0 where the limit with swap equals the
 * limit without, and its counter of kills is in a file with another name.
 * The limit without swap must come first: it may never exceed the other.
 * What TCP keeps is counted with neither, and not at all without a limit.
 */
const struct cg_table cg_table_v1 = {
	.name = "cgroup v1",
	.dirs = CG__MAX,
	.mounts = v1_mounts,
	.cpu_us = { CG_CPU, "cpuacct.usage", NULL, 1000 },
	.peak_bytes = { CG_MEMORY, "memory.max_usage_in_bytes", NULL, 1 },
	.can_forget_peak = true,
	.oom_kills = { CG_MEMORY, "memory.oom_control", "oom_kill", 1 },
	.forks_refused = { CG_PIDS, "pids.events", "max", 1 },
	.limits = {
	    { CG_MEMORY, "memory.limit_in_bytes", CG_V_MEMORY, false },
	    { CG_MEMORY, "memory.memsw.limit_in_bytes", CG_V_MEMORY, true },
	    { CG_MEMORY, "memory.kmem.tcp.limit_in_bytes", CG_V_TCP, true },
	    { CG_PIDS, "pids.max", CG_V_PIDS, false },
	},
	.limits_n = 4,
	.can_start_inside = false,
};

const struct cg_table cg_table_v2 = {
	.name = "cgroup v2",
	.dirs = 1,
	.mounts = v2_mounts,
	.cpu_us = { CG_CPU, "cpu.stat", "usage_usec", 1 },
	.peak_bytes = { CG_MEMORY, "memory.peak", NULL, 1 },
	.oom_kills = { CG_MEMORY, "memory.events", "oom_kill", 1 },
	.forks_refused = { CG_PIDS, "pids.events", "max", 1 },
	.limits = {
	    { CG_MEMORY, "memory.max", CG_V_MEMORY, false },
	    { CG_MEMORY, "memory.swap.max", CG_V_ZERO, true },
	    { CG_MEMORY, "memory.oom.group", CG_V_ONE, false },
	    { CG_PIDS, "pids.max", CG_V_PIDS, false },
	},
	.limits_n = 4,
	.can_start_inside = true,
};
