/**
 * Mutual TLS between the two hosts: who the pair is comes from one file of the key directory, and
 * sockets are handed out only after the handshake. Knows neither JGroups nor Jetty.
 */
package org.coralha.jetty.io.tls;
