package org.coralha.jetty.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.coralha.jetty.port.SpoolFiles;
import org.coralha.pair.FlowKey;

/**
 * All flows that the backup knows, and which record belongs to which socket: the k-th accept of a
 * key belongs to the k-th OPEN of that key, and either may come first. Safe from any thread.
 */
public final class StandbyRegistry {
    /** Flows without their other half kept at most. */
    static final int UNPAIRED_LIMIT = 16_384;

    /** Bytes kept at most of flows whose socket did not come yet. */
    static final long UNPAIRED_LIMIT_BYTES = 64L << 20;

    /** Age at which a flow without its other half is given up, in milliseconds. */
    static final long UNPAIRED_AGE_MS = 60_000;

    /**
     * Sockets whose OPEN is overdue kept at most: the primary has refused their connections, or
     * does not log them because they are older than the pair.
     */
    static final int UNSPOKEN_LIMIT = 1_024;

    /** Age at which such a socket is closed although its client may be there, in milliseconds. */
    static final long UNSPOKEN_AGE_MS = 600_000;

    /** Age from which the data plane's word on an unaccepted flow counts, in milliseconds. */
    static final long UNKNOWN_AGE_MS = 1_000;

    /** How many times as long as an ended flow is remembered one whose client is silent is. */
    static final int SILENT_FACTOR = 2;

    private static final long ENDED_MS = 30_000;

    private final MemoryBudget budget;
    private final long endedIdleMs;
    private final SpoolFiles spools;
    private final FlowQueues awaitingOpen = new FlowQueues();
    private final FlowQueues awaitingAccept = new FlowQueues();
    private final Map<Long, StandbyFlow> byIncarnation = new HashMap<>();
    private final Set<StandbyFlow> accepted = new LinkedHashSet<>();
    private final Set<StandbyFlow> ghosts = new HashSet<>();
    private long reign;
    private long lastLsn;
    private boolean sealed;
    private boolean awaitsSockets = true;
    private long ignoredRecords;
    private long droppedFlows;
    private final AtomicLong brokenFlows = new AtomicLong();
    private volatile String lastBreak = "";

    /**
     * @param budget memory for everything that is kept
     * @param endedMs {@code flow.ended.ms}
     */
    public StandbyRegistry(MemoryBudget budget, SpoolFiles spools, long endedMs) {
        this.budget = budget;
        this.spools = spools;
        this.endedIdleMs = SILENT_FACTOR * endedMs;
    }

    /** With the default of {@code flow.ended.ms}. */
    public StandbyRegistry(MemoryBudget budget, SpoolFiles spools) {
        this(budget, spools, ENDED_MS);
    }

    /**
     * A socket was accepted.
     *
     * @param connection what {@link StandbyFlow#connection} returns from now on
     * @return its flow, or null after {@link #seal}: then it is {@link #adopt}ed
     */
    public synchronized StandbyFlow accept(FlowKey key, Object connection, long nowNanos) {
        if (sealed) {
            return null;
        }
        StandbyFlow flow = awaitingAccept.take(key);
        if (flow == null) {
            flow = newFlow(key, nowNanos);
            awaitingOpen.add(flow);
        }
        flow.bind(connection);
        accepted.add(flow);
        return flow;
    }

    private StandbyFlow newFlow(FlowKey key, long nowNanos) {
        return new StandbyFlow(
                key,
                new ByteQueue(0, budget, spools),
                new ByteQueue(0, budget, spools),
                nowNanos,
                this::broke);
    }

    /**
     * Takes a record.
     *
     * @return true if it is kept, or was before, and may be acknowledged; false after {@link #seal}
     *     and for a record out of sequence
     */
    public synchronized boolean apply(LogRecord record, long nowNanos) {
        if (sealed || !inSequence(record)) {
            return false;
        }
        if (record.reign() == reign && record.lsn() <= lastLsn) {
            return true;
        }
        startReign(record.reign());
        StandbyFlow flow = record.kind() == RecordKind.OPEN ? open(record, nowNanos) : find(record);
        if (flow == null) {
            ignoredRecords++;
        } else if (!flow.apply(record, nowNanos)) {
            return false;
        }
        if (flow != null && record.kind() == RecordKind.CLOSE) {
            byIncarnation.remove(record.incarnation());
        }
        lastLsn = record.lsn();
        return true;
    }

    private boolean inSequence(LogRecord record) {
        return record.reign() == reign
                ? record.lsn() <= lastLsn + 1
                : record.reign() > reign && record.lsn() == 1;
    }

    private void startReign(long next) {
        if (next != reign) {
            reign = next;
            lastLsn = 0;
            byIncarnation.clear();
            awaitingAccept.takeIf(f -> true).forEach(StandbyFlow::discard);
        }
    }

    private StandbyFlow open(LogRecord record, long nowNanos) {
        StandbyFlow flow = awaitingOpen.take(record.key());
        if (flow == null && !awaitsSockets) {
            return null;
        }
        if (flow == null) {
            flow = newFlow(record.key(), nowNanos);
            awaitingAccept.add(flow);
        }
        if (ghosts.remove(flow)) {
            return null;
        }
        flow.open(record.incarnation());
        byIncarnation.put(record.incarnation(), flow);
        return flow;
    }

    private StandbyFlow find(LogRecord record) {
        return byIncarnation.get(record.incarnation());
    }

    /**
     * Says whether sockets can still come for flows that are opened from now on. A host that does
     * not stand by has none of those that the primary logs already: what it kept of them would be
     * given to the next connection of the port.
     */
    public synchronized void awaitSockets(boolean may) {
        awaitsSockets = may;
    }

