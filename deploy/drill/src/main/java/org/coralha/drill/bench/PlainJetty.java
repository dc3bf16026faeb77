package org.coralha.drill.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.Shell;

/** A Jetty without Coral on host a of the lab, with the same application. */
final class PlainJetty implements AutoCloseable {
    private static final Path LAB = Path.of("/var/lib/coral-lab");

    /** Where it is. */
    static final String HOST = "a";

    private static final String ADDRESS = "10.77.2.11";
    private static final int PORT = 8081;
    private static final long START_LIMIT_MS = 30_000;

    private final Process process;
    private final Path base;

    private PlainJetty(Process process, Path base) {
        this.process = process;
        this.base = base;
    }

    /** Starts it and waits until the application answers. */
    static PlainJetty start(Lab lab) throws IOException {
        Path base = Files.createTempDirectory("coral-bench-");
        Files.createDirectories(base.resolve("webapps"));
        Files.copy(LAB.resolve("base/a/webapps/demo.war"), base.resolve("webapps/demo.war"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String startJar = LAB.resolve("jetty-home/start.jar").toString();
        List<String> inBase = List.of("env", "--chdir=" + base, java, "-jar", startJar);
        Shell.Result install =
                lab.exec(
                        HOST,
                        START_LIMIT_MS,
                        plus(
                                inBase,
                                "--approve-all-licenses",
                                "--add-modules=http,ee10-deploy,ee10-webapp"));
        if (install.exit() != 0) {
            throw new LabException("cannot install a plain Jetty: " + install.all());
        }
        Process process =
                lab.start(
                        HOST,
                        List.of(
                                "env",
                                "--chdir=" + base,
                                java,
                                "-Xms512m",
                                "-Xmx512m",
                                "-Xmn64m",
                                "-XX:MetaspaceSize=128m",
                                "-XX:+UseTransparentHugePages",
                                "-jar",
                                startJar,
                                "jetty.http.host=" + ADDRESS,
                                "jetty.http.port=" + PORT,
                                "jetty.http.acceptQueueSize=1024",
                                "jetty.threadPool.maxThreads=1000"));
        Shell.discard(process.getInputStream());
        Shell.discard(process.getErrorStream());
        PlainJetty jetty = new PlainJetty(process, base);
        jetty.await(lab);
        return jetty;
    }

    private static List<String> plus(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toList();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(ADDRESS, PORT);
    }

    private void await(Lab lab) {
        String url = "http://" + ADDRESS + ":" + PORT + "/demo/whoami";
        List<String> command = List.of("curl", "-sS", "--fail", "-m", "2", "-o", "/dev/null", url);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_LIMIT_MS);
        while (lab.exec(Lab.CLIENT, 10_000, command).exit() != 0) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                process.destroyForcibly();
                throw new LabException("the plain Jetty does not answer at " + url);
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
