package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.coralha.wire.PcapFile;

/**
 * What each host says in the service's name, captured where its cable enters the switch: TCP and
 * ICMP from the advertised address, and ARP that claims it. What one host sends to the other is not
 * said to anybody.
 */
public final class Speakers implements AutoCloseable {
    private static final int SNAP_BYTES = 128;
    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int IPV6_NEXT_HEADER = 20;
    private static final int IPV6_PAYLOAD = 54;
    private static final int ICMPV6 = 58;
    private static final int ADVERTISEMENT = 136;
    private static final Pattern MAC = Pattern.compile("link/ether ([0-9a-f:]{17})");

    private final Path directory;
    private final Capture a;
    private final Capture b;

    /**
     * Times in microseconds since 1970, ascending.
     *
     * @param packets of TCP and ICMP
     * @param claims of ARP
     */
    public record Said(List<Long> packets, List<Long> claims) {
        /** Packets after this moment. */
        public long packetsAfter(long micros) {
            return packets.stream().filter(at -> at > micros).count();
        }

        /** Claims of the address after this moment. */
        public long claimsAfter(long micros) {
            return claims.stream().filter(at -> at > micros).count();
        }
    }

    /**
     * @param a what host a said
     * @param b what host b said
     * @param lost packets that the captures lost
     */
    public record Report(Said a, Said b, long lost) {
        /** What this host said. */
        public Said of(String host) {
            return host.equals("a") ? a : b;
        }

        /** Milliseconds from the last packet of one host to the first of the other. */
        public String gap(String from, String to) {
            List<Long> before = of(from).packets();
            List<Long> after = of(to).packets();
            if (before.isEmpty() || after.isEmpty()) {
                return "no gap: " + before.size() + " and " + after.size() + " packets";
            }
            long micros = after.get(0) - before.get(before.size() - 1);
            return String.format(
                    Locale.ROOT,
                    "%d packets of %s, then %.1f ms, then %d packets of %s",
                    before.size(),
                    from,
                    micros / 1000.0,
                    after.size(),
                    to);
        }
    }

    private Speakers(Path directory, Capture a, Capture b) {
        this.directory = directory;
        this.a = a;
        this.b = b;
    }

    /** Starts both captures; packets are being captured when this returns. */
    public static Speakers start(Lab lab, InetSocketAddress service) {
        try {
            Path directory = Files.createTempDirectory("coral-speakers-");
            Capture a = capture(lab, "a", service, directory);
            return new Speakers(directory, a, capture(lab, "b", service, directory));
        } catch (IOException e) {
            throw new LabException("no temporary directory for the captures", e);
        }
    }

    private static Capture capture(
            Lab lab, String host, InetSocketAddress service, Path directory) {
        ServiceFilter names = new ServiceFilter(service);
        String filter =
                String.format(
                        Locale.ROOT,
                        "((tcp or %s) and src host %s and not ether dst %s) or %s",
                        names.icmp(),
                        names.address(),
                        mac(lab, LabStatus.peer(host)),
                        names.claims());
        Path file = directory.resolve(host + ".pcap");
        return Capture.start(lab, "switch", host, file, SNAP_BYTES, "in", filter);
    }

    private static String mac(Lab lab, String host) {
        Shell.Result link = lab.exec(host, 5000, List.of("ip", "-o", "link", "show", "eth0"));
        Matcher matcher = MAC.matcher(link.out());
        if (!matcher.find()) {
            throw new LabException("host " + host + " has no interface eth0: " + link.all());
        }
        return matcher.group(1);
    }

    /** Ends both and reads them. */
    public Report stop() {
        Capture.settle();
        long lost = a.stop() + b.stop();
        try {
            return new Report(read(a.file()), read(b.file()), lost);
        } catch (IOException e) {
            throw new LabException("cannot read the captures in " + directory, e);
        }
    }

    private static Said read(Path file) throws IOException {
        List<Long> packets = new ArrayList<>();
        List<Long> claims = new ArrayList<>();
        try (PcapFile frames = new PcapFile(file)) {
            Optional<PcapFile.Frame> frame = frames.next();
            while (frame.isPresent()) {
                byte[] data = frame.get().data();
                (claims(data) ? claims : packets).add(frame.get().timeMicros());
                frame = frames.next();
            }
        }
        return new Said(List.copyOf(packets), List.copyOf(claims));
    }

    /** ARP, or a neighbour advertisement. */
    private static boolean claims(byte[] frame) {
        int type = (frame[12] & 0xff) << 8 | frame[13] & 0xff;
        return type == ETHERTYPE_ARP
                || type == ETHERTYPE_IPV6
                        && frame[IPV6_NEXT_HEADER] == ICMPV6
                        && (frame[IPV6_PAYLOAD] & 0xff) == ADVERTISEMENT;
    }

    @Override
    public void close() {
        a.close();
        b.close();
        try {
            Files.deleteIfExists(a.file());
            Files.deleteIfExists(b.file());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new LabException("cannot remove " + directory, e);
        }
    }
}
