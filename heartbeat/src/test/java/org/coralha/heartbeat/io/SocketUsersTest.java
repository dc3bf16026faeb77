package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may talk to the daemon is a matter of who it is, not of the modes of files. Needs root. */
@Timeout(60)
class SocketUsersTest {
    private static final String NOBODY = "65534";

    @TempDir Path directory;
    private TestNode node;

    @BeforeEach
    void openEveryDoor() throws Exception {
        node = new TestNode(HostId.A, TestNode.properties(), directory);
        node.node.start();
        for (Path path : new Path[] {directory, node.runDir, node.socket(), control()}) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    private Path control() {
        return node.runDir.resolve("control.sock");
    }

    /** What the socket answers a process of that user. */
    private static byte[] ask(String user, Path socket, String line) throws Exception {
        String script =
                "use IO::Socket::UNIX; $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!;"
                        + " $SIG{PIPE} = 'IGNORE'; $s->autoflush(1); print $s $ARGV[1];"
                        + " $s->shutdown(1); print while <$s>;";
        Process process =
                new ProcessBuilder(
                                "setpriv",
                                "--reuid=" + user,
                                "--regid=" + user,
                                "--clear-groups",
                                "perl",
                                "-e",
                                script,
                                socket.toString(),
                                line)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        byte[] said = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        return said;
    }

    private Map<String, Object> alarm(String name) throws IOException {
        return JsonReader.inner(JsonReader.inner(node.status(), "alarms"), name);
    }

    @Test
    void strangerAtTheControlSocketIsAnsweredNothing() throws Exception {
        String own = new String(ask("0", control(), "status\n"), StandardCharsets.UTF_8);
        assertTrue(own.startsWith("{\"host\":\"a\""), own);
        assertEquals(0, ask(NOBODY, control(), "status\n").length);
        assertEquals(0, ask(NOBODY, control(), "stop force\n").length);
        assertEquals(2, node.node.counters().get("control.refused"));
        assertEquals(2L, alarm("socket.control user nobody").get("count"));
        assertFalse(node.ended);
        String page = StatusPage.render(ControlClient.ask(control(), "status"));
        assertTrue(page.contains("ALARM         socket.control from user nobody: 2 times"), page);
        assertTrue(
                page.contains("keys          1 known, newest 1, in use with the peer none"), page);
    }

    @Test
    void strangerAtTheModulesSocketIsRefusedBeforeItsFirstByteIsRead() throws Exception {
        String answer = new String(ask(NOBODY, node.socket(), ""), StandardCharsets.UTF_8);
        assertTrue(answer.contains("user nobody is not jetty.user="), answer);
        assertEquals(1, node.node.counters().get("module.refused"));
        assertEquals(1L, alarm("socket.daemon user nobody").get("count"));
    }
}
