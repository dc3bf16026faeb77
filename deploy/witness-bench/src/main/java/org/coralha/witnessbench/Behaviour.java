package org.coralha.witnessbench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What is no duration of a failover: idle cost, restarts, a partition of the two hosts. */
final class Behaviour {
    private static final int IDLE_SECONDS = 8;
    private static final int PARTITION_SECONDS = 8;
    private static final long SAMPLE_MS = 250;
    private static final long ANSWER_LIMIT_MS = 25_000;

    private final Network network;
    private final Cluster cluster;
    private long epoch = 1;

    Behaviour(Network network, Cluster cluster) {
        this.network = network;
        this.cluster = cluster;
    }

    void run() throws Exception {
        epoch = cluster.warm("b", epoch, 1000);
        idle();
        witnessRestarts();
        loneWitnessKeepsGrants();
        partition();
    }

    /** The partition alone. */
    void runPartition() throws Exception {
        epoch = cluster.warm("b", epoch, 200);
        partition();
    }

    private void idle() throws Exception {
        for (String name : RaftStack.MEMBERS) {
            long before = cluster.ticks(name);
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            double percent = (cluster.ticks(name) - before) / (double) IDLE_SECONDS;
            System.out.printf(Locale.ROOT, "idle: %s uses %.1f %% of a processor%n", name, percent);
        }
    }

    /** The leader at the witness, which is killed and started again. */
    private void witnessRestarts() throws Exception {
        cluster.placeLeader("w");
        long killedNanos = cluster.get("w").kill();
        cluster.get("w").awaitEnd();
        cluster.get("a").say("gasp w");
        cluster.get("b").say("gasp w");
        cluster.get("b").say("grant " + epoch);
        String[] answer = cluster.get("b").await(ANSWER_LIMIT_MS, "granted", "silent");
        report("witness (leader) killed, b's next grant", answer, killedNanos);
        epoch++;
        long startedNanos = System.nanoTime();
        cluster.start("w");
        cluster.awaitWhole();
        System.out.printf("witness started again: whole after %d ms%n", millis(startedNanos));
    }

    /**
     * Both hosts die, the witness stays; then b comes back alone, then the epoch is asked again.
     */
    private void loneWitnessKeepsGrants() throws Exception {
        cluster.kill("a");
        cluster.kill("b");
        cluster.get("w").say("gasp a");
        cluster.get("w").say("gasp b");
        Cluster.await("w is alone", () -> cluster.get("w").status()[2].equals("w"));
        System.out.println("witness alone: its leader is " + cluster.get("w").status()[1]);
        long startedNanos = System.nanoTime();
        MemberProcess survivor = cluster.start("b");
        survivor.say("grant " + (epoch - 1));
        String[] old = survivor.await(ANSWER_LIMIT_MS, "granted", "refused", "silent");
        report("both hosts died, b back: its old epoch again", old, startedNanos);
        survivor.say("grant " + (epoch - 2));
        System.out.println(
                "an older epoch: " + survivor.await(ANSWER_LIMIT_MS, "refused", "granted")[0]);
        cluster.start("a");
        cluster.awaitWhole();
        System.out.println("epoch after the restarts: " + cluster.get("a").status()[6]);
        epoch = Long.parseLong(cluster.get("a").status()[6]) + 1;
    }

    /** Hosts a and b do not hear each other, both hear w. Both ask for the same epoch. */
    private void partition() throws Exception {
        cluster.placeLeader("a");
        String[] before = cluster.get("w").status();
        cluster.get("a").forget();
        cluster.get("b").forget();
        cluster.get("a").say("arm " + epoch);
        cluster.get("b").say("arm " + epoch);
        long partedNanos = System.nanoTime();
        network.part("a", "b");
        String[] atA = cluster.get("a").await(ANSWER_LIMIT_MS, "granted", "refused", "silent");
        String[] atB = cluster.get("b").await(ANSWER_LIMIT_MS, "granted", "refused", "silent");
        report("parted: a", atA, partedNanos);
        report("parted: b", atB, partedNanos);
        sample();
        String[] after = cluster.get("w").status();
        System.out.printf(
                "parted for %d s: views at the witness %s -> %s, terms %s -> %s%n",
                PARTITION_SECONDS, before[3], after[3], before[4], after[4]);
        network.join("a", "b");
        long joinedNanos = System.nanoTime();
        cluster.awaitWhole();
        System.out.printf("joined: whole after %d ms%n", millis(joinedNanos));
    }

    private void sample() throws Exception {
        String last = "";
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PARTITION_SECONDS);
        while (System.nanoTime() - endNanos < 0) {
            StringBuilder line = new StringBuilder();
            for (String name : RaftStack.MEMBERS) {
                String[] status = cluster.get(name).status();
                line.append(" %s: leader %s, view %s;".formatted(name, status[1], status[2]));
            }
            if (!last.contentEquals(line)) {
                System.out.println("parted:" + line);
                last = line.toString();
            }
            TimeUnit.MILLISECONDS.sleep(SAMPLE_MS);
        }
    }

    private static void report(String what, String[] answer, long sinceNanos) {
        long ms = TimeUnit.NANOSECONDS.toMillis(Long.parseLong(answer[3]) - sinceNanos);
        System.out.printf("%s: %s epoch %s after %d ms%n", what, answer[0], answer[1], ms);
    }

    private static long millis(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    }
}
