/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Strict acknowledgement: a primary acknowledges to a client only what the backup's stack has taken
 * as well, and offers no more room than that stack has. Pure functions over guard_value, run under
 * its lock. Sequence numbers wrap: compare by signed distance only.
 */
#ifndef CORAL_GUARD_H
#define CORAL_GUARD_H

#include "flows.h"

/* The largest window that TCP knows. */
#define WINDOW_PLAUSIBLE (1u << 30)
#define WINDOW_FIELD_MAX 65535u

/* What a step on a guarded flow says besides the edit. */
enum guard_step {
    GUARD_PASS = 0,
    GUARD_OWED = 1,        /* keep the packet back: it would tell the client nothing yet */
    GUARD_CAPPED = 2,      /* the acknowledgement was lowered */
    GUARD_NARROWED = 4,    /* the window was lowered */
    GUARD_PAY = 8,         /* the report, edited, is to be sent to the client */
    GUARD_IMPLAUSIBLE = 16,
    GUARD_UNTIMED = 32,
    GUARD_CONCLUDE = 64,   /* a reset, edited, is to become the acknowledgement of the client's FIN */
};

#define GUARD_BOTH_FINS (FLOW_CLIENT_FIN | FLOW_OWN_FIN)

CORAL_INLINE __u32 earlier(__u32 a, __u32 b)
{
    return distance(a, b) < 0 ? b : a;
}

CORAL_INLINE __u32 later(__u32 a, __u32 b)
{
    return distance(a, b) > 0 ? b : a;
}

/* True if a client's packet is about this connection, not an older one of the port. */
CORAL_INLINE __u32 guard_concerns(const struct guard_value *g, const struct segment *s)
{
    return distance(s->seq, g->wire_edge) >= 0
        && distance(g->wire_ack, s->seq) > -(__s32)SEQUENCE_PLAUSIBLE;
}

/* True if the client can have got what the packet acknowledges from here. */
CORAL_INLINE __u32 guard_confirms(const struct guard_value *g, const struct segment *s)
{
    __u32 first = g->own_isn + 1;
    return !(g->flags & FLOW_RESET) && s->ack - first <= g->own_next - first;
}

/* A connection that own stack has answered, before anything of the client is acknowledged. */
CORAL_INLINE void guard_start(struct guard_value *g, __u32 first, __u32 own_isn, __u32 window,
                              __u32 scale)
{
    g->closed_ns = 0;
    g->first = g->client_next = g->ack_b = g->edge_b = g->ack_p = g->wire_ack = g->held = first;
    g->edge_p = g->wire_edge = first + window; /* never scaled in a SYN-ACK */
    g->own_isn = own_isn;
    g->own_next = own_isn + 1;
    g->own_scale = scale;
    g->ts_ecr = 0;
}

/* The entry of a flow whose handshake is over. */
CORAL_INLINE void guard_from_embryo(struct guard_value *g, const struct embryo_value *e)
{
    __builtin_memset(g, 0, sizeof(*g));
    guard_start(g, e->client_isn + 1, e->own_isn, e->own_window, e->own_scale);
    g->ts_val = e->synack_ts;
    g->flags = e->flags & EMBRYO_OWN_TS ? GUARD_TS : 0;
}

/* Own stack had forgotten the connection before its end was seen, and answers a new one. */
CORAL_INLINE void guard_restart(struct guard_value *g, const struct segment *s)
{
    guard_start(g, s->ack, s->seq, s->window, s->scale);
    g->ts_val = s->ts_val;
    g->flags = (g->flags & GUARD_MACS) | (s->ts_at ? GUARD_TS : 0);
}

/* The right edge that the client may know: what it was told once is never taken back. */
CORAL_INLINE __u32 guard_edge(const struct guard_value *g, __u32 own)
{
    __u32 edge = g->flags & GUARD_EDGE ? earlier(own, g->edge_b) : own;
    return later(edge, g->wire_edge);
}

/* The window field that brings the right edge nearest to that, from below but never back. */
CORAL_INLINE __u32 window_field(const struct guard_value *g, __u32 ack, __u32 edge)
{
    __u32 scale = g->own_scale & 15;
    __s32 room = distance(ack, edge);
    if (room <= 0)
        return 0;
    __u32 field = (__u32)room >> scale;
    if (distance(ack + (field << scale), g->wire_edge) > 0)
        field++;
    return field > WINDOW_FIELD_MAX ? WINDOW_FIELD_MAX : field;
}

CORAL_INLINE void guard_note_wire(struct guard_value *g, __u32 ack, __u32 window)
{
    g->wire_ack = later(g->wire_ack, ack);
    g->wire_edge = later(g->wire_edge, ack + (window << (g->own_scale & 15)));
    /* Nor may it fall so far behind that it seems ahead. */
    if (distance(g->wire_ack, g->held) <= 0)
        g->held = g->wire_ack;
}

CORAL_INLINE void guard_note_own(struct guard_value *g, const struct segment *s, __u32 edge)
{
    g->own_next = later(g->own_next, segment_end(s));
    g->ack_p = later(g->ack_p, s->ack);
    g->edge_p = later(g->edge_p, edge);
    if (s->ts_at) {
        g->ts_val = later(g->ts_val, s->ts_val);
        g->ts_ecr = s->ts_ecr;
    }
}

