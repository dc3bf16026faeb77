package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** curl processes in the clients' network, each with one download or one upload. */
public final class Curls implements AutoCloseable {
    private static final Pattern DIGEST =
            Pattern.compile("(?im)^X-Body-SHA256:\\s*([0-9a-f]{64})\\s*$");

    /** curl's exit codes for an empty reply, a failed send, a failed receive, a partial file. */
    private static final List<Integer> ENDED_EARLY = List.of(18, 52, 55, 56);

    private static final String RATE = "4M";

    private final Lab lab;
    private final String url;
    private final Path directory;
    private final List<One> running = new ArrayList<>();

    private record One(
            Process process, CompletableFuture<String> err, Path body, Path headers, String sent) {}

    /**
     * @param replies whole and right replies
     * @param failed those that curl calls failed for another reason
     * @param corrupted those with a wrong digest
     * @param reset those that the service ended early
     * @param problems in words
     */
    public record Result(
            long replies, long failed, long corrupted, long reset, List<String> problems) {}

    /**
     * @param lab the lab
     * @param service address and port
     */
    public Curls(Lab lab, InetSocketAddress service) {
        this.lab = lab;
        this.url = new ServiceFilter(service).url();
        try {
            this.directory = Files.createTempDirectory("coral-curl-");
        } catch (IOException e) {
            throw new LabException("no temporary directory for curl", e);
        }
    }

    /** Starts a download of this many bytes at 4 MB/s. */
    public void download(long bytes) {
        start("", List.of("--limit-rate", RATE, url + "/demo/random?bytes=" + bytes));
    }

    /** Starts an upload of this many bytes at 4 MB/s, with Expect: 100-continue. */
    public void upload(int bytes) {
        byte[] body = new byte[bytes];
        new Random(bytes + running.size()).nextBytes(body);
        Path file = directory.resolve("upload-" + running.size());
        try {
            Files.write(file, body);
        } catch (IOException e) {
            throw new LabException("cannot write " + file, e);
        }
        start(
                hex(body),
                List.of(
                        "--limit-rate",
                        RATE,
                        "-H",
                        "Expect: 100-continue",
                        "-H",
                        "Content-Type: application/octet-stream",
                        "--data-binary",
                        "@" + file,
                        url + "/demo/upload"));
    }

    private void start(String sent, List<String> arguments) {
        Path body = directory.resolve("body-" + running.size());
        Path headers = directory.resolve("headers-" + running.size());
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "-m", "90"));
        command.addAll(List.of("-o", body.toString(), "-D", headers.toString()));
        command.addAll(arguments);
        Process process = lab.startLoad(Lab.CLIENT, command);
        Shell.discard(process.getInputStream());
        running.add(new One(process, Shell.drain(process.getErrorStream()), body, headers, sent));
    }

    /** Waits until every download has this many bytes. */
    public void awaitBytes(long bytes, long limitMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (!running.stream().allMatch(one -> !one.sent().isEmpty() || arrived(one) >= bytes)) {
            if (System.nanoTime() > deadline) {
                throw new LabException("curl has not " + bytes + " bytes after " + limitMs + " ms");
            }
            Lab.pause(20);
        }
    }

    /** How many have not ended. */
    public long alive() {
        return running.stream().filter(one -> one.process().isAlive()).count();
    }

    private static long arrived(One one) {
        return one.body().toFile().length();
    }

    /** Waits for all of them and checks what they got. */
    public Result finish(long limitMs) {
        long failed = 0;
        long corrupted = 0;
        long reset = 0;
        List<String> problems = new ArrayList<>();
        for (One one : running) {
            int exit = exit(one, limitMs);
            if (ENDED_EARLY.contains(exit)) {
                reset++;
            } else if (exit != 0) {
                failed++;
            } else if (!right(one)) {
                corrupted++;
            } else {
                continue;
            }
            problems.add("curl exit " + exit + ": " + one.err().join().strip());
        }
        long replies = running.size() - failed - corrupted - reset;
        return new Result(replies, failed, corrupted, reset, problems);
    }

    private static int exit(One one, long limitMs) {
        try {
            if (one.process().waitFor(limitMs, TimeUnit.MILLISECONDS)) {
                return one.process().exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        one.process().destroyForcibly();
        return -1;
    }

    private static boolean right(One one) {
        try {
            byte[] body = Files.readAllBytes(one.body());
            if (!one.sent().isEmpty()) {
                return new String(body, StandardCharsets.UTF_8).contains(one.sent());
            }
            Matcher promised = DIGEST.matcher(Files.readString(one.headers()));
            return promised.find() && promised.group(1).equalsIgnoreCase(hex(body));
        } catch (IOException e) {
            throw new LabException("cannot read what curl wrote", e);
        }
    }

    private static String hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    @Override
    public void close() {
        running.forEach(one -> one.process().destroyForcibly());
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new LabException("cannot remove " + directory, e);
        }
    }
}
