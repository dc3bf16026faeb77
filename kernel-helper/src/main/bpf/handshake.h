/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Notes handshakes and turns them into flows. */
#ifndef CORAL_HANDSHAKE_H
#define CORAL_HANDSHAKE_H

#include "flows.h"
#include "maps.h"

CORAL_INLINE void begin_embryo(const struct flow_key *key, const struct segment *s, __u32 flags)
{
    struct embryo_value begun = {.client_isn = s->seq, .flags = flags,
                                  .begun_ns = bpf_ktime_get_ns()};
    bpf_map_update_elem(&embryos, key, &begun, BPF_ANY);
    count(COUNT_embryo_begun);
}

/* Own stack sent its SYN-ACK, for the first time or again. */
CORAL_INLINE void note_syn_ack(const struct flow_key *key, const struct segment *s)
{
    struct embryo_value *e = bpf_map_lookup_elem(&embryos, key);
    if (!e)
        return;
    e->own_isn = s->seq;
    e->synack_ts = s->ts_val;
    e->synack_ns = bpf_ktime_get_ns();
    e->own_window = s->window;
    e->own_scale = s->scale;
    e->flags |= EMBRYO_OWN_KNOWN | (s->ts_at ? EMBRYO_OWN_TS : 0);
}

/* The flow's new entry, or null: no room, or the handshake does not fit. */
CORAL_INLINE struct flow_value *establish(const struct flow_key *key, const struct embryo_value *e,
                                          const struct segment *s, __u32 first)
{
    struct flow_value value;
    if (!handshake_plausible(e, s)) {
        count(COUNT_embryo_implausible);
        return 0;
    }
    flow_from_embryo(&value, e, s, first);
    if (bpf_map_update_elem(&flows, key, &value, BPF_NOEXIST)) {
        struct flow_value *other = bpf_map_lookup_elem(&flows, key);
        if (!other)
            count(COUNT_flow_table_full);
        return other; /* another processor was faster */
    }
    count(COUNT_flow_replicated);
    bpf_map_delete_elem(&embryos, key);
    return bpf_map_lookup_elem(&flows, key);
}

CORAL_INLINE void note_local(const struct flow_key *key, __u32 client_next)
{
    struct local_value value = {.client_next = client_next};
    long error = bpf_map_update_elem(&locals, key, &value, BPF_NOEXIST);
    count(error ? COUNT_local_table_full : COUNT_local_noted);
}

CORAL_INLINE void track_local(struct local_value *l, const struct segment *s, __u32 from_client)
{
    if (from_client)
        follow_client(&l->client_next, &l->flags, s);
    else if (s->flags & TCP_RST)
        l->flags |= FLOW_RESET;
    else if (s->flags & TCP_FIN)
        l->flags |= FLOW_OWN_FIN;
    note_end(&l->closed_ns, l->flags, bpf_ktime_get_ns());
}

#endif