    /** The socket of the flow is gone: what was kept is of no use. */
    public synchronized void gone(StandbyFlow flow) {
        if (!accepted.remove(flow)) {
            return;
        }
        flow.discard();
        if (flow.isOpened()) {
            byIncarnation.remove(flow.incarnation());
        } else if (!sealed) {
            // Its OPEN is still to come and must not be given to the next socket of that key.
            ghosts.add(flow);
        }
    }

    /**
     * Drops what the clients have acknowledged and finds flows that are over: the client has
     * everything, the end included, and has closed its half; or it has been silent for long since
     * the end; or the primary never spoke of it, and never will: then it is kept for as long as its
     * client may be there, unless they are many or it is old.
     *
     * @param acked what the data plane knows, by flow
     * @return flows whose standby socket must be closed
     */
    public synchronized List<StandbyFlow> trim(Map<FlowKey, Long> acked, long nowNanos) {
        List<StandbyFlow> over = new ArrayList<>();
        boolean many = awaitingOpen.count() > UNSPOKEN_LIMIT;
        for (StandbyFlow flow : accepted) {
            Long bytes = acked.get(flow.key());
            if (bytes != null) {
                flow.acked(bytes, nowNanos);
            }
            boolean silent = flow.isEnded() && flow.idleMs(nowNanos) > endedIdleMs;
            if (flow.isOver() || silent || isOrphan(flow, many, nowNanos)) {
                over.add(flow);
            }
        }
        dropUnpaired(acked, nowNanos);
        return over;
    }

    /** Nobody will log its end: its OPEN is not still on the way. */
    private static boolean isOrphan(StandbyFlow flow, boolean many, long nowNanos) {
        long age = flow.ageMs(nowNanos);
        return !flow.isOpened()
                && age > UNPAIRED_AGE_MS
                && (flow.isInstreamOver() || many || age > UNSPOKEN_AGE_MS);
    }

    private void dropUnpaired(Map<FlowKey, Long> acked, long nowNanos) {
        boolean tooMany = awaitingAccept.count() > UNPAIRED_LIMIT;
        List<StandbyFlow> dropped =
                awaitingAccept.takeIf(
                        flow -> {
                            long age = flow.ageMs(nowNanos);
                            boolean unknown =
                                    age > UNKNOWN_AGE_MS && !acked.containsKey(flow.key());
                            return unknown || tooMany || age > UNPAIRED_AGE_MS;
                        });
        for (StandbyFlow flow : dropped) {
            byIncarnation.remove(flow.incarnation());
            flow.discard();
        }
        droppedFlows += dropped.size();
        long bytes = 0;
        for (StandbyFlow flow : awaitingAccept.all()) {
            long kept = flow.keptBytes();
            if (bytes + kept > UNPAIRED_LIMIT_BYTES) {
                flow.giveUp("too much was logged before its socket came");
            } else {
                bytes += kept;
            }
        }
        boolean tooManyGhosts = ghosts.size() > UNPAIRED_LIMIT;
        ghosts.removeAll(
                awaitingOpen.takeIf(
                        flow ->
                                ghosts.contains(flow)
                                        && (tooManyGhosts
                                                || flow.ageMs(nowNanos) > UNPAIRED_AGE_MS)));
    }

    /**
     * Ends the log: no record is taken any more.
     *
     * @return the accepted flows, to be promoted; unpaired ones stay for {@link #accept}
     */
    public synchronized List<StandbyFlow> seal() {
        sealed = true;
        List<StandbyFlow> flows = List.copyOf(accepted);
        accepted.clear();
        awaitingOpen.takeIf(flow -> true);
        ghosts.clear();
        byIncarnation.clear();
        return flows;
    }

    /**
     * After {@link #seal}: takes records of a later reign, and sockets, again. What the last reign
     * left is dropped.
     */
    public synchronized void reopen() {
        forgetUnpaired();
        sealed = false;
    }

    /**
     * After {@link #seal}: the log of a flow whose socket comes only now.
     *
     * @return the flow, bound to the connection, or null if nothing of it was logged
     */
    public synchronized StandbyFlow adopt(FlowKey key, Object connection) {
        StandbyFlow flow = awaitingAccept.take(key);
        if (flow != null) {
            flow.bind(connection);
        }
        return flow;
    }

    /** Drops logs whose socket never came, after a promotion. */
    public synchronized void forgetUnpaired() {
        awaitingAccept.takeIf(f -> true).forEach(StandbyFlow::discard);
        byIncarnation.clear();
    }

    /** The flows with a standby socket. */
    public synchronized List<StandbyFlow> accepted() {
        return List.copyOf(accepted);
    }

    /** Epoch of the last record, 0 if there was none. */
    public synchronized long reign() {
        return reign;
    }

    /** Last record kept. */
    public synchronized long lastLsn() {
        return lastLsn;
    }

    /** Flows with a standby socket. */
    public synchronized int acceptedCount() {
        return accepted.size();
    }

    /** Flows logged whose socket did not come yet. */
    public synchronized int unpairedCount() {
        return awaitingAccept.count();
    }

    /** Records of flows that are not, or no longer, known. */
    public synchronized long ignoredRecords() {
        return ignoredRecords;
    }

    // Called under a flow's lock: takes none.
    private void broke(String why) {
        lastBreak = why;
        brokenFlows.incrementAndGet();
    }

    /** Flows of which nothing is kept any more although their connection goes on. */
    public long brokenFlows() {
        return brokenFlows.get();
    }

    /** Why the last of them is not kept; empty if there was none. */
    public String lastBreak() {
        return lastBreak;
    }

    /** Flows given up because their socket never came. */
    public synchronized long droppedFlows() {
        return droppedFlows;
    }
}
