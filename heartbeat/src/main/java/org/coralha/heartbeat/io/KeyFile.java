package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.coralha.pair.ConfigException;

/** The file with the HMAC key of the heartbeats. */
public final class KeyFile {
    /** Shortest key accepted, in bytes. */
    public static final int KEY_MIN_BYTES = 32;

    private static final int KEY_MAX_BYTES = 4096;
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private static final Integer ROOT = 0;

    private KeyFile() {}

    /**
     * Reads the key.
     *
     * @throws ConfigException if the file is not there, too short or too long, not private, or
     *     owned by another than root or this process's user
     */
    public static byte[] read(Path file) throws ConfigException {
        try {
            Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
            open.retainAll(Files.getPosixFilePermissions(file));
            if (!open.isEmpty()) {
                throw wrong(file, "others than its owner may use it: chmod 0400 " + file);
            }
            requireOwner(file);
            long sizeBytes = Files.size(file);
            if (sizeBytes < KEY_MIN_BYTES || sizeBytes > KEY_MAX_BYTES) {
                throw wrong(
                        file,
                        "key of "
                                + sizeBytes
                                + " bytes, allowed are "
                                + KEY_MIN_BYTES
                                + ".."
                                + KEY_MAX_BYTES
                                + ": coralctl key new FILE makes one");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw wrong(
                    file,
                    "no such file: make one with coralctl key new FILE, the same on both hosts");
        } catch (IOException e) {
            throw wrong(file, "cannot be read: " + e.getMessage());
        }
    }

    /** Its owner can read it, and change who else can. */
    private static void requireOwner(Path file) throws IOException, ConfigException {
        Object owner = Files.getAttribute(file, "unix:uid");
        Object own = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(ROOT) && !owner.equals(own)) {
            throw wrong(file, "belongs to user " + owner + ", who may read it: chown root " + file);
        }
    }

    /**
     * Writes a new random key, mode 0400.
     *
     * @throws IOException if the file exists already or cannot be written
     */
    public static void create(Path file) throws IOException {
        byte[] key = new byte[KEY_MIN_BYTES];
        new SecureRandom().nextBytes(key);
        try (FileChannel out =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("r--------")))) {
            out.write(ByteBuffer.wrap(key));
            out.force(true);
        }
    }

    private static ConfigException wrong(Path file, String problem) {
        return new ConfigException("heartbeat.key.file " + file, List.of(problem));
    }
}
