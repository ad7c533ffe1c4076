package io.balsa.raft.testkit.sweep;

import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.world.ClusterRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up runs in the order of their seeds, in whatever order they end. Safe for use by several threads. */
final class Sums {

    /**
     * How a run ended.
     *
     * @param result what it has come to, unless an exception escaped
     */
    record Outcome(Optional<ClusterRun.Result> result, Optional<Failure> failure) {

        static Outcome escaped(Failure failure) {
            return new Outcome(Optional.empty(), Optional.of(failure));
        }
    }

    private final Sweep.Request request;
    private final Sweep.Listener listener;
    private final Map<Long, Outcome> early = new TreeMap<>(); // those that wait for a run before them
    private final Coverage coverage = new Coverage();
    private final List<Failure> failures = new ArrayList<>();
    private long next;
    private long simulatedNanos;
    private long events;
    private long strikes;
    private long crashes;
    private long operations;
    private long cpuNanos;
    private boolean over;

    Sums(Sweep.Request request, Sweep.Listener listener) {
        this.request = request;
        this.listener = listener;
    }

    /** A run has ended: the one of the seed that stands at this place, counted from 0. */
    synchronized void add(long place, Outcome outcome) {
        early.put(place, outcome);
        @Nullable Outcome due = early.remove(next);
        while (due != null && !over) {
            next++;
            addNext(due);
            due = early.remove(next);
        }
    }

    private void addNext(Outcome outcome) {
        outcome.result().ifPresent(result -> {
            coverage.add(result.coverage());
            simulatedNanos += result.simulatedNanos();
            events += result.events();
            strikes += result.strikes();
            crashes += result.crashes();
            operations += result.answers().all();
            listener.onRun(result);
        });
        outcome.failure().ifPresent(failure -> {
            failures.add(failure);
            listener.onFailure(failure);
        });
        over = request.stopAtFirst() && outcome.failure().isPresent();
    }

    synchronized void addCpu(long nanos) {
        cpuNanos += nanos;
    }

    /** Whether nothing that is still to come matters. */
    synchronized boolean isOver() {
        return over;
    }

    synchronized SweepResult result(long wallNanos) {
        Coverage sum = new Coverage();
        sum.add(coverage);
        SweepResult.Volume volume = new SweepResult.Volume(simulatedNanos, events, operations, strikes, crashes);
        return new SweepResult(next, volume, sum, List.copyOf(failures), wallNanos, cpuNanos);
    }
}
