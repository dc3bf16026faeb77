package org.coralha.drill.soak;

import org.coralha.drill.lab.LabOptions;

/**
 * One way to break the pair, repeated many times in a running lab. Runs are called in order from
 * one thread; {@code ./coral test} runs each case a few times, {@code ./coral soak} {@link #runs}
 * times.
 */
public interface SoakCase {
    /** Name for {@code --only}, the journal and the report: letters, digits and dashes. */
    String name();

    /** The case in words, for people. */
    String title();

    /** Repetitions in a whole soak. */
    int runs();

    /** The lab that the case needs; cases with equal options share a running lab. */
    default LabOptions options() {
        return LabSession.options();
    }

    /**
     * One repetition. The pair is in duplex and no fault point is armed when it is called; the case
     * may leave the pair in any state that {@code Lab.restore} can bring back to duplex.
     *
     * @param session the running lab
     * @param index number of the repetition from 0; a soak that was killed goes on with the next
     *     one
     * @return what was seen
     * @throws RuntimeException if the case could not come to its end; the run counts as failed with
     *     the exception's text
     */
    RunResult run(LabSession session, int index);

    /**
     * Called once after the last repetition in a lab, before that lab is taken down.
     *
     * @return what is wrong, empty if nothing is
     */
    default String afterwards(LabSession session) {
        return "";
    }
}
