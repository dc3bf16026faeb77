package org.coralha.sim;

import org.coralha.sim.engine.Chance;

/**
 * The ways between one host and the witness: each loses, duplicates, delays and thereby reorders,
 * some datagrams for longer than a question waits; recorded ones come again at any time, at the
 * witness or at the port of the daemon that runs then. Of what is lost, half arrives damaged.
 */
final class WitnessWire {
    private static final long MS = World.MS;
    private static final long BASE_NS = 150_000;
    private static final long LATE_NS = 2_000 * MS;
    private static final int RECORDED = 8;

    /** A question, or an answer, on its way or recorded. */
    private record Datagram(WitnessSocket asking, byte[] bytes) {}

    private final World world;
    private final SimHost host;
    private final Datagram[] requests = new Datagram[RECORDED];
    private final Datagram[] answers = new Datagram[RECORDED];
    private int requestCount;
    private int answerCount;
    boolean openTo = true;
    boolean openFrom = true;
    int lossPercent;
    int duplicatePercent;
    int latePercent;
    long jitterNs;

    WitnessWire(World world, SimHost host) {
        this.world = world;
        this.host = host;
    }

    SimHost host() {
        return host;
    }

    void carry(WitnessSocket asking, byte[] question) {
        Datagram datagram = new Datagram(asking, question);
        requests[requestCount++ % RECORDED] = datagram;
        toWitness(datagram);
        if (world.chance.percent(duplicatePercent)) {
            toWitness(datagram);
        }
    }

    private void toWitness(Datagram datagram) {
        if (!openTo || !isPlugged()) {
            return;
        }
        if (!loses()) {
            world.after(delayNs(), () -> ask(datagram, true));
        } else if (world.noise.oneIn(2)) {
            intrudeWitness(Damage.of(datagram.bytes(), world.noise));
        }
    }

    private void ask(Datagram datagram, boolean genuine) {
        byte[] given = world.witness.answer(host, datagram.bytes(), genuine);
        if (given == null) {
            return;
        }
        Datagram answer = new Datagram(datagram.asking(), given);
        answers[answerCount++ % RECORDED] = answer;
        toHost(answer);
        if (world.chance.percent(duplicatePercent)) {
            toHost(answer);
        }
    }

    private void toHost(Datagram answer) {
        if (!openFrom || !isPlugged()) {
            return;
        }
        if (!loses()) {
            world.after(delayNs(), () -> receive(answer, true));
        } else if (world.noise.oneIn(2)) {
            intrudeHost(Damage.of(answer.bytes(), world.noise));
        }
    }

    private void receive(Datagram answer, boolean genuine) {
        if (isPlugged()) {
            answer.asking().receive(answer.bytes(), genuine);
        }
    }

    private boolean isPlugged() {
        return host.cable && !host.frozen;
    }

    private boolean loses() {
        return world.chance.percent(lossPercent);
    }

    /** Somebody sends the host what the witness has not sent to it. */
    void intrudeHost(byte[] datagram) {
        if (host.hasDaemon()) {
            Datagram intruding = new Datagram(host.daemon.witness(), datagram);
            world.after(BASE_NS, () -> receive(intruding, false));
        }
    }

    /** Somebody sends the witness what this host has not sent. */
    void intrudeWitness(byte[] datagram) {
        Datagram intruding = new Datagram(null, datagram);
        world.after(BASE_NS, () -> ask(intruding, false));
    }

    /** A datagram of either way arrives a second time, damaged. */
    void damaged(Chance noise) {
        Datagram question = requests[noise.below(RECORDED)];
        Datagram answer = answers[noise.below(RECORDED)];
        if (question != null) {
            intrudeWitness(Damage.of(question.bytes(), noise));
        }
        if (answer != null) {
            intrudeHost(Damage.of(answer.bytes(), noise));
        }
    }

    /** What was heard here arrives where it does not belong. */
    void misled(Chance noise) {
        Datagram question = requests[noise.below(RECORDED)];
        Datagram answer = answers[noise.below(RECORDED)];
        if (question != null) {
            intrudeHost(question.bytes());
        }
        if (answer != null) {
            intrudeWitness(answer.bytes());
            world.witnessWire(host.peer()).intrudeHost(answer.bytes());
        }
    }

    private long delayNs() {
        long delayNs = BASE_NS + (jitterNs > 0 ? world.chance.between(0, jitterNs) : 0);
        boolean late = world.chance.percent(latePercent);
        return late ? delayNs + world.chance.between(MS, LATE_NS) : delayNs;
    }

    /** Somebody sends an old question, or an old answer, again. */
    void replay() {
        int known = Math.min(world.chance.oneIn(2) ? requestCount : answerCount, RECORDED);
        int chosen = known == 0 ? 0 : world.chance.below(known);
        if (known > 0 && requests[chosen] != null && world.chance.oneIn(2)) {
            toWitness(requests[chosen]);
        } else if (known > 0 && answers[chosen] != null) {
            Datagram old = answers[chosen];
            WitnessSocket now = host.hasDaemon() ? host.daemon.witness() : old.asking();
            toHost(new Datagram(now, old.bytes()));
        }
    }

    void heal() {
        openTo = true;
        openFrom = true;
        lossPercent = 0;
        duplicatePercent = 0;
        latePercent = 0;
        jitterNs = 0;
    }
}
