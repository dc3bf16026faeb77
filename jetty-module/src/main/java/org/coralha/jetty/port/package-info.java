/**
 * What the module needs from outside: the link to the peer, the daemon, spool files. No
 * implementation here.
 */
package org.coralha.jetty.port;
