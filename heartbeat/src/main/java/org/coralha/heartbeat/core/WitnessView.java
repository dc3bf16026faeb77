package org.coralha.heartbeat.core;

import org.coralha.heartbeat.vote.Holder;

/**
 * What a host knows of the witness, for status and log.
 *
 * @param configured the pair has a witness
 * @param silenceNs since its last answer, or since this daemon started
 * @param admitted it has a sound record of the pair
 * @param highest the epoch on its record, 0 if none is known
 * @param holder who may claim the next one
 * @param asking what is asked of it and not answered yet, empty if nothing is
 * @param sole this host is the only one that may begin the next reign
 */
public record WitnessView(
        boolean configured,
        long silenceNs,
        boolean admitted,
        long highest,
        Holder holder,
        String asking,
        boolean sole) {}
