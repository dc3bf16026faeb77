package org.coralha.drill.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * How a lab is started; two equal values can share a running lab.
 *
 * @param arguments options of {@code lab up} as words
 */
public record LabOptions(List<String> arguments) {
    /** Everything as the defaults say. */
    public static final LabOptions PLAIN = new LabOptions(List.of());

    /** Copies the list. */
    public LabOptions {
        arguments = List.copyOf(arguments);
    }

    /** Sets a sysctl on a host before the pair starts. */
    public LabOptions sysctl(String host, String key, String value) {
        return plus("--sysctl", host + ":" + key + "=" + value);
    }

    /** Sets a key of pair.properties on both hosts. */
    public LabOptions pair(String key, String value) {
        return plus("--pair", key + "=" + value);
    }

    /** Sets a property of the module on both hosts. */
    public LabOptions jetty(String property, String value) {
        return plus("--jetty", property + "=" + value);
    }

    /** Both hosts are virtual machines, each with a kernel of its own. */
    public LabOptions virtualMachines() {
        return with("--vm");
    }

    private LabOptions plus(String option, String value) {
        return with(option, value);
    }

    private LabOptions with(String... words) {
        List<String> more = new ArrayList<>(arguments);
        more.addAll(List.of(words));
        return new LabOptions(more);
    }
}
