package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.HostRole;
import org.coralha.heartbeat.core.Lease;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.core.Timing;
import org.coralha.heartbeat.port.AddressClaim;
import org.coralha.heartbeat.port.PeerLink;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;

/** What is said while a decision is carried out. */
class PerformerTest {
    private static final Timing TIMING = new Timing(1, 10, 30, 40, 40, 40, 40, 40);

    private final List<String> done = new ArrayList<>();
    private final RoleCore core = new RoleCore(HostId.A, HostId.A, TIMING, 0, 7, 0);
    private final MemoryPlane plane = new MemoryPlane();
    private final Performer performer = new Performer(ports(), new Counters());

    private Performer.Ports ports() {
        LeaseKeeper lease = new LeaseKeeper(new Lease(TIMING), () -> plane, new Counters());
        return new Performer.Ports(
                null,
                () -> plane,
                new Said(),
                null,
                new NoClaim(),
                null,
                null,
                null,
                null,
                lease,
                problem -> {},
                () -> {},
                change -> {});
    }

    private void perform(HostRole role, Mode mode) {
        done.clear();
        plane.history.clear();
        Action flip = new Action.Plane(mode);
        Action announce = new Action.Announce(1, false);
        performer.perform(new Decision(role, List.of(flip, announce), "test"), core, 0);
    }

    /** However long the announcement takes, no heartbeat says that nobody serves here. */
    @Test
    void hostThatBeginsToServeSaysNothingBetweenTheDecisionAndItsAnnouncement() {
        perform(HostRole.SIMPLEX, Mode.SIMPLEX);
        assertEquals(List.of("hush, flips: 0", "say, flips: 1", "announce, flips: 1"), done);

        perform(HostRole.PRIMARY, Mode.PRIMARY);
        assertEquals(List.of("say, flips: 1", "announce, flips: 1"), done);

        perform(HostRole.FENCED, Mode.FENCED);
        assertEquals(List.of("say, flips: 1", "announce, flips: 1"), done);
    }

    private final class Said implements PeerLink {
        @Override
        public void say(OwnBeat beat) {
            done.add("say, flips: " + plane.history.size());
        }

        @Override
        public void hush() {
            done.add("hush, flips: " + plane.history.size());
        }

        @Override
        public void announce(int copies, boolean lastGasp) {
            done.add("announce, flips: " + plane.history.size());
        }
    }

    private static final class NoClaim implements AddressClaim {
        @Override
        public void claim(boolean prove) {}

        @Override
        public void release() {}
    }
}
