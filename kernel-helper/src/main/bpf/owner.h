/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Both hosts have the advertised address, only the owner may say so. */
#ifndef CORAL_OWNER_H
#define CORAL_OWNER_H

#include "maps.h"
#include "verdict.h"

/* Service whose mode decides about the address, or null if the address is none of ours. */
CORAL_INLINE struct service_value *owner_of(const struct ip_address *address, __u32 *claims)
{
    struct mode_source source;
    struct service_key *name = bpf_map_lookup_elem(&addresses, address);
    struct service_value *service = name ? bpf_map_lookup_elem(&services, name) : 0;
    if (!service || !mode_source(service->slot, &source))
        return 0;
    *claims = claims_address(mode_now(&source), bpf_ktime_get_boot_ns(), *source.lease);
    return service;
}

#endif
