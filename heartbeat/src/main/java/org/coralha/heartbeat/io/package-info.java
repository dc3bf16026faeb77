/**
 * The edges of the daemon: sockets, files, threads and the loop that drives the decision core. The
 * decision thread owns the core; all other threads only hand inputs to {@link
 * org.coralha.heartbeat.io.DecisionLoop}.
 */
package org.coralha.heartbeat.io;
