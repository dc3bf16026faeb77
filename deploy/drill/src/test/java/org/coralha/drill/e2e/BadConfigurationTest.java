package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is configured wrongly is refused with one message that names it, an exit code that is not 0
 * and nothing left behind; the pair that runs on the same hosts is not disturbed. No case is about
 * the service's family, which the tests of the configuration itself are about.
 */
@LabTest
@FamilyShare.SameForBoth
class BadConfigurationTest {
    private static final List<String> AS_ROOT = List.of();

    @TempDir Path directory;

    private void assertUndisturbed(Lab lab) {
        assertEquals("DUPLEX", lab.status().mode());
        Shell.Result result =
                lab.exec(
                        Lab.CLIENT,
                        20_000,
                        List.of(
                                "curl",
                                "-sS",
                                "--fail",
                                "-m",
                                "10",
                                "-o",
                                "/dev/null",
                                lab.status().service() + "/demo/random?bytes=1000"));
        assertEquals(0, result.exit(), result.all());
    }

    @Test
    void anUnknownKey(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Rejected rejected = new Rejected(lab, directory);
        Path file = rejected.pairWith("heartbeat.perod.ms", "25");
        rejected.daemon("outside", AS_ROOT, file, "heartbeat.perod.ms", "heartbeat.period.ms");
        assertUndisturbed(lab);
    }

    @Test
    void aMissingKey(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Rejected rejected = new Rejected(lab, directory);
        rejected.daemon(
                "outside", AS_ROOT, rejected.pairWith("service.address", null), "service.address");
        assertUndisturbed(lab);
    }

    @Test
    void aValueOutOfRange(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Rejected rejected = new Rejected(lab, directory);
        rejected.daemon(
                "outside",
                AS_ROOT,
                rejected.pairWith("service.port", "0"),
                "service.port",
                "65535");
        assertUndisturbed(lab);
    }

    @Test
    void anOutsideHostThatIsThePairItself(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Rejected rejected = new Rejected(lab, directory);
        rejected.daemon(
                "outside",
                AS_ROOT,
                rejected.pairWith("outside.addresses", "127.0.0.1"),
                "outside.addresses",
                "127.0.0.1");
        assertUndisturbed(lab);
    }

    @Test
    void keysThatOthersCanRead(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Rejected rejected = new Rejected(lab, directory);
        Path keys = Files.createDirectory(directory.resolve("keys"));
        Path open = keys.resolve("heartbeat.keys");
        Files.copy(Rejected.LAB.resolve("keys/heartbeat.keys"), open);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        rejected.daemon(
                "outside",
                AS_ROOT,
                rejected.pairWith("keys.dir", keys.toString()),
                "chmod 0400 " + open,
                keys + "/log.p12: no such file: coralctl keys init");
        assertUndisturbed(lab);
    }

    @Test
    void noFile(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Path missing = directory.resolve("none.properties");
        new Rejected(lab, directory).daemon("outside", AS_ROOT, missing, missing.toString());
        assertUndisturbed(lab);
    }

    @Test
    void anAddressThatIsNotOnThisHost(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Path file = Rejected.LAB.resolve("pair.properties");
        new Rejected(lab, directory).daemon("outside", AS_ROOT, file, "host.a.address");
        assertUndisturbed(lab);
    }

    @Test
    void aPortInUse(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        String backup = endBackup(lab);
        Process holder = holdPort(lab, backup);
        try {
            Path file = Rejected.LAB.resolve("pair.properties");
            new Rejected(lab, directory).ownDaemon(backup, file, "heartbeat.port", "7946");
        } finally {
            holder.destroyForcibly();
        }
        assertEquals("SIMPLEX", lab.status().mode());
    }

    /** Ends daemon and Jetty of the backup and waits until the primary serves alone. */
    private static String endBackup(Lab lab) {
        String backup = lab.status().hostWith("BACKUP");
        lab.kill(backup, "heartbeat", "KILL");
        lab.endJetty(backup);
        lab.awaitSimplex(LabStatus.peer(backup), 10_000);
        return backup;
    }

