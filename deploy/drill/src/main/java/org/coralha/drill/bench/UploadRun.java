package org.coralha.drill.bench;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Shell;

/**
 * The cases of {@code bench uploads} in a lab that runs: each round measures the plain Jetty and
 * then the pair, so that what else the machine does meets both.
 */
final class UploadRun {
    private static final int LARGE_BYTES = 200_000_000;
    private static final int SMALL_BYTES = 1_000_000;
    private static final int MANY_FLOWS = 8;

    /** Uploads of 1 MB in one measurement, over all flows. */
    private static final int SMALL_UPLOADS = 64;

    private static final int REQUESTS = 200;

    /** Each of these takes a delayed acknowledgement, on a plain Jetty as well. */
    private static final int SPLIT_REQUESTS = 50;

    private static final int WARM_BYTES = 20_000_000;
    private static final int WARM_ROUNDS = 4;
    private static final long LIMIT_MS = 10_000;
    private static final int GIVE_UPS = 2;
    private static final int DUPLEX_LIMIT_SECONDS = 120;

    /** As many bytes as the cable may be ahead: one packet that a card would cut. */
    private static final String BURST = "128kb";

    private final Lab lab;
    private final BenchClient client;
    private final InetSocketAddress plain;
    private final String way;
    private final int manyBytes;
    private final Consumer<UploadSample> taken;

    /**
     * @param way how the pair acknowledges, for the samples
     * @param manyBytes size of each of many large uploads at once
     * @param taken gets each sample
     */
    UploadRun(
            Lab lab,
            BenchClient client,
            InetSocketAddress plain,
            String way,
            int manyBytes,
            Consumer<UploadSample> taken) {
        this.lab = lab;
        this.client = client;
        this.plain = plain;
        this.way = way;
        this.manyBytes = manyBytes;
        this.taken = taken;
    }

    /** Compiles what will be measured, on both. */
    void warm() {
        for (int i = 0; i < WARM_ROUNDS; i++) {
            for (InetSocketAddress server : List.of(plain, lab.service())) {
                client.uploads(server, WARM_BYTES, 2, 1);
                client.uploads(server, SMALL_BYTES, MANY_FLOWS, 2);
                client.small(server, SmallPattern.GET_WHOLE, REQUESTS);
            }
        }
    }

    /** One round of all cases over a cable of that rate; 0 for no limit. */
    void round(int cableMbit) {
        limit(cableMbit);
        try {
            uploads(cableMbit, SMALL_BYTES, 1);
            uploads(cableMbit, SMALL_BYTES, MANY_FLOWS);
            uploads(cableMbit, LARGE_BYTES, 1);
            uploads(cableMbit, manyBytes, MANY_FLOWS);
            if (cableMbit == 0) {
                small();
            }
        } finally {
            limit(0);
        }
    }

    private void uploads(int cableMbit, int bytes, int flows) {
        int count = bytes == SMALL_BYTES ? SMALL_UPLOADS / flows : 1;
        for (int givenUp = 0; givenUp <= GIVE_UPS; givenUp++) {
            UploadSample.Figures first = client.uploads(plain, bytes, flows, count);
            UploadSample.Figures second = client.uploads(lab.service(), bytes, flows, count);
            if (isWhole()) {
                String what = Integer.toString(bytes);
                taken.accept(new UploadSample(way, cableMbit, what, flows, first, second, givenUp));
                return;
            }
            makeWhole();
        }
        throw new LabException("the pair gives its backup up each time, see above");
    }

    /** A pair that gave its backup up meanwhile did not protect what was measured. */
    private boolean isWhole() {
        LabStatus status = lab.status();
        String wanted = way.equals(UploadSample.SIMPLEX) ? UploadSample.SIMPLEX : "duplex";
        if (status.mode().equalsIgnoreCase(wanted)) {
            return true;
        }
        System.err.println("the pair changed while it was measured: " + status);
        return false;
    }

    /** Duplex again, with the primary beside the plain Jetty. */
    private void makeWhole() {
        if (way.equals(UploadSample.SIMPLEX)) {
            throw new LabException("the primary does not serve alone any more: " + lab.status());
        }
        lab.restore(DUPLEX_LIMIT_SECONDS);
        if (!lab.status().role(PlainJetty.HOST).equals("PRIMARY")) {
            throw new LabException("the plain Jetty is not beside the primary: " + lab.status());
        }
        warm();
    }

    private void small() {
        for (SmallPattern pattern : SmallPattern.values()) {
            UploadSample.Figures first = small(plain, pattern);
            UploadSample.Figures second = small(lab.service(), pattern);
            if (isWhole()) {
                taken.accept(new UploadSample(way, 0, pattern.word(), 1, first, second, 0));
            } else {
                makeWhole();
            }
        }
    }

    private UploadSample.Figures small(InetSocketAddress server, SmallPattern pattern) {
        int requests = pattern.pieces().size() == 1 ? REQUESTS : SPLIT_REQUESTS;
        return new UploadSample.Figures(0, 0, 0, client.small(server, pattern, requests));
    }

    private void limit(int cableMbit) {
        tc("qdisc", "del", "dev", "eth0", "root");
        if (cableMbit > 0) {
            String rate = cableMbit + "mbit";
            Shell.Result result =
                    tc(
                            "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst",
                            BURST, "latency", "50ms");
            if (result.exit() != 0) {
                throw new LabException("cannot limit the clients' cable: " + result.all());
            }
        }
    }

    private Shell.Result tc(String... words) {
        return lab.exec(
                Lab.CLIENT, LIMIT_MS, Stream.concat(Stream.of("tc"), Stream.of(words)).toList());
    }
}
