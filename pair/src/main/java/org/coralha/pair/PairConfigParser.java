package org.coralha.pair;

import java.io.IOException;
import java.io.Reader;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.coralha.pair.keys.KeyDirectory;

/** Reads {@code pair.properties} and reports all of its problems at once. */
public final class PairConfigParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,15}");
    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");
    private static final Pattern PATH = Pattern.compile("/[!-~&&[^#]]*");
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]+");

    /** Stands for an address that was reported as a problem. */
    private static final InetAddress UNKNOWN = InetAddress.getLoopbackAddress();

    private final Map<PairKey, String> values = new EnumMap<>(PairKey.class);
    private final List<String> problems = new ArrayList<>();

    private PairConfigParser() {}

    /**
     * Reads and checks the file.
     *
     * @throws ConfigException with every missing, unknown or wrong key, or the reason why the file
     *     cannot be read
     */
    public static PairConfig read(Path file) throws ConfigException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    file.toString(), List.of("no such file: create it, the same on both hosts"));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    file.toString(), List.of("cannot be read: " + e.getMessage()));
        }
        return parse(file.toString(), properties);
    }

    /**
     * Checks the properties.
     *
     * @param source what to name in the error
     * @throws ConfigException with every problem
     */
    public static PairConfig parse(String source, Properties properties) throws ConfigException {
        PairConfigParser parser = new PairConfigParser();
        parser.collect(properties);
        PairConfig config = parser.build();
        if (!parser.problems.isEmpty()) {
            throw new ConfigException(source, parser.problems);
        }
        return config;
    }

    private void collect(Properties properties) {
        for (String key : properties.stringPropertyNames().stream().sorted().toList()) {
            if (PairKey.named(key).isEmpty()) {
                List<String> similar = PairKey.similarTo(key);
                problems.add(
                        "unknown key "
                                + key
                                + (similar.isEmpty()
                                        ? ""
                                        : " (known: " + String.join(", ", similar) + ")"));
            }
        }
        for (PairKey key : PairKey.values()) {
            String value = properties.getProperty(key.key());
            if (value != null && !value.isBlank()) {
                values.put(key, value.trim());
            } else if (key.defaultValue().isPresent()) {
                values.put(key, key.defaultValue().get());
            } else {
                problems.add("missing key " + key.key() + ": " + key.help());
            }
        }
    }

    private PairConfig build() {
        InetAddress service = address(PairKey.SERVICE_ADDRESS);
        InetAddress hostA = address(PairKey.HOST_A_ADDRESS);
        InetAddress hostB = address(PairKey.HOST_B_ADDRESS);
        checkDistinct(service, hostA, hostB);
        List<InetAddress> outside = outside();
        int known = problems.size();
        checkOutside(
                outside,
                Map.of(
                        PairKey.SERVICE_ADDRESS, service,
                        PairKey.HOST_A_ADDRESS, hostA,
                        PairKey.HOST_B_ADDRESS, hostB));
        if (problems.size() == known) {
            checkFamilies(service, hostA, hostB, outside);
        }
        return new PairConfig(
                text(PairKey.PAIR_NAME, NAME),
                new InetSocketAddress(service, number(PairKey.SERVICE_PORT)),
                hostA,
                hostB,
                preferred(),
                heartbeat(),
                new KeyDirectory(path(PairKey.KEYS_DIR)),
                outside,
                witness(service, hostA, hostB),
                replyLog(),
                jetty(),
                acknowledgement(),
                number(PairKey.START_ALONE_MS),
                number(PairKey.FLOW_ENDED_MS),
                digest());
    }

    private PairConfig.Heartbeat heartbeat() {
        return new PairConfig.Heartbeat(
                number(PairKey.HEARTBEAT_PORT),
                number(PairKey.HEARTBEAT_PERIOD_MS),
                number(PairKey.HEARTBEAT_LIMIT));
    }

    private Path path(PairKey key) {
        String value = values.get(key);
        try {
            Path file = Path.of(value);
            if (file.isAbsolute()) {
                return file;
            }
        } catch (InvalidPathException e) {
            // reported below
        }
        problems.add(key.key() + "=" + value + " is not an absolute path");
        return Path.of("/");
    }

    /** A witness on one of the two hosts would be lost together with it. */
    private Optional<InetSocketAddress> witness(
            InetAddress service, InetAddress hostA, InetAddress hostB) {
        int port = number(PairKey.WITNESS_PORT);
        if (values.getOrDefault(PairKey.WITNESS_ADDRESS, "").isEmpty()) {
            return Optional.empty();
        }
        InetAddress address = address(PairKey.WITNESS_ADDRESS);
        boolean third =
                !List.of(service, hostA, hostB).contains(address)
                        && !address.isAnyLocalAddress()
                        && !address.isMulticastAddress();
        if (!third) {
            problem(
                    PairKey.WITNESS_ADDRESS,
                    address,
                    "is no third host: run coral-witnessd on a host of its own");
        }
        checkWitnessFamily(address, hostA);
        return Optional.of(new InetSocketAddress(address, port));
    }

    /** Hosts ask it from their own addresses. */
    @SuppressWarnings("ReferenceEquality")
    private void checkWitnessFamily(InetAddress witness, InetAddress hostA) {
        boolean known = witness != UNKNOWN && hostA != UNKNOWN;
        if (known && isIpv6(witness) != isIpv6(hostA)) {
            problem(
                    PairKey.WITNESS_ADDRESS,
                    witness,
                    "is not of the family of host.a.address, from which it is asked: name the"
                            + " witness's address of that family");
        }
    }

    private PairConfig.ReplyLog replyLog() {
        return new PairConfig.ReplyLog(
                number(PairKey.LOG_PORT),
                number(PairKey.LOG_ACK_LIMIT_MS),
                longNumber(PairKey.LOG_WINDOW_BYTES),
                longNumber(PairKey.LOG_MEMORY_BYTES),
                longNumber(PairKey.LOG_SPOOL_BYTES),
                longNumber(PairKey.REPLY_LIMIT_BYTES));
    }

    private PairConfig.Jetty jetty() {
        return new PairConfig.Jetty(
                text(PairKey.JETTY_USER, USER),
                number(PairKey.JETTY_PULSE_MS),
                number(PairKey.JETTY_PULSE_LIMIT_MS),
                warmPaths(),
                number(PairKey.WARM_LIMIT_MS));
    }

    private List<String> warmPaths() {
        String value = values.get(PairKey.WARM_PATHS);
        List<String> paths = new ArrayList<>();
        for (String part : value.isEmpty() ? new String[0] : value.split(",", -1)) {
            if (PATH.matcher(part.trim()).matches()) {
                paths.add(part.trim());
            } else {
                problems.add(
                        PairKey.WARM_PATHS.key()
                                + "="
                                + value
                                + ": '"
                                + part.trim()
                                + "' is not a path as a request line has it, like /shop?page=1");
            }
        }
        return paths;
    }

    private Acknowledgement acknowledgement() {
        String value = values.get(PairKey.ACKNOWLEDGEMENT);
        Optional<Acknowledgement> found = Acknowledgement.named(value);
        if (found.isEmpty()) {
            problems.add(
                    PairKey.ACKNOWLEDGEMENT.key()
                            + "="
                            + value
                            + " is none of "
                            + Acknowledgement.words());
        }
        return found.orElse(Acknowledgement.CONDITIONAL);
    }

    private HostId preferred() {
        String value = values.get(PairKey.HOST_PREFERRED);
        if (value.equals("b")) {
            return HostId.B;
        }
        if (!value.equals("a")) {
            problems.add(PairKey.HOST_PREFERRED.key() + "=" + value + " is neither a nor b");
        }
        return HostId.A;
    }

    private List<InetAddress> outside() {
        List<InetAddress> outside = new ArrayList<>();
        if (!values.containsKey(PairKey.OUTSIDE_ADDRESSES)) {
            return outside;
        }
        for (String part : values.get(PairKey.OUTSIDE_ADDRESSES).split(",", -1)) {
            outside.add(address(PairKey.OUTSIDE_ADDRESSES, part.trim()));
        }
        return outside;
    }

    @SuppressWarnings("ReferenceEquality")
    private void checkDistinct(InetAddress service, InetAddress hostA, InetAddress hostB) {
        if (service == UNKNOWN || hostA == UNKNOWN || hostB == UNKNOWN) {
            return;
        }
        checkUsable(PairKey.SERVICE_ADDRESS, service);
        checkUsable(PairKey.HOST_A_ADDRESS, hostA);
        checkUsable(PairKey.HOST_B_ADDRESS, hostB);
        if (service.equals(hostA) || service.equals(hostB) || hostA.equals(hostB)) {
            problems.add("service.address, host.a.address and host.b.address must all differ");
        }
    }

    /** One that others can reach, without the name of an interface. */
    private void checkUsable(PairKey key, InetAddress address) {
        if (address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || address.isAnyLocalAddress()) {
            problem(
                    key,
                    address,
                    "is an address of one link, of a group, or of every host: name a unicast"
                            + " address that routers forward");
        }
    }

    /** Hosts ping outside hosts from their own addresses and from the advertised one. */
    @SuppressWarnings("ReferenceEquality")
    private void checkFamilies(
            InetAddress service, InetAddress hostA, InetAddress hostB, List<InetAddress> outside) {
        List<InetAddress> all = new ArrayList<>(outside);
        all.addAll(List.of(service, hostA, hostB));
        if (outside.isEmpty() || all.stream().anyMatch(address -> address == UNKNOWN)) {
            return;
        }
        if (isIpv6(hostA) != isIpv6(hostB)) {
            problems.add(
                    "host.a.address and host.b.address must be of one family, both IPv4 or both"
                            + " IPv6");
        } else if (isIpv6(hostA) && !isIpv6(service)) {
            problems.add(
                    "service.address is IPv4 and host.a.address IPv6: an IPv4 service needs hosts"
                            + " with IPv4 addresses; an IPv6 service takes hosts of either family");
        }
        requireOutside(PairKey.SERVICE_ADDRESS, service, outside);
        if (isIpv6(hostA) != isIpv6(service)) {
            requireOutside(PairKey.HOST_A_ADDRESS, hostA, outside);
        }
    }

    private void requireOutside(PairKey asker, InetAddress from, List<InetAddress> outside) {
        if (outside.stream().noneMatch(address -> isIpv6(address) == isIpv6(from))) {
            String family = isIpv6(from) ? "IPv6" : "IPv4";
            problems.add(
                    String.format(
                            "%s names no %s address, but %s is %s and pings one from there: name"
                                    + " an outside host's addresses of each family in use",
                            PairKey.OUTSIDE_ADDRESSES.key(), family, asker.key(), family));
        }
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    /** A host that pings itself is always answered, and then takes a cut cable for a dead peer. */
    @SuppressWarnings("ReferenceEquality")
    private void checkOutside(List<InetAddress> outside, Map<PairKey, InetAddress> ofPair) {
        for (InetAddress address : outside) {
            if (address == UNKNOWN) {
                continue;
            }
            boolean local =
                    address.isLoopbackAddress()
                            || address.isAnyLocalAddress()
                            || address.isMulticastAddress();
            if (local) {
                refuseOutside(address, "is no address of another host");
            }
            ofPair.forEach(
                    (key, own) -> {
                        if (address.equals(own) && !local) {
                            refuseOutside(address, "is " + key.key());
                        }
                    });
        }
    }

    private void refuseOutside(InetAddress address, String why) {
        String what = why + ": name hosts outside the pair, such as the router";
        problem(PairKey.OUTSIDE_ADDRESSES, address, what);
    }

    private void problem(PairKey key, InetAddress address, String what) {
        problems.add(key.key() + "=" + address.getHostAddress() + " " + what);
    }

    private InetAddress address(PairKey key) {
        return values.containsKey(key) ? address(key, values.get(key)) : UNKNOWN;
    }

    private InetAddress address(PairKey key, String value) {
        // Only literals: a name would be resolved, and the answer may differ between the hosts.
        if (IPV4.matcher(value).matches() || IPV6.matcher(value).matches()) {
            try {
                return InetAddress.getByName(value);
            } catch (UnknownHostException e) {
                // reported below
            }
        }
        problems.add(key.key() + "=" + value + " is not an IP address");
        return UNKNOWN;
    }

    private String text(PairKey key, Pattern allowed) {
        String value = values.getOrDefault(key, "");
        if (values.containsKey(key) && !allowed.matcher(value).matches()) {
            problems.add(key.key() + "=" + value + " does not match " + allowed);
        }
        return value;
    }

    private int number(PairKey key) {
        return Math.toIntExact(longNumber(key));
    }

    private long longNumber(PairKey key) {
        return values.containsKey(key) ? key.number(values.get(key), problems) : 0;
    }

    private Digest digest() {
        StringBuilder canonical = new StringBuilder();
        values.forEach(
                (key, value) -> canonical.append(key.key()).append('=').append(value).append('\n'));
        return Digest.of(canonical.toString().getBytes(StandardCharsets.UTF_8));
    }
}
