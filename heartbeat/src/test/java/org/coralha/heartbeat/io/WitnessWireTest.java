package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.heartbeat.vote.VoteRecord;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.keys.KeyRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The witness and two hosts on the loopback interface, with real datagrams and files. */
class WitnessWireTest {
    private static final BeatKeys.InForce KEY =
            new BeatKeys.InForce(TestNode.KEYS, TestNode.KEYS.newest());

    @TempDir Path directory;
    private final BlockingQueue<WitnessAnswer> toA = new ArrayBlockingQueue<>(64);
    private final BlockingQueue<WitnessAnswer> toB = new ArrayBlockingQueue<>(64);
    private final Counters counters = new Counters();
    private final AtomicLong suspendedNs = new AtomicLong();
    private final Alarms ofHosts = new Alarms();
    private final LongSupplier clock = () -> System.nanoTime() + suspendedNs.get();
    private WitnessServer server;
    private WitnessSocket a;
    private WitnessSocket b;
    private long life;
    private Thread serving;

    @AfterEach
    void close() throws IOException {
        server.close();
        a.close();
        b.close();
    }

    private void start(KeyRing ofWitness) throws Exception {
        Path keys = directory.resolve("witness.keys");
        TestNode.write(keys, ofWitness);
        serve(keys, 0);
        InetSocketAddress at =
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), server.port());
        a = socket(HostId.A, at, toA);
        b = socket(HostId.B, at, toB);
    }

    private void serve(Path keys, int port) throws Exception {
        server =
                WitnessServer.open(
                        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port),
                        keys,
                        directory.resolve("votes"));
        serving = Threads.start("test-witness", server::serve);
    }

    private WitnessSocket socket(
            HostId self, InetSocketAddress at, BlockingQueue<WitnessAnswer> answers)
            throws Exception {
        Path file = directory.resolve("keys-" + self.key());
        TestNode.write(file, TestNode.KEYS);
        KeyKeeper keys = KeyKeeper.open(file, 0, ofHosts);
        InetAddress own = InetAddress.getByName("127.0.0.1");
        WitnessSocket socket = new WitnessSocket(own, at, self, 5, keys, clock, counters, ofHosts);
        socket.start(answers::add);
        return socket;
    }

    private WitnessAnswer ask(WitnessSocket host, Standing standing, long epoch, long wanted)
            throws InterruptedException {
        BlockingQueue<WitnessAnswer> answers = host == a ? toA : toB;
        host.ask(new Action.AskWitness(life, standing, epoch, wanted));
        WitnessAnswer answer = answers.poll(10, TimeUnit.SECONDS);
        assertNotNull(answer, "no answer");
        life = answer.life();
        return answer;
    }

    private void admit() throws InterruptedException {
        assertEquals(Verdict.OTHER_LIFE, ask(a, Standing.PRIMARY, 3, 0).verdict());
        assertEquals(Verdict.NOT_ADMITTED, ask(a, Standing.PRIMARY, 3, 0).verdict());
        assertEquals(Verdict.NOTED, ask(b, Standing.BACKUP, 3, 0).verdict());
    }

    @Test
    void oneHostGetsTheGrantAlsoAfterARestartOfTheWitness() throws Exception {
        start(TestNode.KEYS);
        admit();
        assertEquals(Verdict.GRANTED, ask(b, Standing.BACKUP, 3, 4).verdict());
        int port = server.port();
        server.close();
        serving.join(10_000);
        serve(directory.resolve("witness.keys"), port);
        assertEquals(Verdict.OTHER_LIFE, ask(a, Standing.PRIMARY, 3, 5).verdict());
        WitnessAnswer refused = ask(a, Standing.PRIMARY, 3, 5);
        assertEquals(Verdict.REFUSED, refused.verdict());
        assertEquals(4, refused.highest());
        assertEquals(Holder.B, refused.holder());
    }

    @Test
    void aSpoiledRecordGrantsNothing() throws Exception {
        start(TestNode.KEYS);
        admit();
        int port = server.port();
        server.close();
        serving.join(10_000);
        Path file;
        try (var files = Files.list(directory.resolve("votes"))) {
            file = files.filter(f -> f.toString().endsWith(".vote")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[9] ^= 1;
        Files.write(file, bytes);
        serve(directory.resolve("witness.keys"), port);
        assertEquals(Verdict.BROKEN, ask(b, Standing.BACKUP, 3, 4).verdict());
    }

    @Test
    void aVoteThatCannotBeWrittenIsNotGrantedAndBothSidesAlarm() throws Exception {
        start(TestNode.KEYS);
        admit();
        Path votes = directory.resolve("votes");
        Path away = Files.move(votes, directory.resolve("away"));
        for (int i = 0; i < 3; i++) {
            assertEquals(Verdict.BROKEN, ask(b, Standing.BACKUP, 3, 4).verdict());
        }
        assertTrue(told(server.alarms()).contains("\"witness.disk"), told(server.alarms()));
        assertTrue(told(ofHosts).contains("\"witness.broken"), told(ofHosts));
        Files.move(away, votes);
        assertEquals(Verdict.GRANTED, ask(b, Standing.BACKUP, 3, 4).verdict());
    }

    private static String told(Alarms alarms) {
        return alarms.json(System.nanoTime()).toString();
    }

    /** Not only when a host is dead and the other one needs a grant. */
    @Test
    void aFullDiskShowsWhileThePairIsHealthy() throws Exception {
        start(TestNode.KEYS);
        admit();
        Path votes = directory.resolve("votes");
        Path away = Files.move(votes, directory.resolve("away"));
        server.probe();
        assertEquals(Verdict.BROKEN, ask(a, Standing.PRIMARY, 3, 0).verdict());
        Files.move(away, votes);
        server.probe();
        assertEquals(Verdict.NOTED, ask(a, Standing.PRIMARY, 3, 0).verdict());
    }

    @Test
    void twoWitnessesDoNotShareVotes() throws Exception {
        start(TestNode.KEYS);
        Path keys = directory.resolve("witness.keys");
        InetSocketAddress at = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        String told =
                assertThrows(
                                IOException.class,
                                () -> WitnessServer.open(at, keys, directory.resolve("votes")))
                        .getMessage();
        assertTrue(told.contains("another coral-witnessd"), told);
    }

    /** What a person has decided meanwhile is not in it. */
    @Test
    void anAnswerFromBeforeTheHostWasSuspendedIsLate() throws Exception {
        start(TestNode.KEYS);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        try (DatagramChannel witness = DatagramChannel.open().bind(any);
                WitnessSocket host =
                        socket(HostId.A, (InetSocketAddress) witness.getLocalAddress(), toA)) {
            host.ask(new Action.AskWitness(9, Standing.BACKUP, 3, 5));
            ByteBuffer datagram = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
            SocketAddress from = witness.receive(datagram);
            WitnessCodec codec = new WitnessCodec();
            WitnessCodec.Question asked = codec.question(TestNode.KEYS, datagram.flip());
            suspendedNs.set(TimeUnit.HOURS.toNanos(1));
            WitnessAnswer granted = new WitnessAnswer(Verdict.GRANTED, 5, 5, Holder.A, 9);
            codec.encode(KEY, asked.pair(), asked.nonce(), HostId.A, granted, datagram);
            witness.send(datagram, from);
            long endNs = System.nanoTime() + 10_000_000_000L;
            while (counters.get("witness.late") == 0 && System.nanoTime() < endNs) {
                Thread.onSpinWait();
            }
        }
        assertEquals(1, counters.get("witness.late"));
        assertTrue(toA.isEmpty());
    }

    @Test
    void anotherKeyIsNotAnswered() throws Exception {
        byte[] other = new byte[32];
        other[0] = 1;
        start(KeyRing.of(other));
        a.ask(new Action.AskWitness(0, Standing.SOLE, 3, 0));
        long endNs = System.nanoTime() + 10_000_000_000L;
        while (server.counters().get("refused.hmac") == 0 && System.nanoTime() < endNs) {
            Thread.onSpinWait();
        }
        assertEquals(1, server.counters().get("refused.hmac"));
        assertEquals(0, server.counters().get("answered"));
        assertTrue(toA.isEmpty());
    }

    @Test
    void everyFlippedBitIsFound() throws Exception {
        start(TestNode.KEYS);
        WitnessCodec codec = new WitnessCodec();
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        for (int bit = 0; bit < WitnessCodec.DATAGRAM_BYTES * 8; bit++) {
            codec.encode(KEY, 7, 9, new WitnessRequest(HostId.B, 1, Standing.BACKUP, 3, 4), out);
            out.put(bit / 8, (byte) (out.get(bit / 8) ^ 1 << bit % 8));
            assertThrows(ProtocolException.class, () -> codec.question(TestNode.KEYS, out));
        }
    }

    @Test
    void whatIsEncodedIsDecodedAndARequestIsNoAnswer() throws Exception {
        start(TestNode.KEYS);
        WitnessCodec codec = new WitnessCodec();
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        WitnessRequest request = new WitnessRequest(HostId.B, -5, Standing.BACKUP, 3, 4);
        codec.encode(KEY, 7, 9, request, out);
        assertEquals(request, codec.question(TestNode.KEYS, out).request());
        assertThrows(ProtocolException.class, () -> codec.reply(TestNode.KEYS, out));
        WitnessAnswer answer = new WitnessAnswer(Verdict.GRANTED, 4, 4, Holder.B, -5);
        codec.encode(KEY, 7, 9, HostId.B, answer, out);
        WitnessCodec.Reply reply = codec.reply(TestNode.KEYS, out);
        assertEquals(answer, reply.answer());
        assertEquals(9, reply.nonce());
        out.limit(out.limit() - 1);
        assertThrows(ProtocolException.class, () -> codec.reply(TestNode.KEYS, out));
    }

    @Test
    void theVoteFileKeepsTheRecord() throws Exception {
        start(TestNode.KEYS);
        VoteFile file = new VoteFile(directory, 5);
        assertEquals(Optional.empty(), file.read());
        file.write(new VoteRecord(12, Holder.BOTH));
        file.write(new VoteRecord(14, Holder.B));
        assertEquals(Optional.of(new VoteRecord(14, Holder.B)), new VoteFile(directory, 5).read());
    }
}
