/**
 * The client that checks every byte: its own HTTP/1.1 over blocking sockets, one thread for each
 * connection, run as a process of its own inside the clients' network. It knows the demo
 * application's promises (X-Body-SHA256, lengths, digests of uploads) and nothing of Coral.
 */
package org.coralha.drill.client;
