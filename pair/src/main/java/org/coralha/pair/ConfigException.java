package org.coralha.pair;

import java.util.List;

/** A configuration cannot be used. Carries every problem found, not only the first. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * @param source the file or object that is wrong
     * @param problems one sentence each: key, value, what is allowed
     */
    public ConfigException(String source, List<String> problems) {
        super(source + ": " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem, in the order of the keys. */
    public List<String> problems() {
        return problems;
    }
}
