/* The decision about each system call of a sandboxed script, as data. The filter
 * (process/syscall_filter.h) and docs/syscalls.md are made from it. A call that is not listed fails
 * with ENOSYS, as on a kernel that does not know it, which libraries can handle. */
#ifndef SHOT_PROCESS_SYSCALL_TABLE_H
#define SHOT_PROCESS_SYSCALL_TABLE_H

#include <stdint.h>

enum shot_verdict {
	SHOT_CALL_PASSES,
	SHOT_CALL_OPENS, /* passes if the script has a folder, to which landlock limits it */
	SHOT_CALL_ASKS,	 /* the supervisor decides */
	SHOT_CALL_ENDS,	 /* only an attack makes it: the supervisor ends the process */
};

enum shot_comparison {
	SHOT_ARGUMENT_IS, /* (argument & mask) == value */
	SHOT_ARGUMENT_IS_OWN_PROCESS,
	SHOT_ARGUMENT_IS_OTHER_PROCESS,
	SHOT_ARGUMENT_IS_ABOVE_2, /* a descriptor, below 256; an int, of which the kernel sees the
				     lower half */
};

struct shot_call_argument {
	unsigned number;
	enum shot_comparison comparison;
	uint64_t mask, value;
};

/* Calls with the same decision for the same reason. For a call in several groups, the first group
 * with matching arguments decides. */
struct shot_call_group {
	const char *names; /* separated by blanks; an architecture may lack some */
	enum shot_verdict verdict;
	const char *reason; /* the reason for passing, or the object of an attack */
	const char *when;   /* the arguments in words; NULL: any arguments */
	unsigned count;
	struct shot_call_argument arguments[3];
};

/* The last one has no names. */
extern const struct shot_call_group shot_call_groups[];

#endif
