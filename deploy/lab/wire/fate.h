/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a frame: a pure function of the seed, the rule and how many frames the rule has
 * matched before, so that one seed fixes all decisions. No system calls.
 */
#ifndef WIRE_FATE_H
#define WIRE_FATE_H

#include "rule.h"

/* A line that is behind by more than this drops what comes. */
#define BACKLOG_LIMIT_NS (200 * MILLISECOND_NS)

struct fate {
    uint32_t copies;   /* 0: lost, 2: duplicated */
    uint32_t flip_at;  /* byte to corrupt, 0 for none */
    uint8_t flip_bit;
    uint64_t delay_ns; /* 0: goes on at once */
};

/* The mixing step of splitmix64: neighbours in, unrelated numbers out. */
static inline uint64_t wire_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

struct dice {
    uint64_t state;
};

static inline uint64_t wire_roll(struct dice *d, uint64_t limit)
{
    d->state = wire_mix(d->state);
    return d->state % limit;
}

static inline int wire_happens(struct dice *d, uint32_t millionths)
{
    return wire_roll(d, ONE_MILLION) < millionths;
}

/* How long the frame waits for the line; -1 if too much waits already. */
static inline int wire_queue(struct rule *r, uint64_t now_ns, uint32_t bytes, uint64_t *wait_ns)
{
    *wait_ns = 0;
    if (!r->bits_per_second)
        return 0;
    if (r->free_at_ns < now_ns)
        r->free_at_ns = now_ns;
    if (r->free_at_ns - now_ns > BACKLOG_LIMIT_NS)
        return -1;
    r->free_at_ns += bytes * 8000000000ull / r->bits_per_second;
    *wait_ns = r->free_at_ns - now_ns;
    return 0;
}

/* Every decision is rolled, needed or not: one action must not change what another one does. */
static inline struct fate wire_decide(struct rule *r, uint64_t seed, uint32_t rule_index,
                                      const struct frame *f, uint64_t now_ns)
{
    struct dice d = {wire_mix(seed) ^ wire_mix((uint64_t)rule_index << 40 | r->matched)};
    struct fate fate = {.copies = 1};
    int lost = wire_happens(&d, r->lose);
    int twice = wire_happens(&d, r->duplicate);
    int late = wire_happens(&d, r->reorder);
    int bad = wire_happens(&d, r->corrupt);
    uint64_t jitter_ns = wire_roll(&d, 2 * r->jitter_ns + 1);
    uint32_t at = ETHERNET_BYTES + (uint32_t)wire_roll(&d, f->end - ETHERNET_BYTES);
    fate.flip_bit = (uint8_t)(1u << wire_roll(&d, 8));
    uint64_t wait_ns;
    r->matched++;
    if (lost || wire_queue(r, now_ns, f->end, &wait_ns)) {
        *(lost ? &r->lost : &r->dropped) += 1;
        fate.copies = 0;
        return fate;
    }
    fate.copies += (uint32_t)twice;
    fate.flip_at = bad ? at : 0;
    fate.delay_ns = wait_ns + (late ? r->reorder_ns : 0) + r->delay_ns + jitter_ns;
    fate.delay_ns -= fate.delay_ns < r->jitter_ns ? fate.delay_ns : r->jitter_ns;
    r->duplicated += (uint64_t)twice;
    r->reordered += (uint64_t)late;
    r->corrupted += (uint64_t)bad;
    return fate;
}

#endif
