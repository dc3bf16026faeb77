package org.coralha.jetty.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.RecordKind;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.port.DaemonLink;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowKey;
import org.coralha.pair.HostId;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.PairConfig;
import org.coralha.pair.PairConfigParser;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two modules without connections, joined by a link that the test can cut. */
class DuplexTest {
    private static final FlowKey KEY = new FlowKey(InetAddress.getLoopbackAddress(), 7);

    @TempDir Path directory;
    private final List<Side> sides = new ArrayList<>();

    /** A link within the process: delivers at once, or loses. */
    private static final class MemoryLink implements ReplyLogLink {
        MemoryLink other;
        Listener listener;
        boolean losing;

        @Override
        public void open(Listener whom) {
            listener = whom;
        }

        @Override
        public boolean send(byte[] frame, int length) {
            if (!losing) {
                other.listener.onFrame(Arrays.copyOf(frame, length), 0, length, false);
            }
            return !losing;
        }

        @Override
        public long garbageCount() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static final class Side implements DaemonLink, FlowHost {
        final List<ModuleMessage> said = new ArrayList<>();
        final MemoryLink link = new MemoryLink();
        final Duplex duplex;
        final RoleKeeper roles;
        volatile boolean lives = true;
        final List<Long> released = new ArrayList<>();
        ReplyLog.Holder onRelease = released::add;
        Runnable onAlone = () -> {};
        Set<FlowKey> ending = Set.of();
        int closedAll;

        Side(PairConfig config) {
            this(config, null);
        }

        Side(PairConfig config, Path faults) {
            duplex =
                    new Duplex(
                            config,
                            link,
                            () -> {
                                throw new IOException("no spool");
                            },
                            new FaultPoints(faults));
            roles = duplex.roles(this);
        }

        void role(ServiceRole role, long epoch) {
            roles.onMessage(new DaemonMessage.TakeRole(epoch, role, "test", List.of()));
        }

        long append(RecordKind kind, int start) {
            byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + 10];
            int payload = kind == RecordKind.REPLY ? 10 : 0;
            LinkFrames.writeHead(frame, kind, 1, KEY, 1, 0, start, 0, payload);
            return duplex.log().append(frame, LinkFrames.RECORD_HEAD_BYTES + payload, onRelease);
        }

        @Override
        public synchronized void send(ModuleMessage message) {
            said.add(message);
        }

        synchronized <T extends ModuleMessage> T last(Class<T> type) {
            return said.stream().filter(type::isInstance).map(type::cast).reduce((x, y) -> y).get();
        }

        synchronized long count(Class<?> type) {
            return said.stream().filter(type::isInstance).count();
        }

        @Override
        public void close() {}

        @Override
        public Promoted promote(List<StandbyFlow> flows, Map<FlowKey, Long> acked) {
            return new Promoted(flows.size(), 0);
        }

        @Override
        public void releaseHeld() {
            onAlone.run();
        }

        @Override
        public void endSoon(Set<FlowKey> flows) {
            ending = flows;
        }

        @Override
        public void closeStandby(List<StandbyFlow> flows) {}

        @Override
        public void closeAll() {
            closedAll++;
        }

        @Override
        public boolean lives() {
            return lives;
        }

        @Override
        public long heldBytes() {
            return 0;
        }
    }

    private static PairConfig config(String port) throws Exception {
        Properties keys = new Properties();
        keys.put("pair.name", "duplex");
        keys.put("service.address", "127.0.0.3");
        keys.put("service.port", port);
        keys.put("host.a.address", "127.0.0.1");
        keys.put("host.b.address", "127.0.0.2");
        keys.put("outside.addresses", "192.0.2.4");
        return PairConfigParser.parse("test", keys);
    }

    private Side[] pair(PairConfig configB, HostId hostOfB) throws Exception {
        return pair(new Side(config("80")), new Side(configB), hostOfB);
    }

