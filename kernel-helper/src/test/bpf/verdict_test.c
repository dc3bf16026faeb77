/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tests the pure headers on the host: every combination of mode, class, flags and origin against
 * the rules that must hold, and the arithmetic of flows. Prints what failed; exit status 0 if none.
 */
#include "check.h"

#include "flows.h"
#include "guard.h"
#include "rewrite.h"
#include "verdict.h"

static void check_answer(__u32 mode, __u32 class, __u32 flags)
{
    __u32 v = verdict_in(mode, class, flags, 1, 1);
#define AT "mode %u class %u flags %x verdict %x", mode, class, flags, v
    CHECK(!(v & V_COPY), AT);
    CHECK((class == CLASS_TRACKED || class == CLASS_EMBRYONIC) || (v & V_KEEP_OUT)
              || class == CLASS_HALF_OPEN || class == CLASS_OPENING, AT);
    CHECK(!(flags & TCP_SYN) || v == V_KEEP_OUT, AT);
    CHECK(mode != MODE_FORWARD_ONLY || v == V_KEEP_OUT, AT);
    CHECK(!(v & V_ESTABLISH) || HANDSHAKE(class), AT);
#undef AT
}

/* Whoever it comes from, and with the mark of an answer as well, unless it is one. */
static void check_in(__u32 mode, __u32 class, __u32 flags, __u32 from_peer, __u32 asks)
{
    __u32 v = verdict_in(mode, class, flags, from_peer, asks);
#define AT "mode %u class %u flags %x peer %u verdict %x", mode, class, flags, from_peer, v
    if (from_peer && asks && (mode == MODE_BACKUP || mode == MODE_FORWARD_ONLY)) {
        check_answer(mode, class, flags);
        return;
    }
    CHECK(!(v & V_ESTABLISH), AT);
    CHECK(!(v & V_ASK) || (mode == MODE_BACKUP && HANDSHAKE(class) && (v & V_COPY)), AT);
    CHECK((mode == MODE_FENCED || mode > MODE_FORWARD_ONLY) == (v == V_DROP), AT);
    CHECK(!(v & V_SWALLOW), AT);
    CHECK(!(v & V_DETOUR) || (mode == MODE_PRIMARY && !from_peer), AT);
    CHECK(!(v & V_CONCLUDE) || class == CLASS_OVER, AT);
    if (class == CLASS_OVER && mode == MODE_BACKUP && !IS_SYN(flags))
        CHECK(v == (V_COPY | V_KEEP_OUT), AT);
    if (class == CLASS_OVER && (mode == MODE_SIMPLEX || mode == MODE_PRIMARY))
        CHECK(v == V_CONCLUDE, AT);
    CHECK(!(v & V_COPY) || mode == MODE_BACKUP || mode == MODE_FORWARD_ONLY, AT);
    CHECK(mode != MODE_FORWARD_ONLY || v == (V_COPY | V_KEEP_OUT), AT);
    CHECK(mode != MODE_BACKUP || (v & (V_COPY | V_RESTART)), AT);
    if (mode == MODE_BACKUP && class == CLASS_UNKNOWN && !IS_SYN(flags))
        CHECK(v & V_KEEP_OUT, AT);
    if (class == CLASS_TRACKED && (mode == MODE_SIMPLEX || mode == MODE_PRIMARY))
        CHECK(v == V_FLOW, AT);
    if (class == CLASS_LOCAL && (mode == MODE_SIMPLEX || mode == MODE_PRIMARY))
        CHECK(v == V_TRACK, AT);
    if (class == CLASS_UNKNOWN && mode == MODE_PRIMARY)
        CHECK(from_peer || v == V_DETOUR, AT);
    if (v & V_FLOW)
        CHECK(class == CLASS_TRACKED || class == CLASS_HALF_OPEN, AT);
    if (v & (V_ASK | V_SETTLE))
        CHECK(HANDSHAKE(class), AT);
    CHECK(!(v & V_GUARD) || (mode == MODE_PRIMARY && class == CLASS_GUARDED && from_peer), AT);
    if (mode == MODE_PRIMARY && (class == CLASS_GUARDED || class == CLASS_OPENING))
        CHECK(from_peer || v == V_DETOUR, AT);
#undef AT
}

