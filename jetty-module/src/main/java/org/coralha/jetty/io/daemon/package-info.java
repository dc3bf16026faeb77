/** The Unix-domain socket to the daemon of this host. */
package org.coralha.jetty.io.daemon;
