/**
 * The secrets of the pair: which files there are, the ring of HMAC keys in one of them, and what is
 * signed with it. Reads files, starts no threads and writes nothing.
 */
package org.coralha.pair.keys;
