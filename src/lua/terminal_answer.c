#include "lua/terminal_answer.h"

#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/clock.h"

#define ESCAPE '\033'

size_t shot_terminal_answer(int fd, char *answer, char last, int64_t deadline)
{
	bool is_sequence = false; /* the latest ESC is followed by [ */
	for (size_t used = 0; used < SHOT_TERMINAL_ANSWER; used++) {
		int64_t left = (deadline - shot_clock_ns()) / 1000000;
		struct pollfd input = {.fd = fd, .events = POLLIN};
		if (left <= 0 || poll(&input, 1, (int)left) <= 0 ||
			read(fd, answer + used, 1) != 1) {
			return used;
		}
		bool is_after_escape = used > 0 && answer[used - 1] == ESCAPE;
		is_sequence = answer[used] != ESCAPE &&
			      (is_after_escape ? answer[used] == '[' : is_sequence);
		if (is_sequence && answer[used] == last) {
			return used + 1;
		}
	}
	return SHOT_TERMINAL_ANSWER;
}
