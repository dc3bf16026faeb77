package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks the daemon of this host over its control socket. */
public final class ControlClient {
    private ControlClient() {}

    /**
     * One command, one line of JSON. The daemon ends the connection within seconds in any case.
     *
     * @throws IOException if no daemon answers, with the remedy
     */
    public static String ask(Path socket, String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            if (answer.length == 0) {
                throw new IOException("no answer");
            }
            return new String(answer, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException(
                    "no coral-heartbeatd answers at "
                            + socket
                            + " ("
                            + e.getMessage()
                            + "): start it, run as root, or name its --run-dir",
                    e);
        }
    }
}
