package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.coralha.pair.HostId;
import org.coralha.pair.keys.KeyRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New keys for two living daemons, in every order of the files: no heartbeat is ever refused. */
@Timeout(60)
class KeyRotationTest {
    private static final KeyRing ONE = TestNode.KEYS;
    private static final KeyRing TWO = ONE.with(2, secret(2));
    private static final KeyRing OTHER_TWO = ONE.with(2, secret(3));

    @TempDir Path directory;
    private final List<TestNode> open = new ArrayList<>();
    private TestNode a;
    private TestNode b;

    private static byte[] secret(int id) {
        byte[] secret = new byte[32];
        secret[0] = (byte) id;
        return secret;
    }

    @BeforeEach
    void start() throws Exception {
        Properties properties = TestNode.properties();
        a = start(HostId.A, properties);
        b = start(HostId.B, properties);
        awaitKeys(a, "1", 1);
        awaitKeys(b, "1", 1);
    }

    private TestNode start(HostId self, Properties properties) throws Exception {
        TestNode node = new TestNode(self, properties, directory);
        open.add(node);
        node.node.start();
        return node;
    }

    @AfterEach
    void close() throws Exception {
        for (TestNode node : open) {
            node.close();
        }
    }

    private static void awaitKeys(TestNode node, String known, long inUse) throws Exception {
        node.await(
                "keys " + known + " with " + inUse + " in use",
                status -> {
                    Map<String, Object> keys = JsonReader.inner(status, "keys");
                    return known.equals(keys.get("known"))
                            && Long.valueOf(inUse).equals(keys.get("inUse"));
                });
    }

    private void assertNothingMissed() throws Exception {
        for (TestNode node : open) {
            Map<String, Object> status = node.status();
            Map<String, Object> counters = JsonReader.inner(status, "counters");
            assertEquals(0, node.node.counters().get("beat.refused.key"), counters::toString);
            assertEquals(0, node.node.counters().get("beat.refused.hmac"), counters::toString);
            assertEquals(true, JsonReader.inner(status, "peer").get("heard"), status::toString);
            assertEquals(List.of(), node.trouble);
        }
    }

    private void rotate(TestNode first, TestNode second) throws Exception {
        TestNode.write(first.keyFile, TWO);
        awaitKeys(first, "1, 2", 1);
        TestNode.write(second.keyFile, TWO);
        awaitKeys(second, "1, 2", 2);
        awaitKeys(first, "1, 2", 2);
        TestNode.write(second.keyFile, TWO.newestOnly());
        awaitKeys(second, "2", 2);
        TestNode.write(first.keyFile, TWO.newestOnly());
        awaitKeys(first, "2", 2);
        awaitKeys(second, "2", 2);
        assertNothingMissed();
    }

    @Test
    void firstOnHostA() throws Exception {
        rotate(a, b);
    }

    @Test
    void firstOnHostB() throws Exception {
        rotate(b, a);
    }

    @Test
    void differentNewKeysOnEachHostLeaveTheOldOneInUse() throws Exception {
        TestNode.write(a.keyFile, TWO);
        TestNode.write(b.keyFile, OTHER_TWO);
        awaitKeys(a, "1, 2", 1);
        awaitKeys(b, "1, 2", 1);
        assertNothingMissed();
        TestNode.write(b.keyFile, TWO);
        awaitKeys(a, "1, 2", 2);
        awaitKeys(b, "1, 2", 2);
        assertNothingMissed();
    }
}
