package org.coralha.drill.path;

import java.util.Optional;
import org.coralha.drill.lab.Fault;

/** When the packets go wrong. */
public enum Occasion {
    /** Under load, no host fails. */
    LOAD(null),
    /** Under load, and the primary's cable is pulled in the middle. */
    CABLE(Fault.PRIMARY_CABLE),
    /** Under load, and the primary's Jetty is killed in the middle. */
    KILL(Fault.PRIMARY_JETTY_KILL);

    private final Fault fault;

    Occasion(Fault fault) {
        this.fault = fault;
    }

    /** The fault of a host in the middle, if any. */
    Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    /** Its name in case names. */
    public String word() {
        return Words.of(this);
    }
}
