/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Edits of a TCP header that lies in a buffer of 128 bytes. Pure: tested on the host as well. */
#ifndef CORAL_REWRITE_H
#define CORAL_REWRITE_H

#include "flows.h"
#include "types.h"

#define TCP_HEADER_LIMIT 60
#define OPTION_MASK 63u
#define OPTION_NOP 1
#define SACK_BLOCKS_LIMIT 4
#define SACK_EDGE_BYTES 4
#define AT_SEQ 4
#define AT_ACK 8
#define AT_LENGTH 12
#define AT_WINDOW 14
#define TIMESTAMP_BYTES 10

CORAL_INLINE __u32 get32(const __u8 *h, __u32 at)
{
    const __u8 *p = h + (at & OPTION_MASK);
    return (__u32)p[0] << 24 | (__u32)p[1] << 16 | (__u32)p[2] << 8 | p[3];
}

CORAL_INLINE void put32(__u8 *h, __u32 at, __u32 value)
{
    __u8 *p = h + (at & OPTION_MASK);
    p[0] = value >> 24;
    p[1] = value >> 16;
    p[2] = value >> 8;
    p[3] = value;
}

/* Blocks of data that own stack has not sent yet would only confuse it. */
CORAL_INLINE void blank_sack(__u8 *h, const struct segment *s)
{
    __u32 bytes = 2 + s->sack_blocks * 2 * SACK_EDGE_BYTES;
    for (__u32 i = 0; i < 2 + SACK_BLOCKS_LIMIT * 2 * SACK_EDGE_BYTES; i++)
        if (i < bytes)
            h[(s->sack_at - 2 + i) & OPTION_MASK] = OPTION_NOP;
}

CORAL_INLINE void blank_timestamp(__u8 *h, const struct segment *s)
{
    for (__u32 i = 0; i < TIMESTAMP_BYTES; i++)
        h[(s->ts_at - 2 + i) & OPTION_MASK] = OPTION_NOP;
}

CORAL_INLINE void shift_sack(__u8 *h, const struct segment *s, __u32 minus)
{
    for (__u32 i = 0; i < SACK_BLOCKS_LIMIT * 2; i++) {
        __u32 at = s->sack_at + i * SACK_EDGE_BYTES;
        if (i < s->sack_blocks * 2)
            put32(h, at, get32(h, at) - minus);
    }
}

CORAL_INLINE void edit_header(__u8 *h, const struct segment *s, const struct edit *e)
{
    if (e->bits & EDIT_SEQ)
        put32(h, AT_SEQ, e->seq);
    if (e->bits & EDIT_ACK)
        put32(h, AT_ACK, e->ack);
    if ((e->bits & EDIT_TSVAL) && s->ts_at)
        put32(h, s->ts_at, e->ts_val);
    if ((e->bits & EDIT_TSECR) && s->ts_at)
        put32(h, s->ts_at + 4, e->ts_ecr);
    if ((e->bits & EDIT_SACK_BLANK) && s->sack_at)
        blank_sack(h, s);
    if ((e->bits & EDIT_SACK_SHIFT) && s->sack_at)
        shift_sack(h, s, e->sack_minus);
    if (e->bits & EDIT_WINDOW) {
        h[AT_WINDOW] = e->window >> 8;
        h[AT_WINDOW + 1] = e->window;
    }
    if ((e->bits & EDIT_TS_BLANK) && s->ts_at)
        blank_timestamp(h, s);
    if (e->bits & EDIT_ORPHAN)
        h[AT_LENGTH] |= TCP_ORPHAN;
    if (e->bits & EDIT_ASKS)
        h[AT_LENGTH] |= TCP_ASKS;
    if (e->bits & EDIT_MARKS_CLEAR)
        h[AT_LENGTH] &= ~(TCP_ORPHAN | TCP_ASKS);
}

#endif
