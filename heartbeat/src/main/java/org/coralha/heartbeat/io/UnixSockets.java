package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Listening sockets in the run directory. */
final class UnixSockets {
    private UnixSockets() {}

    /**
     * Listens at the path. What a dead process left there is replaced; a living one is not.
     *
     * @param group the group that may connect, null if none
     * @throws IOException if somebody listens there, or it cannot be created
     */
    static ServerSocketChannel listen(Path path, String permissions, String group)
            throws IOException {
        if (Files.exists(path)) {
            refuseLiving(path);
            Files.delete(path);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            PosixFileAttributeView view =
                    Files.getFileAttributeView(path, PosixFileAttributeView.class);
            if (group != null) {
                view.setGroup(
                        path.getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByGroupName(group));
            }
            view.setPermissions(PosixFilePermissions.fromString(permissions));
            return server;
        } catch (IOException e) {
            server.close();
            throw new IOException("listen at " + path + ": " + e.getMessage(), e);
        }
    }

    private static void refuseLiving(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return;
        }
        throw new IOException(
                path
                        + " is in use: another coral-heartbeatd runs here; stop it, or choose another"
                        + " --run-dir");
    }
}
