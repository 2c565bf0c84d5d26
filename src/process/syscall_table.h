/* The decision about each system call of a sandboxed script, as data: the filter is made from it
 * (process/syscall_filter.h), and so is docs/syscalls.md. A call that is not here fails with
 * ENOSYS, as on a kernel that does not know it, which libraries can handle. */
#ifndef SHOT_PROCESS_SYSCALL_TABLE_H
#define SHOT_PROCESS_SYSCALL_TABLE_H

#include <stdint.h>

enum shot_verdict {
	SHOT_CALL_PASSES,
	SHOT_CALL_OPENS, /* passes where there is a folder, and landlock to keep to it */
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

/* Calls about which the same is decided for the same reason. A call that is in several groups is
 * decided by the first whose arguments it has. */
struct shot_call_group {
	const char *names; /* separated by blanks; a machine need not have each */
	enum shot_verdict verdict;
	const char *reason; /* why it passes; what an attack could do with it */
	const char *when;   /* the arguments in words; NULL: whatever they are */
	unsigned count;
	struct shot_call_argument arguments[3];
};

/* The last one has no names. */
extern const struct shot_call_group shot_call_groups[];

#endif
