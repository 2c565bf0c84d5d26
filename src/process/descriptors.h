/* The standard descriptors, 0 to 2. */
#ifndef SHOT_PROCESS_DESCRIPTORS_H
#define SHOT_PROCESS_DESCRIPTORS_H

/* Open the closed ones on /dev/null. Otherwise the next files that are opened would become standard
 * input or output. Call this at the beginning of main. */
void shot_descriptors_fill(void);

#endif
