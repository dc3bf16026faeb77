package org.coralha.heartbeat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.coralha.heartbeat.io.WitnessServer;
import org.coralha.pair.keys.KeyDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The witness, on a third host: needs no privileges but a port and two files. Exit codes: 0 after
 * an orderly stop, 2 if it cannot start.
 */
@Command(
        name = "coral-witnessd",
        mixinStandardHelpOptions = true,
        description = "Grants each epoch of a Coral pair once, so that a partition has one winner.")
public final class WitnessDaemon implements Callable<Integer> {
    private static final Logger LOG = logger();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "own IP address, witness.address of the pairs (${DEFAULT-VALUE}: any)")
    private InetAddress listen;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7947",
            description = "UDP port, witness.port of the pairs (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            defaultValue = "/etc/coral/witness.keys",
            description = "the same file as on the hosts, of this user alone (${DEFAULT-VALUE})")
    private Path keys;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "/var/lib/coral-witness",
            description = "where the votes are kept; must outlive everything (${DEFAULT-VALUE})")
    private Path stateDir;

    /** Starts the witness. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new WitnessDaemon()).execute(args));
    }

    /** The settings must be in place before the first logger is made. */
    private static Logger logger() {
        Logging.configure();
        return LoggerFactory.getLogger(WitnessDaemon.class);
    }

    @Override
    public Integer call() {
        Path keyFile = KeyDirectory.credentialOr(keys, System.getenv());
        try (WitnessServer server =
                WitnessServer.open(new InetSocketAddress(listen, port), keyFile, stateDir)) {
            LOG.info("witness at {}:{}, votes in {}", listen.getHostAddress(), port, stateDir);
            server.serve();
            return 0;
        } catch (IOException e) {
            LOG.error("cannot start: {}", e.getMessage());
            return Daemon.REFUSED;
        }
    }
}
