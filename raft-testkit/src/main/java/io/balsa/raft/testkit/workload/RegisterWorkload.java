package io.balsa.raft.testkit.workload;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.Outcome;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.workload.Answers.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Clients that write, swap, delete and read a few registers. No value is ever written twice. */
public final class RegisterWorkload implements Workload {

    private static final int KEYS = 4;
    private static final int LARGE = 900; // bytes

    private static final int CHECKED_SEEDS =
            8; // one in so many histories is searched, which takes longer than all the rest

    private record Written(long index, String value) {}

    private record FailedRead(String key, long term) {}

    private record Seen(String value, long index) {}

    private final Ledger ledger = new Ledger(Words::of);
    private final Map<String, List<Written>> written = new TreeMap<>();
    private final Optional<RegisterHistory> history;
    private final double largeShare;
    private final Map<Integer, FailedRead> failedReads = new TreeMap<>(); // by client: what it asks again
    private final Map<String, String> lastSeen = new TreeMap<>(); // by client and key: what a swap expects

    /** Registers that were never written, of a cluster that is run by this plan. */
    public RegisterWorkload(Plan plan) {
        history = Draws.stream(plan.seed(), "history").nextInt(CHECKED_SEEDS) == 0
                ? Optional.of(new RegisterHistory())
                : Optional.empty();
        largeShare = plan.config().maxBatchBytes() < 4 * LARGE ? 0.5 : 0.05;
    }

    @Override
    public StateMachine machine(int server) {
        return new WatchedMachine<>(server, new Registers(), ledger, this::onFirstApplied);
    }

    private void onFirstApplied(Registers registers, Command command) {
        String key = Words.wordOf(command.data(), 1);
        written.computeIfAbsent(key, absent -> new ArrayList<>()).add(new Written(command.index(), registers.get(key)));
    }

    @Override
    public Object stateOf(StateMachine machine) {
        return registersOf(machine).machine().state();
    }

    @SuppressWarnings("unchecked") // made above
    private static WatchedMachine<Registers> registersOf(StateMachine machine) {
        return (WatchedMachine<Registers>) machine;
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void operate(Call call) {
        Draws chance = call.chance();
        FailedRead failed = failedReads.get(call.client());
        if (failed != null && chance.chance(0.7)) {
            read(call, failed.key);
            return;
        }
        String key = "k" + chance.nextInt(KEYS);
        String value = "c" + call.client() + "." + call.number() + padding(chance);
        if (chance.chance(0.02)) {
            burst(call, chance);
        }
        switch (chance.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> put(call, key, value);
            case 6 -> delete(call, key);
            case 7, 8, 9, 10 -> {
                String expected = lastSeen.getOrDefault(call.client() + key, Registers.ABSENT);
                cas(call, key, expected, value);
            }
            case 11, 12 -> readLocally(call, key);
            default -> read(call, key);
        }
    }

    /** Most values are short; some fill a message of a cluster whose messages are small. */
    private String padding(Draws chance) {
        return chance.chance(largeShare) ? "-".repeat(LARGE / 2 + chance.nextInt(LARGE / 2)) : "";
    }

    /** Many writes at once, for whose answers nobody waits. */
    private void burst(Call call, Draws chance) {
        int size = 5 + chance.nextInt(20);
        for (int i = 0; i < size; i++) {
            String key = "k" + chance.nextInt(KEYS);
            String value = "c" + call.client() + "." + call.number() + "." + i + padding(chance);
            put(call.without(), key, value);
        }
    }

    private void put(Call call, String key, String value) {
        Optional<Long> id = history.map(all -> all.put(call.client(), key, value, call.nowNanos()));
        command(call, key, value, Registers.put(key, value), id);
    }

    private void delete(Call call, String key) {
        Optional<Long> id = history.map(all -> all.delete(call.client(), key, call.nowNanos()));
        command(call, key, Registers.ABSENT, Registers.delete(key), id);
    }

    private void cas(Call call, String key, String expected, String value) {
        Optional<Long> id = history.map(all -> all.cas(call, key, expected, value));
        command(call, key, value, Registers.cas(key, expected, value), id);
    }

    private void command(Call call, String key, String value, byte[] command, Optional<Long> id) {
        long begun = ledger.propose(command);
        boolean cas = command[0] == 'c';
        var unused = call.node()
                .propose(command.clone())
                .whenComplete((Applied done, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure != null) {
                        ledger.onFailed(command, failure);
                        id.ifPresent(it -> history.get().failed(it, Ledger.outcomeOf(failure)));
                    } else {
                        ledger.onAcknowledged(begun, command, done);
                        boolean swapped = Registers.isDone(done.result());
                        id.ifPresent(it ->
                                history.get().done(it, cas ? Optional.of(swapped) : Optional.empty(), call.nowNanos()));
                        if (cas) {
                            ledger.answers().count(swapped ? Kind.SWAPPED : Kind.NOT_SWAPPED);
                        }
                        if (!cas || swapped) {
                            lastSeen.put(call.client() + key, value);
                        }
                    }
                    call.done().run();
                }));
    }

    private void read(Call call, String key) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        long begun = ledger.begin();
        boolean leads = call.node().status().isLeader();
        long term = call.node().status().term();
        Optional<Long> id = history.map(all -> all.get(call.client(), key, call.nowNanos()));
        var unused = call.node()
                .read(ReadPolicy.LINEARIZABLE, () -> new Seen(machine.machine().get(key), machine.lastIndex()))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure != null) {
                        Ledger.requireAnswer(failure);
                        ledger.answers().count(Kind.READ_REFUSED);
                        failedReads.put(call.client(), new FailedRead(key, term));
                        id.ifPresent(it -> history.get().failed(it, Outcome.NOT_APPLIED));
                    } else {
                        id.ifPresent(it -> history.get().read(it, seen.value, call.nowNanos()));
                        FailedRead failed = failedReads.remove(call.client());
                        if (failed != null && failed.term < term) {
                            ledger.answers().count(Kind.READ_RETRIED);
                        }
                        if (!leads) {
                            ledger.answers().count(Kind.READ_BY_FOLLOWER);
                        }
                        ledger.onRead(begun, seen.index);
                        requireTrue(key, seen);
                        lastSeen.put(call.client() + key, seen.value);
                    }
                    call.done().run();
                }));
    }

    /** May see an old state, but one that there was. */
    private void readLocally(Call call, String key) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        var unused = call.node()
                .read(ReadPolicy.LOCAL, () -> new Seen(machine.machine().get(key), machine.lastIndex()))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure == null) {
                        ledger.answers().count(Kind.READ_LOCALLY);
                        requireTrue(key, seen);
                    } else {
                        Ledger.requireAnswer(failure);
                    }
                    call.done().run();
                }));
    }

    /** What a read saw at an index is what a replay of the commands comes to there. */
    private void requireTrue(String key, Seen seen) {
        String expected = Registers.ABSENT;
        List<Written> all = written.getOrDefault(key, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).index <= seen.index) {
                expected = all.get(i).value;
                break;
            }
        }
        if (!seen.value.equals(expected)) {
            throw new Violation(
                    "R5",
                    "a read of " + key + " at " + seen.index + " returned " + seen.value + " and not " + expected);
        }
    }

    @Override
    public void finish() {
        ledger.finish();
        history.ifPresent(RegisterHistory::check);
    }
}
