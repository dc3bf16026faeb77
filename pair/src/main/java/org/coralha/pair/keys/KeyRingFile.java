package org.coralha.pair.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.coralha.pair.ConfigException;

/** Reads a {@link KeyRing} from a file that nobody else can read or change. */
public final class KeyRingFile {
    private static final int FILE_MAX_BYTES = 16_384;
    private static final Integer ROOT = 0;
    private static final Set<PosixFilePermission> WRITABLE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> READABLE =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE);

    private KeyRingFile() {}

    /**
     * Reads and checks the file.
     *
     * @throws ConfigException with every problem: not there, not private, in a directory that
     *     others may change, owned by another than root or this process's user, or not a ring
     */
    public static KeyRing read(Path file) throws ConfigException {
        List<String> problems = new ArrayList<>();
        KeyRing ring = null;
        try {
            problems.addAll(exposure(file));
            ring = KeyRing.parse(file.toString(), text(file, problems));
        } catch (NoSuchFileException e) {
            problems.add("no such file: coralctl keys init DIR makes it, the same on both hosts");
        } catch (IOException e) {
            problems.add("cannot be read: " + e.getMessage());
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        if (ring == null || !problems.isEmpty()) {
            throw new ConfigException(file.toString(), problems);
        }
        return ring;
    }

    private static String text(Path file, List<String> problems) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_MAX_BYTES + 1);
            if (bytes.length > FILE_MAX_BYTES) {
                problems.add("longer than " + FILE_MAX_BYTES + " bytes");
                return "";
            }
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    /** How others could read or change the file, with the remedy; empty if they cannot. */
    public static List<String> exposure(Path file) throws IOException {
        List<String> problems = new ArrayList<>();
        Set<PosixFilePermission> open = EnumSet.copyOf(READABLE);
        open.addAll(WRITABLE);
        open.retainAll(Files.getPosixFilePermissions(file));
        if (!open.isEmpty()) {
            problems.add("others than its owner may use it: chmod 0400 " + file);
        }
        problems.addAll(ownership(file));
        problems.addAll(replaceable(file));
        return problems;
    }

    /** Whether its owner, who can change who else may read it, is another than this process. */
    public static List<String> ownership(Path file) throws IOException {
        Object owner = Files.getAttribute(file, "unix:uid");
        Object own = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return owner.equals(ROOT) || owner.equals(own)
                ? List.of()
                : List.of("belongs to user " + owner + ", who may change it: chown root " + file);
    }

    /** Whether others can put another file in its place. */
    public static List<String> replaceable(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Set<PosixFilePermission> open = EnumSet.copyOf(WRITABLE);
        open.retainAll(Files.getPosixFilePermissions(directory));
        List<String> problems = new ArrayList<>();
        if (!open.isEmpty()) {
            problems.add("others may replace it: chmod go-w " + directory);
        }
        problems.addAll(ownership(directory));
        return problems;
    }
}
