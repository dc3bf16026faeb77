/**
 * What Coral's daemons write to the wire and to disk, as bytes: datagrams with their signatures,
 * the record of the epoch. Pure: no IO, no clock, no threads, so that the simulator runs it.
 */
package org.coralha.heartbeat.format;
