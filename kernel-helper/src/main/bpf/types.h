/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Layouts of map keys and values. User space reads them by offset: a change here needs a change of
 * CORAL_LAYOUT in Java (PinLayout), and layout.h lists the offsets that are compared at load.
 */
#ifndef CORAL_TYPES_H
#define CORAL_TYPES_H

#include <linux/types.h>

#ifdef CORAL_HOST_TEST
struct bpf_spin_lock { __u32 val; };
#else
#include <linux/bpf.h>
#endif

#define CORAL_INLINE static inline __attribute__((always_inline))

/* Order is that of DataPlane.Mode. */
enum service_mode {
    MODE_FENCED = 0,
    MODE_SIMPLEX = 1,
    MODE_PRIMARY = 2,
    MODE_BACKUP = 3,
    MODE_FORWARD_ONLY = 4,
};

/*
 * Which bytes a primary acknowledges to a client, and when. Order is that of Acknowledgement. Strict
 * ones acknowledge what both stacks have taken and differ in what they keep back and repeat.
 */
enum acknowledgement {
    ACKNOWLEDGE_CONDITIONAL = 0, /* strict: what the client would learn nothing by is owed */
    ACKNOWLEDGE_WINDOW = 1,      /* own stack's; the backup keeps from it what is beyond own window */
    ACKNOWLEDGE_OFF = 2,         /* own stack's, whatever the backup has */
    ACKNOWLEDGE_EAGER = 3,       /* strict: nothing is kept back, all news of the backup is told */
    ACKNOWLEDGE_LAZY = 4,        /* strict: kept back until the backup has all that it covers */
};

/* Network order. An IPv4 address is ::ffff:a.b.c.d, which no IPv6 packet may carry. */
struct ip_address {
    __be32 word[4];
};

/* Advertised address and port, network order. */
struct service_key {
    struct ip_address address;
    __be16 port;
    __u16 zero;
};

/* What user space sets for a service; slot is its index in modes and crashed. */
struct service_value {
    __u32 slot;
    __u32 peer_known;
    struct ip_address host_address; /* of the family of the advertised one */
    __u8 own_mac[6];
    __u8 peer_mac[6];
    __u32 acknowledgement; /* enum acknowledgement; the same on both hosts */
};

/* One client connection, network order. */
struct flow_key {
    struct ip_address service_address;
    struct ip_address client_address;
    __be16 service_port;
    __be16 client_port;
};

/*
 * REPLICATED: the peer answers. PROMOTED: this host answers in the peer's sequence space. OVER: own
 * stack has given its replica up; what is still to come is the end of the client's side.
 */
enum flow_state { FLOW_REPLICATED = 1, FLOW_PROMOTED = 2, FLOW_OVER = 3 };

enum flow_flag {
    FLOW_CLIENT_FIN = 1,
    FLOW_OWN_FIN = 2,
    FLOW_RESET = 4,
    FLOW_OWN_TS = 8,       /* own stack uses timestamps: synack_ts is valid */
    FLOW_TS_ESTIMATED = 16, /* ts_estimate is valid */
    FLOW_OWN_OPEN = 32      /* own stack has said more than its SYN-ACK: its handshake is over */
};

/* An established flow. Everything behind the lock is read and written under it. */
struct flow_value {
    struct bpf_spin_lock lock;
    __u32 state;
    __u64 acked_bytes;  /* client_ack - (visible_isn + 1), over 64 bits; frozen by promotion */
    __u64 closed_ns;    /* last packet after the end of the flow, 0 while it lives */
    __u64 synack_ns;    /* when own stack sent its SYN-ACK */
    __u32 visible_isn;  /* server ISN that the client knows */
    __u32 own_isn;      /* server ISN of own stack */
    __u32 client_ack;   /* highest acknowledgement of the client, visible space */
    __u32 client_next;  /* sequence number after the highest byte seen from the client */
    __u32 delta;        /* visible = own + delta, valid once promoted */
    __u32 own_next;     /* sequence number after the highest byte that own stack sent */
    __u32 synack_ts;    /* TSval of own SYN-ACK */
    __u32 own_ts;       /* highest TSval of own stack */
    __u32 ts_floor;     /* lowest TSecr that own stack may see once promoted */
    __u32 ts_estimate;  /* highest (TSecr of client - own clock): lower bound of peer - own */
    __u32 ts_delta;     /* visible TSval = own + ts_delta, valid once promoted */
    __u32 flags;
    __u32 own_edge;     /* sequence number of the client after the window of own stack */
    __u32 own_scale;    /* shift of own stack's window */
};

enum embryo_flag {
    EMBRYO_OWN_KNOWN = 1, /* own SYN-ACK was seen */
    EMBRYO_OWN_TS = 2,
    EMBRYO_REPLICA = 4,   /* begun in backup mode: the client may know the peer's SYN-ACK */
    EMBRYO_VIA_PEER = 8,  /* begun by a copy from the peer: not a local flow */
    EMBRYO_GUARD = 16,    /* begun by such a copy in primary mode: will be guarded */
    EMBRYO_ACK_KNOWN = 32, /* first_ack is valid */
};

