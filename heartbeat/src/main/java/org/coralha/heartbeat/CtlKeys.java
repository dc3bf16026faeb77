package org.coralha.heartbeat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.coralha.heartbeat.keys.KeyCheck;
import org.coralha.heartbeat.keys.KeyMaker;
import org.coralha.pair.ConfigException;
import org.coralha.pair.keys.KeyDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands about the secrets of the pair. Exit codes: 0 done or good, 1 not, with the reason. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Commands about keys.dir, the directory with the secrets of the pair. New keys, without",
            "downtime: rotate on one host, copy the directory to the other, and when coralctl status",
            "shows the new key in use on both, prune and copy again."
        })
final class CtlKeys {
    @Spec private CommandSpec spec;

    /** What is to be done with a directory. */
    private interface Work {
        String with(KeyMaker maker) throws IOException, ConfigException;
    }

    private int attempt(String what, Path directory, Work work) {
        try {
            spec.commandLine().getOut().println(work.with(new KeyMaker(directory)));
            return 0;
        } catch (IOException e) {
            spec.commandLine().getErr().println(what + " " + directory + ": " + e.getMessage());
        } catch (ConfigException e) {
            e.problems().forEach(spec.commandLine().getErr()::println);
            spec.commandLine().getErr().println(what + " " + directory + ": see above");
        }
        return Ctl.PROBLEM;
    }

    /** Makes the directory. */
    @Command(
            mixinStandardHelpOptions = true,
            description = "Makes the directory with everything in it; copy it to the other host.")
    int init(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--group",
                            paramLabel = "GROUP",
                            defaultValue = "coral",
                            description = "group of jetty.user (${DEFAULT-VALUE})")
                    String group,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            defaultValue = "pair",
                            description = "pair.name, stands in the certificate (${DEFAULT-VALUE})")
                    String name) {
        return attempt(
                "make",
                directory,
                maker -> {
                    maker.init(group, plain(name));
                    return directory + " is made: copy it to the other host, with its owners";
                });
    }

    /** Adds new keys. */
    @Command(
            mixinStandardHelpOptions = true,
            description = "Adds a new key to each file; the old ones stay until they are pruned.")
    int rotate(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            defaultValue = "pair",
                            description = "pair.name, stands in the certificate (${DEFAULT-VALUE})")
                    String name) {
        return attempt(
                "rotate",
                directory,
                maker -> "key " + maker.rotate(plain(name)) + " is new: copy it to the other host");
    }

    /** Removes old keys. */
    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Removes all but the newest key of each file. First see in coralctl status that the",
                "newest is in use on both hosts."
            })
    int prune(@Parameters(paramLabel = "DIR") Path directory) {
        return attempt("prune", directory, maker -> maker.prune() + " old keys are removed");
    }

    /** Reports problems. */
    @Command(
            mixinStandardHelpOptions = true,
            description = "Reports every problem of the directory, with its remedy.")
    int check(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--group",
                            paramLabel = "GROUP",
                            defaultValue = "coral",
                            description = "group of jetty.user (${DEFAULT-VALUE})")
                    String group) {
        List<String> problems =
                KeyCheck.problems(new KeyDirectory(directory), group, Instant.now());
        problems.forEach(spec.commandLine().getOut()::println);
        if (problems.isEmpty()) {
            spec.commandLine().getOut().println(directory + " is good");
        }
        return problems.isEmpty() ? 0 : Ctl.PROBLEM;
    }

    /** Nothing that means something in a distinguished name. */
    private static String plain(String name) throws IOException {
        if (!name.matches("[A-Za-z0-9-]{1,15}")) {
            throw new IOException("--name " + name + " is no pair.name: letters, digits, '-'");
        }
        return name;
    }
}
