package org.coralha.drill.lab;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run of wrk in the clients' network. wrk knows no body checks; what it counts is taken as it is:
 * its socket errors and its timeouts.
 */
public final class Wrk {
    private static final long REST_LIMIT_MS = 20_000;
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern NOT_2XX = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern ERRORS =
            Pattern.compile(
                    "Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    private final Process process;
    private final CompletableFuture<String> out;
    private final long limitMs;

    /**
     * @param replies requests that were answered
     * @param failed refused connections, wrong statuses and timeouts
     * @param reset errors in reading and writing
     */
    public record Result(long replies, long failed, long reset) {}

    private Wrk(Process process, long limitMs) {
        this.process = process;
        this.out = Shell.drain(process.getInputStream());
        Shell.discard(process.getErrorStream());
        this.limitMs = limitMs;
    }

    /** Starts wrk with this many connections for this many seconds. */
    public static Wrk start(
            Lab lab, InetSocketAddress service, int connections, int seconds, String path) {
        String url = new ServiceFilter(service).url() + path;
        List<String> command =
                List.of(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "--timeout",
                        "10s",
                        url);
        return new Wrk(lab.startLoad(Lab.CLIENT, command), seconds * 1000L + REST_LIMIT_MS);
    }

    /** Waits for its end and reads what it printed. */
    public Result finish() {
        try {
            if (!process.waitFor(limitMs, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException("wrk did not end within " + limitMs + " ms");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
        return parse(out.join());
    }

    /**
     * Reads wrk's output.
     *
     * @throws LabException if it does not say how many requests there were
     */
    public static Result parse(String text) {
        Matcher requests = REQUESTS.matcher(text);
        if (!requests.find()) {
            throw new LabException("wrk printed no count of requests: " + text);
        }
        Matcher not2xx = NOT_2XX.matcher(text);
        long failed = not2xx.find() ? Long.parseLong(not2xx.group(1)) : 0;
        long reset = 0;
        Matcher errors = ERRORS.matcher(text);
        if (errors.find()) {
            failed += Long.parseLong(errors.group(1)) + Long.parseLong(errors.group(4));
            reset = Long.parseLong(errors.group(2)) + Long.parseLong(errors.group(3));
        }
        return new Result(Long.parseLong(requests.group(1)) - failed, failed, reset);
    }
}
