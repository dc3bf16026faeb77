package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.kernel.PacketLab.Outcome;
import org.coralha.pair.Acknowledgement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whether a client has got the primary's SYN-ACK or guesses is for the primary to say: the backup
 * asks, and believes what comes back. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class QuestionPacketTest {
    @Parameter Family family;

    private static final long VISIBLE = 0xffff_ff80L;
    private static final long OWN = 5;
    private static final int SYN_ACK = Segment.SYN | Segment.ACK;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private void begin(Mode mode, long ownIsn) {
        lab.service.mode(mode);
        lab.in(Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE));
        lab.out(Segment.of(SYN_ACK, ownIsn, CLIENT_ISN + 1, NONE, NONE).window(0xffff));
    }

    private static Segment ack(long ack) {
        return Segment.of(Segment.ACK, CLIENT_ISN + 1, ack, NONE, NONE);
    }

    private Outcome asked(long ack) {
        return lab.in(ack(ack).marked(Segment.ASKS));
    }

    /** What a flood of guesses would need. */
    @Test
    void backupBelievesNobodyButThePrimary() {
        begin(Mode.BACKUP, OWN);
        for (Segment guess : List.of(ack(77), ack(VISIBLE + 1), ack(77).marked(Segment.ASKS))) {
            Outcome question = lab.in(guess);
            assertEquals(SHOT, question.action(), "nothing for own stack");
            assertEquals(Segment.ASKS, question.segment().reserved());
            assertArrayEquals(PacketLab.PEER_MAC, question.segment().targetMac());
            assertTrue(question.segment().valid());
        }
        assertEquals(3, lab.count("handshake_asked"));
        assertEquals(1, lab.count("unmarked"));
        assertEquals(List.of(), lab.flows.snapshots());
        Outcome third = lab.answer(ack(VISIBLE + 1));
        assertEquals(PASS, third.action());
        assertEquals(OWN + 1, third.segment().ack());
        assertTrue(third.segment().valid());
        lab.in(ack(VISIBLE + 1 + 600));
        assertEquals(600, lab.acked(), "by the number that the primary has named");
    }

    /** Sent while the first of them was on its way. */
    @Test
    void laterAnswersGoUpTheStackAndNowhereElse() {
        begin(Mode.BACKUP, OWN);
        lab.confirmed(ack(VISIBLE + 1));
        long copies = lab.count("copied");
        Segment data = Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, NONE, new byte[9]);
        Outcome second = lab.answer(data);
        assertEquals(PASS, second.action());
        assertEquals(OWN + 1, second.segment().ack());
        assertEquals(copies, lab.count("copied"));
    }

    @Test
    void answersAboutNothingThatIsAskedAreDropped() {
        lab.service.mode(Mode.BACKUP);
        assertEquals(SHOT, lab.answer(ack(VISIBLE + 1)).action());
        begin(Mode.BACKUP, OWN);
        Segment wild = Segment.of(Segment.ACK, CLIENT_ISN + 900_000, 1, NONE, NONE);
        assertEquals(SHOT, lab.answer(wild).action());
        Segment syn = Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE);
        assertEquals(SHOT, lab.answer(syn).action());
        lab.service.mode(Mode.FORWARD_ONLY);
        assertEquals(SHOT, lab.answer(ack(VISIBLE + 1)).action());
        assertEquals(1, lab.count("copied"), "the client's SYN");
        assertEquals(List.of(), lab.flows.snapshots());
    }

    @Test
    void clientOfAPrimaryThatIsGoneIsBelieved() {
        begin(Mode.BACKUP, OWN);
        lab.in(ack(VISIBLE + 1));
        lab.service.mode(Mode.SIMPLEX);
        Outcome first = lab.in(ack(VISIBLE + 1 + 600));
        assertEquals(PASS, first.action());
        assertEquals(OWN + 1, first.segment().ack());
        assertEquals(600, lab.acked(), "the reply that it acknowledges is not owed");
    }

    @Test
    void answerThatComesAfterThePromotionCounts() {
        begin(Mode.BACKUP, OWN);
        lab.in(ack(77));
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(PASS, lab.answer(ack(VISIBLE + 1)).action());
        lab.in(ack(VISIBLE + 1));
        Segment reply = Segment.of(Segment.ACK, OWN + 1, CLIENT_ISN + 1, NONE, new byte[9]);
        assertEquals(VISIBLE + 1, lab.out(reply).segment().seq());
    }

    /** It does not know of the connection: the backup stops asking, and waits for nothing. */
    @Test
    void aPrimaryThatNeverAnswersIsToldThatItIsAlone() {
        begin(Mode.BACKUP, OWN);
        for (int i = 0; i < 6; i++) {
            assertEquals(Segment.ASKS, lab.in(ack(VISIBLE + 1)).segment().reserved());
        }
        lab.questionsWereAskedLongAgo();
        assertEquals(Segment.ORPHAN, lab.in(ack(VISIBLE + 1)).segment().reserved());
        assertEquals(1, lab.count("handshake_unanswered"));
    }

    @ParameterizedTest
    @EnumSource(Acknowledgement.class)
    void primarySendsBackWhatAcknowledgesItsNumber(Acknowledgement strategy) {
        boolean strict = strategy != Acknowledgement.WINDOW && strategy != Acknowledgement.OFF;
        lab.service.acknowledgement(strategy);
        lab.from = PacketLab.PEER_MAC;
        begin(Mode.PRIMARY, VISIBLE);
        Outcome guess = asked(77);
        assertEquals(PASS, guess.action(), "own stack answers with a reset");
        assertEquals(1, lab.count("handshake_refused"));
        assertEquals(0, lab.count("handshake_confirmed") + lab.count("guard_begun"));
        Outcome third = asked(VISIBLE + 1);
        assertEquals(PASS, third.action());
        assertEquals(1, lab.count("handshake_confirmed"));
        assertEquals(strict ? 1 : 0, lab.count("guard_begun"));
        asked(VISIBLE + 1);
        assertEquals(2, lab.count("handshake_confirmed"), "the first answer may be lost");
        assertArrayEquals(PacketLab.PEER_MAC, third.segment().targetMac());
        assertTrue(third.segment().valid());
    }

    /** Own stack gets the packet as it came; the backup learns the number all the same. */
    @Test
    void clientThatAcknowledgesAReplyAlreadyIsConfirmedToo() {
        lab.from = PacketLab.PEER_MAC;
        begin(Mode.PRIMARY, VISIBLE);
        asked(VISIBLE + 1);
        lab.out(Segment.of(Segment.ACK, VISIBLE + 1, CLIENT_ISN + 1, NONE, new byte[600]));
        Outcome later = asked(VISIBLE + 1 + 600);
        assertEquals(PASS, later.action());
        assertEquals(VISIBLE + 1 + 600 & 0xffff_ffffL, later.segment().ack());
        assertTrue(later.segment().valid());
        assertEquals(2, lab.count("handshake_confirmed"));
        asked(VISIBLE + 1 + 601);
        assertEquals(2, lab.count("handshake_confirmed"), "more than own stack has sent");
    }

    @Test
    void markOfAQuestionIsTakenOffWhatAClientSendsToThePrimary() {
        lab.service.mode(Mode.PRIMARY);
        Outcome detoured = lab.in(ack(77).marked(Segment.ASKS | Segment.ORPHAN));
        assertEquals(PacketLab.REDIRECT, detoured.action());
        assertEquals(0, detoured.segment().reserved());
        assertTrue(detoured.segment().valid());
    }

    /** The pair is about to form: the backup copies already, the primary still serves alone. */
    @Test
    void aHostThatServesAloneAnswersTheOneThatJoins() {
        lab.from = PacketLab.PEER_MAC;
        begin(Mode.SIMPLEX, VISIBLE);
        asked(77);
        assertEquals(0, lab.count("handshake_confirmed"));
        assertEquals(PASS, asked(VISIBLE + 1).action());
        assertEquals(1, lab.count("handshake_confirmed"));
        lab.service.mode(Mode.PRIMARY);
        asked(VISIBLE + 1);
        assertEquals(2, lab.count("handshake_confirmed"));
    }
}
