/* SPDX-License-Identifier: Apache-2.0 */
/* An interface as one end of the wire: raw frames in and out, in batches. */
#ifndef WIRE_LINE_H
#define WIRE_LINE_H

#include <stdint.h>

#include "queue.h"

#define BATCH 64

struct line {
    const char *name;
    int socket;
    uint64_t received;
    uint64_t oversize; /* longer than a frame may be: offload is on at some end */
    uint64_t unsent;   /* the interface did not take them: down, or out of buffers */
    uint64_t missed;   /* the kernel had no room for them */
};

struct batch {
    uint8_t bytes[BATCH][FRAME_LIMIT_BYTES + 1];
    uint32_t length[BATCH];
    uint32_t size;
};

/* Opens the interface; on failure says why and ends the program. */
void line_open(struct line *line, const char *interface);

/* Takes what has arrived, at most a batch. */
void line_receive(struct line *line, struct batch *batch);

struct outgoing {
    const uint8_t *bytes[2 * BATCH];
    uint32_t length[2 * BATCH];
    uint32_t size;
};

/* Sends all of it and empties it. What the interface refuses is counted and gone. */
void line_send(struct line *line, struct outgoing *out);

/* Adds what the kernel has dropped since the last call. */
void line_count_missed(struct line *line);

#endif
