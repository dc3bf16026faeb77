package org.coralha.kernel;

/**
 * One thing that Coral needs of a host, and whether it is there.
 *
 * @param subject what was looked at
 * @param ok whether it is as needed
 * @param detail what was found
 * @param remedy what to do about it; empty if {@code ok}
 */
public record Finding(String subject, boolean ok, String detail, String remedy) {
    static Finding good(String subject, String detail) {
        return new Finding(subject, true, detail, "");
    }

    static Finding bad(String subject, String detail, String remedy) {
        return new Finding(subject, false, detail, remedy);
    }

    @Override
    public String toString() {
        return (ok ? "ok       " : "PROBLEM  ")
                + subject
                + ": "
                + detail
                + (ok ? "" : "; " + remedy);
    }
}
