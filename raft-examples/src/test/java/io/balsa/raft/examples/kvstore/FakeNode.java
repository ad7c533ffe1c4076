package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A node of a cluster of its own, node 1 of three, that applies at once, or fails or hangs as it is told. */
final class FakeNode implements RaftNode {

    static final Member LEADER = Member.of(2, "http://raft-2:7002");

    private final StateMachine stateMachine;
    private final AtomicLong lastIndex = new AtomicLong();
    private final AtomicReference<ReadPolicy> lastPolicy = new AtomicReference<>();
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile boolean hangs;
    private volatile RaftRole role = RaftRole.LEADER;
    private volatile long term = 3;

    FakeNode(StateMachine stateMachine) {
        this.stateMachine = stateMachine;
    }

    void failWith(RuntimeException exception) {
        failure = Optional.of(exception);
    }

    void succeed() {
        failure = Optional.empty();
    }

    void hang() {
        hangs = true;
    }

    void become(RaftRole newRole, long newTerm) {
        role = newRole;
        term = newTerm;
    }

    long lastIndex() {
        return lastIndex.get();
    }

    Optional<ReadPolicy> lastPolicy() {
        return Optional.ofNullable(lastPolicy.get());
    }

    @Override
    public void start() {
        // it always runs
    }

    @Override
    public synchronized CompletableFuture<Applied> propose(byte[] command) {
        if (hangs) {
            return new CompletableFuture<>();
        }
        if (failure.isPresent()) {
            return CompletableFuture.failedFuture(failure.get());
        }
        long index = lastIndex.incrementAndGet();
        EntryRun run = EntryRun.of(index, term, EntryKind.COMMAND, List.of(command));
        return CompletableFuture.completedFuture(new Applied(index, term, stateMachine.apply(new Command(run, index))));
    }

    @Override
    public <T> CompletableFuture<T> read(ReadPolicy policy, Supplier<T> query) {
        lastPolicy.set(policy);
        if (hangs) {
            return new CompletableFuture<>();
        }
        return failure.<CompletableFuture<T>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> CompletableFuture.completedFuture(query.get()));
    }

    @Override
    public CompletableFuture<Long> readIndex() {
        return CompletableFuture.completedFuture(lastIndex.get());
    }

    @Override
    public CompletableFuture<Member> awaitLeader() {
        return status().leader().map(CompletableFuture::completedFuture).orElseGet(CompletableFuture::new);
    }

    @Override
    public RaftStatus status() {
        Member self = Member.of(1, "http://raft-1:7001");
        Membership membership = Membership.ofVoters(List.of(self, LEADER, Member.of(3, "http://raft-3:7003")));
        Optional<Member> leader = switch (role) {
            case LEADER -> Optional.of(self);
            case FOLLOWER, LEARNER -> Optional.of(LEADER);
            default -> Optional.empty();
        };
        return new RaftStatus(
                identity(), role, term, leader, lastIndex.get(), lastIndex.get(), lastIndex.get(), membership, 0);
    }

    @Override
    public NodeIdentity identity() {
        return new NodeIdentity("test", NodeId.of(1), 99);
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return new CompletableFuture<>();
    }

    @Override
    public void close() {
        // nothing to end
    }
}
