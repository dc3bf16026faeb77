package org.coralha.pair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever daemon and module can mean to say arrives as it was meant. */
public final class MessageValueFuzzTest {
    private static final int TEXT_LIMIT_BYTES = 1024;
    private static final int FLOWS = 40;

    /** Makes a message of the input, encodes it and decodes it again. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        try {
            if (in.flag()) {
                ModuleMessage said = moduleMessage(in);
                assertHeard(said, MessageCodec.decodeFromModule(body(MessageCodec.encode(said))));
            } else {
                DaemonMessage said = daemonMessage(in);
                DaemonMessage heard =
                        MessageCodec.decodeFromDaemon(body(MessageCodec.encode(said)));
                assertHeard(said, heard);
            }
        } catch (ProtocolException e) {
            throw new AssertionError("a message of ours is refused", e);
        }
    }

    private static ByteBuffer body(ByteBuffer frame) throws ProtocolException {
        assertEquals(MessageCodec.checkLength(frame.getInt()), frame.remaining());
        return frame;
    }

    private static ModuleMessage moduleMessage(FuzzInput in) {
        return switch (in.below(8)) {
            case 0 -> new ModuleMessage.Hello(in.number32(), in.number64(), digest(in), text(in));
            case 1 -> new ModuleMessage.Ready();
            case 2 -> new ModuleMessage.LogLink(in.flag());
            case 3 -> new ModuleMessage.Pulse(in.number64(), in.number64(), in.number64());
            case 4 -> new ModuleMessage.LogStalled(in.number64());
            case 5 ->
                    new ModuleMessage.RoleTaken(
                            in.number64(), role(in), in.number32(), in.number64());
            case 6 -> new ModuleMessage.QueryFlows(in.number64());
            default -> new ModuleMessage.Stopping(text(in));
        };
    }

    private static DaemonMessage daemonMessage(FuzzInput in) {
        return switch (in.below(4)) {
            case 0 -> new DaemonMessage.Welcome(HostId.values()[in.below(2)], in.number64());
            case 1 -> new DaemonMessage.Refused(text(in));
            case 2 -> new DaemonMessage.TakeRole(in.number64(), role(in), text(in), flows(in));
            default -> new DaemonMessage.Flows(in.number64(), flows(in));
        };
    }

    private static ServiceRole role(FuzzInput in) {
        return ServiceRole.values()[in.below(ServiceRole.values().length)];
    }

    private static byte[] digest(FuzzInput in) {
        byte[] digest = new byte[32];
        byte[] some = in.bytes(digest.length);
        System.arraycopy(some, 0, digest, 0, some.length);
        return digest;
    }

    /** Repeated, because the limit is beyond what an input is worth. */
    private static String text(FuzzInput in) {
        return in.text(48).repeat(in.below(32));
    }

    private static List<FlowSnapshot> flows(FuzzInput in) {
        List<FlowSnapshot> flows = new ArrayList<>();
        for (int i = in.below(FLOWS); i > 0; i--) {
            long acked = in.number64() & Long.MAX_VALUE;
            int port = 1 + in.below(0xffff);
            flows.add(new FlowSnapshot(new FlowKey(address(in), port), acked));
        }
        return flows;
    }

    private static InetAddress address(FuzzInput in) {
        byte[] raw = new byte[in.flag() ? 4 : 16];
        byte[] some = in.bytes(raw.length);
        System.arraycopy(some, 0, raw, 0, some.length);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("both lengths are legal", e);
        }
    }

    private static void assertHeard(ModuleMessage said, ModuleMessage heard) {
        if (said instanceof ModuleMessage.Hello s && heard instanceof ModuleMessage.Hello h) {
            assertEquals(s.protocolVersion(), h.protocolVersion());
            assertEquals(s.processId(), h.processId());
            assertArrayEquals(s.configDigest(), h.configDigest());
            assertText(s.moduleVersion(), h.moduleVersion());
        } else if (said instanceof ModuleMessage.Stopping s
                && heard instanceof ModuleMessage.Stopping h) {
            assertText(s.reason(), h.reason());
        } else {
            assertEquals(said, heard);
        }
    }

    private static void assertHeard(DaemonMessage said, DaemonMessage heard) {
        if (said instanceof DaemonMessage.Refused s && heard instanceof DaemonMessage.Refused h) {
            assertText(s.reason(), h.reason());
        } else if (said instanceof DaemonMessage.TakeRole s
                && heard instanceof DaemonMessage.TakeRole h) {
            assertText(s.reason(), h.reason());
            assertEquals(
                    new DaemonMessage.TakeRole(s.epoch(), s.role(), h.reason(), s.flows()), heard);
        } else {
            assertEquals(said, heard);
        }
    }

    /** A text beyond the limit keeps as many whole characters as fit. */
    private static void assertText(String said, String heard) {
        if (said.getBytes(StandardCharsets.UTF_8).length <= TEXT_LIMIT_BYTES) {
            assertEquals(said, heard);
            return;
        }
        int heardBytes = heard.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(said.startsWith(heard), "beginning of the text");
        assertTrue(heardBytes <= TEXT_LIMIT_BYTES && heardBytes > TEXT_LIMIT_BYTES - 4);
    }

    static List<Path> inputs() {
        return Corpus.of(MessageValueFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
