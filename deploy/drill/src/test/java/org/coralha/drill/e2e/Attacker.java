package org.coralha.drill.e2e;

import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.wire.PcapFile;

/**
 * Somebody on the servers' subnet who hears every heartbeat, sends what it likes from whatever
 * address it likes, and has no key. It knows the layout from docs/protocol.md.
 */
final class Attacker {
    static final String PORT = "7946";
    static final int LAST_GASP = 8;
    static final int SIMPLEX = 3;
    static final int FENCED = 4;

    private static final int ETHERNET_BYTES = 14;
    private static final int UDP_BYTES = 8;
    private static final int ROLE = 6;
    private static final int FLAGS = 7;
    private static final int SEQUENCE = 24;
    private static final int EPOCH = 32;
    private static final int KEY = 116;
    private static final int HMAC_BYTES = 32;

    /** Packets with their own IP header, paced so that nothing overflows. */
    private static final String SENDER =
            "use Socket; socket(S, AF_INET, SOCK_RAW, 255) or die $!; while (<STDIN>) {"
                    + " my ($s, $d, $h) = split; my $b = pack('H*', $h);"
                    + " my $u = pack('nnnn', 7946, 7946, 8 + length $b, 0) . $b;"
                    + " my $i = pack('CCnnnCCna4a4', 69, 0, 20 + length $u, 0, 0, 64, 17, 0,"
                    + " inet_aton($s), inet_aton($d)) . $u;"
                    + " send(S, $i, 0, sockaddr_in(0, inet_aton($d))) or die $!;"
                    + " select(undef, undef, undef, 0.002); }";

    private final Lab lab;

    Attacker(Lab lab) {
        this.lab = lab;
    }

    /** A heartbeat from one host to another. */
    record Beat(String from, String to, byte[] bytes) {
        boolean isLastGasp() {
            return (bytes[FLAGS] & LAST_GASP) != 0;
        }

        boolean serves() {
            return bytes[ROLE] == SIMPLEX;
        }

        /** The same heartbeat, said to come from elsewhere. */
        Beat from(String other) {
            return new Beat(other, to, bytes);
        }

        /** What its sender would say in that role and an epoch far ahead, if it were signed. */
        Beat forged(int role, int flags, int keyId) throws GeneralSecurityException {
            byte[] forged = bytes.clone();
            forged[ROLE] = (byte) role;
            forged[FLAGS] = (byte) flags;
            forged[KEY] = (byte) keyId;
            ByteBuffer fields = ByteBuffer.wrap(forged);
            fields.putLong(SEQUENCE, Long.MAX_VALUE - 1);
            fields.putLong(EPOCH, 1L << 40);
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(new byte[HMAC_BYTES], "HmacSHA256"));
            int signed = forged.length - HMAC_BYTES;
            hmac.update(forged, 0, signed);
            System.arraycopy(hmac.doFinal(), 0, forged, signed, HMAC_BYTES);
            return new Beat(from, to, forged);
        }
    }

    /** The heartbeats in a capture. */
    static List<Beat> recorded(Path file) throws IOException {
        List<Beat> beats = new ArrayList<>();
        try (PcapFile frames = new PcapFile(file)) {
            Optional<PcapFile.Frame> frame = frames.next();
            while (frame.isPresent()) {
                beats.add(beat(frame.get().data()));
                frame = frames.next();
            }
        }
        return beats;
    }

    private static Beat beat(byte[] frame) {
        int ip = ETHERNET_BYTES;
        int payload = ip + (frame[ip] & 15) * 4 + UDP_BYTES;
        return new Beat(
                address(frame, ip + 12),
                address(frame, ip + 16),
                Arrays.copyOfRange(frame, payload, frame.length));
    }

    private static String address(byte[] frame, int at) {
        return String.format(
                "%d.%d.%d.%d",
                frame[at] & 0xff, frame[at + 1] & 0xff, frame[at + 2] & 0xff, frame[at + 3] & 0xff);
    }

    /** Sends them all, two milliseconds apart. */
    void send(List<Beat> beats) throws IOException, InterruptedException {
        Process process = lab.start(Lab.NEAR, List.of("perl", "-e", SENDER));
        try (Writer out = process.outputWriter(StandardCharsets.US_ASCII)) {
            for (Beat beat : beats) {
                String hex = HexFormat.of().formatHex(beat.bytes());
                out.write(beat.from() + " " + beat.to() + " " + hex + "\n");
            }
        }
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new LabException("cannot send: " + said);
        }
    }
}
