package org.coralha.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    @Test
    void readsNumbersAndNames() throws BadParameterException {
        Query query = Query.parse("bytes=12&id=a%2Fb&empty=");
        assertEquals(12, query.number("bytes", 0, 100));
        assertEquals("a/b", query.id("id"));
        assertEquals(7, query.number("ms", 0, 100, 7));
        assertEquals(7, Query.parse(null).number("ms", 0, 100, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=", "bytes=x", "bytes=-1", "bytes=101", "bytes=1e2"})
    void namesTheWrongNumber(String text) {
        BadParameterException e =
                assertThrows(
                        BadParameterException.class,
                        () -> Query.parse(text).number("bytes", 0, 100));
        assertTrue(e.getMessage().contains("bytes") && e.getMessage().contains("0..100"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "id=", "id=a%09b", "id=a%0Ab", "id=a+b"})
    void refusesIdsThatBreakALine(String text) {
        assertThrows(BadParameterException.class, () -> Query.parse(text).id("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "id=%zz", "%zz"})
    void refusesWhatIsNoQuery(String text) {
        assertThrows(BadParameterException.class, () -> Query.parse(text));
    }
}
