package org.coralha.drill.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks catch each kind of wrong reply, and accept every kind of right one. */
class CheckingClientTest {
    private static final int LIMIT_MS = 10_000;
    private static final Map<String, String> SMALL_SIZES =
            Map.of("bytes", "300000", "ms", "20", "rate", "20000000", "max", "50000");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void acceptsRightReplies(Kind kind) throws IOException, InterruptedException {
        try (TestServer server = new TestServer(Misbehaviour.NONE)) {
            Load load = new Load(server.address());
            load.open(kind, 4, new Options(SMALL_SIZES));
            assertEquals(4, load.awaitPlaced(LIMIT_MS));
            load.clock().markFault();
            load.clock().go();
            List<ConnectionRecord> records = load.finish(LIMIT_MS);
            for (ConnectionRecord record : records) {
                assertEquals("", record.toMap().get("problem"));
                assertTrue(record.replies() > 0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WRONG_BYTE,SMALL,corrupted",
        "WRONG_BYTE,MIXED,corrupted",
        "WRONG_BYTE,PIPELINE,corrupted",
        "MIXED_GENERATIONS,DOWNLOAD,corrupted",
        "NO_DIGEST,SMALL,corrupted",
        "ONE_BYTE_SHORT,SMALL,corrupted",
        "SAME_NONCE,SMALL,corrupted",
        "ORDER_SWAPPED,PIPELINE,corrupted",
        "NO_CHUNK_END,PIPELINE,corrupted",
        "BODY_AFTER_HEAD,HEAD,corrupted",
        "STRAY_BYTES,IDLE,corrupted",
        "NO_END_AFTER_CLOSE,CLOSE,corrupted",
        "WRONG_UPLOAD_DIGEST,EXPECT,corrupted",
        "WRONG_UPLOAD_DIGEST,UPLOAD_PART,corrupted",
        "OTHER_CALL,CALL,corrupted",
        "OTHER_CALL,LEDGER,corrupted",
        "NO_DIGEST,CALL,corrupted",
        "SAME_NONCE,CALL,corrupted",
        "TRUNCATED,SMALL,reset",
        "TRUNCATED_CHUNKS,MIXED,reset",
        "RESET_IN_BODY,SMALL,reset",
        "RESET_INSTEAD,SMALL,reset",
        "RESET_INSTEAD,IDLE,reset",
        "END_INSTEAD,SMALL,reset",
        "STATUS_500,SMALL,failed",
        "CLOSES_UNASKED,SMALL,failed",
    })
    void catches(Misbehaviour misbehaviour, Kind kind, String column)
            throws IOException, InterruptedException {
        try (TestServer server = new TestServer(misbehaviour)) {
            Load load = new Load(server.address());
            load.open(kind, 1, new Options(SMALL_SIZES));
            load.clock().go();
            awaitEnd(load);
            Map<String, Object> record = load.finish(LIMIT_MS).get(0).toMap();
            assertEquals(1L, record.get(column), record.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SMALL", "MIXED", "IDLE", "HEAD_PART"})
    void goesOnAfterAnAnnouncedEndIfThatIsAllowed(Kind kind)
            throws IOException, InterruptedException {
        try (TestServer server = new TestServer(Misbehaviour.CLOSES_UNASKED)) {
            Load load = new Load(server.address());
            load.clock().letServerEnd();
            load.open(kind, 1, new Options(SMALL_SIZES));
            load.awaitPlaced(LIMIT_MS);
            load.clock().go();
            for (int i = 0; i < LIMIT_MS / 10 && load.replies() < 3; i++) {
                Thread.sleep(10);
            }
            Map<String, Object> record = load.finish(LIMIT_MS).get(0).toMap();
            assertEquals("", record.get("problem"));
            assertTrue((Long) record.get("ended") > 0, record.toString());
            assertTrue((Long) record.get("replies") >= 3, record.toString());
        }
    }

    private static void awaitEnd(Load load) throws InterruptedException {
        // A busy loop must meet the second request, which is the wrong one.
        for (int i = 0; i < LIMIT_MS / 10 && load.alive() > 0; i++) {
            Thread.sleep(10);
        }
    }

    @Test
    void aRefusedConnectionIsAFailureAndNoReset() throws IOException, InterruptedException {
        TestServer server = new TestServer(Misbehaviour.NONE);
        server.close();
        Load load = new Load(server.address());
        load.open(Kind.SMALL, 1, new Options(Map.of()));
        Map<String, Object> record = load.finish(LIMIT_MS).get(0).toMap();
        assertEquals(1L, record.get("failed"), record.toString());
        assertEquals(0L, record.get("reset"), record.toString());
    }

    @Test
    void aSlotThatDoesNotEndIsAFailure() throws IOException, InterruptedException {
        try (TestServer server = new TestServer(Misbehaviour.NONE)) {
            Load load = new Load(server.address());
            load.open(Kind.HANDLER, 1, new Options(Map.of("ms", "60000")));
            assertEquals(1, load.awaitPlaced(LIMIT_MS));
            Map<String, Object> record = load.finish(50).get(0).toMap();
            assertEquals(1L, record.get("failed"), record.toString());
        }
    }

    @Test
    void theApplicationsOwnTimeIsNoPause() throws IOException, InterruptedException {
        try (TestServer server = new TestServer(Misbehaviour.NONE)) {
            Load load = new Load(server.address());
            load.open(Kind.HANDLER, 1, new Options(Map.of("ms", "700")));
            load.awaitPlaced(LIMIT_MS);
            load.clock().markFault();
            load.clock().go();
            Map<String, Object> record = load.finish(LIMIT_MS).get(0).toMap();
            long pauseMicros = (Long) record.get("faultPauseMicros");
            assertTrue(pauseMicros < 500_000, record.toString());
            assertTrue((Long) record.get("firstByteAfterFaultMicros") >= 500_000, "" + record);
        }
    }
}
