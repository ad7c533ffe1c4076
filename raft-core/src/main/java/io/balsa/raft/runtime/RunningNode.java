package io.balsa.raft.runtime;

import io.balsa.raft.Divergence;
import io.balsa.raft.MemberStatus;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.MalformedMessageException;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents of a started node, wired to each other, to the transport and to the storage. */
final class RunningNode implements Transport.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    /** What is read to be applied at once is so many times in the memory budget. */
    private static final int PARTS_OF_A_LOAD = 64;

    private final NodeParts parts;
    private final Seams seams;
    private final NodeIdentity identity;
    private final AtomicInteger waitingReads = new AtomicInteger();
    private final ByteBudget pendingBytes;
    private final Completer completer;
    private final StatusBoard status;
    private final MemberBoard members;
    private final LeaderWatch leaders;
    private final Peers peers;
    private final SnapshotBoard board;
    private final LogAgent log;
    private final LoadAgent load;
    private final SnapshotAgent snapshots;
    private final LibraryState replicated;
    private final Restorer restorer;
    private final LocalSnapshots ownSnapshots;
    private final ApplyAgent apply;
    private final ConsensusAgent consensus;
    private final Quarantine quarantine;
    private final DivergenceWatch divergence;
    private final SnapshotExports exports;
    private final AgentGroup agents;

    /**
     * Wires the agents; none of them runs yet.
     *
     * @throws StorageException if what is stored does not fit what the node was built with
     */
    RunningNode(NodeParts parts, Seams seams, StoredState stored) {
        this.parts = parts;
        this.seams = seams;
        RaftConfig config = parts.config();
        identity = stored.identity();
        StoredState state = Founding.withPresentAddresses(stored, parts);
        RaftCore core = new RaftCore(
                parts.self(),
                CoreTuning.of(config),
                state,
                seams.random(),
                seams.clock().nanoTime());
        Sender sender = new Sender(parts.transport(), seams.probe());
        CommittedEntries committed = new CommittedEntries(config.maxPendingBytes());
        completer = new Completer(parts.callbackExecutor());
        pendingBytes = new ByteBudget(config.maxPendingBytes());
        board = new SnapshotBoard(identity, state.snapshot());
        log = new LogAgent(parts.storage(), sender, this::step, seams.clock(), seams.probe());
        load = new LoadAgent(board, parts.storage(), seams.clock(), this::askForSnapshot);
        snapshots = snapshotAgent();
        quarantine = new Quarantine(seams.clock().nanoTime()); // a name that no life before had
        replicated = new LibraryState(
                parts.stateMachine(), new ResultHashes(config.divergenceInterval(), quarantine, this::onCheckpoint));
        restorer = new Restorer(parts.storage(), parts.stateMachine(), replicated, board, state.snapshot());
        ownSnapshots = ownSnapshots();
        apply = applyAgent(state, committed);
        board.whenPublished(this::tellRestorer);
        exports = new SnapshotExports(
                parts.storage(), board, quarantine, snapshots, new SnapshotExports.Answers(apply, completer));
        peers = new Peers(parts.self(), parts.transport(), parts.founding(), core.membership());
        status = new StatusBoard(identity, core, peers, apply::appliedIndex);
        members = new MemberBoard(
                parts.self(), seams.clock(), config.heartbeatInterval().toNanos(), core);
        leaders = new LeaderWatch(status::read, apply, completer);
        divergence = divergenceWatch(core, sender);
        Leadership leadership = new Leadership(seams.clock(), this::askAgain);
        consensus = new ConsensusAgent(
                core,
                seams.clock(),
                new ConsensusAgent.Hands(
                        sender, log, load, snapshots, apply, committed, leadership, quarantine, seams.probe()),
                audience(core, sender, leadership),
                new ByteBudget(config.maxInboxBytes()),
                new Inbox<>());
        agents = new AgentGroup(seams.clock(), List.of(consensus, log, load, snapshots, apply));
    }

    private SnapshotAgent snapshotAgent() {
        SnapshotReceiver receiver =
                new SnapshotReceiver(parts.storage(), this::step, board, seams.clock(), seams.probe());
        return new SnapshotAgent(
                parts.storage(), parts.config().snapshots().compress(), this::step, board, receiver, seams.probe());
    }

    /** If there is nothing to take one of, or one is being taken, there will be another chance. */
    private void askForSnapshot() {
        apply.snapshot(new CompletableFuture<>());
    }

    private LocalSnapshots ownSnapshots() {
        SnapshotTrigger trigger = new SnapshotTrigger(parts.config().snapshots(), seams.clock());
        return new LocalSnapshots(parts.stateMachine(), replicated, trigger, snapshots, board, completer);
    }

    private ApplyAgent applyAgent(StoredState state, CommittedEntries committed) {
        AppliedPosition position =
                new AppliedPosition(state.founding(), state.founding().contains(parts.self()));
        return new ApplyAgent(
                new ApplyAgent.State(replicated, position, restorer, ownSnapshots, quarantine),
                committed,
                this::loadForApply,
                completer,
                pendingBytes,
                seams.probe());
    }

    private DivergenceWatch divergenceWatch(RaftCore core, Sender sender) {
        RaftConfig config = parts.config();
        return new DivergenceWatch(
                new DivergenceWatch.Setting(
                        core,
                        config.divergenceInterval(),
                        config.electionTimeout().toNanos(),
                        quarantine),
                sender::sendNow,
                new DivergenceLog(identity, board),
                new DivergenceWatch.Consequences(apply::wake, successor -> {
                    var unused = transfer(successor);
                }));
    }

    private void onCheckpoint(Checkpoint checkpoint) {
        divergence.put(checkpoint);
        consensus.wake();
    }

    private ConsensusAgent.Audience audience(RaftCore core, Sender sender, Leadership leadership) {
        Requests requests = new Requests(peers, apply, completer, pendingBytes, leadership);
        return new ConsensusAgent.Audience(
                requests,
                new AdminRequests(peers, apply, completer),
                peers,
                status,
                members,
                leaders,
                new RoleLog(identity),
                new StallLog(identity, parts.config().maxSyncDelay().toNanos()),
                neighbours(core, sender, requests));
    }

    private Neighbours neighbours(RaftCore core, Sender sender, Requests requests) {
        RaftConfig config = parts.config();
        ForwardedIntake intake =
                new ForwardedIntake(parts.self(), config.maxCommandBytes(), pendingBytes, sender, this::wakeConsensus);
        Optional<Forwarder> forwarder = Optional.empty();
        if (config.forwardProposals()) {
            forwarder = Optional.of(new Forwarder(
                    parts.self(),
                    seams.random().nextLong(),
                    new Forwarder.Limits(2 * config.electionTimeout().toNanos(), config.maxInflightBytes() / 4),
                    sender,
                    apply,
                    new Forwarder.Audience(requests, peers, completer, pendingBytes)));
        }
        return new Neighbours(core, intake, forwarder, divergence);
    }

    private void tellRestorer() {
        if (restorer.isPending()) {
            apply.wake(); // it may wait for just this snapshot
        }
    }

    private void wakeConsensus() {
        consensus.wake();
    }

    private void step(Input input) {
        consensus.put(input);
    }

    private void loadForApply(long from, long to, int maxBytes) {
        // What is committed is never dropped, unless a snapshot takes its place.
        int affordable = (int) Math.min(maxBytes, parts.config().memoryBudget() / PARTS_OF_A_LOAD);
        load.load(from, to, affordable, () -> from > consensus.baseIndex(), apply::onLoaded);
    }

    private void askAgain(PendingRead<?> read) {
        consensus.read(read);
    }

    /** Lets the agents run; the transport must have been started. */
    void run(AgentScheduler.FailureHandler onFailure, Consumer<Agent> onEnd) {
        peers.announce();
        agents.run(seams.scheduler(), onFailure, onEnd);
    }

    NodeIdentity identity() {
        return identity;
    }

    RaftStatus status() {
        return status.read();
    }

    /** Bytes of the proposals that wait for their answers. */
    long pendingBytes() {
        return pendingBytes.used();
    }

    /** Whether something waits that the consensus agent must not lose. */
    boolean hasInputs() {
        return consensus.hasWork();
    }

    /** How many reads wait for their answers. */
    int waitingReads() {
        return waitingReads.get();
    }

    // --- requests; called by any thread ---

    /** Why this node should take no proposals, whose results it could not tell. A follower would only refuse them. */
    Optional<Divergence> divergenceOfTaker() {
        return quarantine.divergence().filter(own -> parts.config().forwardProposals() || status().isLeader());
    }

    /** Whether there is room for the proposal; if so it is taken. */
    boolean propose(Proposal proposal) {
        if (!pendingBytes.tryTake(proposal.sizeBytes())) {
            return false;
        }
        consensus.propose(proposal);
        return true;
    }

    /** The future of a read, if there is room for it; it waits until it is served, however long the state machine takes. */
    <T> Optional<CompletableFuture<T>> read(ReadPolicy policy, long minIndex, LongFunction<T> query) {
        if (waitingReads.incrementAndGet() > parts.config().maxPendingReads()) {
            waitingReads.decrementAndGet();
            return Optional.empty();
        }
        PendingRead<T> read = new PendingRead<>(
                query,
                new CompletableFuture<>(),
                waitingReads::decrementAndGet,
                minIndex,
                policy == ReadPolicy.LEASE && parts.config().leaseReads());
        if (policy == ReadPolicy.LOCAL) {
            apply.readAt(0, read);
        } else {
            consensus.read(read);
        }
        return Optional.of(read.future());
    }

    CompletableFuture<Membership> change(Function<Membership, MembershipChange> change) {
        CompletableFuture<Membership> future = new CompletableFuture<>();
        consensus.ask(new AdminRequest.Change(change, future));
        return future;
    }

    CompletableFuture<NodeId> transfer(Optional<NodeId> target) {
        CompletableFuture<NodeId> future = new CompletableFuture<>();
        consensus.ask(new AdminRequest.Transfer(target, future));
        return future;
    }

    void preVote(boolean on) {
        consensus.put(new Input.PreVoteSwitched(on));
    }

    CompletableFuture<SnapshotInfo> snapshot() {
        CompletableFuture<SnapshotInfo> future = new CompletableFuture<>();
        apply.snapshot(future);
        return future;
    }

    Optional<SnapshotInfo> latestSnapshot() {
        return board.newest();
    }

    CompletableFuture<SnapshotInfo> export(SnapshotExport.Target target) {
        return exports.export(target);
    }

    List<MemberStatus> members() {
        return members.read();
    }

    /** Who is known to differ from the others. */
    List<Divergence> divergences() {
        return divergence.divergences();
    }

    CompletableFuture<Member> awaitLeader() {
        return leaders.await();
    }

    // --- what the transport brings ---

    /** Decoded here, on the transport's thread, because there are several of those. */
    @Override
    public void onFrame(NodeId from, int group, ByteBuffer payload) {
        int size = payload.remaining();
        try {
            Message message = MessageCodec.decode(payload);
            if (group == Sender.GROUP && message.from().equals(from)) {
                consensus.receive(message, size);
            } else {
                LOG.debug("node={} dropped a message of group {} from {}", identity.node(), group, from);
            }
        } catch (MalformedMessageException e) {
            LOG.warn("node={} dropped {} bytes from {}: {}", identity.node().value(), size, from, e.getMessage());
        }
    }

    @Override
    public void onUnreachable(NodeId peer) {
        consensus.put(new Input.Unreachable(peer));
    }

    // --- the end ---

    /** Lets all agents end, in order, without waiting for them. */
    void stop() {
        cancelSnapshots();
        agents.stop();
    }

    /** Waits for the agents that were stopped, for so long all in all; not for the one that asks. */
    void awaitStopped(long nanos) {
        agents.awaitStopped(nanos);
    }

    /** A snapshot that is being written is not worth waiting for. */
    private void cancelSnapshots() {
        ownSnapshots.stop();
        snapshots.cancel();
    }

    /**
     * Ends the agents one after the other, so that each can still hand to the next what must not be lost.
     *
     * @return what has ended within {@code nanos}
     */
    Ended stopInOrder(long nanos) {
        cancelSnapshots();
        List<AbstractAgent> late = agents.stopInOrder(nanos);
        if (late.contains(consensus)) {
            consensus.abandon();
        }
        if (!late.isEmpty()) {
            exports.abandon();
            apply.abandon(); // last, because the others answer through it
        }
        boolean storageIsFree = !late.contains(log)
                && !late.contains(load)
                && !late.contains(snapshots)
                && !(late.contains(apply) && restorer.usesStorage());
        return new Ended(late.isEmpty(), storageIsFree);
    }

    /**
     * What has ended when a node was stopped.
     *
     * @param all all agents
     * @param storageIsFree those that use the storage
     */
    record Ended(boolean all, boolean storageIsFree) {}
}
