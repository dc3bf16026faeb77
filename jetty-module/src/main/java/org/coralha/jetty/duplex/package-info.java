/**
 * The shell around the pure core: locks, threads and roles, without Jetty and without JGroups.
 * {@link org.coralha.jetty.duplex.ReplyLog} is the primary's side, {@link
 * org.coralha.jetty.duplex.LogReceiver} the backup's; {@link org.coralha.jetty.duplex.RoleKeeper}
 * carries out what the daemon decides.
 */
package org.coralha.jetty.duplex;
