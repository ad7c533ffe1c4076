package io.balsa.raft.testkit.workload;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.workload.Answers.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Clients that write, swap, delete and read a few registers. No value is ever written twice. */
public final class RegisterWorkload implements Workload {

    private static final int KEYS = 4;
    private static final int LARGE = 900; // bytes

    private record Written(long index, String value) {}

    private record FailedRead(String key, long term) {}

    private record Seen(String value, long index) {}

    private final Ledger ledger = new Ledger(Words::of);
    private final Map<String, List<Written>> history = new TreeMap<>();
    private final double largeShare;
    private final Map<Integer, FailedRead> failedReads = new TreeMap<>(); // by client: what it asks again
    private final Map<String, String> lastSeen = new TreeMap<>(); // by client and key: what a swap expects

    /** Registers that were never written, of a cluster that is run by this plan. */
    public RegisterWorkload(Plan plan) {
        largeShare = plan.config().maxBatchBytes() < 4 * LARGE ? 0.5 : 0.05;
    }

    @Override
    public StateMachine machine(int server) {
        return new WatchedMachine<>(server, new Registers(), ledger, this::onFirstApplied);
    }

    private void onFirstApplied(Registers registers, Command command) {
        String key = Words.wordOf(command.data(), 1);
        history.computeIfAbsent(key, absent -> new ArrayList<>()).add(new Written(command.index(), registers.get(key)));
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
            case 0, 1, 2, 3, 4, 5 -> command(call, key, value, Registers.put(key, value));
            case 6 -> command(call, key, Registers.ABSENT, Registers.delete(key));
            case 7, 8, 9, 10 -> {
                String expected = lastSeen.getOrDefault(call.client() + key, Registers.ABSENT);
                command(call, key, value, Registers.cas(key, expected, value));
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
            command(call.without(), key, value, Registers.put(key, value));
        }
    }

    private void command(Call call, String key, String value, byte[] command) {
        long begun = ledger.propose(command);
        boolean cas = command[0] == 'c';
        var unused = call.node().propose(command.clone()).whenComplete((Applied done, @Nullable Throwable failure) -> {
            if (failure != null) {
                ledger.onFailed(command, failure);
            } else {
                ledger.look(() -> ledger.onAcknowledged(begun, command, done));
                boolean swapped = Registers.isDone(done.result());
                if (cas) {
                    ledger.answers().count(swapped ? Kind.SWAPPED : Kind.NOT_SWAPPED);
                }
                if (!cas || swapped) {
                    lastSeen.put(call.client() + key, value);
                }
            }
            call.done().run();
        });
    }

    private void read(Call call, String key) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        long begun = ledger.begin();
        boolean leads = call.node().status().isLeader();
        long term = call.node().status().term();
        var unused = call.node()
                .read(ReadPolicy.LINEARIZABLE, () -> new Seen(machine.machine().get(key), machine.lastIndex()))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> {
                    if (failure != null) {
                        ledger.answers().count(Kind.READ_REFUSED);
                        failedReads.put(call.client(), new FailedRead(key, term));
                    } else {
                        FailedRead failed = failedReads.remove(call.client());
                        if (failed != null && failed.term < term) {
                            ledger.answers().count(Kind.READ_RETRIED);
                        }
                        if (!leads) {
                            ledger.answers().count(Kind.READ_BY_FOLLOWER);
                        }
                        ledger.look(() -> ledger.onRead(begun, seen.index));
                        ledger.look(() -> requireTrue(key, seen));
                        lastSeen.put(call.client() + key, seen.value);
                    }
                    call.done().run();
                });
    }

    /** May see an old state, but one that there was. */
    private void readLocally(Call call, String key) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        var unused = call.node()
                .read(ReadPolicy.LOCAL, () -> new Seen(machine.machine().get(key), machine.lastIndex()))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> {
                    if (failure == null) {
                        ledger.answers().count(Kind.READ_LOCALLY);
                        ledger.look(() -> requireTrue(key, seen));
                    }
                    call.done().run();
                });
    }

    /** What a read saw at an index is what a replay of the commands comes to there. */
    private void requireTrue(String key, Seen seen) {
        String expected = Registers.ABSENT;
        List<Written> all = history.getOrDefault(key, List.of());
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
    }
}
