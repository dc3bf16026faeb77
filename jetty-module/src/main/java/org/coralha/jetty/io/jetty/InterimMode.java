package org.coralha.jetty.io.jetty;

/** What the next write of a flow is, beside an ordinary piece of a reply. */
enum InterimMode {
    NONE,
    /** A 1xx reply: logged, acknowledged, then sent. */
    LOGGED,
    /** 101: as LOGGED, and the flow is not protected afterwards. */
    UPGRADE,
    /** A 1xx reply that the client has, or will get, from what the primary logged. */
    SUPPRESSED
}
