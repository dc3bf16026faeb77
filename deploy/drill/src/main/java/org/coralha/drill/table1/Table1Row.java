package org.coralha.drill.table1;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.FaultFiles;

/**
 * The rows of CoRAL's Table 1: which host fails, and in which phase. {@link #place} brings every
 * connection into the phase and returns when that was observed; nothing moves on until the fault.
 */
enum Table1Row {
    /** Row 1: the last bytes of an incomplete message are at the backup only. */
    BACKUP_REQUEST_INCOMPLETE("BACKUP", "after the backup got an incomplete message", 0) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.PARTS, HALF, "first=30", "second=60");
            at.load().open(Kind.HEAD_PART, HALF, "step=1");
            at.quiet();
            at.withholdCopies();
            at.load().step();
            at.awaitWithheld(COUNT);
        }
    },
    /** Row 2: the message is complete at the backup, its last packet is missing at the primary. */
    BACKUP_REQUEST_NOT_RELAYED("BACKUP", "after a complete message, before all is relayed", 1) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.PARTS, HALF, "first=30", "second=100");
            at.load().open(Kind.LEDGER, HALF, "step=1", "id=" + at.id());
            at.quiet();
            at.withholdCopies();
            at.load().step();
            at.awaitWithheld(COUNT);
            at.expectCalls(HALF);
        }
    },
    /** Row 3: the primary executes the request. */
    BACKUP_REQUEST_RELAYED("BACKUP", "after a complete message was relayed", 1) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.LEDGER, COUNT, "step=1", "ms=1500", "id=" + at.id());
            at.quiet();
            at.load().step();
            at.awaitCalls(COUNT);
        }
    },
    /** Row 4. */
    BACKUP_IDLE("BACKUP", "no request or reply in progress", 0) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.IDLE, COUNT);
            at.quiet();
        }
    },
    /** Row 5: the primary has the last packet, complete message or not, and said so to nobody. */
    PRIMARY_REQUEST_UNACKNOWLEDGED("PRIMARY", "before it acknowledges the last packet", 2) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.PARTS, HALF, "first=30", "second=60");
            at.load().open(Kind.LEDGER, HALF, "step=1", "ms=3000", "id=" + at.id());
            at.quiet();
            at.withholdAnswers();
            at.load().step();
            at.awaitWithheld(COUNT);
            at.awaitCalls(HALF);
        }
    },
    /** Row 6: the request is executed and acknowledged, the end of its reply is not logged. */
    PRIMARY_REPLY_NOT_LOGGED("PRIMARY", "before the whole reply is logged", 2) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.LEDGER, HALF, "step=1", "id=" + at.id());
            at.load().open(Kind.HANDLER, HALF, "step=1", "ms=0", "bytes=300000");
            at.quiet();
            at.arm(FaultFiles.HOLD_END);
            at.load().step();
            at.awaitReached(FaultFiles.HOLD_END, COUNT);
            at.awaitCalls(HALF);
            at.awaitAcknowledged();
        }
    },
    /** Row 7: the whole reply is logged; of half of them nothing is sent, of half a part. */
    PRIMARY_REPLY_NOT_SENT("PRIMARY", "after the reply is logged, before all of it is sent", 1) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.SLOW, HALF, "bytes=1500000", "rate=1000000");
            at.load().open(Kind.LEDGER, HALF, "step=1", "id=" + at.id());
            at.load().awaitPlaced(LIMIT_MS);
            at.arm(FaultFiles.HOLD_RELEASE);
            at.load().step();
            at.awaitReached(FaultFiles.HOLD_RELEASE, HALF);
            at.awaitCalls(HALF);
        }
    },
    /** Row 8. */
    PRIMARY_IDLE("PRIMARY", "no request or reply in progress", 0) {
        @Override
        void place(Placement at) {
            at.load().open(Kind.IDLE, COUNT);
            at.quiet();
        }
    };

    /** Connections of each repetition. */
    static final int COUNT = 40;

    static final int HALF = COUNT / 2;
    static final long LIMIT_MS = 20_000;

    private final String victimRole;
    private final String phase;
    private final int executions;

    Table1Row(String victimRole, String phase, int executions) {
        this.victimRole = victimRole;
        this.phase = phase;
        this.executions = executions;
    }

    /** Brings the connections into the phase. */
    abstract void place(Placement at);

    /** Number in the paper's table. */
    int number() {
        return ordinal() + 1;
    }

    /** PRIMARY or BACKUP. */
    String victimRole() {
        return victimRole;
    }

    /** The phase in words. */
    String phase() {
        return phase;
    }

    /** How often each call must be in the ledger in the end; 0 if the row makes none. */
    int executions() {
        return executions;
    }

    /** True if clients wait for nothing at the fault: their longest wait is the fault's. */
    boolean isIdle() {
        return this == BACKUP_IDLE || this == PRIMARY_IDLE;
    }
}
