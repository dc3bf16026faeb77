package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.coralha.pair.PairKey;
import org.coralha.pair.keys.KeyDirectory;
import org.coralha.pair.keys.KeyRingFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the store with the pair's identities can be used, and nobody else can use or change it.
 */
public final class StoreCheck {
    private static final Logger LOG = LoggerFactory.getLogger(StoreCheck.class);
    private static final Duration SOON = Duration.ofDays(60);
    private static final Set<PosixFilePermission> NEVER =
            EnumSet.of(
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);

    private final Path store;
    private final String user;
    private final List<String> problems = new ArrayList<>();
    private IdentityFile identities;

    private StoreCheck(Path store, String user) {
        this.store = store;
        this.user = user;
    }

    /**
     * Looks at the store; nothing is left behind.
     *
     * @param user that runs Jetty, to be named in remedies
     */
    public static StoreCheck of(KeyDirectory keys, String user, Instant now) {
        StoreCheck check = new StoreCheck(keys.logStore(), user);
        try {
            check.lookAtOwners();
            check.identities = IdentityFile.open(check.store);
            check.lookAtDates(now);
        } catch (NoSuchFileException e) {
            check.add("no such file: coralctl keys init makes it, the same on both hosts");
        } catch (AccessDeniedException e) {
            check.add(
                    "this user may not read it: give directory and file to the group of "
                            + "jetty.user="
                            + user
                            + ", with modes 0750 and 0640");
        } catch (IOException e) {
            check.add(
                    "cannot be used: "
                            + e.getMessage()
                            + ": copy it from the other host, or make it anew:"
                            + " coralctl keys init");
        }
        return check;
    }

    private void add(String problem) {
        problems.add(PairKey.KEYS_DIR.key() + ": " + store + ": " + problem);
    }

    private void lookAtOwners() throws IOException {
        Set<PosixFilePermission> open = EnumSet.copyOf(NEVER);
        open.retainAll(Files.getPosixFilePermissions(store));
        if (!open.isEmpty()) {
            add("others than root and the group of " + user + " may use it: chmod 0640 " + store);
        }
        KeyRingFile.ownership(store).forEach(this::add);
        KeyRingFile.replaceable(store).forEach(this::add);
    }

    private void lookAtDates(Instant now) {
        Instant end = identities.newest().getNotAfter().toInstant();
        String remedy = ": coralctl keys rotate, then copy " + store.getParent();
        if (!end.isAfter(now)) {
            add("its newest certificate ended on " + end + remedy + " to the other host");
        } else if (end.isBefore(now.plus(SOON))) {
            LOG.warn("{}: its newest certificate ends on {}{}", store, end, remedy);
        }
    }

    /** Every problem with its remedy; empty if there is none. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What the store holds; null if it cannot be read. */
    public IdentityFile identities() {
        return identities;
    }
}
