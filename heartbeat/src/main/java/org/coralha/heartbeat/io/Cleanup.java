package org.coralha.heartbeat.io;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes, in reverse order, what was opened before a start failed. */
final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T on(T resource) {
        opened.push(resource);
        return resource;
    }

    /** The start succeeded: nothing is closed. */
    void keep() {
        opened.clear();
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("close " + resource + ": " + e.getMessage(), e);
            }
        }
    }
}
