/**
 * The programs {@link org.coralha.heartbeat.Daemon coral-heartbeatd} and {@link
 * org.coralha.heartbeat.Ctl coralctl}.
 */
package org.coralha.heartbeat;
