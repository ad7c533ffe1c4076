package io.balsa.raft;

import io.balsa.raft.cluster.Member;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This server is not the leader, so it did not take the request. {@link #leader} says where to go, if that is known. */
public final class NotLeaderException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Member leader;

    /** The leader is the given one, as far as this server knows, or not known. */
    public NotLeaderException(Optional<Member> leader) {
        super(
                leader.map(member -> "not the leader; that is " + member)
                        .orElse("not the leader, and no leader is known at the moment"),
                null);
        this.leader = leader.orElse(null);
    }

    /** The leader and its address; empty while there is none, or this server has not heard of it. */
    public Optional<Member> leader() {
        return Optional.ofNullable(leader);
    }

    @Override
    public Outcome outcome() {
        return Outcome.NOT_APPLIED;
    }
}
