package org.coralha.drill.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.coralha.drill.json.Json;

/**
 * What one run of a case gave.
 *
 * @param what the case
 * @param pausesMicros longest wait of each connection that ended after the fault
 * @param endsMicros when each of these waits ended, since the command that makes the fault began
 * @param replies whole and right replies
 * @param wrong requests failed, corrupted, and connections reset
 * @param busyPercent processor time at work in the seconds before the fault, of all processors
 * @param timeouts retransmission timers and loss probes that fired at the clients after the fault
 * @param retransmissions segments that the clients sent again after the fault
 * @param failover what the survivor's daemon tells of it, in microseconds since the detection
 */
record PauseSample(
        PauseCase what,
        List<Long> pausesMicros,
        List<Long> endsMicros,
        long replies,
        long wrong,
        long busyPercent,
        long timeouts,
        long retransmissions,
        Map<String, Long> failover) {

    /** Copies the collections. */
    PauseSample {
        pausesMicros = List.copyOf(pausesMicros);
        endsMicros = List.copyOf(endsMicros);
        failover = Map.copyOf(failover);
    }

    String toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("case", what.word());
        map.put("pausesMicros", pausesMicros);
        map.put("endsMicros", endsMicros);
        map.put("replies", replies);
        map.put("wrong", wrong);
        map.put("busyPercent", busyPercent);
        map.put("timeouts", timeouts);
        map.put("retransmissions", retransmissions);
        map.put("failover", failover);
        return Json.write(map);
    }

    static PauseSample parse(String line) {
        Json json = Json.parse(line);
        return new PauseSample(
                PauseCase.named(json.get("case").text()),
                numbers(json.get("pausesMicros")),
                numbers(json.get("endsMicros")),
                json.get("replies").number(),
                json.get("wrong").number(),
                json.get("busyPercent").number(),
                json.get("timeouts").number(),
                json.get("retransmissions").number(),
                json.get("failover").numbers());
    }

    private static List<Long> numbers(Json list) {
        return list.elements().stream().map(Json::number).toList();
    }
}
