package org.coralha.heartbeat.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.coralha.pair.ConfigException;
import org.coralha.pair.keys.KeyDirectory;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeyRingFile;

/** Finds everything that is wrong with a key directory; changes nothing. */
public final class KeyCheck {
    private static final Duration WARNING = Duration.ofDays(90);
    private static final Set<String> KNOWN =
            Set.of(KeyDirectory.HEARTBEAT_KEYS, KeyDirectory.LOG_STORE, KeyDirectory.WITNESS_KEYS);
    private static final Set<PosixFilePermission> NOT_FOR_STORE =
            EnumSet.of(
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);

    private KeyCheck() {}

    /**
     * Every problem of the directory, one sentence with its remedy each.
     *
     * @param group that Jetty runs with; empty if it is not known
     * @param now the time for which certificates must be valid
     */
    public static List<String> problems(KeyDirectory directory, String group, Instant now) {
        List<String> problems = new ArrayList<>();
        ring(directory.heartbeatKeys(), problems);
        if (Files.exists(directory.witnessKeys())) {
            ring(directory.witnessKeys(), problems);
        }
        problems.addAll(storeProblems(directory, group));
        problems.addAll(expiries(directory.logStore(), now));
        problems.addAll(strangers(directory.path()));
        return problems;
    }

    private static void ring(Path file, List<String> problems) {
        try {
            KeyRingFile.read(file);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> problems.add(file + ": " + problem));
        }
    }

    /** What keeps Jetty from using the TLS identities, or gives them to others. */
    public static List<String> storeProblems(KeyDirectory directory, String group) {
        Path file = directory.logStore();
        List<String> problems = new ArrayList<>();
        try {
            PosixFileAttributes facts = Files.readAttributes(file, PosixFileAttributes.class);
            Set<PosixFilePermission> open = EnumSet.copyOf(NOT_FOR_STORE);
            open.retainAll(facts.permissions());
            if (!open.isEmpty()) {
                problems.add("others may use it: chmod 0640 " + file);
            }
            String owningGroup = facts.group().getName();
            if (!group.isEmpty() && !owningGroup.equals(group)) {
                problems.add(
                        String.format(
                                "belongs to group %s, Jetty runs with group %s: chgrp %s %s",
                                owningGroup, group, group, file));
            } else if (!facts.permissions().contains(PosixFilePermission.GROUP_READ)) {
                problems.add("Jetty cannot read it: chmod 0640 " + file);
            }
            problems.addAll(KeyRingFile.ownership(file));
            problems.addAll(KeyRingFile.replaceable(file));
            LogStore.identities(file);
        } catch (NoSuchFileException e) {
            problems.add("no such file: coralctl keys init DIR makes it, the same on both hosts");
        } catch (IOException e) {
            problems.add("cannot be used: " + e.getMessage() + "; copy it from the other host");
        }
        return problems.stream().map(problem -> file + ": " + problem).toList();
    }

    private static List<String> expiries(Path file, Instant now) {
        List<String> problems = new ArrayList<>();
        try {
            Map<Integer, X509Certificate> identities = LogStore.identities(file);
            identities.forEach(
                    (id, certificate) -> {
                        Instant end = certificate.getNotAfter().toInstant();
                        if (end.isBefore(now.plus(WARNING))) {
                            problems.add(
                                    String.format(
                                            "%s: identity %d expires at %s: coralctl keys rotate",
                                            file, id, end));
                        }
                    });
            if (identities.size() > KeyRing.KEYS_MAX) {
                problems.add(
                        String.format(
                                "%s: %d identities, at most %d: coralctl keys prune",
                                file, identities.size(), KeyRing.KEYS_MAX));
            }
        } catch (IOException e) {
            // Named by storeProblems.
        }
        return problems;
    }

    private static List<String> strangers(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !KNOWN.contains(file.getFileName().toString()))
                    .sorted()
                    .map(file -> file + ": no file of the pair, may hold a secret: remove it")
                    .toList();
        } catch (IOException e) {
            // A directory that is not there shows in the files that are not there.
            return List.of();
        }
    }
}
