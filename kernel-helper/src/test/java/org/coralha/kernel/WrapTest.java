package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.FlowEntries.Numbers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sequence numbers of real stacks that wrap before a failover, at it and after it. Stacks choose
 * where their numbers begin, so connections are opened until some begin shortly before the wrap.
 * Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class WrapTest {
    @Parameter Family family;

    private static final long WORD = 0x1_0000_0000L;

    /** A connection serves if its numbers wrap after so many bytes. */
    private static final int NEAREST = 700_000;

    private static final int FARTHEST = 8_000_000;
    private static final int LITTLE = 1_000;
    private static final int REST = 1_500_000;

    /** Mean until all places are taken is some 3,000. */
    private static final int TRIES = 60_000;

    private static final int LIMIT_SECONDS = 20;
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    /** Whose numbers wrap. */
    private enum Whose {
        CLIENT,
        PRIMARY,
        SURVIVOR;

        long bytesToWrap(Numbers fresh) {
            long next =
                    switch (this) {
                        case CLIENT -> fresh.clientNext();
                        case PRIMARY -> fresh.visibleIsn() + 1;
                        case SURVIVOR -> fresh.ownIsn() + 1;
                    };
            return (WORD - next) % WORD;
        }
    }

    /**
     * Where the failover is to meet a flow.
     *
     * @param beyond bytes of those numbers that were acknowledged after the wrap, negative before
     */
    private record Place(Whose whose, int beyond) {}

    private static List<Place> places() {
        List<Place> places = new ArrayList<>(List.of(new Place(Whose.SURVIVOR, 0)));
        for (int beyond : new int[] {-NEAREST, -1, 0, 1, NEAREST}) {
            places.add(new Place(Whose.CLIENT, beyond));
            places.add(new Place(Whose.PRIMARY, beyond));
        }
        return places;
    }

    @Test
    void numbersThatWrapAroundAFailover() throws Exception {
        Trio.Doors doors = Trio.doors(hosts);
        try (FlowEntries entries = new FlowEntries(hosts.b)) {
            List<Wrapping> all = find(places(), doors, entries);
            for (Wrapping each : all) {
                each.begin();
            }
            for (Wrapping each : all) {
                each.awaitPlace(entries);
            }
            hosts.failOver();
            for (Wrapping each : all) {
                each.goOn();
            }
            for (Wrapping each : all) {
                each.assertWhole();
            }
        }
    }

    private List<Wrapping> find(List<Place> places, Trio.Doors doors, FlowEntries entries)
            throws IOException {
        List<Place> open = new ArrayList<>(places);
        List<Wrapping> found = new ArrayList<>();
        for (int i = 0; i < TRIES && !open.isEmpty(); i++) {
            Trio flow = Trio.connect(hosts, doors);
            Numbers fresh = entries.of(flow.port());
            Place place = open.stream().filter(each -> fits(each, fresh)).findFirst().orElse(null);
            if (place == null) {
                for (Socket socket : new Socket[] {flow.client(), flow.atA(), flow.atB()}) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            } else {
                open.remove(place);
                found.add(new Wrapping(flow, place, (int) place.whose.bytesToWrap(fresh)));
            }
        }
        assertEquals(List.of(), open, "no numbers begin near enough to their wrap");
        return found;
    }

    private static boolean fits(Place place, Numbers fresh) {
        long bytes = place.whose.bytesToWrap(fresh);
        return bytes >= NEAREST && bytes <= FARTHEST;
    }

    /** Bodies in both directions of a flow; those of one side cross the wrap of its numbers. */
    private static final class Wrapping {
        private final Trio flow;
        private final Place place;
        private final int upBefore;
        private final int downBefore;
        private final byte[] up;
        private final byte[] down;
        private CompletableFuture<byte[]> received;
        private CompletableFuture<byte[]> takenByA;
        private CompletableFuture<byte[]> takenByB;

        Wrapping(Trio flow, Place place, int wrapAfter) {
            this.flow = flow;
            this.place = place;
            int before = wrapAfter + place.beyond;
            upBefore = place.whose == Whose.CLIENT ? before : LITTLE;
            downBefore = place.whose == Whose.PRIMARY ? before : LITTLE;
            int rest = place.whose == Whose.SURVIVOR ? wrapAfter + REST : REST;
            up = Connections.body(upBefore + REST, wrapAfter);
            down = Connections.body(downBefore + rest, wrapAfter + 1L);
        }

        void begin() {
            received = Connections.receiveLater(flow.client(), down.length);
            takenByA = Connections.receiveLater(flow.atA(), upBefore);
            takenByB = Connections.receiveLater(flow.atB(), up.length);
            Connections.send(flow.client(), up, 0, upBefore);
            Connections.send(flow.atA(), down, 0, downBefore);
        }

        void awaitPlace(FlowEntries entries) throws Exception {
            byte[] begin = Arrays.copyOf(up, upBefore);
            assertArrayEquals(begin, takenByA.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            for (int i = 0; i < 5_000 && entries.of(flow.port()).acked() < downBefore; i++) {
                Thread.sleep(1);
            }
            Numbers numbers = entries.of(flow.port());
            assertEquals(downBefore, numbers.acked());
            if (place.whose != Whose.SURVIVOR) {
                boolean clients = place.whose == Whose.CLIENT;
                long next = clients ? numbers.clientNext() : numbers.clientAck();
                assertEquals(place.beyond & (WORD - 1), next, place.toString());
            }
        }

        void goOn() {
            Connections.send(flow.client(), up, upBefore, up.length - upBefore);
            Connections.send(flow.atB(), down, downBefore, down.length - downBefore);
        }

        void assertWhole() throws Exception {
            assertArrayEquals(down, received.get(LIMIT_SECONDS, TimeUnit.SECONDS), "" + place);
            assertArrayEquals(up, takenByB.get(LIMIT_SECONDS, TimeUnit.SECONDS), "" + place);
            assertTrue(!flow.client().isClosed());
        }
    }
}
