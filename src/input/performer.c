#include "input/performer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input/perform.h"

struct shot_performer {
	int socket;
	uint64_t sent, answered; /* numbers; the opening is 0, and the first act 1 */
	struct shot_answer answers[SHOT_PERFORMER_ACTS];
	bool is_lost;
};

/* The acting process is a grandchild, so that no process has to wait for it. */
static void become_performer(
	const struct shot_actor_kind *kind, const char *name, int socket, int others)
{
	close(others);
	pid_t pid = fork();
	if (pid == 0) {
		shot_perform(kind, name, socket);
	}
	_exit(pid < 0 ? errno : 0);
}

static bool fork_performer(const struct shot_actor_kind *kind, const char *name, int sockets[2],
	struct shot_error *err)
{
	pid_t pid = fork();
	if (pid < 0) {
		return shot_fail_errno(err, errno, "cannot start the process that acts");
	}
	if (pid == 0) {
		become_performer(kind, name, sockets[1], sockets[0]);
	}
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	int number = WIFEXITED(status) ? WEXITSTATUS(status) : EAGAIN;
	return number == 0 || shot_fail_errno(err, number, "cannot start the process that acts");
}

struct shot_performer *shot_performer_start(
	const struct shot_actor_kind *kind, const char *name, struct shot_error *err)
{
	if (!kind->load(err)) {
		return NULL;
	}
	struct shot_performer *performer = calloc(1, sizeof *performer);
	int sockets[2];
	if (!performer || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
		shot_fail_errno(err, errno, "cannot start the process that acts");
		free(performer);
		return NULL;
	}
	bool ok = fork_performer(kind, name, sockets, err);
	close(sockets[1]);
	performer->socket = sockets[0];
	if (!ok) {
		shot_performer_end(performer);
		return NULL;
	}
	return performer;
}

int shot_performer_fd(const struct shot_performer *performer)
{
	return performer->socket;
}

static bool fail_lost(struct shot_error *err)
{
	return shot_fail(err, "ELOST",
		"the process that acts has ended: call reconnect, or open the display once more");
}

uint64_t shot_performer_send(
	struct shot_performer *performer, const struct shot_act *act, struct shot_error *err)
{
	if (performer->sent + 1 - performer->answered >= SHOT_PERFORMER_ACTS) {
		shot_fail(err, "EBUSY", "%d acts are under way already", SHOT_PERFORMER_ACTS);
		return 0;
	}
	if (performer->is_lost || send(performer->socket, act, sizeof *act,
					  MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof *act) {
		fail_lost(err);
		return 0;
	}
	return ++performer->sent;
}

/* Reads the answers that have arrived. */
static void receive(struct shot_performer *performer)
{
	struct shot_answer answer;
	ssize_t got;
	while (!performer->is_lost &&
		(got = recv(performer->socket, &answer, sizeof answer, MSG_DONTWAIT)) != -1) {
		if (got != sizeof answer) {
			performer->is_lost = true;
			return;
		}
		performer->answers[performer->answered++ % SHOT_PERFORMER_ACTS] = answer;
	}
	if (!performer->is_lost && errno != EAGAIN && errno != EINTR) {
		performer->is_lost = true;
	}
}

enum shot_poll shot_performer_poll(
	struct shot_performer *performer, uint64_t number, struct shot_error *err)
{
	receive(performer);
	if (number < performer->answered) {
		if (performer->answered - number > SHOT_PERFORMER_ACTS) {
			return SHOT_POLL_DONE; /* the caller did not poll in time */
		}
		const struct shot_answer *answer =
			&performer->answers[number % SHOT_PERFORMER_ACTS];
		if (answer->is_done) {
			return SHOT_POLL_DONE;
		}
		*err = answer->err;
		return SHOT_POLL_FAILED;
	}
	if (performer->is_lost) {
		fail_lost(err);
		return SHOT_POLL_FAILED;
	}
	return SHOT_POLL_WAITING;
}

void shot_performer_end(struct shot_performer *performer)
{
	if (performer) {
		close(performer->socket);
		free(performer);
	}
}
