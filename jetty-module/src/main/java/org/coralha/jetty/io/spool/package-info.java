/** Spool files on the local disk. */
package org.coralha.jetty.io.spool;
