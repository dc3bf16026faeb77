package org.coralha.drill.lab;

import java.util.List;
import org.coralha.drill.json.Json;

/** What {@code lab status --json} says. */
public record LabStatus(Json document) {
    /** The advertised URL. */
    public String service() {
        return document.get("service").text();
    }

    /** DUPLEX, SIMPLEX or another word. */
    public String mode() {
        return document.get("mode").text();
    }

    /** Role of a host, or an empty text if it has none. */
    public String role(String host) {
        Json role = document.get("hosts").get(host).get("role");
        return role.isPresent() ? role.text() : "";
    }

    /** True if the host's daemon answers and has a Jetty. */
    public boolean runs(String host) {
        Json jetty = document.get("hosts").get(host).get("jetty");
        return jetty.isPresent() && jetty.get("pid").numberOr(0) > 0;
    }

    /** Epoch of a host, or -1. */
    public long epoch(String host) {
        return document.get("hosts").get(host).get("epoch").numberOr(-1);
    }

    /** The host that has this role. */
    public String hostWith(String role) {
        return List.of("a", "b").stream()
                .filter(host -> role(host).equals(role))
                .findFirst()
                .orElseThrow(() -> new LabException("no host is " + role + ": " + document));
    }

    /** The other host. */
    public static String peer(String host) {
        return host.equals("a") ? "b" : "a";
    }

    @Override
    public String toString() {
        return document.toString();
    }
}
