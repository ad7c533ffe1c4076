package io.balsa.raft.runtime;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Load;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps the core: takes everything that waits, lets the core make up its mind once, and hands out what it wants done. The
 * only one who ever touches the core.
 */
final class ConsensusAgent extends AbstractAgent {

    private record Arrived(Message message, int sizeBytes) {}

    /** Those who carry out what a Ready demands. */
    record Hands(
            Sender sender,
            LogAgent log,
            LoadAgent load,
            ApplyAgent apply,
            CommittedEntries committed,
            Requests requests,
            RoleLog roleLog,
            StatusBoard status,
            LeaderWatch leaders,
            Probe probe) {}

    private final RaftCore core;
    private final Clock clock;
    private final Hands hands;
    private final ByteBudget inboxBytes;
    private final Inbox<Input> inputs;
    private final Inbox<Arrived> frames = new Inbox<>();
    private final Inbox<Proposal> proposals = new Inbox<>();
    private final Inbox<PendingRead<?>> reads = new Inbox<>();
    private long loadableIndex;
    private volatile long leadingTerm; // 0 when it does not lead
    private volatile boolean stopped;

    ConsensusAgent(RaftCore core, Clock clock, Hands hands, ByteBudget inboxBytes, Inbox<Input> inputs) {
        super("consensus");
        this.core = core;
        this.clock = clock;
        this.hands = hands;
        this.inboxBytes = inboxBytes;
        this.inputs = inputs;
    }

    // --- what comes in; called by any thread ---

    /**
     * Something that must not be lost while the agent runs: what other agents have done, and what the transport has noticed,
     * which goes on noticing until it is closed.
     */
    void put(Input input) {
        if (!stopped) {
            inputs.put(input);
            wake();
        }
    }

    /** A message from a peer; dropped if there is no room, because it will be sent again. */
    void receive(Message message, int sizeBytes) {
        if (!stopped && inboxBytes.tryTake(sizeBytes)) {
            frames.put(new Arrived(message, sizeBytes));
            wake();
        }
    }

    void propose(Proposal proposal) {
        proposals.put(proposal);
        afterRequest();
    }

    void read(PendingRead<?> read) {
        reads.put(read);
        afterRequest();
    }

    /** Either the agent, on its way out, sees the request that was put down before, or we see that it is out. */
    private void afterRequest() {
        if (stopped) {
            failUnseen();
        } else {
            wake();
        }
    }

    // --- the duty cycle ---

    @Override
    public int doWork() {
        step(new Input.TimePassed(clock.nanoTime()));
        int work = stepInputs() + stepFrames() + stepProposals() + stepReads();
        // Before the commit index: what is to be replaced must not be loaded in the place of what replaces it.
        tellWhatIsLoadable();
        if (core.hasReady()) {
            hand(core.takeReady());
            work++;
        }
        return work;
    }

    private void step(Input input) {
        hands.probe.onStep(core, input);
        core.step(input);
    }

    private int stepInputs() {
        List<Input> batch = inputs.takeAll();
        batch.forEach(this::step);
        return batch.size();
    }

    private int stepFrames() {
        List<Arrived> batch = frames.takeAll();
        for (Arrived arrived : batch) {
            inboxBytes.giveBack(arrived.sizeBytes);
            step(new Input.Received(arrived.message));
        }
        return batch.size();
    }

    /** All that wait are one input, and so one run of the log, one write and one message to each follower. */
    private int stepProposals() {
        List<Proposal> batch = proposals.takeAll();
        if (!batch.isEmpty()) {
            List<byte[]> commands = new ArrayList<>(batch.size());
            for (Proposal proposal : batch) {
                commands.add(proposal.command());
            }
            step(new Input.Proposed(hands.requests.propose(batch), commands));
        }
        return batch.size();
    }

    private int stepReads() {
        List<PendingRead<?>> batch = reads.takeAll();
        if (!batch.isEmpty()) {
            step(new Input.ReadRequested(hands.requests.read(batch)));
        }
        return batch.size();
    }

    /** What {@link Ready} demands. The disk is told first, because it takes longest. */
    private void hand(Ready ready) {
        hands.probe.onReady(core, ready);
        leadingTerm = ready.role() == RaftRole.LEADER ? ready.term() : 0; // before the disk hears of its successor
        if (ready.mustSync() || !ready.messagesAfterSync().isEmpty()) {
            hands.log.write(ready);
        }
        if (!ready.messages().isEmpty()) {
            ready.messages().forEach(hands.sender::send);
            hands.sender.flush();
        }
        ready.loads().forEach(load -> load(load, ready.term()));
        hands.status.publish(core); // first: whoever is answered sees a status that knows of it
        ready.notices().forEach(notice -> notice.dispatch(hands.roleLog));
        ready.notices().forEach(notice -> notice.dispatch(hands.requests));
        hands.leaders.look();
        // Futures of committed proposals go to the apply agent before the commit index: it applies what it can answer.
        hands.requests.settle(ready, core);
        if (ready.commitIndex() > hands.committed.commitIndex()) {
            hands.committed.commit(ready.commitIndex(), ready.committed());
            hands.apply.wake();
        }
    }

    private void load(Load load, long term) {
        hands.load.load(
                load.fromIndex(),
                load.toIndex(),
                load.maxBytes(),
                () -> leadingTerm == term,
                runs -> put(new Input.Loaded(load.follower(), runs)));
    }

    /** An apply agent that lags may need entries that were not on the disk before. */
    private void tellWhatIsLoadable() {
        if (core.durableIndex() != loadableIndex) {
            loadableIndex = core.durableIndex();
            hands.committed.loadableUpTo(loadableIndex);
            if (hands.apply.appliedIndex() < hands.committed.commitIndex()) {
                hands.apply.wake();
            }
        }
    }

    @Override
    public boolean hasWork() {
        return !inputs.isEmpty() || !frames.isEmpty() || !proposals.isEmpty() || !reads.isEmpty();
    }

    @Override
    public long nanosToDeadline() {
        return Math.max(0, core.nextDeadlineNanos() - clock.nanoTime());
    }

    @Override
    public void onStop() {
        stopped = true;
        hands.requests.failAll();
        hands.leaders.stop();
        failUnseen();
    }

    private void failUnseen() {
        hands.requests.failUnseen(proposals.takeAll(), reads.takeAll());
    }
}
