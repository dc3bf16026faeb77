package org.coralha.drill.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.coralha.drill.json.Json;

/**
 * One round of one case: a plain Jetty and, right after it, the pair.
 *
 * @param way how the pair acknowledges, or {@link #SIMPLEX}
 * @param cableMbit rate of the clients' cable, 0 for none
 * @param what size of the uploads in bytes, as digits, or the word of a {@link SmallPattern}
 * @param flows connections at once
 * @param plain what the plain Jetty did
 * @param pair what the pair did
 * @param givenUp how often the pair was measured in vain, because it gave its backup up meanwhile
 */
record UploadSample(
        String way,
        int cableMbit,
        String what,
        int flows,
        Figures plain,
        Figures pair,
        int givenUp) {
    /** The primary alone. */
    static final String SIMPLEX = "simplex";

    /**
     * @param bytes uploaded; 0 for small requests
     * @param micros that the uploads took
     * @param busyMicros processor time of the whole machine meanwhile
     * @param replies microseconds of each small request
     */
    record Figures(long bytes, long micros, long busyMicros, List<Long> replies) {
        /** Copies the list. */
        Figures {
            replies = List.copyOf(replies);
        }

        double megabytesPerSecond() {
            return (double) bytes / micros;
        }

        double busyMicrosPerMegabyte() {
            return busyMicros * 1e6 / bytes;
        }

        double busyPercent() {
            return 100.0 * busyMicros / micros / Runtime.getRuntime().availableProcessors();
        }

        private Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("bytes", bytes);
            map.put("micros", micros);
            map.put("busyMicros", busyMicros);
            map.put("replies", replies);
            return map;
        }

        private static Figures of(Json json) {
            return new Figures(
                    json.get("bytes").number(),
                    json.get("micros").number(),
                    json.get("busyMicros").number(),
                    json.get("replies").elements().stream().map(Json::number).toList());
        }
    }

    boolean isSmall() {
        return plain.bytes() == 0;
    }

    /** Throughput of the pair, plain Jetty's being 1. */
    double ratio() {
        return pair.megabytesPerSecond() / plain.megabytesPerSecond();
    }

    String toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("way", way);
        map.put("cableMbit", cableMbit);
        map.put("what", what);
        map.put("flows", flows);
        map.put("plain", plain.map());
        map.put("pair", pair.map());
        map.put("givenUp", givenUp);
        return Json.write(map);
    }

    static UploadSample parse(String line) {
        Json json = Json.parse(line);
        return new UploadSample(
                json.get("way").text(),
                (int) json.get("cableMbit").number(),
                json.get("what").text(),
                (int) json.get("flows").number(),
                Figures.of(json.get("plain")),
                Figures.of(json.get("pair")),
                (int) json.get("givenUp").number());
    }
}
