package org.coralha.wire;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Holds what a host sends against what the other one had acknowledged by then. A connection that
 * the other one never acknowledged is nobody's but the sender's: promoted, or accepted alone. Used
 * by one thread, for one capture in which the hosts' own Ethernet addresses show, and whose clock
 * is the journals'.
 */
public final class LogCheck {
    private final Map<Long, Host> hosts = new HashMap<>();
    private final Map<FlowState, Suspicion> suspicions = new IdentityHashMap<>();

    /**
     * @param own journal of the host
     * @param peer journal of the other one
     */
    private record Host(LogJournal own, LogJournal peer) {
        boolean canBeJudged() {
            return own.isComplete() && peer.isComplete();
        }
    }

    /**
     * A segment from before the first OPEN of its client: broken, unless that one turns out to be
     * of the next connection from the same port.
     */
    private record Suspicion(Segment segment, long openMicros, String detail) {}

    private LogCheck() {}

    /** Judges nothing. */
    public static LogCheck none() {
        return new LogCheck();
    }

    /**
     * Judges by the journals of two hosts.
     *
     * @param macA Ethernet address of one host, as {@link Segment#sourceMac}
     * @param macB Ethernet address of the other
     */
    public static LogCheck of(long macA, LogJournal a, long macB, LogJournal b) {
        LogCheck check = new LogCheck();
        check.hosts.put(macA, new Host(a, b));
        check.hosts.put(macB, new Host(b, a));
        return check;
    }

    /** Judges a segment of the service on a flow whose beginning is known. */
    void judge(Segment segment, FlowState flow, WireReport report) {
        Host host = hosts.get(segment.sourceMac());
        boolean fin = segment.has(Segment.FIN);
        if (host == null
                || !host.canBeJudged()
                || segment.has(Segment.SYN)
                || segment.checksum() == Segment.ChecksumState.WRONG
                || segment.payloadBytes() == 0 && !fin) {
            return;
        }
        long now = segment.timeMicros();
        LoggedFlow logged = host.peer.openedFrom(segment.destination(), flow.sinceMicros());
        if (logged == null || host.own.isAloneWithin(flow.sinceMicros(), now)) {
            return;
        }
        long end = flow.outstreamOffset(segment.seq() + segment.payloadBytes());
        if (logged.openMicros() > now) {
            suspect(segment, flow, logged.openMicros(), end);
            return;
        }
        report.countLogged();
        long covered = logged.coveredAt(now);
        if (covered < end || fin && !logged.isEndedAt(now)) {
            String detail = (fin ? "end at " : "bytes to ") + end + ", acknowledged " + covered;
            report.violation(WireRule.LOGGED_BEFORE_SENT, segment, flow, detail);
        }
    }

    private void suspect(Segment segment, FlowState flow, long openMicros, long end) {
        if (!suspicions.containsKey(flow)) {
            String detail =
                    String.format(
                            Locale.ROOT,
                            "bytes to %d, the connection itself was acknowledged at %.6f s%s",
                            end,
                            openMicros / 1e6,
                            flow.trail());
            suspicions.put(flow, new Suspicion(segment, openMicros, detail));
        }
    }

    /**
     * The flow is over.
     *
     * @param nextMicros when the next connection of its client's port began
     */
    void over(FlowState flow, long nextMicros, WireReport report) {
        Suspicion suspicion = suspicions.remove(flow);
        if (suspicion != null && suspicion.openMicros() < nextMicros) {
            report.countLogged();
            report.violation(WireRule.LOGGED_BEFORE_SENT, suspicion.segment(), suspicion.detail());
        }
    }
}
