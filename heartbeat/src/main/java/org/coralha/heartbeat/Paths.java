package org.coralha.heartbeat;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the daemon finds and keeps its files: options that may differ between the hosts. */
final class Paths {
    @Option(
            names = "--pair",
            paramLabel = "FILE",
            defaultValue = "/etc/coral/pair.properties",
            description = "configuration of the pair, the same on both hosts (${DEFAULT-VALUE})")
    Path pair;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "/var/lib/coral",
            description = "where the epoch is persisted (${DEFAULT-VALUE})")
    Path stateDir;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            defaultValue = "/run/coral",
            description = "where daemon.sock and control.sock are made (${DEFAULT-VALUE})")
    Path runDir;

    @Option(
            names = "--bpffs",
            paramLabel = "DIR",
            defaultValue = "/sys/fs/bpf/coral",
            description = "directory below a mounted bpffs for the pins (${DEFAULT-VALUE})")
    Path bpffs;
}
