package org.coralha.drill.path;

import java.util.List;
import org.coralha.drill.lab.CableWire;
import org.coralha.drill.lab.Lab;

/** The place where the packets of a case go wrong; closing it makes it harmless again. */
interface Spot extends AutoCloseable {
    /**
     * @param packets packets that passed
     * @param mishaps how many of them went wrong
     * @param accidents packets that were lost for another reason
     */
    record Count(long packets, long mishaps, long accidents) {}

    /** So far. */
    Count count();

    @Override
    void close();

    /**
     * @param backup the host that is the backup
     */
    static Spot of(Lab lab, PathCase given, String backup) {
        if (given.path().cable() == PacketPath.Cable.NONE) {
            return new LossInside(lab, backup, given.percent());
        }
        String cable = given.path().cable() == PacketPath.Cable.BACKUP ? backup : Lab.CLIENT;
        List<String> rules = given.path().rules(given.mishap(), given.percent());
        return onWire(
                CableWire.insert(lab, cable, given.name().hashCode() & 0xffffffffL, rules),
                given.mishap());
    }

    private static Spot onWire(CableWire wire, Mishap mishap) {
        return new Spot() {
            @Override
            public Count count() {
                CableWire.Counters counters = wire.counters();
                return new Count(counters.matched(), mishap.count(counters), counters.accidents());
            }

            @Override
            public void close() {
                wire.close();
            }
        };
    }
}
