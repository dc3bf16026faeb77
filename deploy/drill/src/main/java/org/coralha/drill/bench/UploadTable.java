package org.coralha.drill.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.coralha.drill.bench.UploadSample.Figures;

/** The samples of {@code bench uploads} as the page that docs/measurements keeps. */
final class UploadTable {
    /** Linux delays an acknowledgement by 40 ms at least; a reply above this has waited for one. */
    private static final long DELAYED_MICROS = 35_000;

    private static final String HEAD =
            """
            # Uploads and small requests beside a plain Jetty

            Written by `./coral bench uploads --samples FILE --report docs/measurements/uploads.md`. Each round measures a plain Jetty on host a \
            and, right after it, the pair whose primary is host a, with the same application, which hashes every byte. 1 MB: 64 uploads over \
            all flows, one after the other on each; larger ones: one upload on each flow. A new connection for each measurement, warmed by one small request. *Ratio* is the pair's throughput \
            through plain Jetty's of the same round: median (lowest to highest). *Processor time* is that of the whole machine, clients \
            and whatever else ran on it included, for each megabyte: median of plain Jetty, of the pair. *Cable*: rate of the clients' \
            cable (`tc tbf`); with `-` nothing but the processors limits.

            Both hosts, the router, the switch and the clients share this machine's processors (%d): without a limit a row compares \
            processor time, since the backup receives, reads and logs every byte as well. Real hosts have processors of their own; what \
            the acknowledgement itself costs shows where the cable is the limit. *Backup given up*: measurements in which the pair lost its \
            backup; these were made again. The limits for that are long here (0.5 s for the host, 20 s for Jetty): with the usual ones \
            the backup is given up while eight uploads saturate both processors. `simplex` is the primary after its backup's death, \
            `off` the pair that acknowledges whatever the primary has.

            """;

    private static final String UPLOADS =
            """
            ## Uploads

            | acknowledgement | cable, Mbit/s | size, MB | flows | rounds | ratio, %% | plain, MB/s | pair, MB/s | processor us/MB, plain, pair | processors busy, %%, plain, pair | backup given up |
            |:--|--:|--:|--:|--:|:--|--:|--:|:--|:--|--:|
            """;

    private static final String SMALL =
            """

            ## Small requests, Nagle's algorithm on at the client

            Times in ms over all rounds. *Late*: replies after more than 35 ms, as a delayed acknowledgement makes them. A client that writes \
            a request in two pieces holds the second back until the first is acknowledged, and any server acknowledges late what it cannot \
            answer: what counts is whether the pair adds to that.

            | acknowledgement | request | server | requests | late, %% | p50 | p99 | longest |
            |:--|:--|:--|--:|--:|--:|--:|--:|
            """;

    private UploadTable() {}

    /** All samples; ends with a line end. */
    static String render(List<UploadSample> samples) {
        StringBuilder out = new StringBuilder();
        out.append(String.format(HEAD, Runtime.getRuntime().availableProcessors()));
        out.append(String.format(UPLOADS));
        Map<List<Object>, List<UploadSample>> cases = new LinkedHashMap<>();
        samples.stream()
                .sorted(Comparator.comparingInt(UploadSample::cableMbit))
                .forEach(s -> cases.computeIfAbsent(key(s), k -> new ArrayList<>()).add(s));
        cases.values().stream()
                .filter(rounds -> !rounds.get(0).isSmall())
                .forEach(rounds -> out.append(uploads(rounds)));
        out.append(String.format(SMALL));
        cases.values().stream()
                .filter(rounds -> rounds.get(0).isSmall())
                .forEach(
                        rounds -> {
                            out.append(small(rounds, "plain", UploadSample::plain));
                            out.append(small(rounds, "pair", UploadSample::pair));
                        });
        return out.toString();
    }

    private static List<Object> key(UploadSample sample) {
        return List.of(sample.way(), sample.cableMbit(), sample.what(), sample.flows());
    }

    private static String uploads(List<UploadSample> rounds) {
        UploadSample one = rounds.get(0);
        double[] ratios = sorted(rounds, s -> 100 * s.ratio());
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d | %d | %d | %.1f (%.1f to %.1f) | %.0f | %.0f | %.0f, %.0f | %.0f, %.0f | %d |%n",
                one.way(),
                one.cableMbit() == 0 ? "-" : one.cableMbit(),
                Long.parseLong(one.what()) / 1_000_000,
                one.flows(),
                rounds.size(),
                median(ratios),
                ratios[0],
                ratios[ratios.length - 1],
                median(sorted(rounds, s -> s.plain().megabytesPerSecond())),
                median(sorted(rounds, s -> s.pair().megabytesPerSecond())),
                median(sorted(rounds, s -> s.plain().busyMicrosPerMegabyte())),
                median(sorted(rounds, s -> s.pair().busyMicrosPerMegabyte())),
                median(sorted(rounds, s -> s.plain().busyPercent())),
                median(sorted(rounds, s -> s.pair().busyPercent())),
                rounds.stream().mapToInt(UploadSample::givenUp).sum());
    }

    /** Takes one server's figures out of a sample. */
    private interface Side {
        Figures of(UploadSample sample);
    }

    private static String small(List<UploadSample> rounds, String server, Side side) {
        UploadSample one = rounds.get(0);
        long[] micros =
                rounds.stream()
                        .flatMap(sample -> side.of(sample).replies().stream())
                        .mapToLong(Long::longValue)
                        .sorted()
                        .toArray();
        long late = LongStream.of(micros).filter(m -> m > DELAYED_MICROS).count();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d | %.1f | %.1f | %.1f | %.1f |%n",
                one.way(),
                SmallPattern.named(one.what()).title(),
                server,
                micros.length,
                100.0 * late / micros.length,
                micros[micros.length / 2] / 1000.0,
                micros[micros.length * 99 / 100] / 1000.0,
                micros[micros.length - 1] / 1000.0);
    }

    /** One sample for people who watch. */
    static String line(UploadSample sample) {
        String rows =
                sample.isSmall()
                        ? small(List.of(sample), "pair", UploadSample::pair)
                        : uploads(List.of(sample));
        return rows.strip();
    }

    private static double[] sorted(List<UploadSample> rounds, ToDoubleFunction<UploadSample> of) {
        return rounds.stream().mapToDouble(of).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