static void check_out(__u32 mode, __u32 class, __u32 flags)
{
    __u32 v = verdict_out(mode, class, flags);
#define AT "mode %u class %u flags %x verdict %x", mode, class, flags, v
    __u32 serves = mode == MODE_SIMPLEX || mode == MODE_PRIMARY;
    CHECK(serves || (v & (V_DROP | V_SWALLOW)), AT);
    CHECK((mode == MODE_BACKUP) == !!(v & V_SWALLOW), AT);
    CHECK(!(v & (V_COPY | V_DETOUR | V_RESTART)), AT);
    CHECK(!(serves && class == CLASS_TRACKED) || v == V_FLOW, AT);
    CHECK(!(mode == MODE_PRIMARY && class == CLASS_GUARDED) || v == V_GUARD, AT);
#undef AT
}

static void every_combination(void)
{
    for (__u32 mode = 0; mode < 6; mode++)
        for (__u32 class = CLASS_UNKNOWN; class <= CLASS_GUARDED; class++)
            for (__u32 flags = 0; flags < 64; flags++) {
                for (__u32 from = 0; from < 4; from++)
                    check_in(mode, class, flags, from & 1, from & 2);
                check_out(mode, class, flags);
            }
}

static struct flow_value flow(__u32 visible, __u32 own)
{
    struct embryo_value e = {.client_isn = 0xfffffff0, .own_isn = own, .synack_ts = 100,
                             .flags = EMBRYO_OWN_KNOWN | EMBRYO_OWN_TS};
    struct segment third = {.ack = visible + 1, .seq = e.client_isn + 1, .flags = TCP_ACK};
    struct flow_value f;
    CHECK(handshake_plausible(&e, &third), "window");
    flow_from_embryo(&f, &e, &third, third.ack);
    return f;
}

