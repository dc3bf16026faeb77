package org.coralha.heartbeat.io;

import java.util.List;
import java.util.Locale;
import org.coralha.pair.ProtocolException;

/**
 * One line of {@code coralctl}, understood: {@code status}, {@code switchover [force]}, {@code stop
 * [force]}, {@code pause SECONDS}, {@code resume} or {@code serve}, with one blank between words.
 * Pure.
 *
 * @param kind what to do
 * @param force also if connections are lost that are not protected
 * @param seconds of a pause, 1 to {@link #PAUSE_LIMIT_SECONDS}; else 0
 */
public record ControlOrder(Kind kind, boolean force, long seconds) {
    /** Longest pause. */
    public static final long PAUSE_LIMIT_SECONDS = 86_400;

    private static final String FORCE = "force";

    /** First word of the line, in lower case. */
    public enum Kind {
        /** Asks only. */
        STATUS,
        /** Moves the service to the other host. */
        SWITCHOVER,
        /** Takes this host out of the pair. */
        STOP,
        /** Nothing is concluded from silence for some time. */
        PAUSE,
        /** Ends a pause. */
        RESUME,
        /** Serves although the peer is silent: it is off. */
        SERVE;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Understands a line.
     *
     * @param line without its end
     * @throws ProtocolException saying what is wrong, if it is anything else
     */
    static ControlOrder parse(String line) throws ProtocolException {
        List<String> words = List.of(line.split(" ", -1));
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(words.get(0))) {
                return order(kind, words.subList(1, words.size()), line);
            }
        }
        throw new ProtocolException("unknown command: " + line);
    }

    private static ControlOrder order(Kind kind, List<String> rest, String line)
            throws ProtocolException {
        if (kind == Kind.PAUSE && rest.size() == 1) {
            return new ControlOrder(kind, false, seconds(rest.get(0)));
        }
        boolean canForce = kind == Kind.SWITCHOVER || kind == Kind.STOP;
        if (kind != Kind.PAUSE && rest.isEmpty()) {
            return new ControlOrder(kind, false, 0);
        }
        if (canForce && rest.equals(List.of(FORCE))) {
            return new ControlOrder(kind, true, 0);
        }
        throw new ProtocolException("not a command: " + line);
    }

    private static long seconds(String word) throws ProtocolException {
        // The limit has five digits: a longer word is out of range whatever it says.
        if (!word.matches("[1-9][0-9]{0,4}") || Long.parseLong(word) > PAUSE_LIMIT_SECONDS) {
            throw new ProtocolException(
                    "not a number of seconds, 1 to " + PAUSE_LIMIT_SECONDS + ": " + word);
        }
        return Long.parseLong(word);
    }

    /** The line, without its end, that is understood as this order. */
    String line() {
        return kind.word() + (force ? " " + FORCE : "") + (seconds > 0 ? " " + seconds : "");
    }
}
