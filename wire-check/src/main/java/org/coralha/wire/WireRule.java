package org.coralha.wire;

/** The rules that a capture at the client is held against. */
public enum WireRule {
    /** Every packet of the service has right IP and TCP checksums. */
    CHECKSUMS_VALID,
    /** The service never resets a connection that either side has not ended. */
    NO_RESET,
    /** A FIN of the service follows the client's FIN or an end that the application announced. */
    FIN_ONLY_IF_CAUSED,
    /**
     * Every byte that the client acknowledged went by, in some order; so did every byte up to the
     * service's highest unless the client ended before; and none is beyond a window.
     */
    SEQUENCE_WITHOUT_HOLES,
    /** The service acknowledges only what the client sent, and never takes it back. */
    ACKNOWLEDGES_WHAT_WAS_SENT,
    /** The service's TCP timestamps never run backwards on new data. */
    TIMESTAMPS_FORWARD,
    /** Once both SYNs have had TCP timestamps, each packet but a reset has one (RFC 7323, 3.2). */
    TIMESTAMPS_STAY,
    /** The service echoes no TCP timestamp that the client has not sent. */
    ECHOES_WHAT_WAS_SENT,
    /**
     * Blocks of selective acknowledgements are in order, above the acknowledgement, and of what the
     * client sent; but for a first one that tells of a duplicate (RFC 2018, 2883).
     */
    SACKS_WHAT_WAS_SENT,
    /** The same sequence numbers carry the same service start: one SYN-ACK number per flow. */
    ONE_INITIAL_SEQUENCE,
    /** Bytes that go by again under the same sequence numbers are the same bytes. */
    SAME_BYTES_AGAIN,
    /** A connection's packets come from one host, after a fault from the other, and never back. */
    ONE_SENDER,
    /**
     * Once a host has followed another one as the sender, that one sends nothing more: judged from
     * 50 ms, since packets overtake each other, to a second after the first packet that shows it.
     */
    ONE_SENDER_AT_A_TIME,
    /**
     * What a host sends on a connection that the other one replicates, that one has acknowledged
     * before: bytes with the record that lets them go, a FIN with the record of the end. Judged
     * where the hosts' journals of the reply log are at hand.
     */
    LOGGED_BEFORE_SENT
}
