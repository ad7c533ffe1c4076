package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.storage.StoredState;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
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

    private final NodeParts parts;
    private final Seams seams;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
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
                node.run(this::onFailure);
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
        if (failure.compareAndSet(null, cause)) {
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
        terminated.completeExceptionally(cause);
    }

    @Override
    public void close() {
        end();
        terminated.complete(null); // without the lock, because nobody knows what users do then
    }

    private void end() {
        synchronized (lifecycle) {
            State before = state;
            state = State.ENDED;
            RunningNode node = running;
            if (before != State.ENDED) {
                closeParts(before == State.NEW || node == null || stop(node), null);
            }
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
            return CompletableFuture.failedFuture(new ProposalRefusedException(
                    ProposalRefusedException.Reason.TOO_LARGE,
                    "a command of " + command.length + " bytes, but at most "
                            + parts.config().maxCommandBytes() + " are allowed"));
        }
        RunningNode node = running;
        if (node == null || state != State.RUNNING || failure.get() != null) {
            return CompletableFuture.failedFuture(notRunning());
        }
        Proposal proposal = new Proposal(command);
        return node.propose(proposal)
                ? proposal.future()
                : CompletableFuture.failedFuture(overloaded("too many bytes of commands wait"));
    }

    @Override
    public <T> CompletableFuture<T> read(ReadPolicy policy, Supplier<T> query) {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(query, "query");
        return read(policy, (long index) -> query.get());
    }

    @Override
    public CompletableFuture<Long> readIndex() {
        return read(ReadPolicy.LINEARIZABLE, (long index) -> index);
    }

    private <T> CompletableFuture<T> read(ReadPolicy policy, LongFunction<T> query) {
        RunningNode node = running;
        if (node == null || state != State.RUNNING || failure.get() != null) {
            return CompletableFuture.failedFuture(notRunning());
        }
        return node.read(policy, query)
                .orElseGet(() -> CompletableFuture.failedFuture(overloaded("too many reads wait")));
    }

    @Override
    public CompletableFuture<Member> awaitLeader() {
        RunningNode node = running;
        return node == null || state != State.RUNNING || failure.get() != null
                ? CompletableFuture.failedFuture(notRunning())
                : node.awaitLeader();
    }

    private NodeStoppedException notRunning() {
        Throwable cause = failure.get();
        return cause == null
                ? new NodeStoppedException(state == State.NEW ? "the node was not started" : "the node is closed")
                : new NodeStoppedException("the node has stopped by a failure", cause);
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
    public RaftStatus status() {
        RunningNode node = running;
        return node == null
                ? new RaftStatus(identity(), RaftRole.FOLLOWER, 0, Optional.empty(), 0, 0, 0, parts.founding(), 0)
                : node.status();
    }
}
