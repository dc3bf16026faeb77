package org.coralha.witnessbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The three members and their logs. Not for several threads. */
final class Cluster implements AutoCloseable {
    private static final long FORMING_LIMIT_MS = 20_000;
    private static final long POLL_MS = 20;

    private final Path directory;
    private final String detection;
    private final Map<String, MemberProcess> members = new HashMap<>();

    /**
     * @param directory where the logs are; what is there is kept
     * @param detection {@code own} or {@code told}
     */
    Cluster(Path directory, String detection) {
        this.directory = directory;
        this.detection = detection;
    }

    MemberProcess start(String name) throws Exception {
        Path log = directory.resolve(name);
        Files.createDirectories(log);
        MemberProcess member = MemberProcess.start(name, log, detection);
        members.put(name, member);
        member.await(FORMING_LIMIT_MS, "ready");
        return member;
    }

    /** Starts b, then w, then a: the survivor is the coordinator, which suits an election best. */
    void startAll() throws Exception {
        for (String name : new String[] {"b", "w", "a"}) {
            start(name);
        }
        awaitWhole();
    }

    /** Ends all members and starts them again, with the logs that they have. */
    void restartAll() throws Exception {
        for (String name : RaftStack.MEMBERS) {
            kill(name);
        }
        startAll();
    }

    MemberProcess get(String name) {
        return members.get(name);
    }

    void kill(String name) throws InterruptedException {
        get(name).kill();
        get(name).awaitEnd();
    }

    /** Waits until all see three members, one leader, and the same committed index. */
    void awaitWhole() throws Exception {
        awaitAgreement("three members agree", () -> agree(null));
    }

    /** Holds elections until the leader is there. */
    void placeLeader(String name) throws Exception {
        awaitAgreement(
                "the leader is at " + name,
                () -> {
                    if (agree(name)) {
                        return true;
                    }
                    if (agree(null)) {
                        String coordinator = get("b").status()[2].substring(0, 1);
                        get(coordinator).say("place " + name);
                        TimeUnit.MILLISECONDS.sleep(POLL_MS);
                    }
                    return false;
                });
    }

    /** Many grants, so that every member's code is compiled before anything is measured. */
    long warm(String asker, long epoch, int grants) throws Exception {
        long next = epoch;
        for (int done = 0; done < grants; done++) {
            get(asker).say("grant " + next);
            get(asker).await(FORMING_LIMIT_MS, "granted");
            next++;
        }
        return next;
    }

    private void awaitAgreement(String what, Condition condition) throws Exception {
        try {
            await(what, condition);
        } catch (TimeoutException e) {
            throw new IllegalStateException("members do not agree: " + statuses(), e);
        }
    }

    /** What each member says of itself. */
    String statuses() throws Exception {
        StringBuilder found = new StringBuilder();
        for (String name : RaftStack.MEMBERS) {
            String[] words = get(name).status();
            found.append(name).append(": ").append(String.join(" ", words)).append("; ");
        }
        return found.toString();
    }

    private boolean agree(String leader) throws Exception {
        String[] first = get("b").status();
        for (String name : RaftStack.MEMBERS) {
            String[] status = get(name).status();
            boolean same =
                    status[1].equals(first[1])
                            && status[2].length() == RaftStack.MEMBERS.length
                            && status[4].equals(first[4])
                            && status[5].equals(first[5]);
            if (!same || status[1].equals("-") || status[1].equals("null")) {
                return false;
            }
        }
        return leader == null || leader.equals(first[1]);
    }

    /** A condition that may fail. */
    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(String what, Condition condition) throws Exception {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FORMING_LIMIT_MS);
        while (!condition.holds()) {
            if (System.nanoTime() - endNanos > 0) {
                throw new TimeoutException("not within 20 s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Processor time that a member's process has used, in clock ticks of 10 ms. */
    long ticks(String name) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + get(name).pid() + "/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(words[11]) + Long.parseLong(words[12]);
    }

    @Override
    public void close() {
        members.values().forEach(MemberProcess::close);
    }
}