    private Side[] pair(Side a, Side b, HostId hostOfB) {
        a.link.other = b.link;
        b.link.other = a.link;
        a.duplex.start(HostId.A, a);
        b.duplex.start(hostOfB, b);
        sides.add(a);
        sides.add(b);
        reachable(a, b, true);
        return new Side[] {a, b};
    }

    private static void reachable(Side a, Side b, boolean reachable) {
        a.link.listener.onReachable(reachable);
        b.link.listener.onReachable(reachable);
    }

    @AfterEach
    void stop() {
        sides.forEach(side -> side.duplex.close());
    }

    @Test
    void recordsAreKeptAndAcknowledged() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        assertTrue(pair[0].duplex.isLinkUp());
        assertTrue(pair[1].duplex.isLinkUp());
        assertEquals(ReplyLog.INACTIVE, pair[0].append(RecordKind.OPEN, 0));
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        pair[0].append(RecordKind.REPLY, 0);
        assertEquals(List.of(1L, 2L), pair[0].released);
        assertEquals(2, pair[1].duplex.registry().lastLsn());
    }

    private String journal() {
        try {
            return Files.readString(directory.resolve(LogJournal.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both ways to acknowledge: the frame of that name, and a Hello. */
    @Test
    void theJournalHasARecordBeforeItIsReleasedAndKnowsWhoIsAlone() throws Exception {
        Files.createFile(directory.resolve(LogJournal.FILE));
        Files.writeString(directory.resolve("ack-delay-ms"), "0");
        Side[] pair = pair(new Side(config("80")), new Side(config("80"), directory), HostId.B);
        List<String> atRelease = new ArrayList<>();
        pair[0].onRelease = lsn -> atRelease.add(journal());
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        assertTrue(atRelease.get(0).contains(" OPEN 127.0.0.1:7 1 0 1"), atRelease.toString());
        Files.writeString(directory.resolve("ack-delay-ms"), "60000");
        while (!Files.exists(directory.resolve("state"))) {
            Thread.sleep(1);
        }
        pair[0].append(RecordKind.REPLY, 0);
        assertFalse(journal().contains(" REPLY "), journal());
        reachable(pair[0], pair[1], false);
        reachable(pair[0], pair[1], true);
        assertTrue(atRelease.get(1).contains(" REPLY 127.0.0.1:7 1 10 1"), atRelease.toString());
        pair[1].role(ServiceRole.PRIMARY, 4);
        assertFalse(journal().contains(" ALONE"), journal());
        pair[1].onAlone = () -> atRelease.add(journal());
        pair[1].role(ServiceRole.SIMPLEX, 6);
        assertTrue(atRelease.get(2).contains(" ALONE"), atRelease.toString());
    }

    @Test
    void recordsLostWithTheLinkAreSentAgain() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        pair[0].link.losing = true;
        pair[0].append(RecordKind.REPLY, 0);
        reachable(pair[0], pair[1], false);
        assertFalse(pair[0].duplex.isLinkUp());
        pair[0].append(RecordKind.REPLY, 10);
        pair[0].link.losing = false;
        reachable(pair[0], pair[1], true);
        assertTrue(pair[0].duplex.isLinkUp());
        assertEquals(3, pair[1].duplex.registry().lastLsn());
        assertEquals(List.of(1L, 2L, 3L), pair[0].released);
    }

    @Test
    void linkLostOnOneSideOnlyIsRepairedToo() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        pair[1].link.listener.onReachable(false);
        pair[0].append(RecordKind.REPLY, 0);
        assertEquals(1, pair[1].duplex.registry().lastLsn());
        pair[1].link.listener.onReachable(true);
        assertEquals(2, pair[1].duplex.registry().lastLsn());
        assertEquals(2, pair[0].duplex.log().releasedLsn());
    }

    @Test
    void otherConfigurationAndSameHostAreRefused() throws Exception {
        Side[] pair = pair(config("81"), HostId.B);
        assertFalse(pair[0].duplex.isLinkUp());
        assertFalse(pair[1].duplex.isLinkUp());
        assertTrue(pair[0].duplex.garbageCount() > 0);
        Side[] twins = pair(config("80"), HostId.A);
        assertFalse(twins[0].duplex.isLinkUp());
    }

    @Test
    void garbageFramesChangeNothingAndAreCounted() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            byte[] frame = new byte[1 + random.nextInt(200)];
            random.nextBytes(frame);
            frame[0] = (byte) random.nextInt(5);
            pair[1].link.listener.onFrame(frame, 0, frame.length, false);
            pair[0].link.listener.onFrame(frame, 0, frame.length, false);
        }
        assertTrue(pair[1].duplex.garbageCount() > 4_000);
        pair[0].append(RecordKind.REPLY, 0);
        assertEquals(2, pair[1].duplex.registry().lastLsn());
        assertEquals(2, pair[0].duplex.log().releasedLsn());
    }

    @Test
    void sealedBackupAcknowledgesNothing() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        pair[1].role(ServiceRole.SIMPLEX, 4);
        pair[0].append(RecordKind.REPLY, 0);
        assertEquals(1, pair[0].duplex.log().releasedLsn());
    }

    @Test
    void fencedPrimaryNeverReleases() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        pair[0].role(ServiceRole.FENCED, 4);
        assertTrue(pair[0].append(RecordKind.REPLY, 0) > 2);
        assertEquals(1, pair[0].duplex.log().releasedLsn());
        assertEquals(1, pair[1].duplex.registry().lastLsn());
    }

    @Test
    void aHostWhoseServiceMovedAwayForgetsTheReign() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        pair[1].role(ServiceRole.SIMPLEX, 4);
        pair[0].append(RecordKind.REPLY, 0);
        pair[0].role(ServiceRole.IDLE, 3);
        assertEquals(1, pair[0].closedAll);
        assertEquals(ServiceRole.IDLE, pair[0].last(ModuleMessage.RoleTaken.class).role());
        assertEquals(
                ModuleMessage.LogLink.class, pair[0].said.get(pair[0].said.size() - 1).getClass());
        assertEquals(ReplyLog.INACTIVE, pair[0].append(RecordKind.REPLY, 10));
        assertEquals(List.of(1L), pair[0].released, "what was held is never released");
        pair[1].role(ServiceRole.PRIMARY, 6);
        pair[0].role(ServiceRole.BACKUP, 6);
        pair[1].append(RecordKind.OPEN, 0);
        assertEquals(1, pair[1].duplex.log().releasedLsn());
        assertEquals(6, pair[0].duplex.registry().reign());
    }

    @Test
    void restartedPeerCannotBeTheBackupOfTheOldReign() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].role(ServiceRole.PRIMARY, 3);
        pair[0].append(RecordKind.OPEN, 0);
        Side fresh = new Side(config("80"));
        sides.add(fresh);
        fresh.link.other = pair[0].link;
        pair[0].link.other = fresh.link;
        fresh.duplex.start(HostId.B, fresh);
        reachable(pair[0], fresh, false);
        pair[0].append(RecordKind.REPLY, 0);
        reachable(pair[0], fresh, true);
        assertEquals(1, pair[0].duplex.log().releasedLsn());
        assertEquals(0, fresh.duplex.registry().lastLsn());
        pair[0].role(ServiceRole.SIMPLEX, 5);
        reachable(pair[0], fresh, false);
        reachable(pair[0], fresh, true);
        pair[0].role(ServiceRole.PRIMARY, 7);
        pair[0].append(RecordKind.OPEN, 0);
        assertEquals(1, pair[0].duplex.log().releasedLsn());
        assertEquals(7, fresh.duplex.registry().reign());
    }

    @Test
    void signsOfLifeAreSent() throws Exception {
        Side[] pair = pair(config("80"), HostId.B);
        pair[0].link.listener.onFrame(new byte[] {99}, 0, 1, false);
        Thread.sleep(500);
        assertEquals(1, pair[0].last(ModuleMessage.Pulse.class).logGarbage());
        assertTrue(pair[0].count(ModuleMessage.Pulse.class) >= 2);
        assertTrue(pair[0].count(ModuleMessage.LogLink.class) >= 1);
    }
}
