package org.coralha.drill.client;

import java.io.IOException;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What happened to one connection slot of a load; a slot that reconnects (Connection: close) sums
 * up over its connections. Written by the slot's thread, read by others: all methods lock.
 */
public final class ConnectionRecord {
    private final String kind;
    private final int index;
    private final TreeSet<Integer> ports = new TreeSet<>();
    private final TreeSet<Integer> serverClosedPorts = new TreeSet<>();
    private long replies;
    private long failed;
    private long corrupted;
    private long reset;
    private long ended;
    private long bytesRead;
    private long longestPauseMicros;
    private long faultPauseMicros;
    private long faultPauseEndMicros = -1;
    private int faultPausePort;
    private int latestPort;
    private long firstByteAfterFaultMicros = -1;
    private boolean placed;
    private String problem = "";

    /**
     * @param kind name of the script
     * @param index number of the slot within its kind
     */
    public ConnectionRecord(String kind, int index) {
        this.kind = kind;
        this.index = index;
    }

    /** A connection from this local port was opened. */
    public synchronized void opened(int localPort) {
        ports.add(localPort);
        latestPort = localPort;
    }

    /** The server is right to end the connection of this local port by itself. */
    public synchronized void serverMayClose(int localPort) {
        serverClosedPorts.add(localPort);
    }

    /** A reply has announced the end of its connection unasked. */
    public synchronized void ended() {
        ended++;
    }

    /** One more whole and right reply. */
    public synchronized void replied() {
        replies++;
    }

    /** The slot is in the phase that its kind names. */
    public synchronized void placed() {
        placed = true;
    }

    /** True once {@link #placed()} was called. */
    public synchronized boolean isPlaced() {
        return placed;
    }

    /** Whole and right replies so far. */
    public synchronized long replies() {
        return replies;
    }

    /**
     * Bytes arrived, or were taken, after a wait.
     *
     * @param bytes bytes read; 0 for a write
     * @param waitMicros time blocked, the application's own time already taken off
     * @param sinceFaultMicros moment of the progress, -1 before the fault
     */
    public synchronized void progressed(int bytes, long waitMicros, long sinceFaultMicros) {
        bytesRead += bytes;
        longestPauseMicros = Math.max(longestPauseMicros, waitMicros);
        if (sinceFaultMicros < 0) {
            return;
        }
        if (waitMicros > faultPauseMicros) {
            faultPauseMicros = waitMicros;
            faultPauseEndMicros = sinceFaultMicros;
            faultPausePort = latestPort;
        }
        if (bytes > 0 && firstByteAfterFaultMicros < 0) {
            firstByteAfterFaultMicros = sinceFaultMicros;
        }
    }

    /** Counts an error in its column; the first one is kept as text. */
    public synchronized void wentWrong(IOException cause) {
        if (cause instanceof CorruptReplyException) {
            corrupted++;
        } else if (cause instanceof PrematureEndException || cause instanceof SocketException) {
            // Refused and unreachable are SocketExceptions too, but there was nothing to reset.
            if (cause instanceof java.net.ConnectException
                    || cause instanceof java.net.NoRouteToHostException) {
                failed++;
            } else {
                reset++;
            }
        } else {
            failed++;
        }
        if (problem.isEmpty()) {
            problem = kind + "#" + index + " ports " + ports + ": " + cause;
        }
    }

    /** The slot never ended: counts as failed. */
    public synchronized void neverEnded() {
        failed++;
        if (problem.isEmpty()) {
            problem = kind + "#" + index + " ports " + ports + ": did not end in time";
        }
    }

    /** Everything as JSON-ready values; times in microseconds. */
    public synchronized Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", kind);
        map.put("index", index);
        map.put("replies", replies);
        map.put("failed", failed);
        map.put("corrupted", corrupted);
        map.put("reset", reset);
        map.put("ended", ended);
        map.put("ports", ports.stream().map(p -> (Object) p).toList());
        map.put("bytesRead", bytesRead);
        map.put("longestPauseMicros", longestPauseMicros);
        map.put("faultPauseMicros", faultPauseMicros);
        map.put("faultPauseEndMicros", faultPauseEndMicros);
        map.put("faultPausePort", faultPausePort);
        map.put("firstByteAfterFaultMicros", firstByteAfterFaultMicros);
        map.put("serverClosedPorts", serverClosedPorts.stream().map(p -> (Object) p).toList());
        map.put("problem", problem);
        return map;
    }
}
