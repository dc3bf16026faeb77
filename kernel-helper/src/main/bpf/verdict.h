/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a packet gets: pure functions without helper calls, compiled for the host as well, where
 * src/test/bpf/verdict_test.c tests them.
 */
#ifndef CORAL_VERDICT_H
#define CORAL_VERDICT_H

#include "types.h"

/* How well this host knows the flow of a packet. */
enum flow_class {
    CLASS_UNKNOWN,
    CLASS_EMBRYONIC, /* handshake noted here */
    CLASS_TRACKED,   /* replicated or promoted */
    CLASS_LOCAL,     /* only this host has it */
    CLASS_HALF_OPEN, /* tracked, and the client has sent its FIN */
    CLASS_OVER,      /* was replicated; own stack holds nothing of it any more */
    CLASS_OPENING,   /* handshake noted here that came over the peer */
    CLASS_GUARDED,   /* the peer replicates it: acknowledged strictly; only in primary mode */
};

/* Steps for one packet; the program performs them in this order. */
enum verdict {
    V_DROP = 1,       /* drop, whatever else stands */
    V_RESTART = 2,    /* replica of an older connection of the port: reset it, take the SYN again */
    V_DETOUR = 4,     /* send to the peer instead */
    V_COPY = 8,       /* send a copy to the peer, go on with the packet */
    V_KEEP_OUT = 16,  /* nothing of it for own stack */
    V_BEGIN = 32,     /* note a handshake, pass */
    V_GUARD = 64,     /* acknowledge no more than the peer's stack has taken, pass */
    V_ESTABLISH = 128,/* handshake done: make it a replica, go on as for a tracked flow */
    V_SETTLE = 256,   /* handshake done: local or promoted, by what the client acknowledges */
    V_FLOW = 512,     /* translate by the flow's entry, pass */
    V_TRACK = 1024,   /* local flow: only watch for its end, pass */
    V_SWALLOW = 2048, /* drop, but own stack believes it was sent */
    V_CONCLUDE = 4096,/* own stack would answer with a reset: acknowledge the client's FIN for it */
    V_ASK = 8192,     /* keep it out, and ask the primary whether it answered that handshake */
};

#define HANDSHAKE(class) ((class) == CLASS_EMBRYONIC || (class) == CLASS_OPENING)
#define IS_SYN(flags) (((flags) & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)

/* What the primary has sent back is of a client that has got its SYN-ACK, and copied already. */
CORAL_INLINE __u32 verdict_answer_in(__u32 class, __u32 flags)
{
    if (flags & TCP_SYN)
        return V_KEEP_OUT;
    if (class == CLASS_TRACKED || class == CLASS_HALF_OPEN)
        return V_FLOW;
    return HANDSHAKE(class) ? V_ESTABLISH : V_KEEP_OUT;
}

CORAL_INLINE __u32 verdict_backup_in(__u32 class, __u32 flags)
{
    if (IS_SYN(flags)) {
        if (class == CLASS_HALF_OPEN)
            return V_RESTART;
        return class == CLASS_TRACKED ? V_COPY | V_FLOW : V_COPY | V_BEGIN;
    }
    if (class == CLASS_TRACKED || class == CLASS_HALF_OPEN)
        return V_COPY | V_FLOW;
    return HANDSHAKE(class) ? V_COPY | V_ASK : V_COPY | V_KEEP_OUT;
}

CORAL_INLINE __u32 verdict_simplex_in(__u32 class, __u32 flags)
{
    if (class == CLASS_TRACKED || class == CLASS_HALF_OPEN)
        return V_FLOW;
    if (class == CLASS_LOCAL)
        return V_TRACK;
    if (class == CLASS_OVER)
        return V_CONCLUDE;
    if (IS_SYN(flags))
        return V_BEGIN;
    return HANDSHAKE(class) ? V_SETTLE : 0;
}

