package org.coralha.witnessbench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The witness does not run for a tenth of a second, as a process on a busy machine may, and a
 * second later, when it has long been running again, host a dies. Does b get its epoch?
 */
final class StumbleCase {
    private static final int WARM_GRANTS = 200;
    private static final long STUMBLE_MS = 100;
    private static final long RECOVERY_MS = 1000;
    private static final long ANSWER_LIMIT_MS = 5000;

    private final Cluster cluster;
    private final Figures added = new Figures();
    private final Figures smallVote = new Figures();
    private long epoch = 1;
    private int unanswered;

    StumbleCase(Cluster cluster) {
        this.cluster = cluster;
    }

    void run(String detectionName, int repetitions) throws Exception {
        for (int done = 0; done < repetitions; done++) {
            repeat();
            cluster.restartAll();
        }
        System.out.printf(
                "%-5s stumble, n=%d: added by raft %s; added by the small vote %s; not granted"
                        + " within 5 s %d%n",
                detectionName, repetitions, added, smallVote, unanswered);
    }

    private void repeat() throws Exception {
        cluster.placeLeader("b");
        epoch = cluster.warm("b", epoch, WARM_GRANTS);
        signal("STOP");
        TimeUnit.MILLISECONDS.sleep(STUMBLE_MS);
        signal("CONT");
        TimeUnit.MILLISECONDS.sleep(RECOVERY_MS);
        System.out.println("after the stumble: " + cluster.statuses());
        MemberProcess survivor = cluster.get("b");
        survivor.say("arm " + epoch);
        survivor.status();
        long diedNanos = cluster.get("a").kill();
        survivor.say("gasp a");
        cluster.get("w").say("gasp a");
        try {
            String[] answer = survivor.await(ANSWER_LIMIT_MS, "granted");
            added.add(Long.parseLong(answer[3]) - diedNanos);
        } catch (TimeoutException e) {
            unanswered++;
        }
        epoch++;
        survivor.say("vote " + epoch);
        smallVote.add(Long.parseLong(survivor.await(ANSWER_LIMIT_MS, "vote")[1]));
    }

    private void signal(String name) throws Exception {
        String pid = Long.toString(cluster.get("w").pid());
        new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    }
}
