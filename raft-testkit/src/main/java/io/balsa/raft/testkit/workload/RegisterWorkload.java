package io.balsa.raft.testkit.workload;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.Outcome;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.linearizability.RegisterModel;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.workload.Answers.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Clients that write, swap, delete and read a few registers. No value is ever written twice. */
public final class RegisterWorkload implements Workload {

    private static final int KEYS = 4;
    private static final int LARGE = 900; // bytes

    private static final int SEARCHED_SEEDS = 8; // one in so many histories is searched for an order nobody has told of

    private record Written(long index, String value) {}

    private record FailedRead(String key, long term) {}

    private record Seen(String value, long index) {}

    private final Ledger ledger = new Ledger(Words::of);
    private final Map<String, List<Written>> written = new TreeMap<>();
    private final RegisterHistory history = new RegisterHistory();
    private final boolean searched;
    private final double largeShare;
    private final boolean leases;
    private final int paddingBytes;
    private LongSupplier clock = () -> 0; // the same for all calls
    private final int sessionPercent;
    private final SessionWatch sessions = new SessionWatch();
    private final Map<Integer, SessionClient> sessionClients = new TreeMap<>(); // by client
    private final Map<Integer, FailedRead> failedReads = new TreeMap<>(); // by client: what it asks again
    private final Map<String, String> lastSeen = new TreeMap<>(); // by client and key: what a swap expects
    private final Map<Integer, Long> lastWritten = new TreeMap<>(); // by client: where its last command stands

    /** Registers that were never written, of a cluster that is run by this plan. */
    public RegisterWorkload(Plan plan) {
        searched = Draws.stream(plan.seed(), "history").nextInt(SEARCHED_SEEDS) == 0;
        leases = plan.config().leaseReads();
        paddingBytes = plan.paddingBytes();
        sessionPercent = plan.tempo().sessionPercent();
        largeShare = plan.config().maxBatchBytes() < 4 * LARGE ? 0.5 : 0.05;
    }

    @Override
    public StateMachine machine(int server) {
        return new WatchedMachine<>(
                server, new Registers(paddingBytes), ledger, this::onFirstApplied, this::onRestored);
    }

    /** Holds what a replay of the commands comes to there, and nothing else. */
    private void onRestored(int server, Registers registers, long index) {
        for (int i = 0; i < KEYS; i++) {
            String key = "k" + i;
            String expected = valueAt(key, index);
            if (!registers.get(key).equals(expected)) {
                throw new Violation(
                        "S5",
                        "server " + server + " was restored to " + index + ", where " + key + " is "
                                + registers.get(key) + " and not " + expected);
            }
        }
    }

    private void onFirstApplied(Registers registers, Command command) {
        String key = Words.wordOf(command.data(), 1);
        sessions.onApplied(command);
        history.applied(command, outputOf(registers, command), clock.getAsLong());
        written.computeIfAbsent(key, absent -> new ArrayList<>()).add(new Written(command.index(), registers.get(key)));
    }

