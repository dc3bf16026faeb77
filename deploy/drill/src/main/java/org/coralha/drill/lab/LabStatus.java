package org.coralha.drill.lab;

import java.util.List;
import java.util.stream.Stream;
import org.coralha.drill.json.Json;

/**
 * How the pair is, as {@code lab status --json} says it too.
 *
 * @param service the advertised URL
 * @param a what the daemon of host a says of itself
 * @param b what the daemon of host b says of itself
 */
public record LabStatus(String service, Json a, Json b) {
    /** DUPLEX, SIMPLEX or another word of {@code lab status}. */
    public String mode() {
        List<String> roles = Stream.of("a", "b").map(this::role).sorted().toList();
        if (roles.equals(List.of("BACKUP", "PRIMARY"))) {
            return "DUPLEX";
        }
        if (roles.equals(List.of("SIMPLEX", "SIMPLEX"))) {
            return "SPLIT";
        }
        if (roles.contains("SIMPLEX")) {
            return "SIMPLEX";
        }
        if (roles.contains("PRIMARY") || roles.contains("BACKUP")) {
            return "CHANGING";
        }
        return roles.equals(List.of("DOWN", "DOWN")) ? "DOWN" : "STARTING";
    }

    /** Role of a host; DOWN if its daemon does not answer. */
    public String role(String host) {
        return of(host).get("role").text();
    }

    /** True if the host's daemon answers and has a Jetty. */
    public boolean runs(String host) {
        Json jetty = of(host).get("jetty");
        return jetty.isPresent() && jetty.get("pid").numberOr(0) > 0;
    }

    /** Epoch of a host, or -1. */
    public long epoch(String host) {
        return of(host).get("epoch").numberOr(-1);
    }

    /** The host that has this role. */
    public String hostWith(String role) {
        return Stream.of("a", "b")
                .filter(host -> role(host).equals(role))
                .findFirst()
                .orElseThrow(() -> new LabException("no host is " + role + ": " + this));
    }

    /** The other host. */
    public static String peer(String host) {
        return host.equals("a") ? "b" : "a";
    }

    private Json of(String host) {
        return host.equals("a") ? a : b;
    }

    @Override
    public String toString() {
        return mode() + ", host a: " + a + ", host b: " + b;
    }
}
