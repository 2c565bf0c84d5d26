/* Whether the process is there whose pid a peer left in a ring. The pid is untrusted: it may be
 * zero, out of range, of a dead process, or of one that has nothing to do with the ring, because
 * the number was made up or has been given to another process since. */
#ifndef ZB_LIVENESS_H
#define ZB_LIVENESS_H

#include <stdint.h>
#include <sys/types.h>

enum zb_life {
	ZB_LIFE_NONE,  /* 0: nobody */
	ZB_LIFE_DEAD,  /* no such process, a zombie, or it has the ring's object not mapped */
	ZB_LIFE_ALIVE, /* also when it belongs to another user and nothing more can be learned */
};

/* Which file the ring's object is. */
struct zb_identity {
	dev_t device;
	ino_t inode;
};

/* Look now; reads the process's list of mappings. */
enum zb_life zb_pid_life(uint64_t pid, const struct zb_identity *object);

/* A peer that is looked at again and again: a pidfd makes that one system call. */
struct zb_peer {
	uint64_t pid;
	int pidfd; /* -1: none, or not supported here */
};

#define ZB_PEER_NONE ((struct zb_peer){0, -1})

/* Look at `pid`, which may have changed since the last time. */
enum zb_life zb_peer_check(struct zb_peer *peer, uint64_t pid, const struct zb_identity *object);

/* Forget it. */
void zb_peer_finish(struct zb_peer *peer);

#endif