CORAL_INLINE __u32 verdict_primary_in(__u32 class, __u32 flags, __u32 from_peer)
{
    if (class == CLASS_TRACKED || class == CLASS_HALF_OPEN)
        return V_FLOW;
    if (class == CLASS_LOCAL)
        return V_TRACK;
    if (class == CLASS_OVER)
        return V_CONCLUDE;
    if (IS_SYN(flags) && class != CLASS_GUARDED)
        return from_peer ? V_BEGIN : V_DETOUR;
    if (class == CLASS_EMBRYONIC)
        return V_SETTLE;
    if (!from_peer)
        return V_DETOUR;
    if (class == CLASS_GUARDED)
        return V_GUARD;
    return class == CLASS_OPENING ? V_SETTLE : 0;
}

/*
 * A client's packet for the service; 0 means pass as it is. asks: it bears the mark of a question or
 * an answer, which only the peer's word makes one.
 */
CORAL_INLINE __u32 verdict_in(__u32 mode, __u32 class, __u32 flags, __u32 from_peer, __u32 asks)
{
    switch (mode) {
    case MODE_SIMPLEX:
        return verdict_simplex_in(class, flags);
    case MODE_PRIMARY:
        return verdict_primary_in(class, flags, from_peer);
    case MODE_BACKUP:
        return from_peer && asks ? verdict_answer_in(class, flags)
                                 : verdict_backup_in(class, flags);
    case MODE_FORWARD_ONLY:
        return from_peer && asks ? V_KEEP_OUT : V_COPY | V_KEEP_OUT;
    default:
        return V_DROP;
    }
}

/* A packet that own stack sends from the service. Nothing leaves but in simplex and primary. */
CORAL_INLINE __u32 verdict_out(__u32 mode, __u32 class, __u32 flags)
{
    __u32 syn_ack = (flags & TCP_SYN) && (flags & TCP_ACK);
    switch (mode) {
    case MODE_SIMPLEX:
    case MODE_PRIMARY:
        if (class == CLASS_TRACKED || class == CLASS_HALF_OPEN)
            return V_FLOW;
        if (class == CLASS_LOCAL)
            return V_TRACK;
        if (class == CLASS_OVER)
            return 0;
        if (class == CLASS_GUARDED)
            return V_GUARD;
        if (syn_ack)
            return mode == MODE_SIMPLEX || HANDSHAKE(class) ? V_BEGIN : 0;
        if (mode == MODE_PRIMARY)
            return 0;
        return flags & (TCP_RST | TCP_SYN) ? 0 : V_SETTLE;
    case MODE_BACKUP:
        if (class == CLASS_OVER)
            return V_SWALLOW;
        return syn_ack ? V_BEGIN | V_SWALLOW : V_FLOW | V_SWALLOW;
    default:
        return V_DROP;
    }
}

/* Without its processes a host can at most pass packets on, and only a backup has whom to. */
CORAL_INLINE __u32 mode_after_crash(__u32 mode)
{
    return mode == MODE_BACKUP || mode == MODE_FORWARD_ONLY ? MODE_FORWARD_ONLY : MODE_FENCED;
}

/* True if this host answers who asks for the advertised address. */
CORAL_INLINE __u32 owns_address(__u32 mode)
{
    return mode == MODE_SIMPLEX || mode == MODE_BACKUP || mode == MODE_FORWARD_ONLY;
}

/* Modes in which packets of own stack leave do so on a lease: see docs/adr/0006-lease.md. */
CORAL_INLINE __u32 lease_stops(__u32 mode, __u64 now_ns, __u64 until_ns)
{
    return (mode == MODE_SIMPLEX || mode == MODE_PRIMARY) && now_ns >= until_ns;
}

/* True if this host answers now: one whose daemon does not run must not win the address back. */
CORAL_INLINE __u32 claims_address(__u32 mode, __u64 now_ns, __u64 until_ns)
{
    return owns_address(mode) && now_ns < until_ns;
}

#endif
