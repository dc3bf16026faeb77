/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The life of a flow's entry: pure functions over flow_value, run under its lock. Sequence numbers
 * wrap: compare by signed distance only.
 */
#ifndef CORAL_FLOWS_H
#define CORAL_FLOWS_H

#include "types.h"

/* Client windows may be scaled up to 1 GB; Linux grants far less. */
#define SEQUENCE_PLAUSIBLE (1u << 26)
/* Window of an unscaled handshake. */
#define HANDSHAKE_WINDOW 65535u
/* The client's last TSecr is one round trip old at most; 10 s of slack keep PAWS content. */
#define TS_SLACK_MS 10000u
#define NS_PER_MS 1000000ull

/* Edits of one TCP header; a zero field mask bit leaves the field. */
enum edit_bit {
    EDIT_SEQ = 1,
    EDIT_ACK = 2,
    EDIT_TSVAL = 4,
    EDIT_TSECR = 8,
    EDIT_SACK_SHIFT = 16,
    EDIT_SACK_BLANK = 32,
    EDIT_WINDOW = 64,
    EDIT_TS_BLANK = 128,
    EDIT_ORPHAN = 256,
    EDIT_MARKS_CLEAR = 512,
    EDIT_ASKS = 1024,
};

struct edit {
    __u32 bits;
    __u32 seq;
    __u32 ack;
    __u32 ts_val;
    __u32 ts_ecr;
    __u32 sack_minus;
    __u32 window; /* as it stands in the header */
};

/* What a step says besides the edit. */
enum step {
    STEP_PASS = 0,
    STEP_DROP = 1,
    STEP_SWALLOW = 2,
    STEP_OVER = 4,     /* swallow: own stack gave the replica up */
    STEP_PROMOTED = 8, /* this packet froze the translation */
    STEP_CLAMPED = 16,
    STEP_REPORT = 32,  /* with STEP_SWALLOW: the edited packet is a report for the primary */
};

CORAL_INLINE __s32 distance(__u32 from, __u32 to)
{
    return (__s32)(to - from);
}

CORAL_INLINE __u32 segment_end(const struct segment *s)
{
    return s->seq + s->payload + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
}

/* True if the acknowledgement belongs to that handshake. */
CORAL_INLINE __u32 handshake_plausible(const struct embryo_value *e, const struct segment *s)
{
    return s->seq - (e->client_isn + 1) <= HANDSHAKE_WINDOW;
}

/* True if own stack has refused the handshake, or the primary does not know of it. */
CORAL_INLINE __u32 asked_in_vain(const struct embryo_value *e, __u64 now_ns)
{
    if (!(e->flags & EMBRYO_OWN_KNOWN))
        return now_ns - e->begun_ns > EMBRYO_PATIENCE_NS;
    return e->asked >= QUESTIONS_LIMIT && now_ns - e->asked_ns > ANSWER_PATIENCE_NS;
}

CORAL_INLINE void note_question(struct embryo_value *e, const struct segment *s, __u64 now_ns)
{
    if (!(e->flags & EMBRYO_ACK_KNOWN)) {
        e->first_ack = s->ack;
        e->flags |= EMBRYO_ACK_KNOWN;
    }
    if (!e->asked)
        e->asked_ns = now_ns;
    e->asked++;
}

/*
 * The peer's number plus 1, as the client has it, with nobody left who could confirm it. The first
 * acknowledgement names it; a later packet may acknowledge data already.
 */
CORAL_INLINE __u32 unconfirmed_first(const struct embryo_value *e, const struct segment *s)
{
    return e->flags & EMBRYO_ACK_KNOWN ? e->first_ack : s->ack;
}

/* The entry of a flow whose client acknowledged ISN + 1 of the peer, which is first. */
CORAL_INLINE void flow_from_embryo(struct flow_value *f, const struct embryo_value *e,
                                   const struct segment *s, __u32 first)
{
    __builtin_memset(f, 0, sizeof(*f));
    f->state = FLOW_REPLICATED;
    f->synack_ns = e->synack_ns;
    f->visible_isn = first - 1;
    f->acked_bytes = distance(first, s->ack) > 0 ? s->ack - first : 0;
    f->own_isn = e->own_isn;
    f->client_ack = first + (__u32)f->acked_bytes;
    f->client_next = e->client_isn + 1;
    f->own_next = e->own_isn + 1;
    f->synack_ts = e->synack_ts;
    f->own_ts = e->synack_ts;
    f->ts_floor = e->synack_ts;
    f->flags = e->flags & EMBRYO_OWN_TS ? FLOW_OWN_TS : 0;
    f->own_edge = f->client_next + e->own_window;
    f->own_scale = e->own_scale;
}

