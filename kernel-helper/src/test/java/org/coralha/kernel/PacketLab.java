package org.coralha.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.kernel.jna.Namespace;
import org.coralha.kernel.jna.ProgramRun;
import org.coralha.pair.FlowSnapshot;

/**
 * The programs on one packet at a time, without a network; one of these is open at a time. The
 * client's sequence numbers begin at {@link #CLIENT_ISN}; the primary's, which the client sees, and
 * the backup's own at will.
 */
final class PacketLab implements AutoCloseable {
    static final int PASS = -1;
    static final int SHOT = 2;
    static final int STOLEN = 4;
    static final int REDIRECT = 7;
    static final long CLIENT_ISN = 1000;
    static final int CLIENT_PORT = 40_000;
    static final byte[] NONE = {};
    static final int PORT = 8080;

    /** Of notes of handshakes, as {@code maps.h} says. */
    static final int EMBRYOS_LIMIT = 32_768;

    /** Where a note of a handshake holds the moment of the first question. */
    private static final int EMBRYO_ASKED_AT = 48;

    private static final byte[] ROUTER_MAC = {2, 0, 0, 0, 0, 1};
    static final byte[] OWN_MAC = {2, 0, 0, 0, 0, 10};
    static final byte[] PEER_MAC = {2, 0, 0, 0, 0, 11};

    private final Namespace network;
    private final BpfObject programs;
    private final int interfaceIndex;
    final ServiceTable service;
    final FlowTable flows;
    private final Counters counters;

    /** MAC that the next packets come from. */
    byte[] from = ROUTER_MAC;

    int clientPort = CLIENT_PORT;

    final Family family;

    PacketLab() {
        this(Family.IPV4);
    }

    PacketLab(Family family) {
        this.family = family;
        LoadedPrograms loaded = LoadedPrograms.empty();
        network = loaded.network;
        programs = loaded.programs;
        interfaceIndex = loaded.interfaceIndex;
        try {
            service =
                    new ServiceTable(
                            programs,
                            new InetSocketAddress(InetAddress.getByAddress(family.service), PORT));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
        service.enter(family.host, MacAddress.of(OWN_MAC));
        service.peer(MacAddress.of(PEER_MAC));
        service.lease(DataPlane.UNLIMITED);
        flows = new FlowTable(programs);
        counters = new Counters(programs);
    }

    /** The next packets are of another connection, and come from the router again. */
    void nextPort() {
        clientPort++;
        from = ROUTER_MAC;
    }

    /** What a program made of a segment. */
    record Outcome(int action, Segment segment) {}

    Outcome in(Segment segment) {
        return run("coral_ingress", fromClient(segment), 0, 0);
    }

    Segment fromClient(Segment segment) {
        return segment.between(from, family.client, clientPort, family.service, PORT);
    }

    Outcome out(Segment segment) {
        return out(segment, 0);
    }

    Outcome out(Segment segment, int gsoSize) {
        return run("coral_egress", fromService(segment), gsoSize, 0);
    }

    Segment fromService(Segment segment) {
        return segment.between(OWN_MAC, family.service, PORT, family.client, clientPort);
    }

    /** Many packets in and out, addressed already, without a look at what becomes of them. */
    void flood(int times, IntFunction<Segment> in, IntFunction<Segment> out) {
        int ingress = programs.program("coral_ingress");
        int egress = programs.program("coral_egress");
        network.call(
                () -> {
                    for (int i = 0; i < times; i++) {
                        ProgramRun.run(ingress, in.apply(i).frame(), interfaceIndex, 0, 0);
                        ProgramRun.run(egress, out.apply(i).frame(), interfaceIndex, 0, 0);
                    }
                    return null;
                });
    }

    Outcome run(String program, Segment segment, int gsoSize, int flags) {
        ProgramRun.Result result = raw(program, segment.frame(), gsoSize, flags);
        return new Outcome(result.action(), new Segment(result.packet()));
    }

    ProgramRun.Result raw(String program, byte[] frame, int gsoSize, int flags) {
        int descriptor = programs.program(program);
        return network.call(
                () -> ProgramRun.run(descriptor, frame, interfaceIndex, gsoSize, flags));
    }

    /** Takes a flow through its handshake in backup mode; the client sees the primary's ISN. */
    Outcome replicate(long visibleIsn, long ownIsn, long ownTs) {
        return replicate(visibleIsn, ownIsn, ownTs, 7777);
    }

    /** The same, with what the primary's clock showed in its SYN-ACK. */
    Outcome replicate(long visibleIsn, long ownIsn, long ownTs, long visibleTs) {
        service.mode(DataPlane.Mode.BACKUP);
        in(Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE));
        byte[] stamp = Segment.timestamp(ownTs, 1);
        out(Segment.of(Segment.SYN | Segment.ACK, ownIsn, CLIENT_ISN + 1, stamp, NONE));
        stamp = Segment.timestamp(50, visibleTs);
        return confirmed(Segment.of(Segment.ACK, CLIENT_ISN + 1, visibleIsn + 1, stamp, NONE));
    }

