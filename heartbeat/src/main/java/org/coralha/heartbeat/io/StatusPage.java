package org.coralha.heartbeat.io;

import java.util.Map;

/** The status for people, made of the status for programs. */
public final class StatusPage {
    private StatusPage() {}

    /**
     * One page of text.
     *
     * @param json one line from the daemon
     */
    public static String render(String json) {
        Map<String, Object> status = JsonReader.object(json);
        if (status.containsKey("error")) {
            return "error: " + status.get("error") + "\n";
        }
        StringBuilder page = new StringBuilder();
        line(page, "pair", "%s, %s", status.get("pair"), status.get("service"));
        line(
                page,
                "host",
                "%s is %s (%s) in epoch %s; the pair is %s",
                status.get("host"),
                status.get("role"),
                status.get("state"),
                status.get("epoch"),
                status.get("mode"));
        jetty(page, JsonReader.inner(status, "jetty"));
        peer(page, JsonReader.inner(status, "peer"));
        witness(page, JsonReader.inner(status, "witness"));
        Map<String, Object> plane = JsonReader.inner(status, "dataPlane");
        line(
                page,
                "network",
                "carrier %s, data plane %s with %s flows, %s unprotected, address proven %s",
                status.get("carrier"),
                plane.get("mode"),
                plane.get("flows"),
                plane.get("unprotected"),
                status.get("addressProven"));
        keys(page, JsonReader.inner(status, "keys"));
        pause(page, JsonReader.inner(status, "pause"));
        change(page, "last change", JsonReader.inner(status, "lastChange"));
        change(page, "last failover", JsonReader.inner(status, "lastFailover"));
        alarms(page, JsonReader.inner(status, "alarms"));
        page.append("counters that are not 0\n");
        JsonReader.inner(status, "counters")
                .forEach(
                        (name, value) -> {
                            if (!Long.valueOf(0).equals(value)) {
                                page.append(String.format("  %-42s %s%n", name, value));
                            }
                        });
        return page.toString();
    }

    private static void keys(StringBuilder page, Map<String, Object> keys) {
        line(
                page,
                "keys",
                "%s known, newest %s, in use with the peer %s",
                keys.get("known"),
                keys.get("newest"),
                Long.valueOf(0).equals(keys.get("inUse")) ? "none" : keys.get("inUse"));
    }

    private static void alarms(StringBuilder page, Map<String, Object> alarms) {
        for (String name : alarms.keySet()) {
            Map<String, Object> alarm = JsonReader.inner(alarms, name);
            line(
                    page,
                    "ALARM",
                    "%s from %s: %s times, last %s ms ago: %s",
                    alarm.get("kind"),
                    alarm.get("source"),
                    alarm.get("count"),
                    alarm.get("ageMs"),
                    alarm.get("what"));
        }
    }

    private static void pause(StringBuilder page, Map<String, Object> pause) {
        if (Boolean.TRUE.equals(pause.get("paused"))) {
            line(
                    page,
                    "failover",
                    "PAUSED for another %s s, the peer %s: coralctl resume",
                    (Long) pause.get("remainingMs") / 1000,
                    Boolean.TRUE.equals(pause.get("agreed")) ? "agrees" : "does not know of it");
        }
    }

    private static void jetty(StringBuilder page, Map<String, Object> jetty) {
        if ("0".equals(String.valueOf(jetty.get("pid")))) {
            line(page, "jetty", "not attached: start it");
            return;
        }
        line(
                page,
                "jetty",
                "process %s, ready %s, role %s, reply log link %s, %s bytes held",
                jetty.get("pid"),
                jetty.get("ready"),
                jetty.get("role"),
                jetty.get("logLink"),
                jetty.get("heldBytes"));
    }

    private static void peer(StringBuilder page, Map<String, Object> peer) {
        if (!Boolean.TRUE.equals(peer.get("heard"))) {
            line(page, "peer", "%s is not heard", peer.get("host"));
            return;
        }
        line(
                page,
                "peer",
                "%s is %s in epoch %s, Jetty ready %s, log link %s, heard %s ms ago %s",
                peer.get("host"),
                peer.get("role"),
                peer.get("epoch"),
                peer.get("jettyReady"),
                peer.get("logLink"),
                peer.get("silenceMs"),
                peer.get("configProblem"));
    }

    private static void witness(StringBuilder page, Map<String, Object> witness) {
        if (!Boolean.TRUE.equals(witness.get("configured"))) {
            line(page, "witness", "none");
            return;
        }
        boolean reachable = Boolean.TRUE.equals(witness.get("reachable"));
        line(
                page,
                "witness",
                "%s, %s, key %s in use, epoch %s of %s on record, heard %s ms ago %s",
                reachable ? "reachable" : "LOST: a silent peer is not replaced until it is back",
                Boolean.TRUE.equals(witness.get("admitted"))
                        ? "admitted"
                        : "WITHOUT a record of this pair",
                witness.get("key"),
                witness.get("highest"),
                witness.get("holder"),
                witness.get("silenceMs"),
                asking(witness.get("asking")));
    }

    private static String asking(Object asking) {
        return "".equals(asking) ? "" : "; ASKED: " + asking;
    }

    private static void change(StringBuilder page, String what, Map<String, Object> change) {
        if (change.isEmpty()) {
            line(page, what, "none");
            return;
        }
        line(
                page,
                what,
                "%s -> %s in epoch %s: %s (flip %s us, release %s us, first byte %s us)",
                change.get("from"),
                change.get("to"),
                change.get("epoch"),
                change.get("reason"),
                change.get("detectionToFlipMicros"),
                change.get("detectionToReleaseMicros"),
                change.get("detectionToFirstByteMicros"));
    }

    private static void line(StringBuilder page, String what, String format, Object... values) {
        page.append(String.format("%-13s %s%n", what, String.format(format, values).strip()));
    }
}