CORAL_INLINE void note_end(__u64 *closed_ns, __u32 flags, __u64 now_ns)
{
    __u32 both = FLOW_CLIENT_FIN | FLOW_OWN_FIN;
    if ((flags & FLOW_RESET) || (flags & both) == both)
        *closed_ns = now_ns;
}

/*
 * Follows the client's side, as own stack will: sequence numbers and the end. A reset counts only at
 * the exact next sequence number, as in RFC 5961: others do not end the connection.
 */
CORAL_INLINE __u32 follow_client(__u32 *client_next, __u32 *flags, const struct segment *s)
{
    __s32 ahead = distance(*client_next, s->seq);
    if (ahead > (__s32)SEQUENCE_PLAUSIBLE || ahead < -(__s32)SEQUENCE_PLAUSIBLE)
        return 0;
    if (s->flags & TCP_RST) {
        if (ahead == 0)
            *flags |= FLOW_RESET;
        return 0;
    }
    /* Of another connection: own stack answers with a challenge. Or of none: it takes nothing. */
    if ((s->flags & TCP_SYN) || !(s->flags & TCP_ACK))
        return 0;
    __u32 end = segment_end(s);
    if (distance(*client_next, end) > 0)
        *client_next = end;
    if (s->flags & TCP_FIN)
        *flags |= FLOW_CLIENT_FIN;
    return 1;
}

/* What own stack's timestamps stand at now: milliseconds since its SYN-ACK. */
CORAL_INLINE __u32 own_clock(const struct flow_value *f, __u64 now_ns)
{
    return f->synack_ts + (__u32)((now_ns - f->synack_ns) / NS_PER_MS);
}

/*
 * True if own stack has no room for all of the packet. The peer must not get it either: it would
 * acknowledge bytes that the client then never sends again, and the replica would miss them.
 */
CORAL_INLINE __u32 beyond_own_window(const struct flow_value *f, const struct segment *s)
{
    return s->payload && f->state == FLOW_REPLICATED
        && distance(f->own_edge, s->seq + s->payload) > 0;
}

/* Lower bound of (peer's clock - own clock), from the TSecr that the client took from the peer. */
CORAL_INLINE void estimate_clock(struct flow_value *f, const struct segment *s, __u64 now_ns)
{
    if (!s->ts_at || !(f->flags & FLOW_OWN_TS) || !(s->flags & TCP_ACK))
        return;
    __u32 sample = s->ts_ecr - own_clock(f, now_ns);
    if (!(f->flags & FLOW_TS_ESTIMATED) || distance(f->ts_estimate, sample) > 0) {
        f->ts_estimate = sample;
        f->flags |= FLOW_TS_ESTIMATED;
    }
}

/* Fixes the translation at what the client has acknowledged so far. */
CORAL_INLINE __u32 freeze(struct flow_value *f)
{
    if (f->state != FLOW_REPLICATED)
        return 0;
    f->state = FLOW_PROMOTED;
    f->delta = f->client_ack - (f->own_isn + 1);
    f->ts_delta = f->flags & FLOW_TS_ESTIMATED ? f->ts_estimate + TS_SLACK_MS : 0;
    f->ts_floor = f->own_ts;
    return STEP_PROMOTED;
}

/*
 * Local copy of a replica: acknowledges the handshake and nothing else. While own handshake may be
 * under way its stack insists on the echo of its SYN-ACK; later an echo of just now keeps its idea
 * of the round trip short, or its receive window would grow more slowly than the peer's.
 */
CORAL_INLINE __u32 replica_in(struct flow_value *f, const struct segment *s, __u64 now_ns,
                              struct edit *e)
{
    __u32 valid = follow_client(&f->client_next, &f->flags, s);
    note_end(&f->closed_ns, f->flags, now_ns);
    if (!(s->flags & TCP_ACK))
        return STEP_PASS;
    if (valid) {
        __s32 more = distance(f->client_ack, s->ack);
        if (more > 0) {
            f->client_ack = s->ack;
            f->acked_bytes += more;
        }
        estimate_clock(f, s, now_ns);
    }
    e->bits = EDIT_ACK | EDIT_SACK_BLANK | (f->flags & FLOW_OWN_TS ? EDIT_TSECR : 0);
    e->ack = f->own_isn + 1;
    e->ts_ecr = f->flags & FLOW_OWN_OPEN ? own_clock(f, now_ns) - 1 : f->synack_ts;
    return STEP_PASS;
}