    /** The client's packet on its way to the primary, which sends it back, and to own stack. */
    Outcome confirmed(Segment segment) {
        in(segment);
        return answer(segment);
    }

    /** What the primary sends back to the backup. */
    Outcome answer(Segment segment) {
        byte[] before = from;
        from = PEER_MAC;
        Outcome outcome = in(segment.marked(Segment.ASKS));
        from = before;
        return outcome;
    }

    /** Takes a flow through its handshake as the primary, over a backup; own window scale is 7. */
    void guard(long ownIsn, byte[] ownOptions) {
        guard(ownIsn, ownOptions, 7);
    }

    /** The same with another scale, 0 to 14. */
    void guard(long ownIsn, byte[] ownOptions, int ownScale) {
        guard(CLIENT_ISN, ownIsn, ownOptions, ownScale);
    }

    /** The same with another start of the client's numbers. */
    void guard(long clientIsn, long ownIsn, byte[] ownOptions, int ownScale) {
        service.mode(DataPlane.Mode.PRIMARY);
        from = PEER_MAC;
        in(Segment.of(Segment.SYN, clientIsn, 0, NONE, NONE));
        byte[] scale = {1, 3, 3, (byte) ownScale};
        byte[] options =
                ByteBuffer.allocate(4 + ownOptions.length).put(scale).put(ownOptions).array();
        int flags = Segment.SYN | Segment.ACK;
        out(Segment.of(flags, ownIsn, clientIsn + 1, options, NONE).window(0xffff));
        in(Segment.of(Segment.ACK, clientIsn + 1, ownIsn + 1, NONE, NONE));
    }

    /** The backup's stack has taken what is before {@code ack} and has room up to {@code edge}. */
    Outcome report(long ack, long edge, byte[] options) {
        return report(Segment.of(Segment.ACK, edge, ack, options, NONE));
    }

    Outcome report(Segment report) {
        return run("coral_ingress", fromBackup(report), 0, 0);
    }

    Segment fromBackup(Segment report) {
        return report.between(from, family.service, PORT, family.client, clientPort);
    }

    BpfMap guardMap() {
        return programs.map("guarded", PinLayout.FLOW_KEY_BYTES, PinLayout.GUARD_BYTES);
    }

    /** The client acknowledges, and echoes the primary's clock. */
    Outcome fromClientAck(long ack, long echo) {
        byte[] stamp = Segment.timestamp(50, echo);
        return in(Segment.of(Segment.ACK, CLIENT_ISN + 1, ack, stamp, NONE));
    }

    long acked() {
        List<FlowSnapshot> found = flows.snapshots();
        return found.size() == 1 ? found.get(0).clientAckedBytes() : -found.size();
    }

    long count(String counter) {
        return counters.read().get(counter);
    }

    BpfMap flowMap() {
        return programs.map("flows", PinLayout.FLOW_KEY_BYTES, PinLayout.FLOW_BYTES);
    }

    /** How many handshakes are noted. */
    int embryos() {
        return embryoMap().keys(2 * EMBRYOS_LIMIT).size();
    }

    private BpfMap embryoMap() {
        return programs.map("embryos", PinLayout.FLOW_KEY_BYTES, PinLayout.EMBRYO_BYTES);
    }

    /** As if the backup had asked the primary about each handshake in the first second of all. */
    void questionsWereAskedLongAgo() {
        BpfMap map = embryoMap();
        for (byte[] key : map.keys(EMBRYOS_LIMIT)) {
            byte[] value = map.get(key).orElseThrow();
            ByteBuffer.wrap(value).putLong(EMBRYO_ASKED_AT, 0);
            map.put(key, value);
        }
    }

    @Override
    public void close() {
        flows.close();
    }
}
