package org.coralha.sim;

/** What a daemon will meet between two actions: it dies, or it takes its time. */
final class Mishap {
    private int dieAfter;
    private int stallBefore;

    /** The process dies after so many more actions, in the middle of a decision; never for 0. */
    void dieAfterActions(int actions) {
        dieAfter = actions;
    }

    /** The action after so many more takes its time, inputs wait meanwhile; never for 0. */
    void stallBeforeAction(int actions) {
        stallBefore = actions;
    }

    /** Asked before each action. */
    boolean dies() {
        return dieAfter > 0 && --dieAfter == 0;
    }

    /** Asked before each action that does not meet the end. */
    boolean stalls() {
        return stallBefore > 0 && --stallBefore == 0;
    }
}
