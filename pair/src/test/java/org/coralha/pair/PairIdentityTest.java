package org.coralha.pair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairIdentityTest {
    private static String pair(String key, String value) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("pair.name", "web");
        properties.setProperty("service.address", "192.0.2.100");
        properties.setProperty("service.port", "80");
        properties.setProperty("host.a.address", "192.0.2.11");
        properties.setProperty("host.b.address", "192.0.2.12");
        properties.setProperty("outside.addresses", "192.0.2.1");
        properties.setProperty(key, value);
        return PairConfigParser.parse("test", properties).identity();
    }

    /** A witness that took two pairs for one would grant a reign twice. */
    @ParameterizedTest
    @CsvSource({
        "pair.name, shop",
        "service.address, 192.0.2.101",
        "service.port, 81",
        "host.a.address, 192.0.2.13",
        "host.b.address, 192.0.2.13"
    })
    void pairsOfOneNameAreTwoPairs(String key, String value) throws Exception {
        assertNotEquals(pair("pair.name", "web"), pair(key, value));
    }

    @Test
    void aPairStaysWhoItIsWhenItIsTuned() throws Exception {
        assertEquals(pair("pair.name", "web"), pair("heartbeat.period.ms", "50"));
    }
}
