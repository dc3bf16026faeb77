package org.coralha.pair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairConfigParserTest {
    @TempDir Path directory;

    private static Properties smallest() {
        Properties properties = new Properties();
        properties.setProperty("pair.name", "shop");
        properties.setProperty("service.address", "10.0.0.100");
        properties.setProperty("service.port", "8080");
        properties.setProperty("host.a.address", "10.0.0.11");
        properties.setProperty("host.b.address", "10.0.0.12");
        properties.setProperty("outside.addresses", "10.0.1.1, 10.0.2.1");
        return properties;
    }

    private static PairConfig parse(Properties properties) throws ConfigException {
        return PairConfigParser.parse("test", properties);
    }

    private static List<String> problems(String key, String value) {
        Properties properties = smallest();
        properties.setProperty(key, value);
        return assertThrows(ConfigException.class, () -> parse(properties)).problems();
    }

    private static void assertOneProblem(String key, String value, String says) {
        List<String> problems = problems(key, value);
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains(says), problems.get(0));
        assertTrue(problems.get(0).contains(key), problems.get(0));
    }

    @Test
    void theSmallestFileGetsTheDefaults() throws ConfigException {
        PairConfig config = parse(smallest());
        assertEquals(8080, config.service().getPort());
        assertEquals(HostId.A, config.preferred());
        assertEquals(25, config.heartbeat().periodMs());
        assertEquals(75, config.heartbeat().silenceMs());
        assertEquals(2, config.outside().size());
        assertEquals(config.hostB(), config.addressOf(HostId.B));
        assertEquals("coral", config.jetty().user());
    }

    @Test
    void eachFamilyInUseNeedsAnOutsideHost() throws ConfigException {
        Properties six = smallest();
        six.setProperty("service.address", "fd00::100");
        six.setProperty("outside.addresses", "10.0.1.1,fd00:1::1");
        assertEquals(2, parse(six).outside().size());
        assertOneProblem("service.address", "fd00::100", "names no IPv6 address");
        six.setProperty("outside.addresses", "fd00:1::1");
        String only = assertThrows(ConfigException.class, () -> parse(six)).getMessage();
        assertTrue(only.contains("names no IPv4 address, but host.a.address is IPv4"), only);
        six.setProperty("host.a.address", "fd00::11");
        String mixed = assertThrows(ConfigException.class, () -> parse(six)).getMessage();
        assertTrue(mixed.contains("must be of one family"), mixed);
        six.setProperty("host.b.address", "fd00::12");
        assertEquals(1, parse(six).outside().size());
        six.setProperty("service.address", "10.0.0.100");
        String four = assertThrows(ConfigException.class, () -> parse(six)).getMessage();
        assertTrue(four.contains("an IPv4 service needs hosts with IPv4 addresses"), four);
    }

    @Test
    void anAddressThatOthersCannotReachIsRefused() {
        assertOneProblem("service.address", "224.0.0.9", "unicast address that routers forward");
        assertOneProblem("host.a.address", "169.254.0.1", "unicast address");
        assertOneProblem("host.b.address", "0.0.0.0", "unicast address");
    }

    @Test
    void theWitnessIsAskedFromTheHostsAddresses() {
        assertOneProblem("witness.address", "fd00::60", "not of the family of host.a.address");
    }

    @Test
    void warmPathsAreReadOneByOne() throws ConfigException {
        assertEquals(List.of(), parse(smallest()).jetty().warmPaths());
        Properties properties = smallest();
        properties.setProperty("warm.paths", "/shop?page=1&x=%20, /");
        assertEquals(List.of("/shop?page=1&x=%20", "/"), parse(properties).jetty().warmPaths());
        assertOneProblem("warm.paths", "shop", "'shop' is not a path");
        assertOneProblem("warm.paths", "/a b", "'/a b' is not a path");
        assertOneProblem("warm.paths", "/a,,/b", "'' is not a path");
        assertOneProblem("warm.paths", "/a#b", "'/a#b' is not a path");
    }

    @Test
    void acknowledgementIsChosenByItsWord() throws ConfigException {
        assertEquals(Acknowledgement.CONDITIONAL, parse(smallest()).acknowledgement());
        Digest digest = parse(smallest()).digest();
        for (Acknowledgement each : Acknowledgement.values()) {
            Properties properties = smallest();
            properties.setProperty("acknowledgement", each.word());
            assertEquals(each, parse(properties).acknowledgement());
            boolean same = each == Acknowledgement.CONDITIONAL;
            assertEquals(same, digest.equals(parse(properties).digest()), "hosts must agree");
        }
        assertOneProblem(
                "acknowledgement", "Lazy", "none of conditional, window, off, eager, lazy");
        assertOneProblem("acknowledgement", "strict", "acknowledgement=strict");
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        Properties properties = new Properties();
        properties.setProperty("heartbeat.perid.ms", "25");
        List<String> problems =
                assertThrows(ConfigException.class, () -> parse(properties)).problems();
        assertEquals(7, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains("unknown key heartbeat.perid.ms"), problems.get(0));
        assertTrue(problems.get(0).contains("heartbeat.period.ms"), problems.get(0));
    }

    @Test
    void wrongValuesAreReportedWithWhatIsMissing() {
        Properties properties = smallest();
        properties.remove("pair.name");
        properties.setProperty("service.port", "99999");
        properties.setProperty("host.preferred", "c");
        List<String> problems =
                assertThrows(ConfigException.class, () -> parse(properties)).problems();
        assertEquals(3, problems.size(), problems.toString());
    }

    @Test
    void eachKeyHasItsRange() {
        assertOneProblem("service.port", "0", "1..65535");
        assertOneProblem("service.port", "80 80", "whole number");
        assertOneProblem("heartbeat.period.ms", "4", "5..10000");
        assertOneProblem("heartbeat.limit", "1", "2..100");
        assertOneProblem("log.memory.bytes", "99999999999999999999", "whole number");
        assertOneProblem("host.preferred", "A", "neither a nor b");
        assertOneProblem("pair.name", "has blank", "does not match");
        assertOneProblem("jetty.user", "../x", "does not match");
        assertOneProblem("keys.dir", "keys", "absolute path");
        assertOneProblem("keys.dir", "/etc/\0keys", "absolute path");
    }

    @Test
    void addressesAreLiteralsAndAreNeverResolved() {
        for (String name : List.of("localhost", "dead.beef", "face", "10.1", "1", "10.0.0.256")) {
            assertOneProblem("host.a.address", name, "not an IP address");
        }
        assertOneProblem("outside.addresses", "10.0.1.1,,10.0.1.2", "not an IP address");
    }

    @Test
    void outsideIsNoHostOfThePair() {
        assertOneProblem("outside.addresses", "10.0.1.1,10.0.0.100", "is service.address");
        assertOneProblem("outside.addresses", "10.0.0.11", "is host.a.address");
        assertOneProblem("outside.addresses", "10.0.0.12,10.0.1.1", "is host.b.address");
        for (String own : List.of("127.0.0.1", "127.8.0.1", "0.0.0.0", "::1", "224.0.0.1")) {
            assertOneProblem("outside.addresses", own, "no address of another host");
        }
    }

    @Test
    void theThreeAddressesDiffer() {
        assertTrue(problems("host.a.address", "10.0.0.12").get(0).contains("must all differ"));
        assertTrue(problems("host.a.address", "10.0.0.100").get(0).contains("must all differ"));
    }

    @Test
    void theDigestIsOfValuesNotOfTheFileAndAnyDifferenceShows() throws ConfigException {
        Digest digest = parse(smallest()).digest();
        Properties spelledOut = smallest();
        spelledOut.setProperty("heartbeat.period.ms", " 25 ");
        assertEquals(digest, parse(spelledOut).digest());
        Properties other = smallest();
        other.setProperty("log.port", "7801");
        assertNotEquals(digest, parse(other).digest());
    }

    @Test
    void aFileThatIsMissingOrNoTextIsNamed() throws IOException {
        Path missing = directory.resolve("missing");
        String message =
                assertThrows(ConfigException.class, () -> PairConfigParser.read(missing))
                        .getMessage();
        assertTrue(message.contains(missing + ": no such file"), message);
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
        assertThrows(ConfigException.class, () -> PairConfigParser.read(binary));
        Path escape = Files.writeString(directory.resolve("escape"), "a=\\u00zz");
        assertThrows(ConfigException.class, () -> PairConfigParser.read(escape));
        assertThrows(ConfigException.class, () -> PairConfigParser.read(directory));
    }

    @Test
    void randomTextNeverDoesAnythingElseThanToBeRefused() throws IOException {
        Random random = new Random(3);
        Path file = directory.resolve("random");
        PairKey[] keys = PairKey.values();
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int line = 0; line < random.nextInt(30); line++) {
                text.append(keys[random.nextInt(keys.length)].key()).append('=');
                byte[] noise = new byte[random.nextInt(12)];
                random.nextBytes(noise);
                text.append(new String(noise, StandardCharsets.ISO_8859_1)).append('\n');
            }
            Files.writeString(file, text);
            assertThrows(ConfigException.class, () -> PairConfigParser.read(file));
        }
    }
}
