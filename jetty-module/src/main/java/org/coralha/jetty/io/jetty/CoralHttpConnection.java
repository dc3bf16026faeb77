package org.coralha.jetty.io.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.coralha.jetty.core.TransactionId;
import org.coralha.pair.FlowKey;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/**
 * Jetty's HTTP/1.1 connection, which also tells {@link Outbound} where replies begin and end and
 * how much of the instream their requests took. It is the only place that sees every reply, those
 * to malformed requests included.
 */
final class CoralHttpConnection extends HttpConnection {
    private final FlowEndPoint endPoint;
    private final Start start;
    private final FlowSet flows;
    private long ordinal;
    private int interimsToSuppress;
    // No initialisers: the super constructor calls the factory methods that use these three.
    private long parsed;
    private int unparsed;
    private RequestHandler handler;

    /**
     * Where on its flow the connection starts.
     *
     * @param key the flow
     * @param incarnation which connection of that key
     * @param consumed instream bytes taken by earlier requests
     * @param ordinal number of the next request
     * @param interims interim replies of that request that are on the outstream already
     */
    record Start(FlowKey key, long incarnation, long consumed, long ordinal, int interims) {}

    CoralHttpConnection(
            HttpConfiguration configuration,
            Connector connector,
            FlowEndPoint endPoint,
            Start start,
            FlowSet flows) {
        super(configuration, connector, endPoint);
        this.endPoint = endPoint;
        this.start = start;
        this.flows = flows;
        this.ordinal = start.ordinal();
        this.interimsToSuppress = start.interims();
    }

    @Override
    protected RequestHandler newRequestHandler() {
        handler = super.newRequestHandler();
        return handler;
    }

    @Override
    protected HttpParser newHttpParser(HttpCompliance compliance) {
        HttpConfiguration configuration = getHttpConfiguration();
        HttpParser parser =
                new HttpParser(handler, configuration.getRequestHeaderSize(), compliance) {
                    @Override
                    public boolean parseNext(ByteBuffer buffer) {
                        int before = buffer.remaining();
                        try {
                            return super.parseNext(buffer);
                        } finally {
                            unparsed = buffer.remaining();
                            parsed += before - unparsed;
                        }
                    }
                };
        parser.setHeaderCacheSize(configuration.getHeaderCacheSize());
        parser.setHeaderCacheCaseSensitive(configuration.isHeaderCacheCaseSensitive());
        return parser;
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
        return new Stream(method, uri, version, ordinal++);
    }

    private long consumed() {
        return start.consumed() + parsed;
    }

    /** True if no byte of the request is still to come: then its length is final. */
    private boolean isRequestRead() {
        HttpParser parser = getParser();
        return !parser.hasContent() || parser.isComplete();
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        // A held reply is not idleness: the daemon decides in time what becomes of it.
        return !endPoint.out().isHolding() && super.onIdleExpired(timeout);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        // An upgrade ends this connection and leaves the socket open.
        if (!endPoint.unwrap().isOpen()) {
            flows.remove(endPoint);
            endPoint.dropReplay();
            endPoint.out().onSocketClosed(cause);
        }
    }

    /** One request and its reply. */
    private final class Stream extends HttpStreamOverHTTP1 {
        private final long number;
        private boolean replyDone;
        private boolean endLogged;

        Stream(String method, String uri, HttpVersion version, long number) {
            super(method, uri, version);
            this.number = number;
        }

        @Override
        public Runnable headerComplete() {
            Runnable handle = super.headerComplete();
            Request request = getHttpChannel().getRequest();
            if (request != null) {
                TransactionId id = new TransactionId(start.key(), start.incarnation(), number);
                request.setAttribute(TransactionId.ATTRIBUTE, id.toString());
            }
            return handle;
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            if (response != null && HttpStatus.isInformational(response.getStatus())) {
                if (!getGenerator().isCommitted()) {
                    // Otherwise nothing is written: Jetty refuses it.
                    endPoint.out().nextIsInterim(interimMode(response.getStatus()));
                }
                super.send(request, response, last, content, callback);
                return;
            }
            if (response != null) {
                beginReply();
            }
            super.send(request, response, last, content, last ? ending(callback) : callback);
        }

        private InterimMode interimMode(int status) {
            if (status == HttpStatus.SWITCHING_PROTOCOLS_101) {
                return InterimMode.UPGRADE;
            }
            if (number == start.ordinal() && interimsToSuppress > 0) {
                interimsToSuppress--;
                return InterimMode.SUPPRESSED;
            }
            return InterimMode.LOGGED;
        }

        private void beginReply() {
            endPoint.out().beginReply();
            if (flows.shouldEnd(endPoint, start.key()) && unparsed == 0) {
                // Opened before the pair was a pair: end it soon, so that the client comes back
                // on a protected connection; not before requests that are here already.
                getGenerator().setPersistent(false);
            }
        }

        private Callback ending(Callback callback) {
            return Callback.from(
                    callback.getInvocationType(),
                    () -> {
                        replyDone = true;
                        if (isRequestRead()) {
                            endReply(false);
                        }
                        callback.succeeded();
                    },
                    callback::failed);
        }

        private void endReply(boolean close) {
            if (replyDone && !endLogged) {
                endLogged = true;
                endPoint.endReply(consumed(), close);
            }
        }

        @Override
        public void succeeded() {
            // Only now is the length of a request known whose body was not read before the reply.
            endReply(false);
            endPoint.out().whenPaced(super::succeeded);
        }

        @Override
        public void failed(Throwable cause) {
            // After a whole reply this is normal: the rest of the request could not be read.
            endReply(true);
            super.failed(cause);
        }
    }
}