#define EMBRYO_OVER_PEER (EMBRYO_VIA_PEER | EMBRYO_GUARD)
/* After this long without own SYN-ACK own stack has refused the handshake. */
#define EMBRYO_PATIENCE_NS 300000000ull
/* That many questions, and so long after the first one, the primary is not going to answer. */
#define QUESTIONS_LIMIT 5
#define ANSWER_PATIENCE_NS 2000000000ull

/* A handshake under way. */
struct embryo_value {
    __u32 client_isn;
    __u32 own_isn;
    __u32 synack_ts;
    __u32 flags;
    __u64 synack_ns;
    __u64 begun_ns;
    __u32 own_window; /* of the SYN-ACK, never scaled */
    __u32 own_scale;
    __u32 first_ack; /* of the client, not confirmed: server ISN that it knows, plus 1 */
    __u32 asked;     /* questions to the primary whether it is the client of its SYN-ACK */
    __u64 asked_ns;  /* when the first of them was sent */
};

/* A flow that only this host knows: never translated, never copied. */
struct local_value {
    __u64 closed_ns;
    __u32 flags; /* FLOW_CLIENT_FIN, FLOW_OWN_FIN, FLOW_RESET */
    __u32 client_next;
};

enum guard_flag {
    GUARD_EDGE = 64,  /* edge_b is valid */
    GUARD_TS = 128,   /* own stack uses timestamps: ts_val and ts_ecr are valid */
    GUARD_MACS = 256, /* macs is valid */
    GUARD_ALONE = 512, /* ended, and the backup has given its replica up: nothing is held back */
};

/*
 * A flow of a primary that the peer replicates: what both stacks have taken from the client. All
 * sequence numbers are the client's but own_next. Read and written under the lock.
 */
struct guard_value {
    struct bpf_spin_lock lock;
    __u32 flags; /* FLOW_CLIENT_FIN, FLOW_OWN_FIN, FLOW_RESET, and guard_flag */
    __u64 closed_ns;
    __u32 first;     /* of the client's bytes */
    __u32 client_next;
    __u32 ack_b;     /* highest acknowledgement of the backup's stack */
    __u32 edge_b;    /* right edge of its window */
    __u32 ack_p;     /* the same of own stack */
    __u32 edge_p;
    __u32 wire_ack;  /* the same as the client has got it */
    __u32 wire_edge;
    __u32 own_next;  /* server's sequence number after the highest byte that own stack sent */
    __u32 own_scale; /* shift of own stack's window */
    __u32 ts_val;    /* of own stack's last packet */
    __u32 ts_ecr;
    __u8 macs[12];   /* Ethernet addresses of own stack's last packet */
    __u32 held;      /* lazy: the oldest acknowledgement kept back; older than wire_ack if none is */
    __u32 own_isn;
};

/* Whose death fences what. */
struct watch_value {
    struct service_key service;
};

struct crash_event {
    __u32 pid;
    __u32 exit_code;
};

/* As many bytes as one call sums up. */
#define CHUNK_BYTES 512

/*
 * TCP header of the packet at work, as it came and as it goes; 60 bytes are used. And a piece of the
 * packet, with room for the word after it.
 */
struct scratch {
    __u8 tcp[128];
    __u8 before[128];
    __be32 chunk[CHUNK_BYTES / 4];
};

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/* What the rules need to know of one TCP packet, host order. Offsets count from the TCP header. */
struct segment {
    __u32 seq;
    __u32 ack;
    __u32 payload; /* bytes, all segments of a GSO packet */
    __u32 flags;
    __u32 window;  /* as it stands in the header */
    __u32 scale;   /* shift in the window scale option, 0 if there is none */
    __u32 header;  /* TCP header length, 20..60 */
    __u32 l4;      /* offset of the TCP header in the packet */
    __u32 ts_at;   /* offset of TSval, 0 if there is no timestamp */
    __u32 ts_val;
    __u32 ts_ecr;
    __u32 sack_at; /* offset of the first SACK edge, 0 if there is none */
    __u32 sack_blocks;
    __u32 sack_first; /* left edge of the first block */
    __u32 orphan;  /* the backup's mark: it does not replicate this flow */
    __u32 asks;    /* mark of a question to the primary, or of its answer */
};

/*
 * One of TCP's reserved bits, in the byte of the header length: on the way from backup to primary
 * it says that the backup does not replicate the flow. Stacks ignore it.
 */
#define TCP_ORPHAN 0x02
/*
 * Another one. From backup to primary: does this packet acknowledge your SYN-ACK? The primary sends
 * it back, with the mark, if it does.
 */
#define TCP_ASKS 0x04

#endif
