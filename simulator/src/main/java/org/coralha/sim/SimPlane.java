package org.coralha.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;

/** What the data plane of a host does with packets, by mode, as {@code verdict.h}. */
final class SimPlane {
    private final SimHost host;
    private final World world;
    private final Map<FlowKey, SimSocket> sockets = new LinkedHashMap<>();

    /** Replicas that were closed; what the client still says is answered for them. */
    private final Map<FlowKey, Flow> over = new HashMap<>();

    SimPlane(SimHost host) {
        this.host = host;
        this.world = host.world;
    }

    private Mode mode() {
        return host.kernel.mode();
    }

    boolean isOwn() {
        return mode() == Mode.SIMPLEX || mode() == Mode.PRIMARY;
    }

    void ingress(Packet packet, boolean fromPeer) {
        switch (mode()) {
            case BACKUP -> backup(packet);
            case PRIMARY -> primary(packet, fromPeer);
            case SIMPLEX -> simplex(packet);
            case FORWARD_ONLY -> {
                if (!fromPeer) {
                    world.network.toPeer(host, packet);
                }
            }
            default -> {
                // fenced: nothing enters
            }
        }
    }

    private void backup(Packet packet) {
        SimSocket socket = sockets.get(packet.flow().key);
        if (isOfAnother(packet, socket)) {
            if (!packet.has(Packet.SYN) || !socket.isHalfOpen()) {
                world.network.toPeer(host, packet);
                answer(packet, socket);
                return;
            }
            socket.reset();
            socket = null;
        }
        boolean begins = packet.has(Packet.SYN);
        world.network.toPeer(host, socket == null && !begins ? packet.orphan() : packet);
        if (socket == null && begins && host.jetty.isAlive()) {
            socket = open(packet.flow(), SimSocket.Kind.REPLICA);
        }
        if (socket != null) {
            socket.input(packet);
        }
    }

    private void primary(Packet packet, boolean fromPeer) {
        SimSocket socket = sockets.get(packet.flow().key);
        if (isOfAnother(packet, socket)) {
            if (fromPeer) {
                answer(packet, socket);
            } else {
                world.network.toPeer(host, packet);
            }
        } else if (socket != null && socket.kind() != SimSocket.Kind.GUARDED) {
            socket.input(packet);
        } else if (socket == null && isOver(packet)) {
            conclude(packet);
        } else if (!fromPeer) {
            world.network.toPeer(host, packet);
        } else if (socket != null) {
            if (packet.has(Packet.ORPHAN)) {
                socket.alone();
            }
            socket.input(packet);
        } else if (packet.has(Packet.SYN)) {
            open(packet.flow(), SimSocket.Kind.GUARDED).input(packet);
        } else {
            refuse(packet);
        }
    }

    private void simplex(Packet packet) {
        SimSocket socket = sockets.get(packet.flow().key);
        if (socket == null && packet.has(Packet.SYN)) {
            socket = open(packet.flow(), SimSocket.Kind.LOCAL);
        }
        if (isOfAnother(packet, socket)) {
            answer(packet, socket);
        } else if (socket != null) {
            socket.input(packet);
        } else if (isOver(packet)) {
            conclude(packet);
        } else {
            refuse(packet);
        }
    }

    /** The port of that socket was used by another connection, or is now. */
    private static boolean isOfAnother(Packet packet, SimSocket socket) {
        return socket != null && socket.flow() != packet.flow();
    }

    private static void answer(Packet packet, SimSocket socket) {
        if (packet.has(Packet.SYN)) {
            socket.challenge();
        } else {
            socket.idle();
        }
    }

    private boolean isOver(Packet packet) {
        return over.get(packet.flow().key) == packet.flow();
    }

    /** As {@code conclude.h}: the client's end is acknowledged, and nothing else is said. */
    private void conclude(Packet packet) {
        if (packet.length() > 0) {
            refuse(packet);
        } else if (packet.has(Packet.FIN) && host.sends()) {
            world.network.toClient(
                    host,
                    new Packet(
                            packet.flow(),
                            packet.ack(),
                            0,
                            null,
                            packet.seq() + 1,
                            0,
                            packet.isn()));
        }
    }

    /** Nothing of it for own stack; a host that serves has to say that it does not know it. */
    void keepOut(Packet packet) {
        if (isOwn()) {
            refuse(packet);
        }
    }

