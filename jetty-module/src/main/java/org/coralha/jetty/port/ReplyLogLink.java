package org.coralha.jetty.port;

/**
 * The way to the module of the peer host. Frames arrive whole, in order and once while the link
 * stays up; a link that went down may have lost any frame sent before.
 */
public interface ReplyLogLink extends AutoCloseable {
    /** What the link tells. Called by one thread at a time, which must not be blocked. */
    interface Listener {
        /**
         * A frame arrived from the peer.
         *
         * @param frame the array belongs to the receiver
         * @param more true if the next frame is at hand already: an acknowledgement can wait for it
         */
        void onFrame(byte[] frame, int offset, int length, boolean more);

        /** The peer is, or no longer is, in reach. Nothing is known of its identity yet. */
        void onReachable(boolean reachable);
    }

    /** Starts to look for the peer and returns at once. */
    void open(Listener listener);

    /**
     * Hands a frame to the network without waiting.
     *
     * @param frame must not be changed afterwards
     * @param length bytes of it to send
     * @return false if the peer is not in reach; the frame is lost then
     */
    boolean send(byte[] frame, int length);

    /** Connections and frames refused because they are not of this protocol. */
    long garbageCount();

    @Override
    void close();
}
