package org.coralha.jetty.io.jgroups;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jgroups.util.DefaultSocketFactory;

/**
 * Lets only the two hosts of the pair talk to the channel's port, and counts who is turned away or
 * does not start with what JGroups sends first.
 */
final class GuardedSockets extends DefaultSocketFactory {
    private static final byte[] COOKIE = {'b', 'e', 'l', 'a'};

    private final Set<InetAddress> allowed;
    private final LongAdder refused;

    GuardedSockets(Set<InetAddress> allowed, LongAdder refused) {
        this.allowed = allowed;
        this.refused = refused;
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return new GuardedServerSocket();
    }

    private final class GuardedServerSocket extends ServerSocket {
        GuardedServerSocket() throws IOException {
            super();
        }

        @Override
        public Socket accept() throws IOException {
            while (true) {
                CheckedSocket socket = new CheckedSocket();
                implAccept(socket);
                if (allowed.contains(socket.getInetAddress())) {
                    return socket;
                }
                refused.increment();
                socket.close();
            }
        }
    }

    private final class CheckedSocket extends Socket {
        private InputStream checked;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (checked == null) {
                checked = new FirstBytes(super.getInputStream());
            }
            return checked;
        }
    }

    /** Compares the first bytes with the cookie; JGroups itself closes the connection. */
    private final class FirstBytes extends FilterInputStream {
        private int matched;

        FirstBytes(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, length);
            if (matched < COOKIE.length) {
                check(into, offset, count);
            }
            return count;
        }

        private void check(byte[] bytes, int offset, int count) {
            boolean wrong = count < 0;
            for (int i = 0; i < count && matched < COOKIE.length && !wrong; i++) {
                wrong = bytes[offset + i] != COOKIE[matched++];
            }
            if (wrong) {
                refused.increment();
                matched = COOKIE.length;
            }
        }
    }
}
