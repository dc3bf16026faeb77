package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Ledger;

/** The phases in which a fault can meet a connection; each places at least 200 of them. */
enum Phase {
    IDLE(600) {
        @Override
        void open(Drill drill, PairInLab pair, String id) {
            drill.load().open(Kind.IDLE, COUNT);
        }
    },
    REQUEST_PARTLY_RECEIVED(600) {
        @Override
        void open(Drill drill, PairInLab pair, String id) {
            drill.load().open(Kind.HEAD_PART, 90);
            drill.load().open(Kind.UPLOAD_PART, 100, "bytes=100000");
            drill.load().open(Kind.UPLOAD_PART, 10, "bytes=20000000");
        }
    },
    HANDLER_RUNNING(600) {
        @Override
        void open(Drill drill, PairInLab pair, String id) {
            drill.load().open(Kind.LEDGER, COUNT, "ms=3000", "id=" + id);
            new Ledger(drill.lab()).await(id, COUNT, PLACE_LIMIT_MS);
        }
    },
    REPLY_LOGGED_BUT_UNSENT(600) {
        @Override
        void open(Drill drill, PairInLab pair, String id) {
            drill.load().open(Kind.LEDGER, COUNT, "step=1", "id=" + id);
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            pair.holdReplies();
            drill.load().step();
            new Ledger(drill.lab()).await(id, COUNT, PLACE_LIMIT_MS);
            pair.awaitHeldReplies(drill.primary(), COUNT);
            assertEquals(COUNT, drill.load().replies(), "replies although they are held");
        }
    },
    REPLY_PARTLY_SENT(400) {
        @Override
        void open(Drill drill, PairInLab pair, String id) {
            drill.load().open(Kind.SLOW, COUNT, "bytes=1500000", "rate=1000000");
        }
    };

    static final int COUNT = 200;
    static final int PLACE_LIMIT_MS = 30_000;

    private final long replies;

    Phase(long replies) {
        this.replies = replies;
    }

    /** Opens the connections and brings the server's side into the phase. */
    abstract void open(Drill drill, PairInLab pair, String id);

    /** All of the phase's connections are in it. */
    void place(Drill drill, PairInLab pair, String id) {
        open(drill, pair, id);
        drill.load().awaitPlaced(PLACE_LIMIT_MS);
    }

    /** Whole replies of an undisturbed run. */
    long replies() {
        return replies;
    }

    /** True if little enough goes over the wire to capture all of it. */
    boolean isLight() {
        return this != REPLY_PARTLY_SENT && this != REQUEST_PARTLY_RECEIVED;
    }
}
