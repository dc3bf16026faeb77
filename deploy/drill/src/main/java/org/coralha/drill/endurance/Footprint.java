package org.coralha.drill.endurance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.Shell;

/**
 * What the pair holds of the machine: entries of the data plane's maps, sockets, pins, spool files
 * and namespaces, summed over both hosts; threads, open files, memory and live heap of the daemons
 * and the Jettys, of the bigger of both, because each was started at another time.
 *
 * @param figures by name; memory in KiB
 */
record Footprint(Map<String, Long> figures) {
    private static final long LIMIT_MS = 60_000;

    /**
     * With {@code flow.ended.ms=3000}: a replica whose client's last word was never heard is given
     * up after 6 s, the flow swept after 4 s more, a socket that only drops what comes closed after
     * 30 s (Jetty's idle timeout); a replica of which the primary never spoke goes after 60 s.
     */
    private static final long QUIET_LIMIT_MS = 75_000;

    private static final long LOOK_MS = 1000;
    private static final List<String> FLOW_MAPS = List.of("flows", "locals", "guarded");

    /** Prints NAME VALUE lines for one host. */
    private static final String SCRIPT =
            """
            host=$1
            lab=/var/lib/coral-lab
            for map in /sys/fs/bpf/coral-lab/$host/*/v*/*; do
                case ${map##*/} in flows | locals | guarded | embryos | watches)
                    echo "map.${map##*/} $(bpftool -j map dump pinned "$map" | jq length)" ;;
                esac
            done
            echo "pins $(find "/sys/fs/bpf/coral-lab/$host" -type f | wc -l)"
            echo "spool.files $(find "$lab/base/$host/work/coral" -type f 2>/dev/null | wc -l)"
            echo "sockets $(ss -Htan exclude time-wait exclude listening | wc -l)"
            echo "filters $(tc filter show dev eth0 ingress | wc -l)"
            for part in heartbeat jetty; do
                read -r pid rest <"$lab/processes/$host.$part"
                echo "$part.threads $(ls "/proc/$pid/task" | wc -l)"
                echo "$part.files $(ls "/proc/$pid/fd" | wc -l)"
                echo "$part.rss $(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")"
            done
            live=$(jcmd "$pid" GC.class_histogram | awk '$1 == "Total" { print int($3 / 1024) }')
            echo "jetty.heap $live"
            """;

    /** Copies the map. */
    Footprint {
        figures = Map.copyOf(figures);
    }

    /** Looks at both hosts; the pair is in duplex. The Jettys collect their garbage for it. */
    static Footprint of(Lab lab) {
        Map<String, Long> figures = new TreeMap<>();
        for (String host : List.of("a", "b")) {
            Shell.Result result =
                    lab.exec(host, LIMIT_MS, List.of("bash", "-euc", SCRIPT, "footprint", host));
            if (result.exit() != 0) {
                throw new LabException("footprint of host " + host + ": " + result.all());
            }
            add(figures, result.out());
        }
        figures.put("namespaces", count(lab));
        return new Footprint(figures);
    }

    /** Processes are compared by the bigger one, everything else is summed. */
    static void add(Map<String, Long> figures, String lines) {
        for (String line : lines.strip().split("\n", -1)) {
            String[] words = line.split(" ", -1);
            long value = Long.parseLong(words[1]);
            figures.merge(words[0], value, isOfProcess(words[0]) ? Math::max : Long::sum);
        }
    }

    private static long count(Lab lab) {
        Shell.Result result = lab.exec(Lab.CLIENT, LIMIT_MS, List.of("ip", "netns", "list"));
        return result.out().lines().filter(line -> line.startsWith("coral-")).count();
    }

    /** Waits until no more is left of connections than before, or until that should be so. */
    static Footprint awaitQuiet(Lab lab, Footprint before) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(QUIET_LIMIT_MS);
        while (true) {
            Footprint now = of(lab);
            if (now.ofMachine().grownSince(before).isEmpty() || System.nanoTime() > deadline) {
                return now;
            }
            Lab.pause(LOOK_MS);
        }
    }

    /** The figures that are sums over both hosts. */
    Footprint ofMachine() {
        return only(name -> !isOfProcess(name));
    }

    /** The figures of daemons and Jettys. */
    Footprint ofProcesses() {
        return only(Footprint::isOfProcess);
    }

    private Footprint only(Predicate<String> names) {
        Map<String, Long> some = new TreeMap<>(figures);
        some.keySet().removeIf(names.negate());
        return new Footprint(some);
    }

    /** The open sockets of both hosts, to tell what a growth is. */
    static String sockets(Lab lab) {
        StringBuilder all = new StringBuilder("sockets");
        for (String host : List.of("a", "b")) {
            List<String> ss =
                    List.of("ss", "-Htan", "exclude", "time-wait", "exclude", "listening");
            all.append(" of ").append(host).append(": ").append(lab.exec(host, LIMIT_MS, ss).out());
        }
        return all.toString();
    }

    /** What is more than it may be after a quiet time, in words. */
    List<String> grownSince(Footprint before) {
        List<String> grown = new ArrayList<>();
        new TreeMap<>(figures)
                .forEach(
                        (name, value) -> {
                            long was = before.figures.getOrDefault(name, 0L);
                            if (value > allowed(name, was)) {
                                grown.add(name + " " + was + " -> " + value);
                            }
                        });
        return grown;
    }

    /** Nothing is left of connections; processes may differ by what their role and age explain. */
    static long allowed(String name, long before) {
        if (!isOfProcess(name)) {
            return FLOW_MAPS.contains(name.replaceFirst("^map\\.", "")) ? 0 : before;
        }
        return switch (name.substring(name.indexOf('.') + 1)) {
            case "rss" -> before + Math.max(65_536, before / 2);
            case "heap" -> before + Math.max(16_384, before / 2);
            default -> before + Math.max(20, before / 4);
        };
    }

    private static boolean isOfProcess(String name) {
        return name.startsWith("heartbeat.") || name.startsWith("jetty.");
    }
}
