package org.coralha.drill.lab;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.coralha.drill.json.Json;

/**
 * The running lab, through its verbs. Every method throws {@link LabException} with what the verb
 * said if it fails. One controlling thread.
 */
public final class Lab {
    /** Network namespace of the clients. */
    public static final String CLIENT = "client";

    /** Network namespace of a client on the servers' own subnet. */
    public static final String NEAR = "near";

    private static final long UP_LIMIT_MS = 360_000;
    private static final long VERB_LIMIT_MS = 120_000;
    private static final long LOOK_MS = 100;
    private static final String LOAD_NICENESS = "5";

    private final Path root;
    private final Shell shell;
    private String service;

    /**
     * @param root directory of the project, where {@code ./coral} is
     */
    public Lab(Path root) {
        this.root = root.toAbsolutePath();
        this.shell = new Shell(this.root);
    }

    /**
     * The lab of the project that the working directory is in, or that the system property {@code
     * coral.root} names.
     */
    public static Lab here() {
        String given = System.getProperty("coral.root");
        if (given != null) {
            return new Lab(Path.of(given));
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("coral"))) {
                return new Lab(at);
            }
        }
        throw new LabException(
                "no executable 'coral' in " + start + " or above: set -Dcoral.root=DIR");
    }

    /**
     * Starts the lab afresh; what is built already is used. The system property {@code
     * coral.lab.up} can add options of {@code lab up}: longer limits for a machine that has other
     * work to do. With {@code -Dcoral.family=6} the service has an IPv6 address.
     */
    public void up(LabOptions options) {
        List<String> words = new ArrayList<>(List.of("up", "--no-build"));
        Stream.of(System.getProperty("coral.lab.up", "").split(" ", -1))
                .filter(word -> !word.isEmpty())
                .forEach(words::add);
        if (Integer.getInteger("coral.family", 4) == 6) {
            words.add("--ipv6");
        }
        words.addAll(options.arguments());
        service = null;
        verb(UP_LIMIT_MS, words);
    }

    /** Removes all of the lab. */
    public void down() {
        verb(VERB_LIMIT_MS, List.of("down"));
    }

    /** Runs a verb that must succeed. */
    public String verb(String... words) {
        return verb(VERB_LIMIT_MS, List.of(words));
    }

    private String verb(long limitMs, List<String> words) {
        Shell.Result result = tryVerb(limitMs, words);
        if (result.exit() != 0) {
            throw new LabException(
                    "coral lab "
                            + String.join(" ", words)
                            + ": exit "
                            + result.exit()
                            + ": "
                            + result.all());
        }
        return result.out();
    }

    /** Runs a verb and says how it went. */
    public Shell.Result tryVerb(long limitMs, List<String> words) {
        List<String> command = new ArrayList<>(List.of(root.resolve("coral").toString(), "lab"));
        command.addAll(words);
        return shell.run(limitMs, command);
    }

    /** Runs a program on a host of the lab and says how it went. */
    public Shell.Result exec(String host, long limitMs, List<String> command) {
        return shell.run(limitMs, entered(host, command));
    }

    /** Starts a program in the network of a host; the caller owns it. */
    public Process start(String host, List<String> command) {
        return shell.start(entered(host, command));
    }

    /**
     * Starts a load in the network of the clients; the caller owns it. It takes what processor time
     * the pair leaves, as if it ran on a machine of its own: a client that asks as fast as it is
     * answered would otherwise take half of the machine from the survivor just when it needs it.
     *
     * @param space {@link #CLIENT} or {@link #NEAR}
     */
    public Process startLoad(String space, List<String> command) {
        List<String> words = new ArrayList<>(List.of("nice", "-n", LOAD_NICENESS));
        words.addAll(command);
        return start(space, words);
    }

    private static List<String> entered(String host, List<String> command) {
        List<String> words = new ArrayList<>();
        words.add("nsenter");
        words.add("--net=/run/netns/coral-" + host);
        words.addAll(command);
        return words;
    }

    /** How the pair is, as both daemons say it at the same moment. */
    public LabStatus status() {
        CompletableFuture<Json> a = CompletableFuture.supplyAsync(() -> LabDaemon.status("a"));
        Json b = LabDaemon.status("b");
        return new LabStatus(url(), a.join(), b);
    }

    /** How the pair is, as {@code lab status --json} says it to other programs. */
    public Json statusDocument() {
        return Json.parse(verb("status", "--json"));
    }

    /** The advertised URL: the same as long as the lab is up. */
    private String url() {
        if (service == null) {
            service = statusDocument().get("service").text();
        }
        return service;
    }

    /** Pulls the cable of a host. */
    public void cut(String host) {
        verb("cut", host);
    }

    /** Puts the cable of a host back. */
    public void heal(String host) {
        verb("heal", host);
    }

    /**
     * Kills a process of a host.
     *
     * @param what {@code jetty}, {@code heartbeat}, or {@code host} for both at once
     * @param signal for example {@code KILL}
     */
    public void kill(String host, String what, String signal) {
        verb("kill", host, what, signal);
    }

    /**
     * Stops processes of a host for this long, then lets them go on.
     *
     * @return for how many milliseconds they stood still
     */
    public int freeze(String host, String what, int ms) {
        return Integer.parseInt(verb("freeze", host, what, Integer.toString(ms)).trim());
    }

    /** Waits until the pair is whole. */
    public void awaitDuplex(int seconds) {
        awaitDuplex(seconds, status -> {});
    }

    private void awaitDuplex(int seconds, Consumer<LabStatus> meanwhile) {
        await("no duplex", seconds * 1000L, status -> status.mode().equals("DUPLEX"), meanwhile);
    }

    /** Waits until this host serves alone. */
    public LabStatus awaitSimplex(String host, long limitMs) {
        return await(
                host + " does not serve alone",
                limitMs,
                status -> status.role(host).equals("SIMPLEX"),
                status -> {});
    }

    /**
     * @param meanwhile what is done after each look that did not see it
     */
    private LabStatus await(
            String problem,
            long limitMs,
            Predicate<LabStatus> isSo,
            Consumer<LabStatus> meanwhile) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        LabStatus status = status();
        while (!isSo.test(status)) {
            if (System.nanoTime() - deadline > 0) {
                throw new LabException(
                        problem + " after " + limitMs + " ms: " + status + Autopsy.of(this));
            }
            meanwhile.accept(status);
            pause(LOOK_MS);
            status = status();
        }
        return status;
    }

    /**
     * Plugs the cables in and starts what does not run, as an init system would, until the pair is
     * in duplex. Nothing that runs is ended.
     */
    public void restore(int seconds) {
        for (String host : List.of("a", "b")) {
            tryVerb(VERB_LIMIT_MS, List.of("heal", host));
        }
        awaitDuplex(seconds, this::startWhatDoesNotRun);
    }

    private void startWhatDoesNotRun(LabStatus status) {
        for (String host : List.of("a", "b")) {
            if (!status.runs(host)) {
                verb("start", host);
            }
        }
    }

    /** Ends the Jetty of a host, if it runs, and waits until it is gone. */
    public void endJetty(String host) {
        List<String> alive = List.of("kill", host, "jetty", "0");
        tryVerb(VERB_LIMIT_MS, List.of("kill", host, "jetty", "KILL"));
        while (tryVerb(VERB_LIMIT_MS, alive).exit() == 0) {
            pause(LOOK_MS);
        }
    }

    /** Ethernet address of an interface of a host, as text. */
    public String ethernetAddress(String host, String device) {
        Shell.Result result =
                exec(host, VERB_LIMIT_MS, List.of("ip", "-br", "link", "show", "dev", device));
        String[] words = result.out().trim().split("\\s+", -1);
        if (result.exit() != 0 || words.length < 3) {
            throw new LabException(
                    "no Ethernet address of " + device + " on " + host + ": " + result.all());
        }
        return words[2];
    }

    /** Address and port of the service. */
    public InetSocketAddress service() {
        URI uri = URI.create(url());
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** Directory of the project. */
    public Path root() {
        return root;
    }

    /**
     * Lets the controlling thread wait.
     *
     * @throws LabException if the thread is interrupted
     */
    public static void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
