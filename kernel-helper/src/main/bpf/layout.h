/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sizes and offsets that user space relies on; it compares them when it loads the programs. */
#ifndef CORAL_LAYOUT_H
#define CORAL_LAYOUT_H

#include "stats.h"
#include "types.h"

#define CORAL_LAYOUT(X)                                                                            \
    X(sizeof(struct service_key))                                                                  \
    X(sizeof(struct service_value))                                                                \
    X(__builtin_offsetof(struct service_value, slot))                                              \
    X(__builtin_offsetof(struct service_value, peer_known))                                        \
    X(__builtin_offsetof(struct service_value, host_address))                                      \
    X(__builtin_offsetof(struct service_value, own_mac))                                           \
    X(__builtin_offsetof(struct service_value, peer_mac))                                          \
    X(__builtin_offsetof(struct service_value, acknowledgement))                                   \
    X(sizeof(struct flow_key))                                                                     \
    X(__builtin_offsetof(struct flow_key, client_address))                                         \
    X(__builtin_offsetof(struct flow_key, service_port))                                           \
    X(__builtin_offsetof(struct flow_key, client_port))                                            \
    X(sizeof(struct flow_value))                                                                   \
    X(__builtin_offsetof(struct flow_value, state))                                                \
    X(FLOW_OVER)                                                                                   \
    X(__builtin_offsetof(struct flow_value, acked_bytes))                                          \
    X(__builtin_offsetof(struct flow_value, closed_ns))                                            \
    X(sizeof(struct local_value))                                                                  \
    X(__builtin_offsetof(struct local_value, closed_ns))                                           \
    X(sizeof(struct guard_value))                                                                  \
    X(__builtin_offsetof(struct guard_value, flags))                                               \
    X(__builtin_offsetof(struct guard_value, closed_ns))                                           \
    X(__builtin_offsetof(struct guard_value, ack_p))                                               \
    X(__builtin_offsetof(struct guard_value, edge_p))                                              \
    X(__builtin_offsetof(struct guard_value, wire_ack))                                            \
    X(__builtin_offsetof(struct guard_value, wire_edge))                                           \
    X(__builtin_offsetof(struct guard_value, own_next))                                            \
    X(__builtin_offsetof(struct guard_value, own_scale))                                           \
    X(__builtin_offsetof(struct guard_value, ts_val))                                              \
    X(__builtin_offsetof(struct guard_value, ts_ecr))                                              \
    X(__builtin_offsetof(struct guard_value, macs))                                                \
    X(FLOW_RESET)                                                                                  \
    X(GUARD_TS)                                                                                    \
    X(GUARD_MACS)                                                                                  \
    X(sizeof(struct embryo_value))                                                                 \
    X(sizeof(struct watch_value))                                                                  \
    X(sizeof(struct crash_event))                                                                  \
    X(__builtin_offsetof(struct flow_value, flags))                                                \
    X(__builtin_offsetof(struct local_value, flags))                                               \
    X(FLOW_CLIENT_FIN)                                                                             \
    X(FLOW_OWN_FIN)

#define CORAL_LAYOUT_VALUE(value) value,
const __u32 coral_layout[] SEC(".rodata.layout") = {CORAL_LAYOUT(CORAL_LAYOUT_VALUE)};

#define CORAL_COUNTER_NAME(name) #name " "
const char coral_counter_names[] SEC(".rodata.names") = CORAL_COUNTERS(CORAL_COUNTER_NAME);

#endif