/* Whatever the two numbers are: what the client acknowledged is what own stack sends next. */
static void delta_holds_for_every_start(void)
{
    __u32 starts[] = {0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    for (unsigned i = 0; i < 7; i++)
        for (unsigned j = 0; j < 7; j++) {
            struct edit e = {};
            struct flow_value f = flow(starts[i], starts[j]);
            struct segment ack = {.seq = f.client_next, .ack = starts[i] + 1 + 5000,
                                  .flags = TCP_ACK};
            flow_in(&f, MODE_BACKUP, &ack, 1, &e);
            CHECK(e.ack == starts[j] + 1, "replica");
            CHECK(f.acked_bytes == 5000, "acked %llu", (unsigned long long)f.acked_bytes);
            struct segment data = {.seq = starts[j] + 1, .payload = 10, .flags = TCP_ACK};
            CHECK(flow_out(&f, MODE_SIMPLEX, &data, 2, &e) == STEP_PROMOTED, "promoted");
            CHECK(e.seq == starts[i] + 1 + 5000, "sequence");
            ack.ack = starts[i] + 1 + 5007;
            CHECK(flow_in(&f, MODE_SIMPLEX, &ack, 3, &e) == STEP_PASS && e.ack == starts[j] + 8,
                  "partial");
            ack.ack = starts[i] + 1 + 6000;
            CHECK(flow_in(&f, MODE_SIMPLEX, &ack, 3, &e) == STEP_CLAMPED
                      && e.ack == starts[j] + 11, "clamped");
            CHECK(f.acked_bytes == 5000, "frozen");
        }
}

static void modes_read_under_the_lock_decide(void)
{
    struct edit e = {};
    struct segment s = {.flags = TCP_ACK};
    struct flow_value f = flow(1, 2);
    CHECK(flow_in(&f, MODE_FENCED, &s, 1, &e) == STEP_DROP, "in");
    CHECK(flow_out(&f, MODE_FENCED, &s, 1, &e) == STEP_DROP, "out");
    CHECK(flow_out(&f, MODE_FORWARD_ONLY, &s, 1, &e) == STEP_DROP, "out");
    CHECK(flow_out(&f, MODE_BACKUP, &s, 1, &e) == (STEP_SWALLOW | STEP_REPORT), "out");
    CHECK(f.state == FLOW_REPLICATED, "nothing promotes but service");
    struct flow_value given_up = f;
    struct segment reset = {.flags = TCP_RST};
    CHECK(flow_out(&given_up, MODE_BACKUP, &reset, 7, &e) == (STEP_OVER | STEP_REPORT), "out");
    CHECK(given_up.state == FLOW_OVER && given_up.closed_ns == 7, "given up");
    CHECK(flow_in(&given_up, MODE_SIMPLEX, &s, 8, &e) == STEP_DROP, "is never promoted");
    struct flow_value ended = f;
    ended.flags |= FLOW_CLIENT_FIN;
    CHECK(flow_out(&ended, MODE_SIMPLEX, &reset, 9, &e) & STEP_OVER, "given up during the switch");
    struct flow_value open = f;
    CHECK(!(flow_out(&open, MODE_SIMPLEX, &reset, 9, &e) & STEP_OVER), "the client has to know");
    freeze(&f);
    CHECK(flow_in(&f, MODE_BACKUP, &s, 1, &e) == STEP_DROP, "promoted flows have no way back");
}

static void implausible_packets_change_nothing(void)
{
    struct edit e = {};
    struct flow_value f = flow(1000, 2000);
    struct segment wild = {.seq = f.client_next + (1u << 30), .ack = 900000,
                           .flags = TCP_ACK | TCP_FIN};
    flow_in(&f, MODE_BACKUP, &wild, 1, &e);
    CHECK(f.acked_bytes == 0 && !(f.flags & FLOW_CLIENT_FIN), "out of window");
    struct segment reset = {.seq = f.client_next, .ack = 900000, .flags = TCP_RST | TCP_ACK};
    flow_in(&f, MODE_BACKUP, &reset, 1, &e);
    CHECK(f.acked_bytes == 0 && (f.flags & FLOW_RESET), "resets acknowledge nothing");
}

static void sack_edges_move(void)
{
    __u8 h[128] = {0}, blank[128] = {0};
    struct segment s = {.sack_at = 26, .sack_blocks = 4, .header = 60};
    struct edit e = {.bits = EDIT_SACK_SHIFT, .sack_minus = 7};
    for (__u32 i = 0; i < 8; i++)
        put32(h, 26 + 4 * i, i);
    edit_header(h, &s, &e);
    for (__u32 i = 0; i < 8; i++)
        CHECK(get32(h, 26 + 4 * i) == i - 7, "edge %u", i);
    e.bits = EDIT_SACK_BLANK;
    edit_header(blank, &s, &e);
    for (__u32 i = 0; i < 60; i++)
        CHECK(blank[i] == (i >= 24 && i < 58 ? OPTION_NOP : 0), "byte %u", i);
}

/* A random run of both stacks: what the client hears never exceeds either, and is never taken back. */
static void guard_keeps_its_promises(__u32 how, __u32 start, __u32 scale, __u32 seed)
{
    struct embryo_value begun = {.client_isn = start - 1, .own_isn = 7, .own_window = 65535,
                                 .own_scale = scale};
    struct guard_value g;
    __u32 p = start, b = start, edge_p = start + 65535, edge_b = start, ack = start;
    __u32 edge = start + 65535, known = 0;
    guard_from_embryo(&g, &begun);
    g.flags |= GUARD_MACS;
    for (__u32 i = 0; i < 2000; i++) {
        struct edit e = {};
        __u32 step, out = 0;
        struct segment s = {.flags = TCP_ACK, .seq = 8};
        seed = seed * 1664525u + 1013904223u;
        __u32 more = (seed >> 16) % 3000;
        if (seed >> 31) {
            p += more;
            s.ack = p;
            s.window = scale ? (seed >> 8) % 60000 : 60000;
            __u32 least = p - start < edge_p - start ? (edge_p - p + (1u << scale) - 1) >> scale : 0;
            s.window = s.window < least ? least : s.window;
            if (s.window > 65535)
                s.window = 65535;
            edge_p = later(edge_p, p + (s.window << scale));
            step = guard_out(&g, &s, how, 1, &e);
            out = !(step & GUARD_OWED);
            if (!(e.bits & EDIT_ACK))
                e.ack = s.ack;
            if (!(e.bits & EDIT_WINDOW))
                e.window = s.window;
        } else {
            b += more;
            edge_b = later(edge_b, b + (seed >> 8) % 500000);
            s.ack = b;
            s.seq = edge_b;
            known = 1;
            step = guard_report(&g, &s, how, &e);
            out = step & GUARD_PAY;
        }
        if (out) {
            __u32 said = e.ack + (e.window << scale);
            CHECK(e.window <= 65535, "field %u", e.window);
            CHECK(distance(e.ack, p) >= 0 && distance(e.ack, b) >= 0, "i %u scale %u", i, scale);
            CHECK(distance(e.ack, ack) <= 0, "i %u taken back", i);
            CHECK(distance(edge, said) >= 0, "i %u scale %u edge shrinks by %d", i, scale,
                  distance(said, edge));
            if (known)
                CHECK(distance(later(edge, earlier(edge_p, edge_b)), said) < (1 << scale),
                      "i %u scale %u room invented", i, scale);
            ack = later(ack, e.ack);
            edge = later(edge, said);
        }
    }
    /* Whoever speaks last leaves nothing owed; the lazy one may wait for the rest. */
    __u32 waits = how == ACKNOWLEDGE_LAZY && distance(b, p) > 0;
    CHECK(g.wire_ack == ack && (waits || distance(ack, earlier(p, b)) == 0), "owed %d scale %u",
          distance(ack, earlier(p, b)), scale);
}

static void guards(void)
{
    __u32 starts[] = {1, 0x7fffff00, 0xfffffff0};
    __u32 ways[] = {ACKNOWLEDGE_CONDITIONAL, ACKNOWLEDGE_EAGER, ACKNOWLEDGE_LAZY};
    for (unsigned way = 0; way < 3; way++)
        for (unsigned i = 0; i < 3; i++)
            for (__u32 scale = 0; scale <= 14; scale++)
                for (__u32 seed = 1; seed < 20; seed++)
                    guard_keeps_its_promises(ways[way], starts[i], scale, seed * 7919);
}

static void a_lease_binds_whoever_sends(void)
{
    for (__u32 mode = 0; mode < 6; mode++) {
        __u32 sends = mode == MODE_SIMPLEX || mode == MODE_PRIMARY;
        CHECK(lease_stops(mode, 100, 100) == sends, "mode %u at the end", mode);
        CHECK(lease_stops(mode, 1, 0) == sends, "mode %u without lease", mode);
        CHECK(!lease_stops(mode, 99, 100), "mode %u before the end", mode);
        CHECK(!claims_address(mode, 100, 100), "mode %u claims at the end", mode);
        CHECK(claims_address(mode, 99, 100) == owns_address(mode), "mode %u claims", mode);
    }
}

int main(void)
{
    a_lease_binds_whoever_sends();
    guards();
    every_combination();
    delta_holds_for_every_start();
    modes_read_under_the_lock_decide();
    implausible_packets_change_nothing();
    sack_edges_move();
    return verdict_of_checks();
}
