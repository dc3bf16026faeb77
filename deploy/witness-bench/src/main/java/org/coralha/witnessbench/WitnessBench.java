package org.coralha.witnessbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures a witness on jgroups-raft. Arguments: a directory for the logs on a real disk, then
 * {@code failover DETECTION FAULT LEADER N} (own|told, kill|cable, a|b|w), {@code stumble DETECTION
 * N}, {@code partition DETECTION} or {@code behaviour DETECTION}. Host a is the one that dies and b
 * the survivor; w is the witness. Run as root through {@code deploy/witness-bench/run}.
 */
public final class WitnessBench {
    private WitnessBench() {}

    /** Prints a line per case. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]).toAbsolutePath();
        clear(directory);
        String detection = args[2];
        try (Network network = Network.up();
                Cluster cluster = new Cluster(directory, detection)) {
            cluster.startAll();
            if (args[1].equals("failover")) {
                FailoverCase failover = new FailoverCase(network, cluster, args[3], args[4], 1);
                failover.run(detection, Integer.parseInt(args[5]));
            } else if (args[1].equals("stumble")) {
                new StumbleCase(cluster).run(detection, Integer.parseInt(args[3]));
            } else if (args[1].equals("partition")) {
                new Behaviour(network, cluster).runPartition();
            } else {
                new Behaviour(network, cluster).run();
            }
        }
    }

    private static void clear(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> found = Files.walk(directory)) {
                List<Path> paths = found.sorted(Comparator.reverseOrder()).toList();
                for (Path path : paths) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(directory);
    }
}