CORAL_INLINE __u32 promoted_in(struct flow_value *f, const struct segment *s, __u64 now_ns,
                               struct edit *e)
{
    __u32 step = freeze(f);
    follow_client(&f->client_next, &f->flags, s);
    note_end(&f->closed_ns, f->flags, now_ns);
    if (!(s->flags & TCP_ACK))
        return step;
    e->bits = EDIT_ACK | EDIT_SACK_SHIFT | (f->flags & FLOW_OWN_TS ? EDIT_TSECR : 0);
    e->sack_minus = f->delta;
    e->ack = s->ack - f->delta;
    if (distance(f->own_next, e->ack) > 0) {
        /* The client got more from the peer than it had acknowledged through here. */
        e->ack = f->own_next;
        e->bits = (e->bits & ~EDIT_SACK_SHIFT) | EDIT_SACK_BLANK;
        step |= STEP_CLAMPED;
    }
    e->ts_ecr = s->ts_ecr - f->ts_delta;
    if (distance(f->ts_floor, e->ts_ecr) < 0)
        e->ts_ecr = f->ts_floor; /* an echo of the peer's clock */
    if (distance(f->own_ts, e->ts_ecr) > 0)
        e->ts_ecr = f->own_ts;
    return step;
}

/* A client's packet of a tracked flow; mode was read under the flow's lock. */
CORAL_INLINE __u32 flow_in(struct flow_value *f, __u32 mode, const struct segment *s,
                           __u64 now_ns, struct edit *e)
{
    if (f->state == FLOW_OVER)
        return STEP_DROP;
    if (mode == MODE_BACKUP)
        return f->state == FLOW_REPLICATED ? replica_in(f, s, now_ns, e) : STEP_DROP;
    if (mode == MODE_SIMPLEX || mode == MODE_PRIMARY)
        return promoted_in(f, s, now_ns, e);
    return STEP_DROP;
}

CORAL_INLINE void follow_own(struct flow_value *f, const struct segment *s)
{
    __u32 end = segment_end(s);
    if (distance(f->own_next, end) > 0)
        f->own_next = end;
    if (s->ts_at && distance(f->own_ts, s->ts_val) > 0)
        f->own_ts = s->ts_val;
}

/*
 * A pure acknowledgement of a replica's stack tells the primary how far it is. Own sequence number
 * means nothing there: in its place goes the right edge of the window, so that no scale is needed.
 */
CORAL_INLINE __u32 report_out(const struct flow_value *f, const struct segment *s, struct edit *e)
{
    if (f->state != FLOW_REPLICATED || s->payload
        || (s->flags & (TCP_ACK | TCP_SYN | TCP_FIN | TCP_RST)) != TCP_ACK)
        return STEP_SWALLOW;
    e->bits = EDIT_SEQ;
    e->seq = f->own_edge;
    return STEP_SWALLOW | STEP_REPORT;
}

CORAL_INLINE __u32 give_up(struct flow_value *f, __u64 now_ns)
{
    f->state = FLOW_OVER;
    f->closed_ns = now_ns;
    return STEP_OVER;
}

/* A packet that own stack sends on a tracked flow; mode was read under the flow's lock. */
CORAL_INLINE __u32 flow_out(struct flow_value *f, __u32 mode, const struct segment *s,
                            __u64 now_ns, struct edit *e)
{
    if (mode == MODE_BACKUP) {
        if (s->flags & TCP_RST)
            return give_up(f, now_ns) | STEP_REPORT;
        if (s->ts_at && distance(f->own_ts, s->ts_val) > 0)
            f->own_ts = s->ts_val;
        __u32 edge = s->ack + (s->window << (f->own_scale & 15));
        if (distance(f->own_edge, edge) > 0)
            f->own_edge = edge;
        f->flags |= FLOW_OWN_OPEN;
        return report_out(f, s, e);
    }
    if (mode != MODE_SIMPLEX && mode != MODE_PRIMARY)
        return STEP_DROP;
    __u32 step = freeze(f);
    /* A replica that was over anyway, given up while the switch to simplex was under way. */
    if ((s->flags & TCP_RST) && (f->flags & FLOW_CLIENT_FIN) && f->own_next == f->own_isn + 1)
        return step | give_up(f, now_ns);
    if (s->flags & TCP_RST)
        f->flags |= FLOW_RESET;
    else
        follow_own(f, s);
    if (s->flags & TCP_FIN)
        f->flags |= FLOW_OWN_FIN;
    note_end(&f->closed_ns, f->flags, now_ns);
    e->bits = EDIT_SEQ | (s->ts_at && (f->flags & FLOW_OWN_TS) ? EDIT_TSVAL : 0);
    e->seq = s->seq + f->delta;
    e->ts_val = s->ts_val + f->ts_delta;
    return step;
}

#endif
