/* Whether the process lives whose pid a peer left in a ring. The pid is untrusted: it may be zero,
 * out of range, of a dead process, or of a process unrelated to the ring, because the number was
 * made up or the kernel has reused it. */
#ifndef ZB_LIVENESS_H
#define ZB_LIVENESS_H

#include <stdint.h>
#include <sys/types.h>

enum zb_life {
	ZB_LIFE_NONE,  /* 0: no process */
	ZB_LIFE_DEAD,  /* no such process, a zombie, or the process has not mapped the ring's object
			*/
	ZB_LIFE_ALIVE, /* alive, or another user's process about which nothing more is known */
};

/* The identity of the ring's object: its file. */
struct zb_identity {
	dev_t device;
	ino_t inode;
};

/* Check now; reads the process's list of mappings. */
enum zb_life zb_pid_life(uint64_t pid, const struct zb_identity *object);

/* A peer that is checked repeatedly: a pidfd reduces a check to one system call. */
struct zb_peer {
	uint64_t pid;
	int pidfd; /* -1: none, or not supported here */
};

#define ZB_PEER_NONE ((struct zb_peer){0, -1})

/* Check `pid`, which may have changed since the last call. */
enum zb_life zb_peer_check(struct zb_peer *peer, uint64_t pid, const struct zb_identity *object);

/* Forget it. */
void zb_peer_finish(struct zb_peer *peer);

#endif
