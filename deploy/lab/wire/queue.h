/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that wait for their time: a bounded heap by due time, first come first out. */
#ifndef WIRE_QUEUE_H
#define WIRE_QUEUE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"

#define FRAME_LIMIT_BYTES 1518
#define QUEUE_LIMIT 16384

struct waiting {
    uint64_t due_ns;
    uint64_t number;
    enum side from;
    uint32_t length;
    uint8_t *bytes;
};

struct queue {
    struct waiting *heap[QUEUE_LIMIT];
    uint32_t size;
    uint64_t next_number;
    uint64_t overflowed;
};

static inline int wire_before(const struct waiting *a, const struct waiting *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->number < b->number;
}

/* Keeps a copy of the frame. When the queue is full the frame is dropped and counted. */
static inline void wire_push(struct queue *q, uint64_t due_ns, enum side from, const uint8_t *bytes,
                             uint32_t length)
{
    struct waiting *w = q->size < QUEUE_LIMIT ? malloc(sizeof(*w) + length) : NULL;
    if (!w) {
        q->overflowed++;
        return;
    }
    *w = (struct waiting){due_ns, q->next_number++, from, length, (uint8_t *)(w + 1)};
    memcpy(w->bytes, bytes, length);
    uint32_t at = q->size++;
    for (; at && wire_before(w, q->heap[(at - 1) / 2]); at = (at - 1) / 2)
        q->heap[at] = q->heap[(at - 1) / 2];
    q->heap[at] = w;
}

static inline const struct waiting *wire_first(const struct queue *q)
{
    return q->size ? q->heap[0] : NULL;
}

/* Takes the first frame out; the caller frees it. NULL if there is none. */
static inline struct waiting *wire_pop(struct queue *q)
{
    if (!q->size)
        return NULL;
    struct waiting *first = q->heap[0], *last = q->heap[--q->size];
    uint32_t at = 0, child;
    while ((child = 2 * at + 1) < q->size) {
        if (child + 1 < q->size && wire_before(q->heap[child + 1], q->heap[child]))
            child++;
        if (!wire_before(q->heap[child], last))
            break;
        q->heap[at] = q->heap[child];
        at = child;
    }
    q->heap[at] = last;
    return first;
}

#endif
