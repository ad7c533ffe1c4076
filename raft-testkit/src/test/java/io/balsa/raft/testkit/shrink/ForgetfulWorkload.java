package io.balsa.raft.testkit.shrink;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.workload.Call;
import io.balsa.raft.testkit.workload.Ledger;
import io.balsa.raft.testkit.workload.Words;
import io.balsa.raft.testkit.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A planted bug: a server that has been started for the third time miscounts. */
final class ForgetfulWorkload implements Workload {

    private static final int MOST_LIVES = 2;

    private final Ledger ledger = new Ledger(Words::of);
    private final Map<Integer, Integer> lives = new TreeMap<>();

    @Override
    public StateMachine machine(int server) {
        return new Counting(server, lives.merge(server, 1, Integer::sum) > MOST_LIVES);
    }

    private final class Counting implements StateMachine {

        private final int server;
        private final boolean miscounts;
        private long count;
        private long lastIndex;

        Counting(int server, boolean miscounts) {
            this.server = server;
            this.miscounts = miscounts;
        }

        @Override
        public byte[] apply(Command command) {
            count += miscounts ? 2 : 1;
            lastIndex = command.index();
            byte[] result = Long.toString(count).getBytes(StandardCharsets.UTF_8);
            ledger.onApplied(server, command, result);
            return result;
        }
    }

    @Override
    public void operate(Call call) {
        Counting machine = (Counting) call.machine();
        long begun = ledger.begin();
        if (call.chance().nextBoolean()) {
            var unused = call.node()
                    .read(ReadPolicy.LINEARIZABLE, () -> machine.lastIndex)
                    .whenComplete((Long index, @Nullable Throwable failure) -> {
                        if (failure == null) {
                            ledger.look(() -> ledger.onRead(begun, index));
                        }
                        call.done().run();
                    });
            return;
        }
        byte[] command = ("count " + call.client() + "." + call.number()).getBytes(StandardCharsets.UTF_8);
        ledger.propose(command);
        var unused = call.node().propose(command.clone()).whenComplete((Applied done, @Nullable Throwable failure) -> {
            if (failure == null) {
                ledger.look(() -> ledger.onAcknowledged(begun, command, done));
            } else {
                ledger.onFailed(command, failure);
            }
            call.done().run();
        });
    }

    @Override
    public void crowd(Call call) {
        operate(call);
    }

    @Override
    public Object stateOf(StateMachine machine) {
        return ((Counting) machine).count;
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void finish() {
        ledger.finish();
    }
}
