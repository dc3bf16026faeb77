package org.coralha.heartbeat.io;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;

/**
 * A process that behaves like Jetty with the module, but serves nothing: for tries of the daemon by
 * hand. Arguments: socket, configuration digest in hex.
 */
final class FakeJetty {
    private FakeJetty() {}

    public static void main(String[] args) throws Exception {
        TestModule module = new TestModule(Path.of(args[0]));
        module.process.destroyForcibly();
        module.send(
                new ModuleMessage.Hello(
                        MessageCodec.PROTOCOL_VERSION,
                        ProcessHandle.current().pid(),
                        HexFormat.of().parseHex(args[1]),
                        "fake"));
        module.send(new ModuleMessage.Ready());
        module.send(new ModuleMessage.LogLink(true));
        while (true) {
            DaemonMessage message = module.received.poll(100, TimeUnit.MILLISECONDS);
            if (message instanceof DaemonMessage.TakeRole told) {
                System.out.println(told.role() + " " + told.epoch() + " " + told.reason());
                module.send(
                        new ModuleMessage.RoleTaken(
                                told.epoch(), told.role(), told.flows().size(), 500));
            } else if (message instanceof DaemonMessage.Refused refused) {
                System.out.println("refused: " + refused.reason());
                return;
            }
            module.send(new ModuleMessage.Pulse(0, 0, 0));
        }
    }
}
