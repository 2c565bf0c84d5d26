/* Writes docs/syscalls.md. */
#include <stdio.h>
#include <string.h>

#include "process/syscall_table.h"

static const struct {
	enum shot_verdict verdict;
	const char *title, *text;
} parts[] = {
	{SHOT_CALL_PASSES, "These pass", "They can do nothing to what is outside."},
	{SHOT_CALL_OPENS, "These pass where landlock keeps to the folder",
		"With `--sandbox-without-landlock` they fail with ENOSYS."},
	{SHOT_CALL_ASKS, "About these the parent decides",
		"Where something else watches system calls already, as some containers do, they "
		"pass."},
	{SHOT_CALL_ENDS, "These end the script",
		"Nothing in luashot makes them, so that it must be an attack. The parent says "
		"which "
		"it was."},
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
	     "The decision about each system call of a script that runs with `--sandbox` (see\n"
	     "[security](security.md)). A call that is not here, or whose arguments are not those "
	     "below, fails with\nENOSYS, as on a kernel that does not know it. This page is made "
	     "from "
	     "the table that the filter is made\nfrom, and a test compares both with what the "
	     "kernel "
	     "does.");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		printf("\n## %s\n\n%s\n\n| calls | when | %s |\n| --- | --- | --- |\n",
			parts[i].title, parts[i].text,
			parts[i].verdict == SHOT_CALL_ENDS ? "what they are about" : "why");
		for (const struct shot_call_group *group = shot_call_groups; group->names;
			group++) {
			if (group->verdict == parts[i].verdict) {
				write_group(group);
			}
		}
	}
	return 0;
}
