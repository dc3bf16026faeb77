package org.coralha.witnessbench;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jgroups.raft.StateMachine;

/**
 * The replicated state: the highest epoch that was granted, and to whom. A command is (epoch,
 * candidate); it succeeds if the epoch is higher than all before, or is the candidate's own.
 */
final class GrantMachine implements StateMachine {
    static final int COMMAND_BYTES = 9;
    private static final byte[] YES = {1};
    private static final byte[] NO = {0};

    private long epoch;
    private byte holder;

    static byte[] command(long epoch, char candidate) {
        return ByteBuffer.allocate(COMMAND_BYTES).putLong(epoch).put((byte) candidate).array();
    }

    static boolean isGranted(byte[] answer) {
        return answer != null && answer.length == 1 && answer[0] == 1;
    }

    synchronized long epoch() {
        return epoch;
    }

    @Override
    public synchronized byte[] apply(byte[] data, int offset, int length, boolean answer) {
        ByteBuffer command = ByteBuffer.wrap(data, offset, length);
        long wanted = command.getLong();
        byte candidate = command.get();
        if (wanted > epoch) {
            epoch = wanted;
            holder = candidate;
            return YES;
        }
        return wanted == epoch && candidate == holder ? YES : NO;
    }

    @Override
    public synchronized void readContentFrom(DataInput in) throws IOException {
        epoch = in.readLong();
        holder = in.readByte();
    }

    @Override
    public synchronized void writeContentTo(DataOutput out) throws IOException {
        out.writeLong(epoch);
        out.writeByte(holder);
    }
}
