package org.coralha.sim.invariant;

/** A request whose reply was logged is never executed again. */
final class LoggedReplyIsNotMadeAgain {
    void executed(int flow, long request, long logged) {
        if (request < logged) {
            throw new Broken(
                    getClass(),
                    "flow " + flow + " executes request " + request + " of a logged reply");
        }
    }
}
