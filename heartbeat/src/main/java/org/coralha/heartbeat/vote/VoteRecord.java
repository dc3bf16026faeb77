package org.coralha.heartbeat.vote;

/**
 * What the witness keeps of a pair on disk.
 *
 * @param highest the last epoch that it granted or was told of, greater than 0
 * @param holder who may claim a later one from it
 */
public record VoteRecord(long highest, Holder holder) {}
