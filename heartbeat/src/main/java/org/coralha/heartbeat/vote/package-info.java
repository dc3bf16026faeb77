/**
 * The vote of the witness: who may begin the next reign when the two hosts cannot hear each other.
 * Pure: no IO, no clock, no threads. {@link org.coralha.heartbeat.vote.Vote} runs in the witness;
 * the rest is what it and the hosts say to each other. The safety argument is
 * docs/adr/0009-witness.md.
 */
package org.coralha.heartbeat.vote;
