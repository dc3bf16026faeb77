package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.KernelException;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host whose packets pass by the data plane must not stay. */
@Timeout(30)
class BreachTest {
    @TempDir Path directory;

    @Test
    void addressIsLeftThenJettyEndedThenTheDaemon() throws Exception {
        try (TestNode node = new TestNode(HostId.A, TestNode.properties(), directory)) {
            node.node.start();
            try (TestModule module = new TestModule(node.socket())) {
                module.hello(node.config.digest().bytes());
                assertEquals(
                        DaemonMessage.Welcome.class, module.await(DaemonMessage.class).getClass());
                assertEquals(List.of(), node.trouble);
                node.plane.breach = Optional.of("the filter is gone");
                assertTrue(module.process.waitFor(5, TimeUnit.SECONDS));
                while (node.trouble.size() < 2) {
                    Thread.sleep(1);
                }
                assertEquals("address left", node.trouble.get(0));
                assertTrue(node.trouble.get(1).startsWith("fatal: "), node.trouble.get(1));
                assertTrue(node.trouble.get(1).contains("the filter is gone"));
            }
        }
    }

    @Test
    void carrierThatComesBackIsToldOnlyAfterALook() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        boolean[] up = {false};
        CarrierWatch watch =
                new CarrierWatch(
                        () -> up[0],
                        now -> {
                            told.add("carrier " + now);
                            up[0] = true;
                        },
                        () -> up[0] ? Optional.of("gone") : Optional.empty(),
                        why -> told.add("breach " + why),
                        new Counters());
        watch.start((what, cause) -> told.add(what));
        while (told.size() < 2) {
            Thread.sleep(1);
        }
        watch.close();
        assertEquals(List.of("carrier false", "breach gone"), told);
    }

    @Test
    void kernelThatDoesNotAnswerIsNoBreach() throws Exception {
        Counters counters = new Counters();
        List<String> told = new CopyOnWriteArrayList<>();
        CarrierWatch watch =
                new CarrierWatch(
                        () -> true,
                        now -> told.add("carrier"),
                        () -> {
                            throw new KernelException("query", "eth0", 16, "try again");
                        },
                        told::add,
                        counters);
        watch.start((what, cause) -> told.add(what));
        while (counters.get("plane.look_failed") < 2) {
            Thread.sleep(1);
        }
        watch.close();
        assertEquals(List.of(), told);
    }
}
