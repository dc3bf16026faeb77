package org.coralha.heartbeat;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.coralha.heartbeat.format.Fingerprint;
import org.coralha.heartbeat.keys.KeyCheck;
import org.coralha.kernel.Finding;
import org.coralha.kernel.HostCheck;
import org.coralha.pair.ConfigException;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.coralha.pair.PairConfigParser;
import org.coralha.pair.keys.KeyDirectory;
import org.coralha.pair.keys.KeyRingFile;

/**
 * What the configuration means on this host, with every problem found. Changes nothing on the host.
 */
final class HostFacts {
    private final List<String> problems = new ArrayList<>();
    PairConfig config;
    Fingerprint fingerprint;
    HostId self;
    Path keyFile;
    Path witnessKeyFile;
    String interfaceName = "";
    long jettyUserId = -1;
    String jettyGroup = "";

    private HostFacts() {}

    /** Looks at the file and the host. */
    static HostFacts look(Path file) {
        HostFacts facts = new HostFacts();
        try {
            facts.config = PairConfigParser.read(file);
            facts.fingerprint = fingerprint(file);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> facts.problems.add(file + ": " + problem));
            return facts;
        } catch (IOException e) {
            facts.problems.add(file + ": " + e.getMessage());
            return facts;
        }
        facts.findSelf();
        facts.findUser();
        facts.readKeys();
        return facts;
    }

    private static Fingerprint fingerprint(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        }
        return Fingerprint.of(properties);
    }

    /**
     * What this host has and lacks, with what the configuration needs of it as far as it is known.
     */
    List<Finding> findings() {
        if (interfaceName.isEmpty()) {
            return HostCheck.findings();
        }
        InetAddress service = config.service().getAddress();
        return HostCheck.findings(interfaceName, service, config.outside());
    }

    /** Every problem, one sentence with its remedy each. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    private void findSelf() {
        boolean isA = isHere(config.hostA());
        boolean isB = isHere(config.hostB());
        if (isA == isB) {
            problems.add(
                    "host.a.address="
                            + config.hostA().getHostAddress()
                            + " and host.b.address="
                            + config.hostB().getHostAddress()
                            + " are "
                            + (isA ? "both" : "neither")
                            + " on this host: exactly one must be, see ip -brief address");
            return;
        }
        self = isA ? HostId.A : HostId.B;
        for (InetAddress outside : config.outside()) {
            if (isHere(outside)) {
                problems.add(
                        "outside.addresses="
                                + outside.getHostAddress()
                                + " is on this host, which always answers itself: name hosts"
                                + " outside the pair, such as the router");
            }
        }
        try {
            NetworkInterface carrying = NetworkInterface.getByInetAddress(config.addressOf(self));
            interfaceName = carrying.getName();
        } catch (SocketException e) {
            problems.add("interface of host." + self.key() + ".address: " + e.getMessage());
        }
    }

    private static boolean isHere(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private void readKeys() {
        keyFile = KeyDirectory.credentialOr(config.keys().heartbeatKeys(), System.getenv());
        readRing(keyFile);
        witnessKeyFile = KeyDirectory.credentialOr(config.keys().witnessKeys(), System.getenv());
        if (config.witness().isPresent()) {
            readRing(witnessKeyFile);
        }
        problems.addAll(KeyCheck.storeProblems(config.keys(), jettyGroup));
    }

    private void readRing(Path file) {
        try {
            KeyRingFile.read(file);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> problems.add(file + ": " + problem));
        }
    }

    private void findUser() {
        String user = config.jetty().user();
        try {
            jettyUserId = Long.parseLong(id("-u", user));
            jettyGroup = id("-gn", user);
        } catch (IOException | NumberFormatException e) {
            problems.add(
                    "jetty.user=" + user + " is no user of this host: useradd --system " + user);
        }
    }

    /** Asks id(1), which knows every source of users that the system is configured for. */
    private static String id(String what, String user) throws IOException {
        Process process =
                new ProcessBuilder("id", what, user)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("id does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        byte[] answer = process.getInputStream().readAllBytes();
        return new String(answer, StandardCharsets.UTF_8).strip();
    }

    /** Adds a problem unless the directory is writable, or can be made where it is to be. */
    void lookAtDirectory(String option, Path directory) {
        Path existing = directory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            problems.add(
                    option
                            + " "
                            + directory
                            + ": "
                            + existing
                            + " is not a directory: move it, or name another");
        } else if (!Files.isWritable(existing)) {
            problems.add(
                    option
                            + " "
                            + directory
                            + ": "
                            + existing
                            + " is not writable: run as root, or name another");
        }
    }
}
