package org.coralha.witnessbench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jgroups.Address;
import org.jgroups.raft.Options;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.util.Utils;

/**
 * Asks for one epoch until raft has answered: at once if there is a leader who is not the dead
 * host, else as soon as there is one. A request is repeated when its leader was replaced, or after
 * 50 ms; the command may be executed twice, a grant to the same candidate stays one.
 */
final class Asking {
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final RaftHandle raft;
    private final char candidate;

    Asking(RaftHandle raft, char candidate) {
        this.raft = raft;
        this.candidate = candidate;
    }

    /** Returns the line "granted EPOCH BEGAN ENDED" or "refused …" or "silent …". */
    String until(long epoch, String dead) throws InterruptedException {
        byte[] command = GrantMachine.command(epoch, candidate);
        long beganNanos = System.nanoTime();
        while (System.nanoTime() - beganNanos < GIVE_UP_NANOS) {
            Address leader = raft.leader();
            if (leader == null || dead.equals(Utils.extractRaftId(leader))) {
                LockSupport.parkNanos(POLL_NANOS);
                continue;
            }
            byte[] answer = once(command, leader);
            if (answer != null) {
                String word = GrantMachine.isGranted(answer) ? "granted " : "refused ";
                return word + epoch + " " + beganNanos + " " + System.nanoTime();
            }
        }
        return "silent " + epoch + " " + beganNanos + " " + System.nanoTime();
    }

    private byte[] once(byte[] command, Address leader) throws InterruptedException {
        CompletableFuture<byte[]> future;
        try {
            future = raft.setAsync(command, 0, command.length, Options.create(false));
        } catch (Exception e) {
            LockSupport.parkNanos(POLL_NANOS);
            return null;
        }
        long askedNanos = System.nanoTime();
        while (System.nanoTime() - askedNanos < REPEAT_NANOS && leader.equals(raft.leader())) {
            try {
                return future.get(1, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // The leader may have been replaced meanwhile.
            } catch (ExecutionException e) {
                LockSupport.parkNanos(POLL_NANOS);
                return null;
            }
        }
        return null;
    }
}
