package org.coralha.heartbeat.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.coralha.pair.ConfigException;
import org.coralha.pair.keys.KeyDirectory;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeyRingFile;

/**
 * Writes key directories. Everything is made in a directory that only its owner can enter and then
 * renamed into its place: nobody sees a file that is half written or that others can read, and what
 * fails leaves nothing behind.
 */
public final class KeyMaker {
    private static final String PRIVATE = "r--------";
    private static final String STORE = "rw-r-----";
    private static final String DIRECTORY = "rwxr-x---";
    private static final String COMMENT =
            "Keys of a Coral pair: ID HEX. Made by coralctl keys, the same on both hosts.";

    private final SecureRandom random = new SecureRandom();
    private final Path directory;

    /**
     * @param directory that is made or changed
     */
    public KeyMaker(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /**
     * Makes the directory with one key and one identity of each kind.
     *
     * @param group that Jetty runs with
     * @param name of the pair, in the subject of the certificate
     * @throws IOException if it exists, there is no such group, or something cannot be made; then
     *     nothing was made
     */
    public void init(String group, String name) throws IOException {
        if (Files.exists(directory)) {
            throw new FileAlreadyExistsException(
                    directory + " exists: coralctl keys rotate adds keys to it");
        }
        GroupPrincipal jetty = group(group);
        Files.createDirectories(directory.getParent());
        inPrivate(
                directory.getParent(),
                made -> {
                    KeyDirectory fresh = new KeyDirectory(made);
                    write(fresh.heartbeatKeys(), KeyRing.of(secret()).text(COMMENT));
                    write(fresh.witnessKeys(), KeyRing.of(secret()).text(COMMENT));
                    KeyTool.addIdentity(fresh.logStore(), 1, name);
                    give(fresh.logStore(), jetty, STORE);
                    sync(fresh.logStore());
                    give(made, jetty, DIRECTORY);
                    Files.move(made, directory, StandardCopyOption.ATOMIC_MOVE);
                });
        sync(directory.getParent());
    }

    /**
     * Adds a key and an identity, newer than all there are, to each file.
     *
     * @param name of the pair, in the subject of the certificate
     * @return the number of the new ones
     * @throws IOException if there is no room, or something cannot be made
     * @throws ConfigException if a file cannot be used as it is
     */
    public int rotate(String name) throws IOException, ConfigException {
        Content now = read();
        int id = now.newest() + 1;
        if (id > KeyRing.ID_MAX) {
            throw new IOException(
                    "the highest number, 255, is in use: make another directory with coralctl keys"
                            + " init and restart both hosts with it");
        }
        if (now.largest() == KeyRing.KEYS_MAX) {
            throw new IOException(
                    KeyRing.KEYS_MAX + " keys, there is no room: coralctl keys prune first");
        }
        replaceStore(store -> KeyTool.addIdentity(store, id, name));
        for (Map.Entry<Path, KeyRing> ring : now.rings.entrySet()) {
            replace(ring.getKey(), ring.getValue().with(id, secret()));
        }
        return id;
    }

    /**
     * Leaves the newest key and the newest identity of each file.
     *
     * @return how many were removed
     * @throws IOException if something cannot be written
     * @throws ConfigException if a file cannot be used as it is
     */
    public int prune() throws IOException, ConfigException {
        Content now = read();
        int removed = 0;
        for (int id : now.identities.keySet()) {
            if (id != now.identities.lastKey()) {
                replaceStore(store -> KeyTool.removeIdentity(store, id));
                removed++;
            }
        }
        for (Map.Entry<Path, KeyRing> ring : now.rings.entrySet()) {
            int old = ring.getValue().ids().size() - 1;
            if (old > 0) {
                replace(ring.getKey(), ring.getValue().newestOnly());
                removed += old;
            }
        }
        return removed;
    }

    private record Content(Map<Path, KeyRing> rings, TreeMap<Integer, ?> identities) {
        int newest() {
            return Stream.concat(
                            rings.values().stream().map(KeyRing::newest),
                            Stream.of(identities.lastKey()))
                    .max(Integer::compare)
                    .get();
        }

        int largest() {
            return Stream.concat(
                            rings.values().stream().map(ring -> ring.ids().size()),
                            Stream.of(identities.size()))
                    .max(Integer::compare)
                    .get();
        }
    }

    private Content read() throws IOException, ConfigException {
        KeyDirectory files = new KeyDirectory(directory);
        Map<Path, KeyRing> rings = new TreeMap<>();
        rings.put(files.heartbeatKeys(), KeyRingFile.read(files.heartbeatKeys()));
        if (Files.exists(files.witnessKeys())) {
            rings.put(files.witnessKeys(), KeyRingFile.read(files.witnessKeys()));
        }
        return new Content(rings, new TreeMap<>(LogStore.identities(files.logStore())));
    }

    private byte[] secret() {
        byte[] secret = new byte[KeyRing.SECRET_MIN_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    private interface Work {
        void in(Path place) throws IOException;
    }

    /** The place is gone afterwards, unless it was moved away. */
    private static void inPrivate(Path parent, Work work) throws IOException {
        Path place =
                Files.createTempDirectory(
                        parent,
                        ".coral-keys-",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        try {
            work.in(place);
        } finally {
            remove(place);
        }
    }

    private static void remove(Path place) throws IOException {
        if (Files.exists(place)) {
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(place);
        }
    }

    private void replace(Path file, KeyRing ring) throws IOException {
        inPrivate(
                directory,
                place -> {
                    Path made = place.resolve(file.getFileName());
                    write(made, ring.text(COMMENT));
                    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
                });
        sync(directory);
    }

    private void replaceStore(Work change) throws IOException {
        Path file = new KeyDirectory(directory).logStore();
        PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
        inPrivate(
                directory,
                place -> {
                    Path made = place.resolve(file.getFileName());
                    Files.copy(file, made);
                    change.in(made);
                    give(made, before.group(), STORE);
                    sync(made);
                    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
                });
        sync(directory);
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(PRIVATE)))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                // A disk that is nearly full takes the beginning without a complaint.
                out.write(bytes);
            }
            out.force(true);
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static GroupPrincipal group(String name) throws IOException {
        try {
            return Path.of("/")
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(name);
        } catch (IOException e) {
            throw new IOException(
                    "no group "
                            + name
                            + " on this host: make the user that runs Jetty first, or name its"
                            + " group with --group",
                    e);
        }
    }

    private static void give(Path path, GroupPrincipal group, String permissions)
            throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class);
        view.setGroup(group);
        view.setPermissions(PosixFilePermissions.fromString(permissions));
    }
}
