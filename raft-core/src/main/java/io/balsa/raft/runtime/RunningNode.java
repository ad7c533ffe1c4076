package io.balsa.raft.runtime;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.core.CoreSettings;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.MalformedMessageException;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents of a started node, wired to each other, to the transport and to the storage. */
final class RunningNode implements Transport.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private final NodeParts parts;
    private final Seams seams;
    private final NodeIdentity identity;
    private final AtomicInteger waitingReads = new AtomicInteger();
    private final ByteBudget pendingBytes;
    private final StatusBoard status;
    private final LeaderWatch leaders;
    private final Peers peers;
    private final Membership membership;
    private final LogAgent log;
    private final LoadAgent load;
    private final ApplyAgent apply;
    private final ConsensusAgent consensus;
    private final List<AbstractAgent> agents;
    private final List<AgentScheduler.Handle> handles = new CopyOnWriteArrayList<>(); // in the order they stop in

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
        StoredState state = withPresentAddresses(stored);
        RaftCore core = new RaftCore(
                parts.self(),
                settings(config),
                state,
                seams.random(),
                seams.clock().nanoTime());
        membership = core.membership();
        Sender sender = new Sender(parts.transport(), seams.probe());
        Completer completer = new Completer(parts.callbackExecutor());
        CommittedEntries committed = new CommittedEntries(config.maxPendingBytes());
        Inbox<Input> inputs = new Inbox<>();
        pendingBytes = new ByteBudget(config.maxPendingBytes());
        log = new LogAgent(parts.storage(), sender, this::step, seams.probe());
        load = new LoadAgent(parts.storage());
        apply = new ApplyAgent(
                parts.stateMachine(), committed, this::loadForApply, completer, pendingBytes, seams.probe());
        peers = new Peers(parts.self(), parts.transport(), membership);
        status = new StatusBoard(identity, core, apply::appliedIndex);
        leaders = new LeaderWatch(status::read, apply, completer);
        Requests requests = new Requests(peers, apply, completer, pendingBytes);
        consensus = new ConsensusAgent(
                core,
                seams.clock(),
                new ConsensusAgent.Hands(
                        sender,
                        log,
                        load,
                        apply,
                        committed,
                        requests,
                        new RoleLog(identity),
                        status,
                        leaders,
                        seams.probe()),
                new ByteBudget(config.maxInboxBytes()),
                inputs);
        agents = List.of(consensus, log, load, apply);
    }

    private static CoreSettings settings(RaftConfig config) {
        return new CoreSettings(
                config.electionTimeout().toNanos(),
                config.heartbeatInterval().toNanos(),
                config.preVote(),
                config.checkQuorum(),
                config.maxBatchBytes(),
                config.maxInflightMessages(),
                config.maxInflightBytes(),
                config.maxPendingBytes(),
                config.logCacheBytes());
    }

    /**
     * Until the log has a membership, addresses are not replicated, so those that the node was built with count; but who
     * votes was settled when the store was made.
     */
    private StoredState withPresentAddresses(StoredState stored) {
        if (!stored.memberships().isEmpty()) {
            return stored;
        }
        if (!stored.founding().voters().equals(parts.founding().voters())) {
            throw new StorageException("the cluster was founded with the members " + numbers(stored.founding())
                    + " according to this node's storage, but the node was built with " + numbers(parts.founding())
                    + "; start it with the members the cluster was founded with");
        }
        return new StoredState(
                stored.identity(),
                parts.founding(),
                stored.hardState(),
                stored.base(),
                stored.last(),
                stored.termStarts(),
                stored.memberships());
    }

    private static List<Long> numbers(Membership membership) {
        return membership.members().keySet().stream().map(NodeId::value).toList();
    }

    private void step(Input input) {
        consensus.put(input);
    }

    private void loadForApply(long from, long to, int maxBytes) {
        load.load(from, to, maxBytes, () -> true, apply::onLoaded); // what is committed is never dropped
    }

    /** Lets the agents run; the transport must have been started. */
    void run(AgentScheduler.FailureHandler onFailure) {
        peers.announce(membership);
        for (AbstractAgent agent : agents) {
            AgentScheduler.Handle handle = seams.scheduler().start(agent, onFailure);
            handles.add(handle);
            agent.runBy(handle);
        }
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

    /** Whether there is room for the proposal; if so it is taken. */
    boolean propose(Proposal proposal) {
        if (!pendingBytes.tryTake(proposal.sizeBytes())) {
            return false;
        }
        consensus.propose(proposal);
        return true;
    }

    /** The future of a read, if there is room for it; it waits until it is served, however long the state machine takes. */
    <T> Optional<CompletableFuture<T>> read(ReadPolicy policy, LongFunction<T> query) {
        if (waitingReads.incrementAndGet() > parts.config().maxPendingReads()) {
            waitingReads.decrementAndGet();
            return Optional.empty();
        }
        PendingRead<T> read = new PendingRead<>(query, new CompletableFuture<>(), waitingReads::decrementAndGet);
        if (policy == ReadPolicy.LOCAL) {
            apply.readAt(0, read);
        } else {
            consensus.read(read);
        }
        return Optional.of(read.future());
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
        handles.forEach(AgentScheduler.Handle::stop);
    }

    /**
     * Ends the agents one after the other, so that each can still hand to the next what must not be lost.
     *
     * @return what has ended within {@code nanos}
     */
    Ended stopInOrder(long nanos) {
        long deadline = seams.clock().nanoTime() + nanos;
        List<AbstractAgent> late = new ArrayList<>();
        for (int i = 0; i < handles.size(); i++) {
            handles.get(i).stop();
            if (!handles.get(i).awaitStopped(deadline - seams.clock().nanoTime())) {
                late.add(agents.get(i));
            }
        }
        if (!late.isEmpty()) {
            apply.abandon();
        }
        return new Ended(late.isEmpty(), !late.contains(log) && !late.contains(load));
    }

    /**
     * What has ended when a node was stopped.
     *
     * @param all all agents
     * @param storageIsFree those that use the storage
     */
    record Ended(boolean all, boolean storageIsFree) {}
}