    /** Another program binds the heartbeat port on a host; returns when it has it. */
    private Process holdPort(Lab lab, String host) throws IOException {
        Path source = directory.resolve("Hold.java");
        Files.writeString(
                source,
                """
                class Hold {
                    public static void main(String[] words) throws Exception {
                        new java.net.DatagramSocket(7946);
                        System.out.println("bound");
                        Thread.sleep(60_000);
                    }
                }
                """);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process holder = lab.start(host, List.of(java, source.toString()));
        assertEquals('b', holder.getInputStream().read());
        return holder;
    }

    @Test
    void noRoot(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        List<String> asUser =
                List.of("setpriv", "--reuid=coral", "--regid=coral", "--clear-groups");
        Path file = Rejected.LAB.resolve("pair.properties");
        // Another user may not look into the test's own directory.
        Path open = Path.of("/tmp/coral-drill-" + System.nanoTime());
        new Rejected(lab, open).daemon("a", asUser, file, "root");
        assertUndisturbed(lab);
    }

    @Test
    void anOldKernel(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        Path release = Files.writeString(directory.resolve("osrelease"), "5.10.0-old\n");
        // Only the daemon that is started here sees another release.
        String disguise = "mount --bind " + release + " /proc/sys/kernel/osrelease && exec \"$@\"";
        List<String> wrapper = List.of("unshare", "--mount", "sh", "-c", disguise, "sh");
        Path file = Rejected.LAB.resolve("pair.properties");
        new Rejected(lab, directory).daemon("a", wrapper, file, "5.10.0-old", "5.17");
        assertUndisturbed(lab);
    }

    @Test
    void coralctlWithoutADaemon(PairInLab pair) {
        Lab lab = pair.duplex();
        Shell.Result result =
                lab.exec(
                        "a",
                        20_000,
                        List.of(
                                Rejected.LAB.resolve("host/bin/coralctl").toString(),
                                "--run-dir",
                                directory.resolve("nowhere").toString(),
                                "status"));
        Rejected.assertRefused(result, directory.resolve("nowhere").toString());
    }

    @Test
    void jettyWithoutADaemon(PairInLab pair) {
        Lab lab = pair.duplex();
        String socket = "/tmp/coral-drill-nowhere/daemon.sock";
        // No daemon has added the advertised address there, as on a host that was just installed.
        Shell.Result result = jetty(lab, "outside", "a", "coral.daemon.socket=" + socket);
        Rejected.assertRefusedByJetty(result, socket);
        assertUndisturbed(lab);
    }

    @Test
    void jettyWithAnUnknownKey(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        String backup = lab.status().hostWith("BACKUP");
        lab.endJetty(backup);
        lab.awaitSimplex(LabStatus.peer(backup), 10_000);
        Path file = new Rejected(lab, Path.of("/tmp")).pairWith("log.prt", "7800");
        try {
            Shell.Result result = jetty(lab, backup, backup, "coral.pair=" + file);
            Rejected.assertRefusedByJetty(result, "log.prt");
        } finally {
            Files.delete(file);
        }
        assertEquals("SIMPLEX", lab.status().mode());
    }

    @Test
    void twoHostsWithDifferentFiles(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        String backup = endBackup(lab);
        Rejected rejected = new Rejected(lab, directory);
        Path file = rejected.pairWith("log.ack.limit.ms", "1234");
        rejected.ownDaemon(backup, file, "log.ack.limit.ms");
        assertEquals("SIMPLEX", lab.status().mode());
    }

    /** A Jetty in the network of a host, with the base of one, as its user. */
    private static Shell.Result jetty(Lab lab, String network, String host, String property) {
        Path base = Rejected.LAB.resolve("base").resolve(host);
        List<String> command = new ArrayList<>();
        command.addAll(List.of("setpriv", "--reuid=coral", "--regid=coral", "--clear-groups"));
        command.addAll(List.of("env", "--chdir=" + base, "timeout", "25"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Djava.io.tmpdir=" + base.resolve("work"), "-jar"));
        command.add(Rejected.LAB.resolve("jetty-home/start.jar").toString());
        command.add("coral.spool.dir=" + base.resolve("work/drill"));
        command.add(property);
        return lab.exec(network, 40_000, command);
    }
}
