package org.coralha.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.coralha.kernel.jna.RawSocket;

/**
 * Asks hosts outside the pair for a sign of life by ICMP echo. Each call opens and closes its own
 * socket, so calls of several threads do not disturb each other.
 */
public final class OutsideProbe {
    private static final long NS_PER_MS = 1_000_000;

    private final InetAddress source;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param source address of this host that the requests come from, also the advertised one
     */
    public OutsideProbe(InetAddress source) {
        this.source = source;
    }

    /**
     * Sends one echo request to each destination of the source's family and waits for the first
     * true answer: right host, identifier, sequence number and a random payload. Blocks at most
     * {@code timeoutMs}.
     *
     * @return who answered; empty if nobody did in time, also if nothing could be sent
     * @throws KernelException if no socket can be had, or the source address is not on this host
     */
    public Optional<InetAddress> firstAnswer(List<InetAddress> destinations, int timeoutMs) {
        long endNs = System.nanoTime() + timeoutMs * NS_PER_MS;
        byte[] nonce = new byte[EchoMessage.NONCE_BYTES];
        random.nextBytes(nonce);
        boolean six = source instanceof Inet6Address;
        EchoMessage question = new EchoMessage(six, random.nextInt(1 << 16), 1, nonce);
        List<InetAddress> asked =
                destinations.stream().filter(one -> one instanceof Inet6Address == six).toList();
        try (RawSocket socket = RawSocket.icmp(source)) {
            for (InetAddress destination : asked) {
                socket.trySend(question.request(), destination);
            }
            return await(socket, question, asked, endNs);
        }
    }

    private static Optional<InetAddress> await(
            RawSocket socket, EchoMessage question, List<InetAddress> asked, long endNs) {
        long leftNs = endNs - System.nanoTime();
        while (leftNs > 0) {
            Optional<InetAddress> answered =
                    socket.receive(leftNs / NS_PER_MS + 1)
                            .flatMap(
                                    message ->
                                            asked.stream()
                                                    .filter(one -> answers(question, message, one))
                                                    .findFirst());
            if (answered.isPresent()) {
                return answered;
            }
            leftNs = endNs - System.nanoTime();
        }
        return Optional.empty();
    }

    private static boolean answers(
            EchoMessage question, RawSocket.Message message, InetAddress asked) {
        return question.isAnsweredBy(message, asked.getAddress());
    }
}
