package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.heartbeat.format.HostTraits.Trait;

/** Reads what this host is. */
public final class TraitReader {
    private TraitReader() {}

    /**
     * The traits of this host now. What its kernel does not show counts as the kernel's default.
     *
     * @param sysctls /proc/sys
     * @param interfaceName the interface with the host's own address
     */
    public static HostTraits read(String release, Path sysctls, String interfaceName) {
        Map<Trait, Integer> values = new EnumMap<>(Trait.class);
        for (Trait trait : Trait.values()) {
            try {
                values.put(
                        trait,
                        trait == Trait.MTU
                                ? NetworkInterface.getByName(interfaceName).getMTU()
                                : lastNumber(sysctls.resolve(trait.key().replace('.', '/'))));
            } catch (IOException | RuntimeException e) {
                values.remove(trait);
            }
        }
        return HostTraits.of(release, values);
    }

    private static int lastNumber(Path file) throws IOException {
        String[] words = Files.readString(file).strip().split("\\s+");
        return Integer.parseInt(words[words.length - 1]);
    }
}
