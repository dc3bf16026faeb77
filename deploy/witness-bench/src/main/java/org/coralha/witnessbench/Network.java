package org.coralha.witnessbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Three hosts on one switch, a network namespace each ({@code wb-a}, {@code wb-b}, {@code wb-w},
 * {@code wb-switch}). Cables are pulled by one process that waits for orders, so that a pull takes
 * microseconds and not the start of a program. Needs root.
 */
final class Network implements AutoCloseable {
    private static final String SPACE = "wb-";

    private final Process switchOrders;
    private final Writer orders;

    private Network() throws IOException {
        switchOrders =
                new ProcessBuilder("ip", "-n", SPACE + "switch", "-batch", "-")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .start();
        orders = switchOrders.outputWriter(StandardCharsets.US_ASCII);
    }

    static Network up() throws IOException {
        down();
        run("ip netns add wb-switch");
        run("ip -n wb-switch link add switch type bridge stp_state 0 forward_delay 0");
        run("ip -n wb-switch link set dev switch up");
        for (String member : RaftStack.MEMBERS) {
            String space = SPACE + member;
            run("ip netns add " + space);
            run("ip -n " + space + " link set dev lo up");
            run("ip -n %s link add eth0 type veth peer name %s netns wb-switch", space, member);
            run("ip -n wb-switch link set dev %s master switch up", member);
            run("ip -n %s address add %s/24 dev eth0", space, RaftStack.address(member));
            run("ip -n %s link set dev eth0 up", space);
        }
        return new Network();
    }

    /** Words to put before a command so that it runs at the member's host. */
    static List<String> at(String member) {
        return List.of("nsenter", "--net=/run/netns/" + SPACE + member);
    }

    /** Pulls the member's cable; returns the time before the order was given. */
    long cut(String member) {
        return order("link set dev " + member + " down");
    }

    void heal(String member) {
        order("link set dev " + member + " up");
    }

    /** From now on two hosts do not hear each other, while both hear the third. */
    void part(String one, String other) {
        drop(one, other);
        drop(other, one);
    }

    void join(String one, String other) {
        for (String member : List.of(one, other)) {
            run(at(member), "nft delete table inet part");
        }
    }

    private static void drop(String at, String from) {
        run(at(at), "nft add table inet part");
        run(at(at), "nft add chain inet part in { type filter hook input priority 0 ; }");
        run(at(at), "nft add rule inet part in ip saddr " + RaftStack.address(from) + " drop");
    }

    private long order(String line) {
        try {
            long beforeNanos = System.nanoTime();
            orders.write(line + "\n");
            orders.flush();
            return beforeNanos;
        } catch (IOException e) {
            throw new UncheckedIOException("ordering the switch: " + line, e);
        }
    }

    @Override
    public void close() {
        switchOrders.destroy();
        down();
    }

    private static void down() {
        for (String name : List.of("a", "b", "w", "switch")) {
            if (java.nio.file.Files.exists(java.nio.file.Path.of("/run/netns", SPACE + name))) {
                run("ip netns delete " + SPACE + name);
            }
        }
    }

    private static void run(String format, Object... values) {
        run(List.of(), format.formatted(values));
    }

    private static void run(List<String> before, String command) {
        List<String> words = new ArrayList<>(before);
        words.addAll(Arrays.asList(command.split(" ")));
        try {
            int code = new ProcessBuilder(words).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("exit code " + code + " of: " + words);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("running " + words, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + words, e);
        }
    }
}