/*
 * True if both sides have ended: own stack and the backup's may have forgotten the connection while
 * the client repeats its FIN, because the acknowledgement is still on its way.
 */
CORAL_INLINE __u32 guard_ended(const struct guard_value *g)
{
    return (g->flags & (GUARD_BOTH_FINS | FLOW_RESET)) == GUARD_BOTH_FINS;
}

/* The backup does not replicate the flow any more. False if the entry has no more use. */
CORAL_INLINE __u32 guard_alone(struct guard_value *g)
{
    g->flags |= GUARD_ALONE;
    return guard_ended(g);
}

/*
 * Own stack has forgotten a connection that both sides have ended and answers the client's
 * repetitions with resets. While only a report can pay what the client waits for they are kept
 * back; after that the client is told again what it was told before.
 */
CORAL_INLINE __u32 guard_conclude(const struct guard_value *g, struct edit *e)
{
    if (!(g->flags & GUARD_ALONE) && distance(g->wire_ack, g->ack_p) > 0)
        return GUARD_OWED;
    e->bits = EDIT_SEQ | EDIT_ACK;
    e->seq = g->own_next;
    e->ack = later(g->wire_ack, g->ack_p);
    return GUARD_CONCLUDE;
}

/* True if the client would learn nothing by an acknowledgement and this right edge. */
CORAL_INLINE __u32 no_news(const struct guard_value *g, __u32 ack, __u32 edge)
{
    return distance(g->wire_ack, ack) <= 0
        && distance(g->wire_edge, edge) < 1 << (g->own_scale & 15);
}

/*
 * True if a packet without data or FIN is kept back; own_news if own stack did not say it before.
 * What own stack says twice on purpose passes, unless it is the backup that misses something: then
 * the backup's own repetitions tell the client what.
 */
CORAL_INLINE __u32 guard_keeps(struct guard_value *g, const struct segment *s, __u32 how,
                               __u32 own_news, __u32 ack, __u32 edge)
{
    __u32 capped = ack != s->ack;
    if (how == ACKNOWLEDGE_EAGER || s->payload || (s->flags & TCP_FIN))
        return 0;
    if (how == ACKNOWLEDGE_LAZY && capped) {
        if (distance(g->wire_ack, g->held) <= 0)
            g->held = s->ack;
        return 1;
    }
    return (own_news || capped) && no_news(g, ack, edge);
}

/* A packet that own stack sends on a guarded flow; how is one of the strict acknowledgements. */
CORAL_INLINE __u32 guard_out(struct guard_value *g, const struct segment *s, __u32 how,
                             __u64 now_ns, struct edit *e)
{
    if (s->flags & TCP_SYN) {
        if (s->ack != g->first)
            guard_restart(g, s);
        return GUARD_PASS;
    }
    if ((s->flags & TCP_RST) && guard_ended(g))
        return guard_conclude(g, e);
    if (s->flags & TCP_RST)
        g->flags |= FLOW_RESET;
    if (s->flags & TCP_FIN)
        g->flags |= FLOW_OWN_FIN;
    note_end(&g->closed_ns, g->flags, now_ns);
    if ((s->flags & (TCP_ACK | TCP_RST)) != TCP_ACK)
        return GUARD_PASS;
    __u32 own_edge = s->ack + (s->window << (g->own_scale & 15));
    __u32 news = distance(g->ack_p, s->ack) > 0 || distance(g->edge_p, own_edge) > 0;
    guard_note_own(g, s, own_edge);
    __u32 step = GUARD_PASS;
    __u32 ack = g->flags & GUARD_ALONE ? s->ack : earlier(s->ack, g->ack_b);
    __u32 target = guard_edge(g, own_edge);
    __u32 window = window_field(g, ack, target);
    if (guard_keeps(g, s, how, news, ack, target))
        return GUARD_OWED;
    if (ack != s->ack) {
        e->bits |= EDIT_ACK;
        step |= GUARD_CAPPED;
        /* A duplicate reported above the acknowledgement would read as data received there. */
        if (s->sack_at && distance(s->sack_first, s->ack) > 0)
            e->bits |= EDIT_SACK_BLANK;
    }
    if (window != s->window) {
        e->bits |= EDIT_WINDOW;
        step |= distance(target, own_edge) > 0 ? GUARD_NARROWED : 0;
    }
    e->ack = ack;
    e->window = window;
    guard_note_wire(g, ack, window);
    return step;
}

/* A client's packet of a guarded flow. */
CORAL_INLINE void guard_in(struct guard_value *g, const struct segment *s, __u64 now_ns)
{
    follow_client(&g->client_next, &g->flags, s);
    note_end(&g->closed_ns, g->flags, now_ns);
}

