/**
 * Words that daemon, data plane and Jetty module share: the configuration of the pair, flows, roles
 * and the messages on the daemon's socket. Pure: no IO but reading the configuration file, no
 * threads.
 */
package org.coralha.pair;
