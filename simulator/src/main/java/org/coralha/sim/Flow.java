package org.coralha.sim;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.coralha.pair.FlowKey;
import org.coralha.sim.engine.Chance;

/**
 * One client connection: what is sent on it, and what is true of it wherever it is served. Request
 * and reply lengths are fixed; a reply begins with the number of the execution that made it, and
 * every byte depends on that number.
 */
final class Flow {
    static final int FIRST_PORT = 1024;
    private static final InetAddress CLIENT = client();

    final FlowKey key;
    final int number;

    /** How many connections had its port before. */
    final int generation;

    /** The server ends the connection after the last reply. */
    final boolean endsByServer;

    private final int[] requestEnds;
    private final int[] replyEnds;

    /** Executions so far, of all requests. */
    int executions;

    /** Outstream offset up to which a record was kept by a second host. */
    long keptEnd;

    /** That the outstream ends is kept by a second host. */
    boolean keptEnding;

    /** When that was so first. */
    long keptEndingNs;

    /** Requests whose whole reply was kept by a second host. */
    long loggedReplies;

    /** Instream offset that a replica has received at most. */
    long replicatedEnd;

    /** A Jetty that serves has accepted it. */
    boolean accepted;

    /** It was logged although no second host has a socket of it: the pair was just forming. */
    boolean loggedAlone;

    /** The client was reset. */
    boolean aborted;

    /** The client has every reply and the end. */
    boolean done;

    Flow(int number, int port, int generation, Chance chance) {
        this.number = number;
        this.generation = generation;
        this.key = new FlowKey(CLIENT, port);
        this.endsByServer = chance.oneIn(4);
        int requests = 1 + chance.below(4);
        requestEnds = new int[requests];
        replyEnds = new int[requests];
        int request = 0;
        int reply = 0;
        for (int i = 0; i < requests; i++) {
            request += 2 + chance.below(chance.oneIn(4) ? 120 : 20);
            reply += 2 + chance.below(chance.oneIn(4) ? 120 : 40);
            requestEnds[i] = request;
            replyEnds[i] = reply;
        }
    }

    private static InetAddress client() {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    int requests() {
        return requestEnds.length;
    }

    int requestEnd(int request) {
        return requestEnds[request];
    }

    int replyEnd(int request) {
        return replyEnds[request];
    }

    int replyStart(int request) {
        return request == 0 ? 0 : replyEnds[request - 1];
    }

    int instreamBytes() {
        return requestEnds[requests() - 1];
    }

    int outstreamBytes() {
        return replyEnds[requests() - 1];
    }

    byte instream(long offset) {
        return (byte) (offset * 31 + number * 7 + (offset >> 5));
    }

    byte[] instream(long from, long to) {
        byte[] bytes = new byte[(int) (to - from)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = instream(from + i);
        }
        return bytes;
    }

    byte reply(int request, byte execution, int index) {
        return index == 0 ? execution : (byte) (execution * 37 + request * 11 + index);
    }

    byte[] newReply(int request) {
        executions++;
        byte[] bytes = new byte[replyEnd(request) - replyStart(request)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = reply(request, (byte) executions, i);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return "flow " + number;
    }
}
