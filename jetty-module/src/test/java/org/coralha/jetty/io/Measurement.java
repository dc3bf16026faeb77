package org.coralha.jetty.io;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Request rate and processor time, plain against held; run by hand, asserts nothing. */
final class Measurement {
    private Measurement() {}

    public static void main(String[] args) throws Exception {
        int clients = args.length > 0 ? Integer.parseInt(args[0]) : 32;
        String path = args.length > 1 ? args[1] : "/small/1";
        Path directory = Files.createTempDirectory("coral-measure");
        try (TwoHosts hosts =
                new TwoHosts(directory, Map.of(), new App("a"), new App("b"), new App("p"))
                        .duplex()) {
            for (int round = 0; round < 3; round++) {
                run("plain", hosts.plainAddress, clients, path);
                run("held", hosts.a.address, clients, path);
            }
        }
        System.exit(0);
    }

    private static void run(String name, InetSocketAddress server, int clients, String path)
            throws Exception {
        LongAdder count = new LongAdder();
        long end = System.nanoTime() + 4_000_000_000L;
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> client(server, request, end, count));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double micros = (system.getProcessCpuTime() - cpu) / 1e3 / count.sum();
        System.out.printf(
                "%-6s %8.0f requests/s %6.1f us cpu per request (client, both hosts)%n",
                name, count.sum() / seconds, micros);
    }

    private static void client(
            InetSocketAddress server, byte[] request, long end, LongAdder count) {
        try (RawClient client = new RawClient(server)) {
            client.send(request);
            int length = client.readQuiet(300).length;
            while (System.nanoTime() < end) {
                client.send(request);
                client.read(length);
                count.increment();
            }
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
