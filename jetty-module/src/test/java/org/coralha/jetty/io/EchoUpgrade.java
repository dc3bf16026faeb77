package org.coralha.jetty.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A protocol that HTTP/1.1 is upgraded to: greets, then says back what it hears. */
final class EchoUpgrade extends AbstractConnectionFactory implements ConnectionFactory.Upgrading {
    EchoUpgrade() {
        super("echo");
    }

    @Override
    public Connection upgradeConnection(
            Connector connector,
            EndPoint endPoint,
            MetaData.Request request,
            HttpFields.Mutable response) {
        response.put("Upgrade", "echo").put("Connection", "Upgrade");
        return newConnection(connector, endPoint);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return new AbstractConnection(endPoint, connector.getExecutor()) {
            @Override
            public void onOpen() {
                super.onOpen();
                ByteBuffer welcome = BufferUtil.toBuffer("welcome", StandardCharsets.US_ASCII);
                getEndPoint().write(Callback.from(this::fillInterested), welcome);
            }

            @Override
            public void onFillable() {
                try {
                    ByteBuffer buffer = BufferUtil.allocate(100);
                    if (getEndPoint().fill(buffer) < 0) {
                        getEndPoint().close();
                    } else {
                        getEndPoint().write(Callback.from(this::fillInterested), buffer);
                    }
                } catch (IOException e) {
                    getEndPoint().close(e);
                }
            }
        };
    }
}
