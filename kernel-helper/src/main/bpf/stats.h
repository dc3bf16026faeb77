/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One counter for each early exit and each edit. Names go to user space as they stand here. */
#ifndef CORAL_STATS_H
#define CORAL_STATS_H

#define CORAL_COUNTERS(X)                                                                          \
    X(ingress_segments)          /* TCP packets of the service that came in */                     \
    X(egress_segments)           /* TCP packets of the service that own stack sent */              \
    X(fenced_in)                 /* dropped because fenced */                                      \
    X(fenced_out)                /* dropped because fenced */                                      \
    X(lease_over)                /* own packets kept in because the lease has run out */           \
    X(swallowed)                 /* own output of a backup, taken as sent */                       \
    X(copied)                    /* client packets copied to the peer */                           \
    X(copy_failed)               /* the copy could not be sent */                                  \
    X(copy_without_peer)         /* no peer address known */                                       \
    X(copy_ttl_expired)          /* packet went round between the hosts too often */               \
    X(detoured)                  /* client packets that reached a primary, sent to the backup */   \
    X(from_peer)                 /* packets taken from the peer */                                 \
    X(forwarded_only)            /* packets of flows that this host does not replicate */          \
    X(embryo_begun)              /* handshakes noted */                                            \
    X(embryo_not_ready)          /* client's acknowledgement came before own SYN-ACK */            \
    X(embryo_implausible)        /* acknowledgement outside the handshake's window */              \
    X(handshake_asked)           /* client's packets that the primary was asked about */           \
    X(handshake_confirmed)       /* questions of the backup answered: the packet sent back */      \
    X(handshake_refused)         /* acknowledgements of numbers that own SYN-ACK did not name */   \
    X(handshake_unanswered)      /* handshakes of which the primary does not know */               \
    X(beyond_own_window)         /* data that own stack has no room for: kept from the peer too */  \
    X(flow_replicated)           /* flows that became replicas */                                  \
    X(flow_table_full)           /* flow not replicated for want of room */                        \
    X(flow_promoted)             /* translations frozen */                                         \
    X(flow_reset_by_own)         /* replicas given up by own stack */                              \
    X(fin_concluded)             /* FINs acknowledged for a connection that ended here before */   \
    X(over_silenced)             /* other packets of such a connection */                          \
    X(over_with_data)            /* data on such a connection: own stack answers */                \
    X(flow_restarted)            /* client used its port again while the old replica stood */      \
    X(flow_reused)               /* client used its port again after the end of the old flow */    \
    X(local_noted)               /* flows marked local */                                          \
    X(local_table_full)          /* flow not marked local for want of room */                      \
    X(guard_begun)               /* flows of a primary that are acknowledged strictly */            \
    X(guard_table_full)          /* flow not guarded for want of room */                           \
    X(guard_released)            /* flows that the backup has given up or never had */             \
    X(guard_reused)              /* client used its port again after the end of a guarded flow */  \
    X(ack_reported)              /* acknowledgements of a backup's stack sent to the primary */    \
    X(end_reported)              /* replicas given up, told to the primary */                      \
    X(orphan_marked)             /* packets of flows not replicated here, marked for the primary */ \
    X(report_taken)              /* reports of the backup used */                                  \
    X(report_unknown)            /* reports about flows that are not guarded, or in other modes */ \
    X(report_implausible)        /* reports too far from what was known: not used */               \
    X(report_untimed)            /* reports without the timestamp that the client expects */       \
    X(report_failed)             /* reports that could not be turned into an acknowledgement */    \
    X(ack_capped)                /* acknowledgements lowered to what the backup has */             \
    X(window_capped)             /* windows lowered to what the backup offers */                   \
    X(ack_owed)                  /* own acknowledgements kept back: the backup has less */         \
    X(ack_paid)                  /* reports turned into acknowledgements for the client */         \
    X(ack_clamped)               /* acknowledgements beyond what own stack has sent */             \
    X(translated_in)             /* packets translated to own sequence space */                    \
    X(translated_out)            /* packets translated to the client's sequence space */           \
    X(rewritten_replica)         /* local copies made to acknowledge nothing */                    \
    X(rewrite_failed)            /* the kernel refused an edit: packet dropped */                  \
    X(unmarked)                  /* client packets that carried the mark of the pair: taken off */ \
    X(malformed)                 /* headers that contradict themselves: dropped */                 \
    X(corrupt_dropped)           /* TCP checksum wrong: dropped, as every stack would */           \
    X(fragment_dropped)          /* IP fragments to or from the advertised address */              \
    X(icmp_forwarded)            /* ICMP errors about a flow sent to the peer */                   \
    X(icmp_translated)           /* ICMP errors about a promoted flow translated */                \
    X(arp_request_ignored)       /* requests for the address while another host owns it */         \
    X(arp_reply_suppressed)      /* own replies for the address while another host owns it */      \
    X(arp_sender_replaced)       /* own requests that named the advertised address as sender */    \
    X(nd_solicitation_ignored)   /* solicitations while another host owns the address */           \
    X(nd_advertisement_ignored)  /* advertisements of another host for the address */              \
    X(nd_advertisement_suppressed) /* own claims of the address while another host owns it */      \
    X(nd_source_replaced)        /* own solicitations that named the advertised address */         \
    X(crash_fenced)              /* watched processes that ended */

#define CORAL_COUNTER_ENUM(name) COUNT_##name,
enum counter { CORAL_COUNTERS(CORAL_COUNTER_ENUM) COUNTERS };

#endif
