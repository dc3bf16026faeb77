package org.coralha.heartbeat.io;

import java.nio.file.Path;

/** Ends a process as the daemon does. Arguments: its number, its user's number. */
final class EndProcess {
    private EndProcess() {}

    public static void main(String[] args) {
        long processId = Long.parseLong(args[0]);
        ProcProcesses processes = new ProcProcesses(Path.of("/proc"), Long.parseLong(args[1]));
        if (!processes.belongsToJettyUser(processId)) {
            throw new IllegalStateException("the user of " + processId + " cannot be read");
        }
        processes.know(processes.life(processId));
        processes.end(processId, true);
    }
}
