package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.Divergence;
import io.balsa.raft.MemberStatus;
import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SessionChannel;
import io.balsa.raft.SnapshotAdmin;
import io.balsa.raft.StateDivergedException;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node as its users see it: checks what they ask, hands it to the agents, and minds the node's beginning and end. */
public final class NodeRuntime implements RaftNode {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private enum State {
        NEW,
        RUNNING,
        ENDED
    }

    /** The first agent that failed, and why. */
    private record Failure(Agent agent, Throwable cause) {}

    private final NodeParts parts;
    private final Seams seams;
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final Object lifecycle = new Object(); // held by start and close only, never by an agent
    private volatile State state = State.NEW;
    private volatile @Nullable RunningNode running;

    /** A node that does nothing before {@link #start}. */
    public NodeRuntime(NodeParts parts, Seams seams) {
        this.parts = parts;
        this.seams = seams;
    }

    // --- beginning and end ---

    @Override
    public void start() {
        synchronized (lifecycle) {
            if (state != State.NEW) {
                throw new IllegalStateException("a node is started once; build another one");
            }
            RunningNode node = null;
            try {
                // Whatever can go wrong without a trace on the disk goes wrong first.
                parts.transport().bind();
                long storeId = seams.random().nextLong();
                StoredState stored = parts.storage()
                        .open(new NodeIdentity(parts.cluster(), parts.self(), storeId), parts.founding());
                node = new RunningNode(parts, seams, stored);
                parts.transport().start(stored.identity(), node);
                LOG.info(
                        "node={} cluster={} term={} last={} starting with {}",
                        parts.self().value(),
                        parts.cluster(),
                        stored.hardState().currentTerm(),
                        stored.last(),
                        parts.config());
                running = node;
                node.run(this::onFailure, this::onEnd);
                state = State.RUNNING; // before, there might be no agent yet to answer requests
                if (failure.get() != null) {
                    node.stop(); // an agent failed before all had begun
                }
            } catch (RuntimeException | Error e) {
                state = State.ENDED;
                closeParts(node == null || stop(node), e);
                terminated.completeExceptionally(e);
                throw e;
            }
        }
    }

    /** Nothing that went wrong in an agent is survived: nobody knows what it left half done. */
    private void onFailure(Agent agent, Throwable cause) {
        if (failure.compareAndSet(null, new Failure(agent, cause))) {
            LOG.error(
                    "node={} cluster={} has stopped because its {} agent failed",
                    parts.self().value(),
                    parts.cluster(),
                    agent.name(),
                    cause);
        }
        RunningNode node = running;
        if (node != null) {
            node.stop();
        }
    }

    /**
     * The agent that failed has nothing more to do, so it waits for the others, who still answer those who wait; but not for
     * one that hangs, and not while somebody closes the node, who waits for all of them.
     */
    private void onEnd(Agent agent) {
        Failure first = failure.get();
        RunningNode node = running;
        if (first == null || node == null || !first.agent.equals(agent) || state == State.ENDED) {
            return;
        }
        node.awaitStopped(parts.config().closeTimeout().toNanos() / 2);
        terminated.completeExceptionally(first.cause);
    }

    @Override
    public void close() {
        end();
        // Without the lock, because nobody knows what users do then.
        Failure first = failure.get();
        if (first == null) {
            terminated.complete(null);
        } else {
            terminated.completeExceptionally(first.cause);
        }
    }

    private void end() {
        synchronized (lifecycle) {
            handOver();
            State before = state;
            state = State.ENDED;
            RunningNode node = running;
            if (before != State.ENDED) {
                closeParts(before == State.NEW || node == null || stop(node), null);
            }
        }
    }

