package org.coralha.pair;

/**
 * What one host is to the service. The wire value is part of the protocol and never reused.
 *
 * <p>See section 4 of the CoRAL paper: primary and backup exist in duplex operation only; a
 * survivor alone is in simplex.
 */
public enum ServiceRole {
    /** Nothing is served here; the host is ready or getting ready to join. */
    IDLE(0),
    /** Executes requests; every reply is logged to the backup before it is sent. */
    PRIMARY(1),
    /** Replicates connections and logs; transmits nothing to clients. */
    BACKUP(2),
    /** Serves alone. */
    SIMPLEX(3),
    /**
     * Cut off: no packet of the service enters or leaves this host until its Jetty is restarted.
     */
    FENCED(4);

    private final int wireValue;

    ServiceRole(int wireValue) {
        this.wireValue = wireValue;
    }

    /** Value used in datagrams and frames, 0 to 4. */
    public int wireValue() {
        return wireValue;
    }

    /** True for the roles in which this host's replies reach clients. */
    public boolean serves() {
        return this == PRIMARY || this == SIMPLEX;
    }

    /**
     * @param wireValue the value read from the wire
     * @throws ProtocolException if no role has that value
     */
    public static ServiceRole ofWireValue(int wireValue) throws ProtocolException {
        for (ServiceRole role : values()) {
            if (role.wireValue == wireValue) {
                return role;
            }
        }
        throw new ProtocolException("role " + wireValue + " is not one of 0..4");
    }
}
