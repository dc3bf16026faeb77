package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * One connection: the client's socket and those that both hosts have accepted.
 *
 * @param atA null if only the other host serves
 */
record Trio(Socket client, Socket atA, Socket atB) {
    /** Where both hosts listen; duplex, with a as the primary. */
    record Doors(ServerSocket atA, ServerSocket atB) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            atA.close();
            atB.close();
        }
    }

    static Doors doors(TwoHosts hosts) {
        ServerSocket atA = Connections.listen(hosts.a);
        ServerSocket atB = Connections.listen(hosts.b);
        hosts.duplex();
        return new Doors(atA, atB);
    }

    /** A connection that both hosts have accepted. */
    static Trio connect(TwoHosts hosts, Doors doors) throws IOException {
        Socket client = Connections.connect(hosts.client, 0);
        return accepted(client, doors);
    }

    static Trio accepted(Socket client, Doors doors) throws IOException {
        Socket atA = Connections.accept(doors.atA);
        Socket atB = Connections.accept(doors.atB);
        assertEquals(client.getLocalPort(), atA.getPort());
        assertEquals(client.getLocalPort(), atB.getPort());
        return new Trio(client, atA, atB);
    }

    void close() throws IOException {
        client.close();
        atA.close();
        atB.close();
    }

    int port() {
        return client.getLocalPort();
    }

    /** The client's word reaches both, and the primary's answer the client. */
    void speak(String text) throws IOException {
        Connections.send(client, text);
        assertEquals(text, Connections.receive(atA, text.length()));
        assertEquals(text, Connections.receive(atB, text.length()));
        Connections.send(atA, text.toUpperCase(java.util.Locale.ROOT));
        assertEquals(
                text.toUpperCase(java.util.Locale.ROOT),
                Connections.receive(client, text.length()));
    }

    /**
     * The client's word reaches both, and with it that the client has what it was told: the
     * survivor goes on behind that.
     */
    void acknowledge() throws IOException {
        Connections.send(client, "so");
        assertEquals("so", Connections.receive(atA, 2));
        assertEquals("so", Connections.receive(atB, 2));
    }

    /** As {@link #speak}, with the survivor alone. */
    void speakWithB(String text) throws IOException {
        Connections.send(client, text);
        assertEquals(text, Connections.receive(atB, text.length()));
        Connections.send(atB, text.toUpperCase(java.util.Locale.ROOT));
        assertEquals(
                text.toUpperCase(java.util.Locale.ROOT),
                Connections.receive(client, text.length()));
    }
}