    /** A leader that goes says so, if it shall, and for half of the time that it has. */
    private void handOver() {
        RunningNode node = running;
        boolean shall = parts.config().transferOnClose() && state == State.RUNNING && failure.get() == null;
        if (node == null || !shall || !node.status().isLeader()) {
            return;
        }
        long nanos = parts.config().closeTimeout().toNanos() / 2;
        try {
            NodeId successor = node.transfer(Optional.empty()).get(nanos, TimeUnit.NANOSECONDS);
            LOG.info("node={} cluster={} handed over to {}", parts.self().value(), parts.cluster(), successor);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("node={} cluster={} could not hand over: {}", parts.self().value(), parts.cluster(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever closes the node is in a hurry
        }
    }

    /** Whether the storage may be closed: not under the hands of an agent that hangs in it. */
    private boolean stop(RunningNode node) {
        RunningNode.Ended ended = node.stopInOrder(parts.config().closeTimeout().toNanos());
        if (!ended.all()) {
            LOG.warn(
                    "node={} cluster={} could not end all its threads within {}{}",
                    parts.self().value(),
                    parts.cluster(),
                    parts.config().closeTimeout(),
                    ended.storageIsFree() ? "" : "; its storage stays open, because one of them still uses it");
        }
        return ended.storageIsFree();
    }

    private void closeParts(boolean storageIsFree, @Nullable Throwable reason) {
        // Set aside: a storage that is closed by an interrupted thread may not be able to write its last words.
        boolean interrupted = Thread.interrupted();
        closeQuietly(parts.transport(), reason);
        if (storageIsFree) {
            closeQuietly(parts.storage(), reason);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeQuietly(AutoCloseable part, @Nullable Throwable reason) {
        try {
            part.close();
        } catch (Exception e) {
            if (reason != null) {
                reason.addSuppressed(e);
            } else {
                LOG.warn("node={} could not close {}", parts.self().value(), part, e);
            }
        }
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return terminated.copy();
    }

    // --- requests ---

    @Override
    public CompletableFuture<Applied> propose(byte[] command) {
        Objects.requireNonNull(command, "command");
        if (command.length > parts.config().maxCommandBytes()) {
            return CompletableFuture.failedFuture(tooLarge(command.length));
        }
        return propose(new Proposal(command));
    }

    private CompletableFuture<Applied> propose(Proposal proposal) {
        return ask(node -> {
            Optional<Divergence> divergence = node.divergenceOfTaker();
            if (divergence.isPresent()) {
                return CompletableFuture.failedFuture(new StateDivergedException(divergence.get()));
            }
            return node.propose(proposal)
                    ? proposal.future()
                    : CompletableFuture.failedFuture(overloaded("too many bytes of commands wait"));
        });
    }

    @Override
    public SessionChannel sessions() {
        return this::proposeInSession;
    }

    /** What reaches the log must be understood by all servers, so it is looked at here. */
    private CompletableFuture<byte[]> proposeInSession(byte[] request) {
        int size = Proposal.commandBytes(EntryKind.SESSION, request);
        return size > parts.config().maxCommandBytes()
                ? CompletableFuture.failedFuture(tooLarge(size))
                : propose(new Proposal(EntryKind.SESSION, request)).thenApply(Applied::result);
    }

    private ProposalRefusedException tooLarge(int size) {
        return new ProposalRefusedException(
                ProposalRefusedException.Reason.TOO_LARGE,
                "a command of " + size + " bytes, but at most " + parts.config().maxCommandBytes() + " are allowed");
    }

    @Override
    public <T> CompletableFuture<T> read(ReadPolicy policy, Supplier<T> query) {
        return read(policy, 0, query);
    }

    @Override
    public <T> CompletableFuture<T> read(ReadPolicy policy, long minIndex, Supplier<T> query) {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(query, "query");
        return askToRead(policy, minIndex, index -> query.get());
    }

    @Override
    public CompletableFuture<Long> readIndex() {
        return askToRead(ReadPolicy.LINEARIZABLE, 0, index -> index);
    }

    @Override
    public CompletableFuture<Void> barrier() {
        return readIndex().thenAccept(index -> {});
    }

    @Override
    public CompletableFuture<Long> awaitApplied(long index) {
        return askToRead(ReadPolicy.LOCAL, index, applied -> index);
    }

    private <T> CompletableFuture<T> askToRead(ReadPolicy policy, long minIndex, LongFunction<T> query) {
        return ask(node -> node.read(policy, minIndex, query)
                .orElseGet(() -> CompletableFuture.failedFuture(overloaded("too many reads wait"))));
    }

    @Override
    public CompletableFuture<Member> awaitLeader() {
        return ask(RunningNode::awaitLeader);
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership() {
        return ask(node -> node.transfer(Optional.empty()));
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(long id) {
        NodeId target = NodeId.of(id);
        return ask(node -> node.transfer(Optional.of(target)));
    }

    @Override
    public MembershipAdmin membership() {
        return new NodeMembership(change -> ask(node -> node.change(change)));
    }

    @Override
    public SnapshotAdmin snapshots() {
        return new NodeSnapshots(this::ask, () -> Optional.ofNullable(running));
    }

    @Override
    public void preVote(boolean on) {
        RunningNode node = running;
        if (node == null || state != State.RUNNING) {
            throw new IllegalStateException("the node does not run");
        }
        node.preVote(on);
    }

    private <T> CompletableFuture<T> ask(Function<RunningNode, CompletableFuture<T>> request) {
        RunningNode node = running;
        return node == null || state != State.RUNNING || failure.get() != null
                ? CompletableFuture.failedFuture(notRunning())
                : request.apply(node);
    }

    private NodeStoppedException notRunning() {
        Failure first = failure.get();
        return first == null
                ? new NodeStoppedException(state == State.NEW ? "the node was not started" : "the node is closed")
                : new NodeStoppedException("the node has stopped by a failure", first.cause);
    }

    private static ProposalRefusedException overloaded(String message) {
        return new ProposalRefusedException(ProposalRefusedException.Reason.OVERLOADED, message);
    }

    // --- looking at it ---

    @Override
    public NodeIdentity identity() {
        RunningNode node = running;
        return node == null ? new NodeIdentity(parts.cluster(), parts.self(), 0) : node.identity();
    }

    @Override
    public List<MemberStatus> members() {
        RunningNode node = running;
        return node == null ? List.of() : node.members();
    }

    @Override
    public List<Divergence> divergences() {
        RunningNode node = running;
        return node == null ? List.of() : node.divergences();
    }

    @Override
    public RaftStatus status() {
        RunningNode node = running;
        return node == null
                ? new RaftStatus(
                        identity(), RaftRole.FOLLOWER, 0, Optional.empty(), 0, 0, 0, parts.founding(), 0, false)
                : node.status();
    }
}
