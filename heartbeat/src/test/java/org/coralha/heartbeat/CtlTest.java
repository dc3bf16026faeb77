package org.coralha.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CtlTest {
    @TempDir Path directory;
    private final StringWriter text = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new Ctl())
                .setOut(new PrintWriter(text, true))
                .setErr(new PrintWriter(text, true))
                .execute(args);
    }

    @Test
    void keyNewMakesAKeyOnce() {
        String file = directory.resolve("key").toString();
        assertEquals(0, run("key", "new", file));
        assertEquals(1, run("key", "new", file));
        assertTrue(text.toString().contains(file), text.toString());
    }

    @Test
    void configCheckReportsEveryProblem() throws Exception {
        Path file = directory.resolve("pair.properties");
        Files.writeString(file, "pair.name=x\nservice.prt=80\n");
        assertEquals(1, run("config", "check", file.toString()));
        assertTrue(text.toString().contains("unknown key service.prt"), text.toString());
        assertTrue(text.toString().contains("missing key service.address"), text.toString());
    }

    @Test
    void configCheckLooksAtTheHostToo() throws Exception {
        Path file = directory.resolve("pair.properties");
        Files.writeString(
                file,
                "pair.name=x\nservice.address=198.51.100.9\nservice.port=80\n"
                        + "host.a.address=198.51.100.1\nhost.b.address=198.51.100.2\n"
                        + "outside.addresses=198.51.100.3\njetty.user=nosuchuser\n"
                        + "heartbeat.key.file="
                        + directory.resolve("nokey")
                        + "\n");
        assertEquals(1, run("config", "check", file.toString()));
        String all = text.toString();
        assertTrue(all.contains("neither on this host"), all);
        assertTrue(all.contains("jetty.user=nosuchuser"), all);
        assertTrue(all.contains("coralctl key new"), all);
    }

    @Test
    void statusWithoutADaemonSaysWhatToDo() {
        assertEquals(2, run("--run-dir", directory.toString(), "status"));
        assertTrue(text.toString().contains("no coral-heartbeatd answers"), text.toString());
        assertEquals(2, run("status", "--json", "--run-dir", directory.toString()));
    }
}