/* What the backup's stack says. False if it cannot be about this connection. */
CORAL_INLINE __u32 guard_learn(struct guard_value *g, const struct segment *s)
{
    __s32 ahead = distance(g->ack_b, s->ack);
    if (ahead > (__s32)SEQUENCE_PLAUSIBLE || ahead < -(__s32)SEQUENCE_PLAUSIBLE
        || s->seq - s->ack > WINDOW_PLAUSIBLE)
        return 0;
    g->ack_b = later(g->ack_b, s->ack);
    g->edge_b = g->flags & GUARD_EDGE ? later(g->edge_b, s->seq) : s->seq;
    g->flags |= GUARD_EDGE;
    return 1;
}

/* True if the room that the client does not know of is as large as the one that it knows. */
CORAL_INLINE __u32 window_reopened(const struct guard_value *g, __u32 edge)
{
    __s32 grown = distance(g->wire_edge, edge);
    return grown > 0 && grown >= distance(g->wire_ack, g->wire_edge);
}

/*
 * The client's timestamp that an acknowledgement of this number echoes: that of the packet which
 * moved the left edge (RFC 7323, 4.3). What only the backup missed only its stack has noted: to own
 * stack the repetition was a duplicate. By own stack's older echo a client would take its own
 * repetition for needless (RFC 3522, 5682), believe everything delivered, and repeat one packet per
 * timeout.
 */
CORAL_INLINE __u32 guard_echo(const struct guard_value *g, const struct segment *s, __u32 ack)
{
    return ack == s->ack && s->ts_at ? s->ts_ecr : g->ts_ecr;
}

/* Makes own stack's acknowledgement to the client of the packet at hand. */
CORAL_INLINE __u32 guard_pay(struct guard_value *g, const struct segment *s, __u32 ack, __u32 edge,
                             struct edit *e)
{
    if ((g->flags & GUARD_TS) && !s->ts_at)
        return GUARD_UNTIMED;
    /* Blocks above another acknowledgement than the backup's own may be missing here. */
    e->bits = EDIT_SEQ | EDIT_ACK | EDIT_WINDOW | (ack == s->ack ? 0 : EDIT_SACK_BLANK)
        | (g->flags & GUARD_TS ? EDIT_TSVAL | EDIT_TSECR : EDIT_TS_BLANK);
    e->seq = g->own_next;
    e->ack = ack;
    e->window = window_field(g, ack, edge);
    e->ts_val = g->ts_val;
    e->ts_ecr = guard_echo(g, s, ack);
    if (distance(ack, g->ack_p) > 0)
        g->held = g->ack_p;
    guard_note_wire(g, ack, e->window);
    return GUARD_PAY;
}

/*
 * The backup has given its replica up, which it does when both sides have closed: own stack may hold
 * nothing of the connection either, so what is owed is paid now or never.
 */
CORAL_INLINE __u32 guard_settle(struct guard_value *g, const struct segment *s, struct edit *e)
{
    if (!(g->flags & GUARD_MACS) || (g->flags & FLOW_RESET) || distance(g->wire_ack, g->ack_p) <= 0)
        return GUARD_PASS;
    return guard_pay(g, s, g->ack_p, later(g->edge_p, g->wire_edge), e);
}

/*
 * True if the backup repeats itself because it misses a packet that own stack has. Only the client
 * can send it again, and would learn of the hole from nobody else before its timer runs out. The
 * lazy one may not have told yet how far the backup is: its client would repeat what is there.
 */
CORAL_INLINE __u32 backup_misses(const struct guard_value *g, const struct segment *s)
{
    __u32 repeated = s->ack == g->ack_b && distance(g->wire_ack, s->ack) >= 0;
    return (s->ack == g->wire_ack || repeated) && distance(s->ack, g->ack_p) > 0
        && (s->sack_at || (repeated && s->seq == g->edge_b));
}

/* True if the strategy tells the client at this moment that both stacks are so far. */
CORAL_INLINE __u32 is_due(const struct guard_value *g, __u32 how, __u32 ack, __u32 edge)
{
    if (how == ACKNOWLEDGE_EAGER)
        return !no_news(g, ack, edge);
    if (distance(g->wire_ack, ack) <= 0)
        return 0;
    if (how != ACKNOWLEDGE_LAZY)
        return 1;
    __u32 owed = distance(g->wire_ack, g->held) > 0 ? g->held : g->ack_p;
    return distance(owed, ack) >= 0;
}

/*
 * A report of the backup. If it covers an acknowledgement that is due, reopens the window or tells
 * of a packet that the backup alone misses, it becomes own stack's acknowledgement to the client.
 */
CORAL_INLINE __u32 guard_report(struct guard_value *g, const struct segment *s, __u32 how,
                                struct edit *e)
{
    __u32 misses = backup_misses(g, s);
    if (!guard_learn(g, s))
        return GUARD_IMPLAUSIBLE;
    __u32 ack = earlier(g->ack_p, g->ack_b);
    __u32 edge = guard_edge(g, g->edge_p);
    if (!(g->flags & GUARD_MACS) || (g->flags & FLOW_RESET))
        return GUARD_PASS;
    if (!misses && !is_due(g, how, ack, edge) && !window_reopened(g, edge))
        return GUARD_PASS;
    return guard_pay(g, s, later(ack, g->wire_ack), edge, e);
}

#endif
