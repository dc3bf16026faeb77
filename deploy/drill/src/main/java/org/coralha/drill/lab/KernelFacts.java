package org.coralha.drill.lab;

import java.time.Instant;
import java.util.List;

/**
 * What a kernel says of itself.
 *
 * @param release as {@code uname -r} has it
 * @param bootId random number that a kernel makes when it starts
 * @param uptimeSeconds since it started
 * @param clock its time of day
 */
public record KernelFacts(String release, String bootId, double uptimeSeconds, Instant clock) {
    private static final String LOOK =
            "uname -r; cat /proc/sys/kernel/random/boot_id; cut -d ' ' -f 1 /proc/uptime;"
                    + " date -u +%s.%N";

    /**
     * Asks the kernel under a host of the lab.
     *
     * @param host a host, also a virtual machine, or a network namespace
     */
    public static KernelFacts of(Lab lab, String host) {
        List<String> lines =
                lab.verb("exec", host, "--", "bash", "-c", LOOK).strip().lines().toList();
        if (lines.size() != 4) {
            throw new LabException("the kernel of " + host + " says only " + lines);
        }
        String[] time = lines.get(3).split("\\.", -1);
        return new KernelFacts(
                lines.get(0),
                lines.get(1),
                Double.parseDouble(lines.get(2)),
                Instant.ofEpochSecond(Long.parseLong(time[0]), Long.parseLong(time[1])));
    }
}