    /** No value is written twice: if it is there now, the compare-and-set has put it there. */
    private static RegisterModel.Output outputOf(Registers registers, Command command) {
        boolean cas = command.data()[0] == 'c';
        return cas
                ? new RegisterModel.Swapped(
                        registers.get(Words.wordOf(command.data(), 1)).equals(Words.wordOf(command.data(), 3)))
                : new RegisterModel.Done();
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
        clock = call.clock();
        Draws chance = call.chance();
        if (sessionPercent > 0 && sessionOf(call).take(call)) {
            return;
        }
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
            case 11 -> readLocally(call, key);
            case 12 -> readOwnWrites(call, key);
            case 13 -> await(call, chance);
            default -> read(call, key);
        }
    }

    @Override
    public void hangUp() {
        sessionClients.values().forEach(SessionClient::hangUp);
    }

    private SessionClient sessionOf(Call call) {
        return sessionClients.computeIfAbsent(
                call.client(), client -> new SessionClient(ledger, sessions, outcomes(call.clock())));
    }

    /** Most values are short; some fill a message of a cluster whose messages are small. */
    private String padding(Draws chance) {
        return chance.chance(largeShare) ? "-".repeat(LARGE / 2 + chance.nextInt(LARGE / 2)) : "";
    }

    /** Many writes at once, for whose answers nobody waits. */
    private void burst(Call call, Draws chance) {
        write(
                call,
                chance,
                (5 + chance.nextInt(20)) * (chance.chance(0.2) ? 4 : 1)); // more than a snapshot covers, at times
    }

    @Override
    public void crowd(Call call) {
        write(call, call.chance(), 40 + call.chance().nextInt(120));
    }

    private void write(Call call, Draws chance, int size) {
        for (int i = 0; i < size; i++) {
            String key = "k" + chance.nextInt(KEYS);
            String value = "c" + call.client() + "." + call.number() + "." + i + padding(chance);
            put(call.without(), key, value);
        }
    }

    private void put(Call call, String key, String value) {
        long id = history.put(call.client(), key, value, call.nowNanos());
        command(call, key, value, Registers.put(key, value), id);
    }

    private void delete(Call call, String key) {
        long id = history.delete(call.client(), key, call.nowNanos());
        boolean unique = sessionPercent > 0; // nobody could tell that it was applied twice if another were the same
        String what = unique ? key + " c" + call.client() + "." + call.number() : key;
        command(call, key, Registers.ABSENT, Registers.delete(what), id);
    }

    private void cas(Call call, String key, String expected, String value) {
        long id = history.cas(call, key, expected, value);
        command(call, key, value, Registers.cas(key, expected, value), id);
    }

    private void command(Call call, String key, String value, byte[] command, long id) {
        history.isCommand(id, command);
        Asked asked = new Asked(call.client(), key, value, command, ledger.propose(command), id);
        if (sessionPercent > 0
                && call.chance().nextInt(100) < sessionPercent
                && sessionOf(call).isOpen()) {
            sessionOf(call).propose(asked, call);
            return;
        }
        SessionClient.Listener outcomes = outcomes(call.clock());
        var unused = call.node()
                .propose(command.clone())
                .whenComplete((Applied done, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure != null) {
                        outcomes.onFailed(asked, failure);
                    } else {
                        outcomes.onDone(asked, done);
                    }
                    call.done().run();
                }));
    }

    private SessionClient.Listener outcomes(LongSupplier clock) {
        return new SessionClient.Listener() {
            @Override
            public void onDone(Asked asked, Applied done) {
                RegisterWorkload.this.onDone(asked, done, clock.getAsLong());
            }

            @Override
            public void onFailed(Asked asked, Throwable failure) {
                ledger.onFailed(asked.command(), failure);
                history.failed(asked.history(), Ledger.outcomeOf(failure), clock.getAsLong());
            }

            @Override
            public void onOpen(Asked asked, Throwable failure) {
                onFailed(asked, failure); // and so it is, unless the client learns more
            }
        };
    }

    private void onDone(Asked asked, Applied done, long nowNanos) {
        ledger.onAcknowledged(asked.begun(), asked.command(), done);
        boolean cas = asked.isCas();
        boolean swapped = Registers.isDone(done.result());
        history.done(asked.history(), done.index(), cas ? Optional.of(swapped) : Optional.empty(), nowNanos);
        if (cas) {
            ledger.answers().count(swapped ? Kind.SWAPPED : Kind.NOT_SWAPPED);
        }
        lastWritten.merge(asked.client(), done.index(), Math::max);
        if (!cas || swapped) {
            lastSeen.put(asked.client() + asked.key(), asked.value());
        }
    }

    private void read(Call call, String key) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        long begun = ledger.begin();
        boolean leads = call.node().status().isLeader();
        long term = call.node().status().term();
        long id = history.get(call.client(), key, call.nowNanos());
        // Where no leases are given, a read that asks for one is served as any other.
        ReadPolicy policy = call.chance().chance(leases ? 0.5 : 0.1) ? ReadPolicy.LEASE : ReadPolicy.LINEARIZABLE;
        var unused = call.node()
                .read(policy, () -> new Seen(machine.machine().get(key), machine.lastIndex()))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure != null) {
                        Ledger.requireAnswer(failure);
                        ledger.answers().count(Kind.READ_REFUSED);
                        failedReads.put(call.client(), new FailedRead(key, term));
                        history.failed(id, Outcome.NOT_APPLIED, call.nowNanos());
                    } else {
                        history.read(id, seen.value, seen.index, call.nowNanos());
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
        readLocally(call, key, 0);
    }

    /** May see an old state, but not one from before what the client itself has written. */
    private void readOwnWrites(Call call, String key) {
        readLocally(call, key, lastWritten.getOrDefault(call.client(), 0L));
    }

    private void readLocally(Call call, String key, long least) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        var unused = call.node()
                .read(ReadPolicy.LOCAL, least, () -> new Seen(machine.machine().get(key), machine.lastIndex()))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure == null) {
                        ledger.answers().count(Kind.READ_LOCALLY);
                        if (seen.index < least) {
                            throw new Violation(
                                    "R1", "a read saw the state at " + seen.index + " and not at least " + least);
                        }
                        requireTrue(key, seen);
                    } else {
                        Ledger.requireAnswer(failure);
                    }
                    call.done().run();
                }));
    }

    /** Waits until a server has applied enough to see what the client has written, or what anybody was told. */
    private void await(Call call, Draws chance) {
        WatchedMachine<Registers> machine = registersOf(call.machine());
        boolean own = chance.nextBoolean();
        long least = own ? lastWritten.getOrDefault(call.client(), 0L) : ledger.begin();
        CompletableFuture<?> waiting =
                own ? call.node().awaitApplied(least) : call.node().barrier();
        var unused = waiting.whenComplete((Object done, @Nullable Throwable failure) -> ledger.look(() -> {
            if (failure != null) {
                Ledger.requireAnswer(failure);
                ledger.answers().count(Kind.READ_REFUSED);
            } else if (machine.lastIndex() < least) {
                throw new Violation(
                        "R2", "a server has applied " + machine.lastIndex() + " and says that it has " + least);
            } else {
                ledger.answers().count(Kind.READ_LOCALLY);
            }
            call.done().run();
        }));
    }

    /** What a read saw at an index is what a replay of the commands comes to there. */
    private void requireTrue(String key, Seen seen) {
        String expected = valueAt(key, seen.index);
        if (!seen.value.equals(expected)) {
            throw new Violation(
                    "R5",
                    "a read of " + key + " at " + seen.index + " returned " + seen.value + " and not " + expected);
        }
    }

    private String valueAt(String key, long index) {
        List<Written> all = written.getOrDefault(key, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).index <= index) {
                return all.get(i).value;
            }
        }
        return Registers.ABSENT;
    }

    @Override
    public void finish() {
        ledger.finish();
        history.check(searched);
    }
}
