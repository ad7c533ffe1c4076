package io.balsa.raft.examples.kvstore;

import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Remembers what it was asked for, and answers what it is told to. The server asks for changes in steps only. */
final class FakeMembership implements MembershipAdmin {

    private final Supplier<CompletableFuture<Membership>> answer;
    private final AtomicReference<MembershipChange> last = new AtomicReference<>();

    FakeMembership(Supplier<CompletableFuture<Membership>> answer) {
        this.answer = answer;
    }

    Optional<MembershipChange> last() {
        return Optional.ofNullable(last.get());
    }

    @Override
    public CompletableFuture<Membership> change(MembershipChange change) {
        last.set(change);
        return answer.get();
    }

    @Override
    public CompletableFuture<Membership> addLearner(long id, String address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> addVoter(long id, String address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> promote(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> demote(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> remove(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> replace(long oldId, long newId, String address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> changeAddress(long id, String address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Membership> setPriority(long id, int priority) {
        throw new UnsupportedOperationException();
    }
}
