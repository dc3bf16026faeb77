package org.coralha.sim;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** {@code ./coral sim}: runs seeds, prints those that fail, with the command that replays each. */
public final class SimCommand {
    private static final int BATCH = 64;

    private final AtomicLong next;
    private final long end;
    private final AtomicInteger failed = new AtomicInteger();

    private SimCommand(long from, long seeds) {
        next = new AtomicLong(from);
        end = from + seeds;
    }

    /** See {@code ./coral sim --help}. */
    public static void main(String[] arguments) {
        long from = 0;
        long seeds = 10_000;
        int threads = Runtime.getRuntime().availableProcessors();
        boolean trace = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--seeds" -> seeds = number(arguments, ++i);
                case "--from" -> from = number(arguments, ++i);
                case "--threads" -> threads = (int) number(arguments, ++i);
                case "--trace" -> trace = true;
                case "--help" -> usage(0);
                default -> usage(2);
            }
        }
        if (trace) {
            for (long seed = from; seed < from + seeds; seed++) {
                System.out.println(Simulator.trace(seed));
            }
            return;
        }
        System.exit(new SimCommand(from, seeds).run(seeds, Math.max(1, threads)) ? 0 : 1);
    }

    private static long number(String[] arguments, int index) {
        try {
            long number = Long.parseLong(arguments[index]);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // told below
        }
        System.err.println(arguments[index - 1] + " needs a number, 0 or more");
        usage(2);
        return 0;
    }

    private static void usage(int status) {
        (status == 0 ? System.out : System.err)
                .println(
                        "usage: ./coral sim [--seeds N] [--from SEED] [--threads T] [--trace]\n"
                                + "  runs N seeds (10000) from SEED (0) on T threads (one a processor);"
                                + " prints the failing ones\n"
                                + "  --trace prints the events of each seed instead");
        System.exit(status);
    }

    private boolean run(long seeds, int threads) {
        long startNs = System.nanoTime();
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Thread(this::work, "seeds-" + i);
            workers[i].start();
        }
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf(
                "%d seeds, %d failed, %.0f s, %.0f seeds per second on %d threads%n",
                seeds, failed.get(), seconds, seeds / seconds, threads);
        return failed.get() == 0;
    }

    private void work() {
        for (long seed = next.getAndAdd(BATCH); seed < end; seed = next.getAndAdd(BATCH)) {
            for (long i = seed; i < Math.min(end, seed + BATCH); i++) {
                String failure = Simulator.failure(i);
                if (failure != null) {
                    failed.incrementAndGet();
                    System.out.println(
                            "seed "
                                    + i
                                    + ": "
                                    + failure
                                    + "; ./coral sim --from "
                                    + i
                                    + " --seeds 1 --trace");
                }
            }
        }
    }
}
