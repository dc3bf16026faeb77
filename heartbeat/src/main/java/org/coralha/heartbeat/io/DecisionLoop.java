package org.coralha.heartbeat.io;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.RoleCore;

/**
 * The decision thread: owns the core, feeds it inputs and ticks in the order of arrival, and has
 * each decision performed before the next input.
 */
public final class DecisionLoop {
    private static final int QUEUE_LIMIT = 4096;
    private static final int SLOW_MS = 10;

    private final RoleCore core;
    private final long tickNs;
    private final LongSupplier clock;
    private final Performer performer;
    private final BiConsumer<String, Throwable> fatal;
    private final Consumer<String> slow;
    private final Counters counters;
    private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    private volatile long lastTickNs = System.nanoTime();
    private volatile boolean stopped;

    /** One input for the core. */
    @FunctionalInterface
    public interface Input {
        /** Feeds the core. */
        Decision decide(RoleCore core, long nowNs);
    }

    private record Event(Input input, Runnable question, long atNs) {}

    /**
     * @param core the core, which nobody else may touch from now on
     * @param tickNs time between two ticks
     * @param clock the core's time in nanoseconds; must not stand still while the host is suspended
     * @param performer performs the actions
     * @param fatal told when an action failed that must not fail; must end the process
     * @param slow told of decisions that took longer than a heartbeat may be late; must not block
     * @param counters of the daemon
     */
    DecisionLoop(
            RoleCore core,
            long tickNs,
            LongSupplier clock,
            Performer performer,
            BiConsumer<String, Throwable> fatal,
            Consumer<String> slow,
            Counters counters) {
        this.core = core;
        this.tickNs = tickNs;
        this.clock = clock;
        this.performer = performer;
        this.fatal = fatal;
        this.slow = slow;
        this.counters = counters;
    }

    /** Starts the thread. */
    void start() {
        Threads.startUrgent("decide", fatal, this::run);
    }

    /** Ends the thread after the inputs that are queued now. */
    void stop() {
        stopped = true;
    }

    /**
     * Hands an input to the decision thread, from any thread, without waiting.
     *
     * @return false if the queue is full; counted
     */
    public boolean submit(Input input) {
        boolean queued = queue.offer(new Event(input, null, System.nanoTime()));
        if (!queued) {
            counters.count("loop.overflow");
        }
        return queued;
    }

    /** Hands over an input that must not be lost; waits for room, at most a second. */
    public void submitSurely(Input input) {
        try {
            if (!queue.offer(new Event(input, null, System.nanoTime()), 1, TimeUnit.SECONDS)) {
                fatal.accept("the decision thread takes no inputs", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Asks the core on the decision thread.
     *
     * @throws TimeoutException if there is no answer in time
     */
    public <T> T ask(Function<RoleCore, T> question, long timeoutMs) throws TimeoutException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable run = () -> answer.complete(question.apply(core));
        if (!queue.offer(new Event(null, run, System.nanoTime()))) {
            throw new TimeoutException("the queue of the decision thread is full");
        }
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Has an input decided and performed before it answers.
     *
     * @throws TimeoutException if there is no answer in time; the input may still be performed
     */
    public Decision carryOut(Input input, long timeoutMs) throws TimeoutException {
        return ask(core -> decide(input, System.nanoTime()), timeoutMs);
    }

    /** True if the decision thread ticked within the given time. */
    boolean tickedWithin(long limitNs) {
        return System.nanoTime() - lastTickNs <= limitNs;
    }

    private void run() {
        try {
            long nextTickNs = System.nanoTime();
            while (!stopped || !queue.isEmpty()) {
                Event event = queue.poll(nextTickNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (event != null) {
                    handle(event);
                }
                long nowNs = System.nanoTime();
                if (nowNs - nextTickNs >= 0) {
                    decide(RoleCore::onTick, nowNs);
                    lastTickNs = nowNs;
                    nextTickNs = Math.max(nextTickNs + tickNs, nowNs);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            fatal.accept("a decision could not be carried out", e);
        }
    }

    private void handle(Event event) {
        if (event.question != null) {
            event.question.run();
        } else {
            decide(event.input, event.atNs);
        }
    }

    private Decision afterFailure(Performer.Failure failure) {
        long nowNs = clock.getAsLong();
        return switch (failure.kind()) {
            case PERSIST -> core.onPersistFailed(failure.problem(), nowNs);
            case CLEAR -> core.onClearFailed(failure.problem(), nowNs);
        };
    }

    /** Time of detection is when the input arrived, not when its turn came. */
    private Decision decide(Input input, long detectedNs) {
        long startedNs = System.nanoTime();
        Decision decision = input.decide(core, clock.getAsLong());
        Performer.Failure failure = performer.perform(decision, core, detectedNs);
        if (failure != null) {
            performer.perform(afterFailure(failure), core, detectedNs);
        }
        long tookMs = (System.nanoTime() - startedNs) / 1_000_000;
        if (tookMs > SLOW_MS) {
            counters.count("loop.slow");
            slow.accept(tookMs + " ms for " + decision);
        }
        return decision;
    }
}
