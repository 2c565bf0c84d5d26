/* Writes docs/syscalls.md. */
#include <stdio.h>
#include <string.h>

#include "process/syscall_table.h"

static const struct {
	enum shot_verdict verdict;
	const char *title, *text;
} parts[] = {
	{SHOT_CALL_PASSES, "These pass", "They cannot affect anything outside the sandbox."},
	{SHOT_CALL_OPENS, "These pass where landlock limits them to the folder",
		"With `--sandbox-without-landlock` they fail with ENOSYS."},
	{SHOT_CALL_ASKS, "The parent decides about these",
		"Where another program already supervises system calls, as in some containers, they "
		"pass."},
	{SHOT_CALL_ENDS, "These end the script",
		"luashot never makes these calls, so one of them must be an attack. The parent names "
		"the call.\n\n"
		"On x86-64 each call by the numbers of another ABI ends the script as well: those "
		"of\nx32, and those of i386 (`int 0x80`). The kernel itself does that (SIGSYS, "
		"status 159), and\nthe line names no call. Where a kernel has no calls of i386, "
		"`int 0x80` is a crash (SIGSEGV,\n139)."},
};

static void write_group(const struct shot_call_group *group)
{
	printf("| ");
	for (const char *at = group->names; *at;) {
		size_t length = strcspn(at, " ");
		printf("%s`%.*s`", at == group->names ? "" : ", ", (int)length, at);
		at += length + strspn(at + length, " ");
	}
	printf(" | %s | %s |\n", group->when ? group->when : "", group->reason);
}

int main(void)
{
	puts("# System calls in a sandbox\n\n"
	     "This page lists the decision about each system call of a script that runs with\n"
	     "`--sandbox` (see [security](security.md)). A call that is not listed, or has other\n"
	     "arguments than those below, fails with ENOSYS, as on a kernel that does not know it.\n"
	     "The filter and this page are made from one table, and a test compares both with the\n"
	     "kernel's behavior.");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		printf("\n## %s\n\n%s\n\n| calls | when | %s |\n| --- | --- | --- |\n",
			parts[i].title, parts[i].text,
			parts[i].verdict == SHOT_CALL_ENDS ? "subject" : "reason");
		for (const struct shot_call_group *group = shot_call_groups; group->names;
			group++) {
			if (group->verdict == parts[i].verdict) {
				write_group(group);
			}
		}
	}
	return 0;
}
