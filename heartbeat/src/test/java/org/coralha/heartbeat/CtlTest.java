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

    private void assertSays(int code, String words, String... args) {
        text.getBuffer().setLength(0);
        assertEquals(code, run(args), text::toString);
        assertTrue(text.toString().contains(words), text::toString);
    }

    @Test
    void keysAreMadeCheckedRenewedAndPruned() throws Exception {
        String keys = directory.resolve("keys").toString();
        assertSays(1, "no group nosuch", "keys", "init", keys, "--group", "nosuch");
        assertSays(1, "no pair.name", "keys", "init", keys, "--group", "root", "--name", "a,b");
        assertSays(1, "no such file", "keys", "check", keys);
        assertSays(0, keys + " is made", "keys", "init", keys, "--group", "root");
        assertSays(1, "exists", "keys", "init", keys, "--group", "root");
        assertSays(0, keys + " is good", "keys", "check", keys, "--group", "root");
        assertSays(1, "chgrp nogroup", "keys", "check", keys, "--group", "nogroup");
        assertSays(0, "key 2 is new", "keys", "rotate", keys);
        assertSays(0, "3 old keys", "keys", "prune", keys);
        Files.delete(directory.resolve("keys/heartbeat.keys"));
        assertSays(1, "no such file", "keys", "rotate", keys);
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
                        + "keys.dir="
                        + directory.resolve("nokeys")
                        + "\n");
        assertEquals(1, run("config", "check", file.toString()));
        String all = text.toString();
        assertTrue(all.contains("neither on this host"), all);
        assertTrue(all.contains("jetty.user=nosuchuser"), all);
        assertTrue(all.contains("nokeys/heartbeat.keys: no such file: coralctl keys init"), all);
    }

    @Test
    void statusWithoutADaemonSaysWhatToDo() {
        assertEquals(2, run("--run-dir", directory.toString(), "status"));
        assertTrue(text.toString().contains("no coral-heartbeatd answers"), text.toString());
        assertEquals(2, run("status", "--json", "--run-dir", directory.toString()));
    }
}
