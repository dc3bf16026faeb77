package org.coralha.heartbeat.vote;

/**
 * What the witness answers.
 *
 * @param verdict about the request
 * @param wanted the epoch that was asked for, 0 after a report
 * @param highest the epoch on record after the request
 * @param holder who may claim the next one
 * @param life the life of the witness: a random number that it drew when it started
 */
public record WitnessAnswer(Verdict verdict, long wanted, long highest, Holder holder, long life) {

    /** What became of a request. */
    public enum Verdict {
        /**
         * The epoch may begin: it is on record, on disk, and nobody else gets it or a lower one.
         */
        GRANTED,
        /** Somebody else has, or may have, what was asked for. */
        REFUSED,
        /** A report was read. */
        NOTED,
        /** The host knows another life of the witness: ask again, naming this one. */
        OTHER_LIFE,
        /**
         * The witness has no record of the pair; the pair in duplex, or who serves alone, admits
         * it.
         */
        NOT_ADMITTED,
        /** The record of the pair cannot be read or written: the witness's log says why. */
        BROKEN;

        private static final Verdict[] VALUES = values();

        /** The verdict of that ordinal, or null: for what comes from outside. */
        public static Verdict of(int ordinal) {
            return ordinal >= 0 && ordinal < VALUES.length ? VALUES[ordinal] : null;
        }
    }
}
