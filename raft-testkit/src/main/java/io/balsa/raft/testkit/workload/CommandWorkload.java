package io.balsa.raft.testkit.workload;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.workload.CheckedMachine.Judge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that propose a user's commands and ask a user's queries. Answers are compared as they come; queries and states when
 * the run is over, with those of a new state machine to which the same commands are applied.
 */
public final class CommandWorkload<M extends StateMachine> implements Workload {

    private record Seen(Object value, int hash, long index) {}

    private record Read<M>(String who, Function<M, Object> query, Seen seen) {}

    private record Held(String who, long index, Object state, boolean restored) {}

    private final Application<M> application;
    private final int maxCommandBytes;
    private final Optional<BiConsumer<String, String>> reader;
    private final Machines<M> machines;
    private final Ledger ledger;
    private final History history = new History();
    private final Verdicts<M> verdicts;
    private final Judge<M> judge = new Listener();
    private final Map<Integer, Integer> lives = new TreeMap<>(); // by server
    private final List<Read<M>> reads = new ArrayList<>();
    private Optional<Held> held = Optional.empty();

    /**
     * For one run.
     *
     * @param maxCommandBytes how long a command may be
     * @param reader is told who applies what, if anybody wants to read it
     */
    public CommandWorkload(
            Application<M> application, int maxCommandBytes, Optional<BiConsumer<String, String>> reader) {
        this.application = application;
        this.maxCommandBytes = maxCommandBytes;
        this.reader = reader;
        machines = new Machines<>(application);
        ledger = new Ledger(application::inWords);
        verdicts = new Verdicts<>(application, machines, history);
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    /** Depends on every command and its result. */
    public long hash() {
        return history.hash();
    }

    // --- state machines ---

    @Override
    public StateMachine machine(int server) {
        return new CheckedMachine<>(server, lives.merge(server, 1, Integer::sum), machines.make(), judge);
    }

    private final class Listener implements Judge<M> {

        @Override
        public byte[] onReply(CheckedMachine<M> machine, Command command, Reply reply) {
            String who = machine.toString();
            reader.ifPresent(told -> told.accept(
                    who, "applies " + command.index() + ", " + application.inWords(command.data()) + ": " + reply));
            Optional<History.Entry> known = history.at(command.index());
            if (known.isPresent()) {
                if (!known.get().reply().equals(reply)) {
                    fail(() -> verdicts.onDifferentReplies(known.get(), who, machine.isRestored(), reply));
                }
                return known.get().reply().result().clone(); // the run ends, and not because of what follows from it
            }
            History.Entry entry = History.entry(command, reply, machine);
            if (!reply.isResult()) {
                fail(() -> verdicts.onNoResult(entry));
                return reply.result();
            }
            history.add(entry);
            ledger.look(() -> ledger.onApplied(machine.server(), command, reply.result()));
            return reply.result();
        }

        @Override
        public void onChangedResult(CheckedMachine<M> machine) {
            fail(() -> verdicts.onChangedResult(machine));
        }

        @Override
        public void onFailure(CheckedMachine<M> machine, String when, Throwable failure) {
            fail(() -> verdicts.onFailure(machine, when, failure));
        }

        @Override
        public void onRestored(CheckedMachine<M> machine) {
            reader.ifPresent(told -> told.accept(machine.toString(), "begins after " + machine.lastIndex()));
            ledger.look(() -> verdicts.requireRestored(machine));
        }

        private void fail(Supplier<Violation> found) {
            ledger.look(() -> {
                throw found.get();
            });
        }
    }

    /** Compares states itself, and says that they are equal if it comes back. */
    @Override
    public Object stateOf(StateMachine machine) {
        CheckedMachine<M> checked = checked(machine);
        machines.stateOf(checked.machine()).ifPresent(state -> {
            Held its = new Held(checked.toString(), checked.lastIndex(), state, checked.isRestored());
            held.filter(other -> other.index == its.index).ifPresent(other -> require(other, its));
            held = Optional.of(its);
        });
        return "";
    }

    private void require(Held one, Held other) {
        if (!Objects.deepEquals(one.state, other.state)) {
            throw verdicts.onDifferentStates(
                    other.index,
                    one.restored || other.restored,
                    one.who + " holds " + Machines.inWords(one.state) + " and " + other.who + " "
                            + Machines.inWords(other.state));
        }
    }

    @SuppressWarnings("unchecked") // made above
    private CheckedMachine<M> checked(StateMachine machine) {
        return (CheckedMachine<M>) machine;
    }

    // --- clients ---

    @Override
    public void operate(Call call) {
        if (call.chance().chance(0.02)) {
            burst(call);
        }
        int what = call.chance().nextInt(20);
        if (what < 11) {
            propose(call);
        } else {
            read(call, what < 18 ? ReadPolicy.LINEARIZABLE : ReadPolicy.LOCAL);
        }
    }

    @Override
    public void crowd(Call call) {
        for (int i = 40 + call.chance().nextInt(120); i > 0; i--) {
            propose(call.without());
        }
    }

    /** Many commands at once, for whose answers nobody waits. */
    private void burst(Call call) {
        int size = 5 + call.chance().nextInt(20);
        for (int i = 0; i < size; i++) {
            propose(call.without());
        }
    }

    private byte[] draw(Draws chance) {
        byte[] command;
        try {
            command = application.commands().apply(chance);
        } catch (RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
            throw UserFault.of(Kind.OPTION, ".commands(...) threw " + e).because(e);
        }
        if (command == null) {
            throw UserFault.of(Kind.OPTION, ".commands(...) returned null");
        }
        if (command.length > maxCommandBytes) {
            throw UserFault.of(
                    Kind.OPTION,
                    ".commands(...) returned a command of " + command.length + " bytes, but at most " + maxCommandBytes
                            + " are possible in a simulation");
        }
        return command.clone();
    }

    private void propose(Call call) {
        byte[] command = draw(call.chance());
        long begun = ledger.propose(command);
        var unused = call.node()
                .propose(command.clone())
                .whenComplete((Applied done, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure != null) {
                        ledger.onFailed(command, failure);
                    } else {
                        ledger.onAcknowledged(begun, command, done);
                    }
                    call.done().run();
                }));
    }

    private void read(Call call, ReadPolicy policy) {
        CheckedMachine<M> machine = checked(call.machine());
        Function<M, Object> query = drawQuery(call.chance());
        boolean isLocal = policy == ReadPolicy.LOCAL;
        boolean leads = call.node().status().isLeader();
        long begun = ledger.begin();
        var unused = call.node()
                .read(policy, () -> see(query, machine))
                .whenComplete((Seen seen, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure == null) {
                        reads.add(new Read<>(machine.toString(), query, seen));
                        count(isLocal, leads);
                        if (!isLocal) {
                            ledger.onRead(begun, seen.index);
                        }
                    } else if (failure instanceof UserFault fault) {
                        throw fault;
                    } else {
                        Ledger.requireAnswer(failure);
                        if (!isLocal) {
                            ledger.answers().count(Answers.Kind.READ_REFUSED);
                        }
                    }
                    call.done().run();
                }));
    }

    private Seen see(Function<M, Object> query, CheckedMachine<M> machine) {
        Object value = ask(query, machine.machine());
        return new Seen(value, hash(value), machine.lastIndex());
    }

    /** Tells whether an answer has changed since. */
    private static int hash(@Nullable Object value) {
        return Arrays.deepHashCode(new Object[] {value});
    }

    private void count(boolean isLocal, boolean leads) {
        if (isLocal) {
            ledger.answers().count(Answers.Kind.READ_LOCALLY);
        } else if (!leads) {
            ledger.answers().count(Answers.Kind.READ_BY_FOLLOWER);
        }
    }

    private Function<M, Object> drawQuery(Draws chance) {
        return application
                .queries()
                .<Function<M, Object>>map(queries -> {
                    try {
                        return Objects.requireNonNull(queries.apply(chance), "the query is null");
                    } catch (RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
                        throw UserFault.of(Kind.OPTION, ".queries(...) threw " + e)
                                .because(e);
                    }
                })
                .orElse(machine -> "");
    }

    private Object ask(Function<M, Object> query, M machine) {
        try {
            return query.apply(machine);
        } catch (RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
            throw UserFault.of(Kind.OPTION, "a query threw " + e).because(e);
        }
    }

    // --- the end ---

    @Override
    public void finish() {
        ledger.finish();
        M fresh = machines.make();
        reads.sort(Comparator.comparingLong(read -> read.seen.index));
        int next = 0;
        for (History.Entry entry : history.all()) {
            next = checkReads(fresh, next, entry.index() - 1);
            Reply reply = Reply.of(fresh, entry.command());
            if (!reply.equals(entry.reply())) {
                throw verdicts.onDifferentReplies(
                        entry, "a new state machine to which the same commands were applied", false, reply);
            }
        }
        checkReads(fresh, next, Long.MAX_VALUE);
        Optional<Object> state = machines.stateOf(fresh);
        held.filter(all -> all.index == history.lastIndex())
                .ifPresent(all -> require(
                        all,
                        new Held(
                                "a new state machine to which the same commands were applied",
                                all.index,
                                state.orElseThrow(),
                                false)));
    }

    /** Those that saw nothing after an index. */
    private int checkReads(M fresh, int first, long index) {
        int next = first;
        while (next < reads.size() && reads.get(next).seen.index <= index) {
            Read<M> read = reads.get(next++);
            Object expected = ask(read.query, fresh);
            if (read.seen.hash != hash(read.seen.value)) {
                throw UserFault.of(
                        Kind.OPTION,
                        "a query returned something that has changed since, and is now "
                                + Machines.inWords(read.seen.value)
                                + ": return a copy of what the state machine goes on to change");
            }
            if (!Objects.deepEquals(expected, read.seen.value)) {
                throw verdicts.onDifferentRead(
                        read.seen.index,
                        "a query returned " + Machines.inWords(read.seen.value) + " on " + read.who
                                + ", which had applied commands up to index " + read.seen.index
                                + ", and returns " + Machines.inWords(expected)
                                + " on a new state machine to which the same commands were applied");
            }
        }
        return next;
    }
}
