package org.coralha.heartbeat.core;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.coralha.heartbeat.vote.Ballot;
import org.coralha.heartbeat.vote.Vote;
import org.coralha.heartbeat.vote.VoteRecord;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;

/** The simulated third host: the real vote, a simulated disk, and a link to each host. */
final class SimWitness {
    private final SimPair pair;
    final Map<HostId, Boolean> links = new EnumMap<>(HostId.class);
    Vote vote;
    boolean alive = true;

    /** Datagrams arrive, but what they ask for is kept and the answer is lost. */
    boolean mute;

    private Optional<VoteRecord> disk = Optional.empty();
    private long life = 500;

    SimWitness(SimPair pair) {
        this.pair = pair;
        links.put(HostId.A, true);
        links.put(HostId.B, true);
        start();
    }

    void kill() {
        alive = false;
    }

    void start() {
        alive = true;
        vote = new Vote(++life, disk);
    }

    void loseDisk() {
        disk = Optional.empty();
        start();
    }

    void cut(boolean fromA, boolean fromB) {
        links.put(HostId.A, !fromA);
        links.put(HostId.B, !fromB);
    }

    /** A host asks. */
    void ask(SimHost host, Action.AskWitness question) {
        if (!reaches(host)) {
            return;
        }
        WitnessRequest request =
                new WitnessRequest(
                        host.id,
                        question.life(),
                        question.standing(),
                        question.epoch(),
                        question.wanted());
        long life = host.life();
        pair.after(delay(), () -> receive(host, life, request));
    }

    private long delay() {
        return 300_000 + (long) (pair.random.nextDouble() * (SimPair.MS + 2 * pair.jitterNs));
    }

    private boolean reaches(SimHost host) {
        return alive && host.cable && links.get(host.id) && pair.random.nextDouble() >= pair.loss;
    }

    private void receive(SimHost host, long hostLife, WitnessRequest request) {
        if (!alive) {
            return;
        }
        Ballot ballot = vote.decide(request);
        ballot.toKeep()
                .ifPresent(
                        record -> {
                            disk = Optional.of(record);
                            vote.keep(record);
                        });
        if (mute || !reaches(host)) {
            return;
        }
        pair.after(
                delay(),
                () -> {
                    if (hostLife == host.life()) {
                        host.input(() -> host.core.onWitnessAnswer(ballot.answer(), pair.nowNs()));
                    }
                });
    }

    @Override
    public String toString() {
        return vote.record() + " links " + links + (alive ? "" : " dead");
    }
}
