/* All descriptors of a process at once. */
#ifndef SHOT_BASE_DESCRIPTORS_H
#define SHOT_BASE_DESCRIPTORS_H

/* Close `first` and all above it. Safe between fork and exec. */
void shot_descriptors_close_from(int first);

#endif
