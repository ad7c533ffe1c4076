package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.Divergence;
import io.balsa.raft.MemberStatus;
import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SessionChannel;
import io.balsa.raft.SnapshotAdmin;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A node of a cluster of its own, node 1 of three, that applies at once, or fails or hangs as it is told. */
final class FakeNode implements RaftNode {

    static final Member LEADER = Member.of(2, "http://raft-2:7002");

    private static final Member SELF = Member.of(1, "http://raft-1:7001");
    private static final Membership MEMBERSHIP =
            Membership.ofVoters(List.of(SELF, LEADER, Member.of(3, "http://raft-3:7003")));

    private final StateMachine stateMachine;
    private final FakeMembership changes = new FakeMembership(() -> answer(MEMBERSHIP));
    private final FakeSnapshots snapshots =
            new FakeSnapshots(new SnapshotInfo(new LogPosition(5, 2), 0, MEMBERSHIP, 7, 0), () -> failing());
    private final AtomicLong lastIndex = new AtomicLong();
    private final AtomicReference<ReadPolicy> lastPolicy = new AtomicReference<>();
    private final AtomicLong lastMinIndex = new AtomicLong();
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

    private Optional<RuntimeException> failing() {
        return failure;
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

    long lastMinIndex() {
        return lastMinIndex.get();
    }

    Optional<MembershipChange> lastChange() {
        return changes.last();
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

    private <T> CompletableFuture<T> answer(T value) {
        return failure.<CompletableFuture<T>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> CompletableFuture.completedFuture(value));
    }

    @Override
    public <T> CompletableFuture<T> read(ReadPolicy policy, long minIndex, Supplier<T> query) {
        lastMinIndex.set(minIndex);
        return read(policy, query);
    }

    @Override
    public CompletableFuture<Void> barrier() {
        return readIndex().thenAccept(index -> {});
    }

    @Override
    public CompletableFuture<Long> awaitApplied(long index) {
        return CompletableFuture.completedFuture(index);
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership() {
        return answer(LEADER.id());
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(long id) {
        return answer(NodeId.of(id));
    }

    @Override
    public SessionChannel sessions() {
        throw new UnsupportedOperationException("the store has no sessions yet");
    }

    @Override
    public MembershipAdmin membership() {
        return changes;
    }

    @Override
    public SnapshotAdmin snapshots() {
        return snapshots;
    }

    @Override
    public List<MemberStatus> members() {
        return List.of(new MemberStatus(
                LEADER.id(),
                LEADER.address(),
                7,
                RaftRole.FOLLOWER,
                MemberStatus.Standing.ACTIVE,
                Optional.of(Duration.ofMillis(12)),
                OptionalLong.of(3)));
    }

    @Override
    public void preVote(boolean on) {
        // it has no elections
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
    public List<Divergence> divergences() {
        return List.of();
    }

    @Override
    public RaftStatus status() {
        Optional<Member> leader = switch (role) {
            case LEADER -> Optional.of(SELF);
            case FOLLOWER, LEARNER -> Optional.of(LEADER);
            default -> Optional.empty();
        };
        return new RaftStatus(
                identity(),
                role,
                term,
                leader,
                lastIndex.get(),
                lastIndex.get(),
                lastIndex.get(),
                MEMBERSHIP,
                0,
                false);
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
