package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.coralha.pair.keys.KeyRing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real files; none of the times is waited for. */
class KeyKeeperTest {
    private static final long SILENCE_NS = 3_600_000_000_000L;
    private static final KeyRing ONE = KeyRing.of(secret(1));
    private static final KeyRing TWO = ONE.with(2, secret(2));

    @TempDir Path directory;
    private final List<String> lines = new ArrayList<>();
    private final Alarms alarms = new Alarms(lines::add);
    private Path file;
    private KeyKeeper keeper;
    private long tellNs;

    private static byte[] secret(int id) {
        byte[] secret = new byte[32];
        secret[0] = (byte) id;
        return secret;
    }

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("heartbeat.keys");
        TestNode.write(file, ONE);
        keeper = KeyKeeper.open(file, SILENCE_NS, alarms);
    }

    private void poll() {
        keeper.poll(System.nanoTime());
    }

    private void assertAlarm(String words) {
        lines.clear();
        alarms.tell(tellNs += SILENCE_NS);
        assertTrue(lines.size() == 1 && lines.get(0).contains(words), lines::toString);
    }

    private List<Integer> nextIds(int count) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(keeper.next().id());
        }
        return ids;
    }

    @Test
    void eachKeyInTurnUntilThePeerSaysWhatItHas() throws IOException {
        TestNode.write(file, TWO);
        poll();
        assertEquals(List.of(1, 2, 1, 2), nextIds(4));
        keeper.peerHas(1, System.nanoTime());
        assertEquals(List.of(1, 1, 1), nextIds(3));
        keeper.peerHas(2, System.nanoTime());
        assertEquals(List.of(2, 2, 2), nextIds(3));
        keeper.peerHas(2, System.nanoTime() - 2 * SILENCE_NS);
        assertEquals(List.of(1, 2, 1, 2), nextIds(4), "it is long gone");
    }

    @Test
    void brokenFileLeavesTheOldKeysInForceUntilItIsRepaired() throws IOException {
        Files.writeString(file, "2 abcd");
        poll();
        assertAlarm("key of 2 bytes");
        assertEquals(List.of(1), keeper.ring().ids());
        TestNode.write(file, TWO);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        poll();
        assertAlarm("chmod 0400");
        Files.delete(file);
        poll();
        assertAlarm("the old keys stay in force: cannot be read");
        assertEquals(List.of(1), keeper.ring().ids());
        TestNode.write(file, TWO);
        poll();
        assertEquals(List.of(1, 2), keeper.ring().ids());
    }

    @Test
    void keyThatThePeerStillNeedsIsNotDropped() throws IOException {
        TestNode.write(file, TWO);
        poll();
        keeper.peerHas(1, System.nanoTime());
        TestNode.write(file, TWO.newestOnly());
        poll();
        assertAlarm("copy the new keys to the peer first");
        assertEquals(List.of(1, 2), keeper.ring().ids());
        TestNode.write(file, KeyRing.of(secret(7)));
        poll();
        assertEquals(List.of(1, 2), keeper.ring().ids(), "another key of the same number");
        TestNode.write(file, TWO.newestOnly());
        keeper.peerHas(2, System.nanoTime());
        poll();
        assertEquals(List.of(2), keeper.ring().ids(), "looked at again without another change");
        assertEquals(2, keeper.next().id());
    }

    @Test
    void keyThatAPeerMayNeedWhenItComesBackIsNotDropped() throws IOException {
        keeper.peerHas(1, System.nanoTime() - 100 * SILENCE_NS);
        TestNode.write(file, TWO);
        poll();
        TestNode.write(file, TWO.newestOnly());
        poll();
        assertAlarm("key 1, the newest that the peer had when it was heard last");
        assertEquals(List.of(1, 2, 1, 2), nextIds(4), "it hears this host");
        keeper.peerHas(2, System.nanoTime());
        poll();
        assertEquals(List.of(2), keeper.ring().ids());
    }

    @Test
    void nobodyIsProtectedFromLosingAPeerThatIsGone() throws IOException {
        TestNode.write(file, KeyRing.of(secret(7)));
        poll();
        assertTrue(keeper.ring().shares(1, KeyRing.of(secret(7))));
    }

    @Test
    void daemonDoesNotStartWithoutKeys() throws IOException {
        Files.delete(file);
        String why =
                assertThrows(IOException.class, () -> KeyKeeper.open(file, SILENCE_NS, alarms))
                        .getMessage();
        assertTrue(why.contains(file.toString()), why);
    }
}
