package org.coralha.heartbeat.core;

import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/** A core of host a that can be brought into a state, and how to speak to it. */
final class CoreFixture {
    static final long T0 = 1_000_000_000;
    private static final Timing TIMING = SimPair.TIMING;

    final RoleCore core;
    private final boolean witnessed;
    long nowNs = T0;

    long sequence;

    /** What the peer has last heard of the turns of the core; the newest if negative. */
    int turn = -1;

    CoreFixture() {
        this(false);
    }

    /** With a witness that is away, or without one. */
    CoreFixture(boolean witnessed) {
        Witnessed witness = new Witnessed(witnessed, 0);
        this.witnessed = witnessed;
        this.core = new RoleCore(HostId.A, HostId.A, TIMING, 10, 7, witness, T0);
    }

    PeerBeat beat(ServiceRole role, long epoch, boolean ready, boolean gasp, String problem) {
        sequence++;
        // Whoever has a part in a reign says so where there is a witness.
        boolean claims = witnessed && role != ServiceRole.IDLE && role != ServiceRole.FENCED;
        return new PeerBeat(
                9,
                sequence,
                7,
                sequence,
                epoch,
                0,
                role,
                ready,
                ready,
                true,
                false,
                claims,
                false,
                0,
                turn < 0 ? core.beat().turn() : turn,
                PauseOrder.NONE,
                gasp,
                problem);
    }

    Decision hear(ServiceRole role, long epoch) {
        return core.onBeat(beat(role, epoch, true, false, ""), nowNs);
    }

    Decision tick() {
        nowNs += TIMING.tickNs();
        return core.onTick(nowNs);
    }

    Decision silence(long silenceNs, boolean outside) {
        Decision last = Decision.stay(core.role());
        for (long t = 0; t < silenceNs; t += TIMING.tickNs()) {
            HostRole before = core.role();
            core.onPulse(nowNs);
            last = tick();
            if (last.role() != before) {
                return last;
            }
            if (outside) {
                last = core.onOutsideAnswer(nowNs, nowNs);
                if (last.role() != before) {
                    return last;
                }
            }
        }
        return last;
    }

    long epoch() {
        return core.beat().epoch();
    }
}
