package org.coralha.pair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final byte[] DIGEST = Digest.of(new byte[] {1}).bytes();

    private static List<ModuleMessage> moduleMessages() {
        return List.of(
                new ModuleMessage.Hello(1, 4711, DIGEST, "0.1.0"),
                new ModuleMessage.Ready(),
                new ModuleMessage.LogLink(true),
                new ModuleMessage.LogLink(false),
                new ModuleMessage.Pulse(Long.MAX_VALUE, 17, 3),
                new ModuleMessage.LogStalled(1000),
                new ModuleMessage.RoleTaken(7, ServiceRole.SIMPLEX, 200, -1),
                new ModuleMessage.QueryFlows(-5),
                new ModuleMessage.Stopping("näher"));
    }

    private static List<DaemonMessage> daemonMessages() throws UnknownHostException {
        List<FlowSnapshot> flows = new ArrayList<>();
        for (String client : List.of("10.0.0.1", "255.255.255.255", "2001:db8::1")) {
            FlowKey key = new FlowKey(InetAddress.getByName(client), 65535);
            flows.add(new FlowSnapshot(key, Long.MAX_VALUE));
        }
        return List.of(
                new DaemonMessage.Welcome(HostId.B, 9),
                new DaemonMessage.Refused("because"),
                new DaemonMessage.TakeRole(4, ServiceRole.SIMPLEX, "last gasp", flows),
                new DaemonMessage.TakeRole(4, ServiceRole.IDLE, "", List.of()),
                new DaemonMessage.Flows(77, flows));
    }

    private static ByteBuffer body(ByteBuffer frame) throws ProtocolException {
        int length = MessageCodec.checkLength(frame.getInt());
        assertEquals(length, frame.remaining());
        return frame;
    }

    @Test
    void moduleMessagesSurvive() throws ProtocolException {
        for (ModuleMessage message : moduleMessages()) {
            ModuleMessage read = MessageCodec.decodeFromModule(body(MessageCodec.encode(message)));
            if (message instanceof ModuleMessage.Hello hello) {
                assertArrayEquals(
                        hello.configDigest(), ((ModuleMessage.Hello) read).configDigest());
                assertEquals(hello.processId(), ((ModuleMessage.Hello) read).processId());
                assertEquals(hello.moduleVersion(), ((ModuleMessage.Hello) read).moduleVersion());
            } else {
                assertEquals(message, read);
            }
        }
    }

    @Test
    void daemonMessagesSurvive() throws Exception {
        for (DaemonMessage message : daemonMessages()) {
            assertEquals(
                    message, MessageCodec.decodeFromDaemon(body(MessageCodec.encode(message))));
        }
    }

    @Test
    void everyShortenedOrLengthenedFrameIsRefused() throws Exception {
        List<ByteBuffer> frames = new ArrayList<>();
        moduleMessages().forEach(message -> frames.add(MessageCodec.encode(message)));
        for (ByteBuffer frame : frames) {
            byte[] whole = Arrays.copyOfRange(frame.array(), 4, frame.limit());
            for (int length = 0; length < whole.length; length++) {
                ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
                assertThrows(ProtocolException.class, () -> MessageCodec.decodeFromModule(cut));
            }
            ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(whole, whole.length + 1));
            assertThrows(ProtocolException.class, () -> MessageCodec.decodeFromModule(longer));
        }
    }

    @Test
    void lengthsOutsideTheLimitsAreRefusedBeforeAnythingIsAllocated() throws ProtocolException {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, (16 << 20) + 1, 0x7fffffff}) {
            assertThrows(ProtocolException.class, () -> MessageCodec.checkLength(length));
        }
        assertEquals(16 << 20, MessageCodec.checkLength(16 << 20));
    }

    @Test
    void aCountOfFlowsThatTheFrameCannotHoldIsRefused() {
        for (int count : new int[] {-1, 2, Integer.MAX_VALUE}) {
            ByteBuffer in = ByteBuffer.allocate(1 + 8 + 4 + FlowSnapshot.WIRE_BYTES);
            in.put((byte) 68).putLong(1).putInt(count).clear();
            ProtocolException e =
                    assertThrows(ProtocolException.class, () -> MessageCodec.decodeFromDaemon(in));
            assertTrue(e.getMessage().contains(count + " flows"), e.getMessage());
        }
    }

    @Test
    void aTextThatIsTooLongIsCutNotRefused() throws ProtocolException {
        String endless = "x".repeat(5000);
        ModuleMessage read =
                MessageCodec.decodeFromModule(
                        body(MessageCodec.encode(new ModuleMessage.Stopping(endless))));
        assertEquals(1024, ((ModuleMessage.Stopping) read).reason().length());
    }

    @Test
    void randomBytesAreDecodedOrRefusedAndNothingElse() {
        Random random = new Random(7);
        int decoded = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                // Types that exist are tried more often than chance would.
                noise[0] = (byte) (random.nextBoolean() ? random.nextInt(9) : 64 + noise[0] % 6);
            }
            decoded += decodes(noise);
        }
        assertTrue(decoded > 0, "the noise never came near a message");
    }

    private static int decodes(byte[] noise) {
        int decoded = 0;
        try {
            MessageCodec.decodeFromModule(ByteBuffer.wrap(noise));
            decoded++;
        } catch (ProtocolException e) {
            // as it should be
        }
        try {
            MessageCodec.decodeFromDaemon(ByteBuffer.wrap(noise));
            decoded++;
        } catch (ProtocolException e) {
            // as it should be
        }
        return decoded;
    }
}
