package io.balsa.raft.runtime;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Load;
import io.balsa.raft.core.PeerProgress;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.EntryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
            SnapshotAgent snapshots,
            ApplyAgent apply,
            CommittedEntries committed,
            Leadership leadership,
            Quarantine quarantine,
            Probe probe) {}

    /** Those who want to know what has become of it: for users, for operators, for the transport. */
    record Audience(
            Requests requests,
            AdminRequests admin,
            Peers peers,
            StatusBoard status,
            MemberBoard members,
            LeaderWatch leaders,
            RoleLog roleLog,
            StallLog stallLog,
            Neighbours neighbours) {}

    private final RaftCore core;
    private final Clock clock;
    private final Hands hands;
    private final Audience audience;
    private final ByteBudget inboxBytes;
    private final Inbox<Input> inputs;
    private final Inbox<Arrived> frames = new Inbox<>();
    private final Inbox<Proposal> proposals = new Inbox<>();
    private final Inbox<PendingRead<?>> reads = new Inbox<>();
    private final Inbox<AdminRequest> adminRequests = new Inbox<>();
    // What was taken and the core was not told of yet: nobody else has it.
    private volatile List<Proposal> proposalsInHand = List.of();
    private volatile List<PendingRead<?>> readsInHand = List.of();
    private volatile List<AdminRequest> adminRequestsInHand = List.of();
    private long loadableIndex;
    private volatile long baseIndex; // what stands up to here is gone from the log, or about to go
    private volatile boolean stopped;

    ConsensusAgent(
            RaftCore core, Clock clock, Hands hands, Audience audience, ByteBudget inboxBytes, Inbox<Input> inputs) {
        super("consensus");
        this.core = core;
        this.clock = clock;
        this.hands = hands;
        this.audience = audience;
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

    void ask(AdminRequest request) {
        adminRequests.put(request);
        afterRequest();
    }

    /** Up to where the log is gone, or about to go, because a snapshot covers it. */
    long baseIndex() {
        return baseIndex;
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
        if (stopped) {
            return 0; // abandoned: everybody was answered
        }
        List<Input> done = inputs.takeAll();
        List<Arrived> arrived = frames.takeAll();
        // Only then the time: were the process to stand still in between, what came meanwhile would seem to have come
        // before, and a promise that is counted from then, as that to a leader with a lease, would end too soon.
        long nowNanos = clock.nanoTime();
        step(new Input.TimePassed(nowNanos));
        int work = stepInputs(done, nowNanos)
                + stepFrames(arrived)
                + stepProposals(nowNanos)
                + stepReads()
                + stepAdminRequests();
        // Before the commit index: what is to be replaced must not be loaded in the place of what replaces it.
        tellWhatIsLoadable();
        if (core.hasReady()) {
            hand(core.takeReady(), nowNanos);
            work++;
        }
        audience.neighbours.look(nowNanos, hands.sender);
        audience.stallLog.look(nowNanos);
        if (audience.members.publish(core)) {
            audience.peers.refresh(core);
            tellWhoReceivesSnapshots();
        }
        return work;
    }

    private void step(Input input) {
        hands.probe.onStep(core, input);
        core.step(input);
    }

    private int stepInputs(List<Input> batch, long nowNanos) {
        for (Input input : batch) {
            step(input);
            if (input instanceof Input.Persisted persisted) {
                audience.stallLog.persisted(persisted.number(), nowNanos);
            } else if (input instanceof Input.RoomChanged room) {
                audience.stallLog.room(room.hasRoom());
                audience.status.room(core, room.hasRoom());
            }
        }
        return batch.size();
    }

    private int stepFrames(List<Arrived> batch) {
        for (Arrived arrived : batch) {
            inboxBytes.giveBack(arrived.sizeBytes);
            if (arrived.message instanceof NodeMessage message) {
                audience.neighbours.receive(message);
            } else {
                step(new Input.Received(arrived.message));
            }
        }
        return batch.size();
    }

    /**
     * All that wait are one input, and so one run of the log, one write and one message to each follower; save that a run has
     * entries of one kind.
     */
    private int stepProposals(long nowNanos) {
        proposalsInHand = proposals.takeAll();
        List<Proposal> batch = audience.neighbours.route(proposalsInHand, nowNanos);
        proposalsInHand = batch;
        for (int from = 0; from < batch.size(); ) {
            EntryKind kind = batch.get(from).kind();
            List<byte[]> commands = new ArrayList<>(batch.size() - from);
            int to = from;
            for (; to < batch.size() && batch.get(to).kind() == kind; to++) {
                commands.add(batch.get(to).command());
            }
            long number = audience.requests.propose(batch.subList(from, to));
            proposalsInHand = batch.subList(to, batch.size());
            step(new Input.Proposed(number, kind, commands));
            from = to;
        }
        proposalsInHand = List.of();
        return batch.size();
    }

    private int stepReads() {
        List<PendingRead<?>> batch = reads.takeAll();
        readsInHand = batch;
        stepReads(false);
        stepReads(true);
        return batch.size();
    }

    private void stepReads(boolean lease) {
        List<PendingRead<?>> some = new ArrayList<>();
        List<PendingRead<?>> others = new ArrayList<>();
        readsInHand.forEach(read -> (read.lease() == lease ? some : others).add(read));
        if (!some.isEmpty()) {
            long number = audience.requests.read(some);
            readsInHand = others;
            step(new Input.ReadRequested(number, lease));
        }
    }

    private int stepAdminRequests() {
        List<AdminRequest> batch = adminRequests.takeAll();
        for (int i = 0; i < batch.size(); i++) {
            adminRequestsInHand = batch.subList(i + 1, batch.size());
            step(audience.admin.ask(batch.get(i), core.membership()));
        }
        return batch.size();
    }

    /** What {@link Ready} demands. The disk is told first, because it takes longest. */
    private void hand(Ready ready, long nowNanos) {
        hands.probe.onReady(core, ready);
        // Before the disk hears of its successor, or drops what is no longer needed.
        if (ready.role() == RaftRole.LEADER) {
            hands.leadership.leads(ready.term());
        } else {
            hands.leadership.doesNotLead();
        }
        baseIndex = core.baseIndex();
        write(ready, nowNanos);
        if (!ready.messages().isEmpty()) {
            ready.messages().forEach(hands.sender::send);
            hands.sender.flush();
        }
        ready.loads().forEach(load -> load(load, ready.term()));
        ready.snapshots().piece().ifPresent(hands.snapshots::store);
        tell(ready);
        // Futures of committed proposals go to the apply agent before the commit index: it applies what it can answer.
        // So does a snapshot that was installed: it restores what it cannot apply.
        audience.requests.settle(ready, core);
        ready.snapshots().install().ifPresent(hands.apply::install);
        if (ready.commitIndex() > hands.committed.commitIndex()) {
            hands.committed.commit(ready.commitIndex(), ready.committed());
            hands.apply.wake();
        }
    }

    private void write(Ready ready, long nowNanos) {
        if (ready.mustSync()) {
            audience.stallLog.given(ready.number(), nowNanos);
        }
        if (ready.mustSync()
                || !ready.messagesAfterSync().isEmpty()
                || ready.snapshots().compactTo() > 0) {
            hands.log.write(ready);
        }
    }

    private void tell(Ready ready) {
        audience.peers.learn(core);
        audience.status.publish(core); // first: whoever is answered sees a status that knows of it
        ready.notices().forEach(notice -> notice.dispatch(audience.roleLog));
        ready.notices().forEach(notice -> notice.dispatch(audience.requests));
        ready.notices().forEach(notice -> notice.dispatch(audience.admin));
        audience.leaders.look();
    }

    private void load(Load wanted, long term) {
        if (wanted instanceof Load.Piece piece
                && !hands.quarantine.allowsSnapshot(piece.snapshot().index())) {
            put(new Input.PieceLoaded(piece, Optional.empty())); // nobody else is to have it
        } else if (wanted instanceof Load.Piece piece) {
            hands.load.load(piece, data -> put(new Input.PieceLoaded(piece, data.map(SnapshotBytes::of))));
        } else if (wanted instanceof Load.Entries load) {
            hands.load.load(
                    load.fromIndex(),
                    load.toIndex(),
                    load.maxBytes(),
                    () -> hands.leadership.isOf(term) && load.fromIndex() > baseIndex,
                    runs -> put(new Input.Loaded(load.follower(), runs)));
        }
    }

    /** What was open for those who got a snapshot is closed when they have it, or are gone. */
    private void tellWhoReceivesSnapshots() {
        if (hands.load.holdsSnapshots()) {
            hands.load.keepFor(core.followers().stream()
                    .filter(PeerProgress::receivesSnapshot)
                    .map(PeerProgress::id)
                    .collect(Collectors.toUnmodifiableSet()));
        }
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
        return !inputs.isEmpty()
                || !frames.isEmpty()
                || !proposals.isEmpty()
                || !reads.isEmpty()
                || !adminRequests.isEmpty()
                || audience.neighbours.hasWork();
    }

    @Override
    public long nanosToDeadline() {
        long deadline = audience.neighbours.earlierDeadline(core.nextDeadlineNanos());
        return Math.max(0, deadline - clock.nanoTime());
    }

    @Override
    void end() {
        abandon();
    }

    /**
     * Fails all who wait. Called by whoever closes the node if the agent has not stopped in time, because it hangs in the
     * transport or in a log; should it come back, it does nothing more.
     */
    void abandon() {
        stopped = true;
        hands.leadership.doesNotLead();
        audience.neighbours.stop();
        audience.requests.failAll();
        audience.requests.failUnknown(proposalsInHand); // some of them may be passed on
        audience.requests.failUnseen(List.of(), readsInHand);
        audience.admin.failAll();
        audience.admin.failUnseen(adminRequestsInHand);
        audience.leaders.stop();
        failUnseen();
    }

    private void failUnseen() {
        audience.requests.failUnseen(proposals.takeAll(), reads.takeAll());
        audience.admin.failUnseen(adminRequests.takeAll());
    }
}
