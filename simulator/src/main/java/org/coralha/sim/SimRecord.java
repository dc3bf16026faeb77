package org.coralha.sim;

import java.io.IOException;

/**
 * A small file that is replaced as a whole, as {@code RecordFile} does it: written beside, synced,
 * renamed, the directory synced. Whatever happens within, it holds the content before or the new
 * one; which of them, nobody knows who is told that it failed.
 */
final class SimRecord<T> {
    private T content;

    /** Writes fail from now on, before the new content is in place, or do not. */
    boolean fails;

    /** Writes fail from now on when the new content is in place, or do not. */
    boolean failsLate;

    /** The host dies within the next write, before the new content is in place. */
    boolean tearsNext;

    /** The host dies within the next write, when the new content is in place. */
    boolean tearsNextLate;

    /** What a process that starts finds, null if there is nothing. */
    T content() {
        return content;
    }

    /**
     * @throws IOException if the content may not be on disk
     * @throws SimDisk.Torn if the host dies
     */
    void write(T next) throws IOException {
        if (tearsNext) {
            tearsNext = false;
            throw new SimDisk.Torn();
        }
        if (fails) {
            throw new IOException("disk full");
        }
        content = next;
        if (tearsNextLate) {
            tearsNextLate = false;
            throw new SimDisk.Torn();
        }
        if (failsLate) {
            throw new IOException("directory not synced");
        }
    }

    /** The disk is replaced. */
    void lose() {
        content = null;
    }

    void heal() {
        fails = false;
        failsLate = false;
        tearsNext = false;
        tearsNextLate = false;
    }

    @Override
    public String toString() {
        String faults =
                (fails ? "fails " : "")
                        + (failsLate ? "fails late " : "")
                        + (tearsNext ? "tears " : "")
                        + (tearsNextLate ? "tears late " : "");
        return faults + "holds " + content;
    }
}
