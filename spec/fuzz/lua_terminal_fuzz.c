/* What a terminal answers: the first byte says how the answer ends, the rest are the answer. What
 * is read is its beginning, up to the first control sequence that ends so, and the rest is left. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "lua/terminal_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* By looking at all that came before each byte again. */
static size_t end_of(const char *bytes, size_t size, char last)
{
	for (size_t i = 1; i < size; i++) {
		const char *escape = memrchr(bytes, '\033', i + 1);
		if (bytes[i] == last && escape && escape < bytes + i && escape[1] == '[') {
			return i + 1;
		}
	}
	return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int pair[2];
	char answer[SHOT_TERMINAL_ANSWER];
	if (size < 1 || size > 2 * SHOT_TERMINAL_ANSWER || pipe2(pair, O_CLOEXEC) != 0) {
		return 0;
	}
	if (write(pair[1], data + 1, size - 1) != (ssize_t)size - 1) {
		abort();
	}
	close(pair[1]);
	char last = (char)data[0];
	size_t used = shot_terminal_answer(pair[0], answer, last, shot_deadline_in(10));
	close(pair[0]);
	size_t all = size - 1 < SHOT_TERMINAL_ANSWER ? size - 1 : SHOT_TERMINAL_ANSWER;
	if (used != end_of((const char *)data + 1, all, last) ||
		memcmp(answer, data + 1, used) != 0) {
		abort();
	}
	return 0;
}
