package org.coralha.heartbeat.vote;

import java.util.Optional;

/**
 * The decision of a {@link Vote}.
 *
 * @param answer to be sent, after {@code toKeep} is on disk
 * @param toKeep what must be on disk before the answer leaves, and be given to {@link Vote#keep}
 *     then; empty if the record stays as it is
 */
public record Ballot(WitnessAnswer answer, Optional<VoteRecord> toKeep) {}
