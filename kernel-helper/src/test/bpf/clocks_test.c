/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Timestamps of a connection that changes hosts, over simulated days: two stacks whose clocks begin
 * anywhere and run apart, and a client that drops, as PAWS (RFC 7323) has it, whatever shows an
 * older time than it has seen, and that echoes what it saw last.
 */
#include "check.h"

#include "flows.h"

#define SECOND_MS 1000ull
#define MINUTE_MS (60 * SECOND_MS)
#define DAY_MS (24 * 60 * MINUTE_MS)
#define ROUND_TRIP_MS 80
#define MILLION 1000000ll

struct clocks {
    __u32 own;   /* what own stack's clock shows at its SYN-ACK */
    __u32 peer;  /* the peer's, at the same moment */
    __s64 drift; /* of the peer's clock against own, in millionths */
};

static __u32 own_at(const struct clocks *c, __u64 ms)
{
    return c->own + (__u32)ms;
}

static __u32 peer_at(const struct clocks *c, __u64 ms)
{
    return c->peer + (__u32)(ms + (__s64)ms * c->drift / MILLION);
}

static struct flow_value replica(const struct clocks *c)
{
    struct embryo_value e = {.client_isn = 10, .own_isn = 20, .synack_ts = c->own,
                             .flags = EMBRYO_OWN_KNOWN | EMBRYO_OWN_TS};
    struct segment third = {.seq = 11, .ack = 5000, .flags = TCP_ACK};
    struct flow_value f;
    flow_from_embryo(&f, &e, &third, third.ack);
    return f;
}

/* The client got a packet of the peer half a round trip ago and echoes its clock. */
static void through_the_backup(struct flow_value *f, const struct clocks *c, __u64 ms)
{
    struct edit e = {};
    struct segment ack = {.seq = f->client_next, .ack = f->client_ack, .flags = TCP_ACK,
                          .ts_at = 24, .ts_ecr = peer_at(c, ms - ROUND_TRIP_MS)};
    flow_in(f, MODE_BACKUP, &ack, ms * NS_PER_MS, &e);
    __s32 age = distance(e.ts_ecr, own_at(c, ms));
    CHECK(age >= 0 && age <= (f->flags & FLOW_OWN_OPEN ? 1 : (__s32)ms), "echo %d ms old", age);
    struct segment said = {.seq = 21, .ack = f->client_next, .flags = TCP_ACK, .ts_at = 24,
                           .ts_val = own_at(c, ms)};
    flow_out(f, MODE_BACKUP, &said, ms * NS_PER_MS, &e);
}

/* Own stack sends a byte; the client takes it, unless it shows an older time, and echoes it. */
static __u32 at_the_survivor(struct flow_value *f, const struct clocks *c, __u64 ms, __u32 seen)
{
    struct edit e = {};
    struct segment data = {.seq = f->own_next, .payload = 1, .ack = f->client_next,
                           .flags = TCP_ACK, .ts_at = 24, .ts_val = own_at(c, ms)};
    flow_out(f, MODE_SIMPLEX, &data, ms * NS_PER_MS, &e);
    CHECK(e.bits & EDIT_TSVAL, "shown as it is");
    CHECK(distance(seen, e.ts_val) >= 0, "after %llu ms the clock goes back by %d",
          (unsigned long long)ms, distance(e.ts_val, seen));
    __u32 shown = e.ts_val;
    struct segment ack = {.seq = f->client_next, .ack = e.seq + 1, .flags = TCP_ACK, .ts_at = 24,
                          .ts_ecr = shown};
    flow_in(f, MODE_SIMPLEX, &ack, (ms + ROUND_TRIP_MS) * NS_PER_MS, &e);
    CHECK(e.ts_ecr == own_at(c, ms), "after %llu ms the echo is off by %d",
          (unsigned long long)ms, distance(own_at(c, ms), e.ts_ecr));
    return shown;
}

static void run(const struct clocks *c, __u64 before_ms, __u64 after_ms)
{
    struct flow_value f = replica(c);
    __u64 ms = ROUND_TRIP_MS;
    for (; ms < before_ms; ms += MINUTE_MS / 2)
        through_the_backup(&f, c, ms);
    ms -= MINUTE_MS / 2;
    /* The peer's last packet reached the client, whose echo reached nobody. */
    __u32 seen = at_the_survivor(&f, c, ms, peer_at(c, ms));
    __u64 apart_ms = before_ms / MILLION * 200;
    CHECK(distance(peer_at(c, ms), seen) <= (__s64)(TS_SLACK_MS + apart_ms), "ahead by %d",
          distance(peer_at(c, ms), seen));
    for (__u64 end = ms + after_ms; ms < end; ms += MINUTE_MS * 7)
        seen = at_the_survivor(&f, c, ms, seen);
}

int main(void)
{
    __u32 bases[] = {0, 1, 0x7fffff00, 0x80000000, 0xfffff000, 0xffffffff};
    __s64 drifts[] = {-200, -1, 0, 1, 200};
    for (unsigned i = 0; i < 6; i++)
        for (unsigned j = 0; j < 6; j++)
            for (unsigned k = 0; k < 5; k++) {
                struct clocks c = {bases[i], bases[j], drifts[k]};
                run(&c, 10 * SECOND_MS, 60 * DAY_MS);
                run(&c, DAY_MS, DAY_MS);
                run(&c, 30 * DAY_MS, DAY_MS);
            }
    return verdict_of_checks();
}
