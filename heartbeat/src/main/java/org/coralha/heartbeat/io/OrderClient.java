package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Gives orders to the daemon of this host and follows what becomes of them. */
public final class OrderClient {
    /** Each look costs processor time, which a host that takes over needs for its clients. */
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path socket;

    /**
     * @param socket the daemon's control socket
     */
    public OrderClient(Path socket) {
        this.socket = socket;
    }

    /**
     * What became of an order.
     *
     * @param done true if what was asked for is so
     * @param text for the operator
     */
    public record Result(boolean done, String text) {}

    /**
     * Gives an order, again and again while it is refused and time is left.
     *
     * @return why it is refused, empty if it was accepted
     * @throws IOException if no daemon answers
     */
    public Optional<String> give(String order, long waitMs) throws IOException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        while (true) {
            Map<String, Object> answer = JsonReader.object(ControlClient.ask(socket, order));
            if (Boolean.TRUE.equals(answer.get("accepted"))) {
                return Optional.empty();
            }
            if (System.nanoTime() >= endNs) {
                Object why = answer.getOrDefault("refused", answer.get("error"));
                return Optional.of(String.valueOf(why));
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    /**
     * Looks at the status until the judge has a result.
     *
     * @param judge answers null while nothing is decided; is given an empty map when no daemon
     *     answers any more
     * @param limitMs after that the result is that nothing was decided
     */
    public Result follow(Function<Map<String, Object>, Result> judge, long limitMs) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        Map<String, Object> status = Map.of();
        while (System.nanoTime() < endNs) {
            status = status();
            Result result = judge.apply(status);
            if (result != null) {
                return result;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return new Result(false, "nothing decided after " + limitMs + " ms: " + status);
    }

    private Map<String, Object> status() {
        try {
            return JsonReader.object(ControlClient.ask(socket, "status"));
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** After an accepted switchover: whether the peer serves now. */
    public static Result moved(Map<String, Object> status) {
        Map<String, Object> peer = JsonReader.inner(status, "peer");
        boolean here = serves(status);
        if (!here && serves(peer)) {
            return new Result(
                    true,
                    "the service is at host "
                            + peer.get("host")
                            + " in epoch "
                            + peer.get("epoch"));
        }
        if ("FENCED".equals(status.get("state"))) {
            return new Result(
                    false,
                    "the peer did not take over, the connections were given up: start Jetty again");
        }
        return here ? new Result(false, "the peer did not take over, this host serves on") : null;
    }

    /** After an accepted stop: whether the daemon is gone. */
    public static Result out(Map<String, Object> status) {
        if (status.isEmpty()) {
            return new Result(true, "this host is out of the pair");
        }
        // The backup's place is left step by step; a primary that serves again was not relieved.
        return "SIMPLEX".equals(status.get("role"))
                ? new Result(false, "the peer did not take over, this host serves on")
                : null;
    }

    /** After an accepted pause: whether both hosts know of it. */
    public static Result paused(Map<String, Object> status) {
        Map<String, Object> pause = JsonReader.inner(status, "pause");
        return Boolean.TRUE.equals(pause.get("agreed"))
                ? new Result(
                        true,
                        "automatic failover is paused on both hosts for "
                                + (Long) pause.get("remainingMs") / 1000
                                + " s")
                : null;
    }

    /** After an accepted resume: nobody need agree, the peer may be the one that is gone. */
    public static Result resumed(Map<String, Object> status) {
        Map<String, Object> pause = JsonReader.inner(status, "pause");
        boolean heard = Boolean.TRUE.equals(JsonReader.inner(status, "peer").get("heard"));
        if (heard && !Boolean.TRUE.equals(pause.get("agreed"))) {
            return null;
        }
        return new Result(true, "automatic failover is on");
    }

    /** After an accepted order to serve: whether it does. */
    public static Result served(Map<String, Object> status) {
        return serves(status) ? new Result(true, "this host serves") : null;
    }

    private static boolean serves(Map<String, Object> host) {
        Object role = host.get("role");
        return "SIMPLEX".equals(role) || "PRIMARY".equals(role);
    }
}
