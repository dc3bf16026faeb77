package org.coralha.jetty.duplex;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.coralha.pair.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure who is at the other end of the link: frames count only after a Hello of the same
 * protocol version, the same configuration and the other host. Called by the link's thread, one
 * call at a time; {@link #isUp} by any.
 */
final class PeerLink implements ReplyLogLink.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

    private final PairConfig config;
    private final HostId self;
    private final ReplyLogLink link;
    private final ReplyLog log;
    private final StandbyRegistry registry;
    private final LogReceiver receiver;
    private final Consumer<Boolean> onChange;
    private final long instance = ThreadLocalRandom.current().nextLong();
    private final LongAdder garbage = new LongAdder();
    private volatile boolean reachable;
    private volatile boolean up;
    private String lastRefusal = "";

    PeerLink(
            PairConfig config,
            HostId self,
            ReplyLogLink link,
            ReplyLog log,
            StandbyRegistry registry,
            LogReceiver receiver,
            Consumer<Boolean> onChange) {
        this.config = config;
        this.self = self;
        this.link = link;
        this.log = log;
        this.registry = registry;
        this.receiver = receiver;
        this.onChange = onChange;
    }

    boolean isUp() {
        return up;
    }

    long garbageCount() {
        return garbage.sum() + link.garbageCount();
    }

    /** Introduces this module again while the peer is there but has not answered. */
    void retry() {
        if (reachable && !up) {
            sendHello(false);
        }
    }

    @Override
    public void onReachable(boolean nowReachable) {
        reachable = nowReachable;
        change(false, "the link to the peer's module is down");
        if (nowReachable) {
            sendHello(false);
        }
    }

    private void sendHello(boolean answer) {
        LinkFrames.Ack kept = new LinkFrames.Ack(registry.reign(), registry.lastLsn());
        receiver.telling(kept);
        byte[] frame =
                LinkFrames.encode(
                        new LinkFrames.Hello(
                                LinkFrames.PROTOCOL_VERSION,
                                config.digest().bytes(),
                                self,
                                instance,
                                kept.reign(),
                                kept.lsn(),
                                answer));
        link.send(frame, frame.length);
    }

    @Override
    public void onFrame(byte[] frame, int offset, int length, boolean more) {
        try {
            int type = LinkFrames.typeOf(frame, offset, length);
            if (type == LinkFrames.HELLO) {
                onHello(LinkFrames.decodeHello(frame, offset, length));
            } else if (type == LinkFrames.RECORD && up) {
                receiver.onRecord(frame, offset, length, more);
                return;
            } else if (type == LinkFrames.ACK && up) {
                log.onAck(LinkFrames.decodeAck(frame, offset, length));
            } else {
                garbage.increment();
            }
        } catch (ProtocolException e) {
            garbage.increment();
            LOG.debug("frame of {} bytes dropped: {}", length, e.getMessage());
        }
        if (!more) {
            receiver.flush();
        }
    }

    private void onHello(LinkFrames.Hello hello) {
        String refusal = refusal(hello);
        if (refusal != null) {
            garbage.increment();
            if (!refusal.equals(lastRefusal)) {
                LOG.error("the module at the peer host is refused: {}", refusal);
                lastRefusal = refusal;
            }
            change(false, refusal);
            return;
        }
        if (!hello.answer()) {
            sendHello(true);
        }
        if (up && hello.answer()) {
            return;
        }
        // Also while the link is up here: the peer may have lost it, and records with it.
        if (!log.onPeer(hello)) {
            LOG.warn(
                    "the peer says that it has the reply log up to record {} of reign {}, which"
                            + " cannot be: it cannot be the backup",
                    hello.lastLsn(),
                    hello.reign());
            return;
        }
        change(true, "the peer's module is connected");
    }

    private String refusal(LinkFrames.Hello hello) {
        if (hello.version() != LinkFrames.PROTOCOL_VERSION) {
            return "it speaks protocol version "
                    + hello.version()
                    + ", this one "
                    + LinkFrames.PROTOCOL_VERSION
                    + ": install the same release on both hosts";
        }
        if (hello.host() != self.peer()) {
            return "it is host " + hello.host().key() + " as well: check host.a/b.address";
        }
        return Arrays.equals(hello.configDigest(), config.digest().bytes())
                ? null
                : "its pair.properties differ from the ones here: copy the file to both hosts";
    }

    private void change(boolean nowUp, String why) {
        if (up != nowUp) {
            up = nowUp;
            LOG.info("reply log {}: {}", nowUp ? "up" : "down", why);
            onChange.accept(nowUp);
        }
    }
}
