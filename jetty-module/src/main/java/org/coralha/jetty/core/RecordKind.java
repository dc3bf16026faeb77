package org.coralha.jetty.core;

import org.coralha.pair.ProtocolException;

/** What a record of the reply log says. The wire value is never reused. */
public enum RecordKind {
    /** The primary accepted a connection; nothing of it is executed before this is acknowledged. */
    OPEN(1),
    /** A piece of a reply. With {@link LogRecord#END} the reply is whole. */
    REPLY(2),
    /** A whole 1xx reply, or with {@link LogRecord#UNPROTECTED} the last thing that is logged. */
    INTERIM(3),
    /** The outstream ends here: what is not part of a whole reply will never be sent. */
    CLOSE(4);

    private final int wireValue;

    RecordKind(int wireValue) {
        this.wireValue = wireValue;
    }

    int wireValue() {
        return wireValue;
    }

    static RecordKind ofWireValue(int wireValue) throws ProtocolException {
        for (RecordKind kind : values()) {
            if (kind.wireValue == wireValue) {
                return kind;
            }
        }
        throw new ProtocolException("record kind " + wireValue + " is not one of 1..4");
    }
}
