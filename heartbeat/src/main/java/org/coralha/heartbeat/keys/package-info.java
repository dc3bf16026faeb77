/**
 * Makes, renews and checks the directory with the secrets of the pair, for {@code coralctl keys}.
 * Used by one thread; the daemon itself never writes a key.
 */
package org.coralha.heartbeat.keys;
