package org.coralha.sim.mutation;

import java.util.List;

/**
 * Mistakes in the vote of the witness, and in what a host makes of it. What is caught by a second
 * barrier is not here: an answer with an old nonce, of an earlier life, or for another epoch names
 * an epoch that its host does not want any more.
 */
final class WitnessMutations {
    private static final String HEARTBEAT = "heartbeat/src/main/java/org/coralha/heartbeat/";
    private static final String VOTE = HEARTBEAT + "vote/Vote.java";
    private static final String CORE = HEARTBEAT + "core/";
    private static final String ONE_SENDER = "OneSenderWithAWitness";

    private WitnessMutations() {}

    static List<Mutation> all() {
        return List.of(
                new Mutation(
                        "grant not on disk",
                        "A grant is on the witness's disk before it is answered.",
                        ONE_SENDER,
                        VOTE,
                        """
                        Optional.of(new VoteRecord(epoch, holder)));
                        """,
                        """
                        Optional.of(record = new VoteRecord(epoch, holder))
                                .filter(r -> verdict != Verdict.GRANTED));
                        """),
                new Mutation(
                        "one reign succeeded by both",
                        "Each reign is succeeded once.",
                        ONE_SENDER,
                        VOTE,
                        "return rises && (own || behind || shared)",
                        "return rises"),
                new Mutation(
                        "lower epoch to start from accepted",
                        "Only who takes part in the last reign succeeds it.",
                        ONE_SENDER,
                        VOTE,
                        "boolean behind = request.epoch() > record.highest();",
                        "boolean behind = request.epoch() + 2 > record.highest();"),
                new Mutation(
                        "witness without a record grants",
                        "A witness that lost its disk does not grant twice.",
                        ONE_SENDER,
                        VOTE,
                        "if (record == null) { return answer(Verdict.NOT_ADMITTED, request); }",
                        "record = record == null ? new VoteRecord(1, Holder.BOTH) : record;"),
                new Mutation(
                        "sole right kept when an offer is announced",
                        "Nobody has the sole right while another host may serve.",
                        ONE_SENDER + "|OneFaultCostsNoConnection",
                        CORE + "Reign.java",
                        """
                        epoch = offerEpoch;
                        List<Action> actions = new ArrayList<>();
                        sole.end().ifPresent(actions::add);
                        """,
                        """
                        epoch = offerEpoch;
                        List<Action> actions = new ArrayList<>();
                        """),
                new Mutation(
                        "silent primary replaced without a grant",
                        "Whoever concludes that the peer is gone asks first.",
                        ONE_SENDER,
                        CORE + "Succession.java",
                        "return witnessed ? ask(Way.TAKE_OVER, why, true, nowNs)",
                        "return nowNs == 0 ? ask(Way.TAKE_OVER, why, true, nowNs)"),
                new Mutation(
                        "host at rest serves without the sole right",
                        "Whoever takes part in no reign waits for its peer.",
                        ONE_SENDER,
                        CORE + "Succession.java",
                        "return sole.held() ? ask(Way.SERVE, why, true, nowNs) : stay();",
                        "return sole.held() ? ask(Way.SERVE, why, true, nowNs) : reign.serve(why, nowNs);"),
                new Mutation(
                        "word of a peer that claims believed",
                        "Whoever may serve again by itself has not left.",
                        ONE_SENDER + "|BackToDuplex",
                        CORE + "Succession.java",
                        "case IDLE, FENCED -> !beat.claims();",
                        "case IDLE, FENCED -> true;"),
                new Mutation(
                        "refusal taken for a grant",
                        "A host that is refused fences itself.",
                        ONE_SENDER,
                        CORE + "Succession.java",
                        "case REFUSED -> answers ? refused(open, nowNs) : stay();",
                        "case REFUSED -> answers ? granted(open, nowNs) : stay();"));
    }
}
