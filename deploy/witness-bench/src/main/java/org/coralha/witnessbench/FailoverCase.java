package org.coralha.witnessbench;

import java.util.concurrent.TimeUnit;

/**
 * Host a dies again and again, and b asks for the next epoch. A repetition begins with three
 * members that agree and the leader where it is wanted; it ends with a new process at a.
 */
final class FailoverCase {
    private static final int WARM_GRANTS = 1500;
    private static final int WARM_REPETITIONS = 3;
    private static final long ANSWER_LIMIT_MS = 25_000;
    private static final long QUIET_MS = 150;

    private final Network network;
    private final Cluster cluster;
    private final String fault;
    private final String leader;
    private final Figures detection = new Figures();
    private final Figures total = new Figures();
    private final Figures added = new Figures();
    private final Figures smallVote = new Figures();
    private long epoch;
    private int unanswered;
    private int notWhole;

    FailoverCase(Network network, Cluster cluster, String fault, String leader, long firstEpoch) {
        this.network = network;
        this.cluster = cluster;
        this.fault = fault;
        this.leader = leader;
        epoch = firstEpoch;
    }

    /** Runs the case and prints its line; returns the next epoch that was never granted. */
    long run(String detectionName, int repetitions) throws Exception {
        epoch = cluster.warm("b", epoch, WARM_GRANTS);
        for (int done = -WARM_REPETITIONS; done < repetitions; done++) {
            repeat(done >= 0);
        }
        System.out.printf(
                "%-5s %-5s leader %s, n=%d: until detected %s; until granted %s; added by raft %s;"
                        + " added by the small vote %s; unanswered %d; not whole again within 20 s %d%n",
                detectionName,
                fault,
                leader,
                repetitions,
                detection,
                total,
                added,
                smallVote,
                unanswered,
                notWhole);
        return epoch;
    }

    private void repeat(boolean counts) throws Exception {
        place();
        TimeUnit.MILLISECONDS.sleep(QUIET_MS);
        MemberProcess survivor = cluster.get("b");
        survivor.forget();
        survivor.say("arm " + epoch);
        survivor.status();
        long faultNanos = strike();
        long detectedNanos = awaitDetection(survivor);
        String[] answer = survivor.await(ANSWER_LIMIT_MS, "granted", "refused", "silent");
        if (answer[0].equals("refused")) {
            throw new IllegalStateException("epoch " + epoch + " was refused");
        }
        epoch++;
        survivor.say("vote " + epoch);
        long voteNanos = Long.parseLong(survivor.await(ANSWER_LIMIT_MS, "vote")[1]);
        if (counts && answer[0].equals("silent")) {
            unanswered++;
        } else if (counts) {
            long grantedNanos = Long.parseLong(answer[3]);
            detection.add(detectedNanos - faultNanos);
            total.add(grantedNanos - faultNanos);
            added.add(grantedNanos - detectedNanos);
            smallVote.add(voteNanos);
        }
        restore();
    }

    private void place() throws Exception {
        try {
            cluster.placeLeader(leader);
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            notWhole++;
            cluster.restartAll();
            cluster.placeLeader(leader);
        }
    }

    /** A killed process is announced by its host's kernel; a pulled cable only by silence. */
    private long strike() {
        if (fault.equals("cable")) {
            return network.cut("a");
        }
        long killedNanos = cluster.get("a").kill();
        cluster.get("b").say("gasp a");
        cluster.get("w").say("gasp a");
        return killedNanos;
    }

    private static long awaitDetection(MemberProcess survivor) throws Exception {
        String[] detected;
        do {
            detected = survivor.await(ANSWER_LIMIT_MS, "detected");
        } while (!detected[1].equals("a"));
        return Long.parseLong(detected[2]);
    }

    private void restore() throws Exception {
        cluster.kill("a");
        Cluster.await("a is gone", () -> !cluster.get("b").status()[2].contains("a"));
        network.heal("a");
        cluster.start("a");
        try {
            cluster.awaitWhole();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            notWhole++;
            cluster.restartAll();
        }
    }
}
