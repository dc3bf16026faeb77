/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fences a service when one of its processes ends, before the kernel closes its sockets. A backup's
 * kernel goes on passing to the primary what clients send: it needs no process for that, and until
 * the daemon has decided anything a client would lose packets, and wait for its timer.
 */
#ifndef CORAL_CRASH_H
#define CORAL_CRASH_H

#include <bpf/bpf_core_read.h>

#include "maps.h"
#include "verdict.h"

#define SIGNAL_GROUP_EXIT 0x4

/* Only the fields used; libbpf finds their places in the running kernel. */
typedef struct {
    int counter;
} atomic_t;

struct signal_struct {
    atomic_t live;
    unsigned int flags;
} __attribute__((preserve_access_index));

struct task_struct {
    int tgid;
    int exit_code;
    struct signal_struct *signal;
} __attribute__((preserve_access_index));

/* True if the process ends, not only this thread: group exit, or last thread (live was lowered). */
CORAL_INLINE int process_ends(struct task_struct *task)
{
    __u32 flags = BPF_CORE_READ(task, signal, flags);
    int live = BPF_CORE_READ(task, signal, live.counter);
    return (flags & SIGNAL_GROUP_EXIT) || live == 0;
}

CORAL_INLINE int process_exit(struct task_struct *task)
{
    __u32 pid = BPF_CORE_READ(task, tgid);
    struct watch_value *watch = bpf_map_lookup_elem(&watches, &pid);
    if (!watch || !process_ends(task))
        return 0;
    struct service_value *service = bpf_map_lookup_elem(&services, &watch->service);
    if (service) {
        __u32 slot = service->slot;
        volatile __u64 *latch = bpf_map_lookup_elem(&crashed, &slot);
        volatile __u64 *mode = bpf_map_lookup_elem(&modes, &slot);
        if (latch)
            *latch = 1;
        if (mode)
            *mode = mode_after_crash(*mode);
    }
    if (bpf_map_delete_elem(&watches, &pid))
        return 0; /* another thread of the process reports it */
    count(COUNT_crash_fenced);
    struct crash_event event = {.pid = pid, .exit_code = BPF_CORE_READ(task, exit_code)};
    bpf_ringbuf_output(&crashes, &event, sizeof(event), 0);
    return 0;
}

#endif
