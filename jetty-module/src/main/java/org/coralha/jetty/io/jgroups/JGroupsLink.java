package org.coralha.jetty.io.jgroups;

import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.coralha.jetty.io.tls.PairTls;
import org.coralha.jetty.io.tls.Refusals;
import org.coralha.jetty.io.tls.Rehearsal;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.util.MessageBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link over one JGroups channel. Joining happens on an own thread and is tried until it works
 * or the link is closed, so that the start of Jetty never waits for the peer.
 */
public final class JGroupsLink implements ReplyLogLink, Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(JGroupsLink.class);
    private static final int RETRY_MS = 1_000;
    private static final int CLOSE_LIMIT_MS = 2_000;

    private static final int STAGGER_MS = 600;

    private final PairConfig config;
    private final InetAddress self;
    private final int staggerMs;
    private final PairTls tls;
    private final Rehearsal rehearsal;
    private final Refusals garbage = new Refusals();
    private final Object deliveryLock = new Object();
    private Listener listener;
    private Thread joiner;
    private volatile JChannel channel;
    private volatile Address peer;
    private volatile boolean closed;

    /**
     * @param self which host this is: its address is bound
     * @param tls how the two hosts prove who they are
     * @param rehearsal awaited before the peer is looked for
     */
    public JGroupsLink(PairConfig config, HostId self, PairTls tls, Rehearsal rehearsal) {
        this.config = config;
        this.tls = tls;
        this.rehearsal = rehearsal;
        this.self = config.addressOf(self);
        // Two hosts that join at the same instant both become coordinators and need a merge.
        this.staggerMs = self == HostId.B ? STAGGER_MS : 0;
    }

    @Override
    public void open(Listener whom) {
        listener = whom;
        joiner = new Thread(this::join, "coral-join");
        joiner.setDaemon(true);
        joiner.start();
    }

    private void join() {
        int waitMs = staggerMs;
        while (!closed) {
            try {
                rehearsal.await();
                Thread.sleep(waitMs);
                channel = connect();
                return;
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                LOG.warn(
                        "reply log on {}:{} cannot start: {}; trying again",
                        self.getHostAddress(),
                        config.replyLog().port(),
                        e.toString());
                waitMs = RETRY_MS;
            }
        }
    }

    private JChannel connect() throws Exception {
        QuietLog.install();
        JChannel opened;
        try (InputStream stack = ProtocolStack.of(self, config)) {
            opened = new JChannel(stack);
        }
        try {
            opened.getProtocolStack()
                    .getTransport()
                    .setSocketFactory(
                            new GuardedSockets(
                                    tls, Set.of(config.hostA(), config.hostB()), garbage));
            opened.setDiscardOwnMessages(true);
            opened.setReceiver(this);
            channel = opened;
            opened.connect("coral-" + config.pairName());
            return opened;
        } catch (Exception e) {
            channel = null;
            opened.close();
            throw e;
        }
    }

    @Override
    public void viewAccepted(View view) {
        JChannel own = channel;
        List<Address> members = view.getMembers();
        Address newest = null;
        for (Address member : members) {
            if (own != null && !member.equals(own.getAddress())) {
                newest = member;
            }
        }
        synchronized (deliveryLock) {
            if (newest != null ? newest.equals(peer) : peer == null) {
                return;
            }
            if (peer != null) {
                peer = null;
                listener.onReachable(false);
            }
            peer = newest;
            if (newest != null) {
                listener.onReachable(true);
            }
        }
    }

    @Override
    public void receive(Message message) {
        deliver(message, false);
    }

    @Override
    public void receive(MessageBatch batch) {
        int left = batch.size();
        for (Message message : batch) {
            left--;
            deliver(message, left > 0);
        }
    }

    private void deliver(Message message, boolean more) {
        if (!message.hasArray()) {
            garbage.increment();
            return;
        }
        if (!message.getSrc().equals(peer)) {
            // Of the pair, but early or late: it has another view of who is a member.
            return;
        }
        synchronized (deliveryLock) {
            try {
                listener.onFrame(
                        message.getArray(), message.getOffset(), message.getLength(), more);
            } catch (RuntimeException e) {
                // JGroups would swallow it; the log stalls, and the daemon decides.
                LOG.error("frame of {} bytes failed", message.getLength(), e);
            }
        }
    }

    @Override
    public boolean send(byte[] frame, int length) {
        Address to = peer;
        JChannel over = channel;
        if (to == null || over == null) {
            return false;
        }
        try {
            over.send(new BytesMessage(to, frame, 0, length));
            return true;
        } catch (Exception e) {
            LOG.debug("frame of {} bytes not sent: {}", length, e.toString());
            return false;
        }
    }

    @Override
    public long garbageCount() {
        return garbage.sum();
    }

    @Override
    public void close() {
        closed = true;
        if (joiner != null) {
            joiner.interrupt();
        }
        JChannel open = channel;
        if (open == null) {
            return;
        }
        // Leaving a dead peer may take JGroups long; nobody waits for it longer than this.
        Thread closer = new Thread(open::close, "coral-leave");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