    void refuse(Packet packet) {
        if (host.sends() && !packet.has(Packet.RST)) {
            world.network.toClient(
                    host, new Packet(packet.flow(), packet.ack(), 0, null, 0, Packet.RST, 0));
        }
    }

    private SimSocket open(Flow flow, SimSocket.Kind kind) {
        SimSocket socket = new SimSocket(host, flow, kind);
        sockets.put(flow.key, socket);
        return socket;
    }

    /** Own stack sends. */
    void egress(SimSocket socket, Packet packet) {
        if (mode() == Mode.BACKUP) {
            if (packet.isPureAck()) {
                world.network.report(host, packet);
            }
        } else if (isOwn() && host.sends()) {
            speak(socket, packet);
        }
    }

    private void speak(SimSocket socket, Packet packet) {
        if (mode() == Mode.PRIMARY && socket.kind() == SimSocket.Kind.GUARDED) {
            long cap = Math.min(packet.ack(), socket.peerAck());
            socket.acknowledged(cap);
            world.invariants.acknowledged(packet.flow().number, cap, packet.flow().replicatedEnd);
            if (packet.length() > 0) {
                world.invariants.sent(
                        packet.flow().number,
                        packet.seq() + packet.length(),
                        packet.flow().keptEnd);
            }
            if (packet.has(Packet.FIN)) {
                world.invariants.ended(packet.flow().number, packet.flow().keptEnding);
            }
            world.network.toClient(
                    host,
                    new Packet(
                            packet.flow(),
                            packet.seq(),
                            packet.length(),
                            packet.bytes(),
                            cap,
                            packet.flags(),
                            packet.isn()));
        } else {
            socket.acknowledged(packet.ack());
            world.network.toClient(host, packet);
        }
    }

    /** The backup's stack has received that much. */
    void reported(Packet packet) {
        SimSocket socket = sockets.get(packet.flow().key);
        if (socket == null || mode() != Mode.PRIMARY || isOfAnother(packet, socket)) {
            return;
        }
        if (packet.has(Packet.RST)) {
            socket.alone(); // its replica is given up
        } else {
            socket.reported(packet.ack());
        }
    }

    /** The mode was switched. */
    void switched() {
        if (mode() == Mode.SIMPLEX) {
            List.copyOf(sockets.values()).forEach(SimSocket::alone);
        }
    }

    /** What a takeover hands to the module; fixes where each promoted flow goes on. */
    List<FlowSnapshot> flows() {
        List<FlowSnapshot> flows = new ArrayList<>();
        for (SimSocket socket : sockets.values()) {
            if (socket.kind() == SimSocket.Kind.REPLICA && socket.isEstablished()) {
                if (isOwn()) {
                    socket.promote();
                }
                flows.add(new FlowSnapshot(socket.flow().key, socket.clientAck()));
            } else if (socket.kind() == SimSocket.Kind.PROMOTED) {
                flows.add(new FlowSnapshot(socket.flow().key, socket.base()));
            }
        }
        return flows;
    }

    List<FlowSnapshot> unreplicated() {
        List<FlowSnapshot> flows = new ArrayList<>();
        for (SimSocket socket : sockets.values()) {
            if (socket.kind() != SimSocket.Kind.GUARDED) {
                flows.add(new FlowSnapshot(socket.flow().key, 0));
            }
        }
        return flows;
    }

    void forget(SimSocket socket) {
        sockets.remove(socket.flow().key, socket);
    }

    void closed(SimSocket socket) {
        sockets.remove(socket.flow().key, socket);
        Flow flow = socket.flow();
        if (socket.kind() == SimSocket.Kind.REPLICA && mode() == Mode.BACKUP) {
            over.put(flow.key, flow);
            world.network.report(host, new Packet(flow, 0, 0, null, 0, Packet.RST, 0));
        } else if (socket.isUnusedReplica()) {
            over.put(flow.key, flow); // given up while the switch was under way
        }
    }

    /** Every socket is gone: its process, or the machine, is. */
    void clear() {
        for (SimSocket socket : sockets.values()) {
            socket.vanish();
        }
        sockets.clear();
        over.clear();
    }

    /** Flows that are neither over nor aborted, of all that are kept. */
    int leftovers() {
        int count = 0;
        for (SimSocket socket : sockets.values()) {
            count += socket.flow().aborted || !socket.isEstablished() ? 0 : 1;
        }
        return count;
    }
}
