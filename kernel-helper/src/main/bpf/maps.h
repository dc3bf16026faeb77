/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps. All are pinned by user space. */
#ifndef CORAL_MAPS_H
#define CORAL_MAPS_H

#include <bpf/bpf_helpers.h>

#include "stats.h"
#include "types.h"
#include "verdict.h"

#define SERVICES_LIMIT 16
#define FLOWS_LIMIT 131072
#define EMBRYOS_LIMIT 32768
#define WATCHES_LIMIT 64

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SERVICES_LIMIT);
    __type(key, struct service_key);
    __type(value, struct service_value);
} services SEC(".maps");

/* Advertised address to the service whose mode decides who answers for it. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SERVICES_LIMIT);
    __type(key, struct ip_address);
    __type(value, struct service_key);
} addresses SEC(".maps");

/* Arrays, so that a write is seen by a program that already holds the pointer. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, SERVICES_LIMIT);
    __type(key, __u32);
    __type(value, __u64);
} modes SEC(".maps");

/*
 * Until when this host may speak for a service, in nanoseconds since boot, suspended time counted.
 * Written by the daemon; nobody has to be alive for it to run out.
 */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, SERVICES_LIMIT);
    __type(key, __u32);
    __type(value, __u64);
} leases SEC(".maps");

/* Set by the crash fence, cleared by user space only when the host starts anew. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, SERVICES_LIMIT);
    __type(key, __u32);
    __type(value, __u64);
} crashed SEC(".maps");

/* Never evicted: an established flow keeps its replica. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, FLOWS_LIMIT);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct flow_key);
    __type(value, struct flow_value);
} flows SEC(".maps");

/* Evicted: a SYN flood costs only handshakes. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, EMBRYOS_LIMIT);
    __type(key, struct flow_key);
    __type(value, struct embryo_value);
} embryos SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, FLOWS_LIMIT);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct flow_key);
    __type(value, struct local_value);
} locals SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, FLOWS_LIMIT);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct flow_key);
    __type(value, struct guard_value);
} guarded SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, WATCHES_LIMIT);
    __type(key, __u32);
    __type(value, struct watch_value);
} watches SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} crashes SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, COUNTERS);
    __type(key, __u32);
    __type(value, __u64);
} counters SEC(".maps");

/* Not kept across bpf_clone_redirect: the copy runs the egress program on the same processor. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct scratch);
} scratches SEC(".maps");

CORAL_INLINE void count(enum counter which)
{
    __u32 key = which;
    __u64 *value = bpf_map_lookup_elem(&counters, &key);
    if (value)
        *value += 1;
}

CORAL_INLINE struct scratch *scratch(void)
{
    __u32 key = 0;
    return bpf_map_lookup_elem(&scratches, &key);
}

/* Where a service's mode stands, so that it can be read again under a flow's lock. */
struct mode_source {
    volatile __u64 *mode;
    volatile __u64 *crashed;
    volatile __u64 *lease;
};

CORAL_INLINE int mode_source(__u32 slot, struct mode_source *source)
{
    source->mode = bpf_map_lookup_elem(&modes, &slot);
    source->crashed = bpf_map_lookup_elem(&crashed, &slot);
    source->lease = bpf_map_lookup_elem(&leases, &slot);
    return source->mode && source->crashed && source->lease;
}

/* After a crash only forwarding is possible: it needs nothing of the dead processes. */
CORAL_INLINE __u32 mode_now(const struct mode_source *source)
{
    __u32 mode = *source->mode;
    return *source->crashed && mode != MODE_FORWARD_ONLY ? MODE_FENCED : mode;
}

/* True if own stack may not speak for the service although the mode would let it. */
CORAL_INLINE __u32 lease_over(const struct mode_source *source)
{
    return lease_stops(mode_now(source), bpf_ktime_get_boot_ns(), *source->lease);
}

#endif
