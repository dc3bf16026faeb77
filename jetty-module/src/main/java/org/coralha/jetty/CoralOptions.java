package org.coralha.jetty;

import java.nio.file.Path;

/**
 * What is particular to one host: where things are. Everything else is in {@code pair.properties},
 * which is the same on both hosts.
 *
 * @param pairFile property {@code coral.pair}
 * @param daemonSocket property {@code coral.daemon.socket}
 * @param spoolDirectory property {@code coral.spool.dir}
 * @param faultsDirectory property {@code coral.faults.dir}, or null: no fault points
 */
public record CoralOptions(
        Path pairFile, Path daemonSocket, Path spoolDirectory, Path faultsDirectory) {}
