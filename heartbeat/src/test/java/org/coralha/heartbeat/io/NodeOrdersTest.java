package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowKey;
import org.coralha.pair.HostId;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders of an operator to two daemons with real datagrams, sockets and files. */
class NodeOrdersTest {
    private static final Map<String, Object> ACCEPTED = Map.of("accepted", true);

    @TempDir Path directory;
    private TestNode a;
    private TestNode b;
    private TestModule ofA;
    private TestModule ofB;

    @BeforeEach
    void duplex() throws Exception {
        Properties properties = TestNode.properties();
        a = start(HostId.A, properties);
        b = start(HostId.B, properties);
        ofA = attach(a);
        ofB = attach(b);
        take(ofA, ServiceRole.SIMPLEX);
        take(ofA, ServiceRole.PRIMARY);
        take(ofB, ServiceRole.BACKUP);
        a.awaitState("PRIMARY");
        b.awaitState("BACKUP");
        // The peer's heartbeats say it too, which an order depends on.
        a.await("peer", s -> "BACKUP".equals(JsonReader.inner(s, "peer").get("role")));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : List.of(ofA, ofB, a, b)) {
            one.close();
        }
    }

    private TestNode start(HostId self, Properties properties) throws Exception {
        TestNode node = new TestNode(self, properties, directory);
        node.node.start();
        return node;
    }

    private static TestModule attach(TestNode node) throws Exception {
        TestModule module = new TestModule(node.socket());
        module.hello(node.config.digest().bytes());
        assertEquals(DaemonMessage.Welcome.class, module.await(DaemonMessage.class).getClass());
        module.send(new ModuleMessage.Ready());
        module.send(new ModuleMessage.LogLink(true));
        return module;
    }

    private static void take(TestModule module, ServiceRole role) throws Exception {
        DaemonMessage.TakeRole told = module.await(DaemonMessage.TakeRole.class);
        assertEquals(role, told.role());
        module.send(new ModuleMessage.RoleTaken(told.epoch(), role, told.flows().size(), -1));
    }

    @Test
    void aKernelThatDoesNotTellConnectionsCostsNeitherTheDaemonNorItsControlSocket()
            throws Exception {
        a.plane.flowsFail = true;
        ofA.send(new ModuleMessage.QueryFlows(1));
        String error = a.order("switchover").get("error").toString();
        assertTrue(error.contains("no memory"), error);
        a.plane.flowsFail = false;
        assertEquals("PRIMARY", a.status().get("state"));
        ofA.send(new ModuleMessage.QueryFlows(2));
        assertEquals(2, ofA.await(DaemonMessage.Flows.class).requestId());
        assertEquals(List.of(), a.trouble);
    }

    @Test
    void theServiceMovesAndTheOldPrimaryJoinsWithTheSameJetty() throws Exception {
        assertEquals(ACCEPTED, a.order("switchover"));
        assertEquals(Mode.FENCED, a.plane.mode());
        take(ofB, ServiceRole.SIMPLEX);
        int cleared = a.plane.cleared.get();
        take(ofA, ServiceRole.IDLE);
        a.await("cleared flows", s -> a.plane.cleared.get() == cleared + 1);
        ofA.send(new ModuleMessage.Ready());
        take(ofB, ServiceRole.PRIMARY);
        take(ofA, ServiceRole.BACKUP);
        a.awaitState("BACKUP");
        b.awaitState("PRIMARY");
        assertEquals(List.of(), a.trouble);
        OrderClient.Result moved = OrderClient.moved(a.status());
        assertTrue(moved.done() && moved.text().contains("host b"), moved.text());
    }

    @Test
    void connectionsThatWouldBeLostForbidTheMove() throws Exception {
        a.plane.unreplicated = List.of(new FlowKey(InetAddress.getByName("10.0.0.1"), 4000));
        String refusal = String.valueOf(a.order("switchover").get("refused"));
        assertTrue(refusal.contains("unprotected connections: 1,"), refusal);
        assertEquals(1L, JsonReader.inner(a.status(), "dataPlane").get("unprotected"));
        ofA.send(new ModuleMessage.QueryFlows(7));
        assertEquals(1, ofA.await(DaemonMessage.Flows.class).flows().size());
        assertEquals(ACCEPTED, a.order("switchover force"));
        take(ofB, ServiceRole.SIMPLEX);
    }

    @Test
    void whatIsNotAnOrderIsAnError() throws Exception {
        assertTrue(a.order("pause").containsKey("error"));
        assertTrue(a.order("pause soon").containsKey("error"));
        assertTrue(a.order("explode").containsKey("error"));
        assertTrue(b.order("switchover").containsKey("refused"));
        assertEquals("PRIMARY", a.status().get("state"));
    }

    @Test
    void aPauseIsAgreedAndWhatDiedMeanwhileIsReplacedAfterIt() throws Exception {
        assertEquals(ACCEPTED, a.order("pause 600"));
        b.await("agreement", s -> JsonReader.inner(s, "pause").get("paused").equals(true));
        a.await("agreement", s -> JsonReader.inner(s, "pause").get("agreed").equals(true));
        a.close();
        b.await("silence", s -> (Long) JsonReader.inner(s, "peer").get("silenceMs") > 2_500);
        assertEquals("BACKUP", b.status().get("state"));
        assertEquals(ACCEPTED, b.order("resume"));
        take(ofB, ServiceRole.SIMPLEX);
        b.awaitState("SIMPLEX");
    }

    @Test
    void aStoppedBackupEndsWhenThePrimaryHasTheAddress() throws Exception {
        assertEquals(ACCEPTED, b.order("stop"));
        assertEquals(ServiceRole.FENCED, ofB.await(DaemonMessage.TakeRole.class).role());
        take(ofA, ServiceRole.SIMPLEX);
        b.await("end", s -> b.ended);
        assertEquals(Mode.FENCED, b.plane.mode());
        assertTrue(b.plane.history.contains(Mode.FORWARD_ONLY), b.plane.history.toString());
    }

    @Test
    void aStoppedPrimaryEndsWhenThePeerServes() throws Exception {
        assertEquals(ACCEPTED, a.order("stop"));
        take(ofB, ServiceRole.SIMPLEX);
        a.await("end", s -> a.ended);
        assertEquals(ServiceRole.FENCED, ofA.await(DaemonMessage.TakeRole.class).role());
        b.awaitState("SIMPLEX");
        assertTrue(String.valueOf(b.order("stop").get("refused")).contains("--force"));
    }
}
