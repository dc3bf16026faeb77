package org.coralha.drill.lab;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.json.Json;

/**
 * The clients' answer to {@code finish}: one line for each connection, then their number. An answer
 * from which something is missing is no result.
 */
final class FinishAnswer {
    private static final String CONNECTION = "conn ";

    private final long opened;
    private final List<Json> connections = new ArrayList<>();

    /**
     * @param opened connections that were opened
     */
    FinishAnswer(long opened) {
        this.opened = opened;
    }

    /**
     * Takes the next line.
     *
     * @return true if it was the last
     * @throws LabException if it is an error, or if the connections are not all there
     */
    boolean take(String line) {
        if (line.startsWith(CONNECTION)) {
            connections.add(Json.parse(line.substring(CONNECTION.length())));
            return false;
        }
        if (!line.equals("ok " + opened) || connections.size() != opened) {
            throw new LabException(
                    "clients, finish: '"
                            + line
                            + "' after "
                            + connections.size()
                            + " connections, "
                            + opened
                            + " were opened");
        }
        return true;
    }

    /** What happened, once the last line was taken. */
    LoadResult result() {
        return new LoadResult(connections);
    }
}
