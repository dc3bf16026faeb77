package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.vote.Ballot;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Vote;
import org.coralha.heartbeat.vote.VoteRecord;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.keys.KeyRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The witness of up to {@link #PAIRS} pairs that share its keys: answers each authentic request
 * with one datagram, after what it grants is on disk. One thread decides.
 */
public final class WitnessServer implements AutoCloseable {
    /** Pairs at most. */
    static final int PAIRS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(WitnessServer.class);
    private static final long POLL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int POLLS_PER_PROBE = 60;
    private static final long PROBE_MAGIC = 0x434f52414c505231L;

    private final DatagramChannel channel;
    private final FileChannel lock;
    private final KeyKeeper keys;
    private final Path stateDir;
    private final Alarms alarms;
    private final Counters counters = new Counters();
    private final WitnessCodec codec = new WitnessCodec();
    private final long life = new SecureRandom().nextLong() | 1;
    private final Map<Long, Booth> booths = new HashMap<>();
    private volatile boolean writable = true;
    private volatile boolean closed;

    /** The vote about one pair; empty if its file is not what was written. */
    private record Booth(VoteFile file, Optional<Vote> vote, BallotLog log) {}

    private WitnessServer(
            DatagramChannel channel,
            FileChannel lock,
            KeyKeeper keys,
            Path stateDir,
            Alarms alarms) {
        this.channel = channel;
        this.lock = lock;
        this.keys = keys;
        this.stateDir = stateDir;
        this.alarms = alarms;
    }

    /**
     * Binds and reads the keys; nothing is answered before {@link #serve}.
     *
     * @throws IOException naming what cannot be used; nothing stays open then
     */
    public static WitnessServer open(InetSocketAddress at, Path keyFile, Path stateDir)
            throws IOException {
        Files.createDirectories(stateDir);
        DatagramChannel channel = DatagramChannel.open();
        try {
            Alarms alarms = new Alarms();
            KeyKeeper keys = KeyKeeper.open(keyFile, 0, alarms);
            channel.bind(at);
            return new WitnessServer(channel, lock(stateDir), keys, stateDir, alarms);
        } catch (BindException e) {
            channel.close();
            throw new IOException(
                    "bind " + at + ": " + e.getMessage() + "; stop what uses the port", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Two witnesses that keep their votes in one place would not know of each other's. */
    private static FileChannel lock(Path stateDir) throws IOException {
        Path file = stateDir.resolve("lock");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Of this process, which is as bad.
        } catch (IOException e) {
            throw new IOException(
                    "lock " + file + ": " + e + "; check the disk and --state-dir", e);
        }
        channel.close();
        throw new IOException(
                "lock "
                        + file
                        + ": another coral-witnessd keeps its votes there; stop it, or choose"
                        + " another --state-dir and --port");
    }

    /** The port that it listens at. */
    public int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** What it counted, by name. */
    public Counters counters() {
        return counters;
    }

    /** What it alarmed of. */
    Alarms alarms() {
        return alarms;
    }

    /** Answers until it is closed, on the calling thread. */
    public void serve() {
        probe();
        Threads.start("witness-poll", this::poll);
        ByteBuffer in = ByteBuffer.allocateDirect(2 * WitnessCodec.DATAGRAM_BYTES);
        ByteBuffer out = ByteBuffer.allocateDirect(WitnessCodec.DATAGRAM_BYTES);
        while (!closed) {
            try {
                InetSocketAddress from = (InetSocketAddress) channel.receive(in.clear());
                in.flip();
                if (answer(in, from, out)) {
                    channel.send(out, from);
                    counters.count("answered");
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                counters.count("failed");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private boolean answer(ByteBuffer in, InetSocketAddress from, ByteBuffer out) {
        try {
            // Once: another thread may take a changed file over before the answer is signed.
            KeyRing ring = keys.ring();
            WitnessCodec.Question question = codec.question(ring, in);
            if (!booths.containsKey(question.pair()) && booths.size() >= PAIRS) {
                throw new ProtocolException("pairs");
            }
            Booth booth = booths.computeIfAbsent(question.pair(), this::booth);
            WitnessAnswer answer = decide(booth, question.request(), from);
            BeatKeys.InForce key = new BeatKeys.InForce(ring, question.keyId());
            codec.encode(
                    key, question.pair(), question.nonce(), question.request().host(), answer, out);
            return true;
        } catch (ProtocolException e) {
            counters.count("refused." + e.getMessage());
            alarms.raise(
                    "witness." + e.getMessage(),
                    from.getAddress().getHostAddress(),
                    "a request was refused");
            return false;
        }
    }

    private Booth booth(long pair) {
        VoteFile file = new VoteFile(stateDir, pair);
        try {
            return new Booth(file, Optional.of(new Vote(life, file.read())), new BallotLog());
        } catch (IOException e) {
            LOG.error(
                    "{}: nothing is granted to this pair; while it is in duplex, stop the witness,"
                            + " delete the file and start it again: the pair admits it anew",
                    e.getMessage());
            return new Booth(file, Optional.empty(), new BallotLog());
        }
    }

    private WitnessAnswer decide(Booth booth, WitnessRequest request, InetSocketAddress from) {
        if (booth.vote().isEmpty()) {
            return broken(request);
        }
        Vote vote = booth.vote().get();
        Ballot ballot = vote.decide(request);
        if (ballot.toKeep().isPresent()) {
            VoteRecord record = ballot.toKeep().get();
            try {
                booth.file().write(record);
            } catch (IOException e) {
                notWritten(e);
                return broken(request);
            }
            vote.keep(record);
        } else if (ballot.answer().verdict() == WitnessAnswer.Verdict.NOTED && !writable) {
            return broken(request);
        }
        tell(booth, ballot, request, from);
        return ballot.answer();
    }

    private WitnessAnswer broken(WitnessRequest request) {
        return new WitnessAnswer(
                WitnessAnswer.Verdict.BROKEN, request.wanted(), 0, Holder.NOBODY, life);
    }

    private void tell(Booth booth, Ballot ballot, WitnessRequest request, InetSocketAddress from) {
        counters.count(ballot.answer().verdict().name().toLowerCase(java.util.Locale.ROOT));
        if (booth.log().tells(ballot, request, System.nanoTime())) {
            LOG.info(
                    "host {} at {}, {} in epoch {}, asks for {}: {}, on record is {} of {}",
                    request.host().key(),
                    from.getAddress().getHostAddress(),
                    request.standing(),
                    request.epoch(),
                    request.wanted(),
                    ballot.answer().verdict(),
                    ballot.answer().highest(),
                    ballot.answer().holder());
        }
    }

    private void notWritten(IOException e) {
        // On a disk that is full each line makes it worse, and hosts ask again at once.
        alarms.raise("witness.disk", stateDir.toString(), "nothing is granted: " + e.getMessage());
        counters.count("write_failed");
    }

    /**
     * Whether a vote could be written now. A pair in duplex writes none: that the disk is full
     * would show only when one of its hosts is dead and the other one needs a grant.
     */
    void probe() {
        try {
            new RecordFile(stateDir.resolve("probe"), PROBE_MAGIC, Long.BYTES)
                    .write(ByteBuffer.allocate(Long.BYTES));
            writable = true;
        } catch (IOException e) {
            writable = false;
            notWritten(e);
        }
    }

    private void poll() {
        for (int i = 1; !closed; i++) {
            LockSupport.parkNanos(POLL_NS);
            if (i % POLLS_PER_PROBE == 0) {
                probe();
            }
            keys.poll(System.nanoTime());
            alarms.tell(System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            channel.close();
        } finally {
            lock.close();
        }
    }
}
