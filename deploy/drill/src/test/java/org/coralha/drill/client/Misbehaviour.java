package org.coralha.drill.client;

/** What the test server does wrong on purpose. */
enum Misbehaviour {
    NONE,
    WRONG_BYTE,
    MIXED_GENERATIONS,
    NO_DIGEST,
    TRUNCATED,
    TRUNCATED_CHUNKS,
    NO_CHUNK_END,
    RESET_IN_BODY,
    RESET_INSTEAD,
    END_INSTEAD,
    STRAY_BYTES,
    ONE_BYTE_SHORT,
    SAME_NONCE,
    ORDER_SWAPPED,
    STATUS_500,
    CLOSES_UNASKED,
    BODY_AFTER_HEAD,
    NO_END_AFTER_CLOSE,
    WRONG_UPLOAD_DIGEST,
    OTHER_CALL
}
