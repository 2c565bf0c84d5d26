/* Descriptors 0 to 2, as a program is started with. */
#ifndef SHOT_PROCESS_DESCRIPTORS_H
#define SHOT_PROCESS_DESCRIPTORS_H

/* Open those that are closed: reading gives the end of the file, and what is written goes nowhere.
 * Else the next things that are opened would be standard output, or input. For the beginning of
 * main. */
void shot_descriptors_fill(void);

#endif
