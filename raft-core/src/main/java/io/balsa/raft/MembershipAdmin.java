package io.balsa.raft;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import java.util.concurrent.CompletableFuture;

/**
 * Changes who belongs to the cluster (dissertation chapter 4). Ask the leader; others answer {@link NotLeaderException}.
 *
 * <p>One change is made at a time. It is in effect as soon as the leader has appended it; the future completes when it is
 * committed and, if several votes came or went at once, the joint phase is over. Whatever is refused has changed nothing,
 * save that a server which shall vote and did not catch up in time stays a learner.
 *
 * <p>Each method returns the membership that came of it; or a {@link ChangeRefusedException}, whose
 * {@link ChangeRefusedException#reason} says why; or a {@link NotLeaderException}, a {@link NodeStoppedException}, or an
 * {@link OutcomeUnknownException} if this node lost its leadership meanwhile, when the next leader may go on with the change
 * or not.
 *
 * <p><b>Threads.</b> All methods may be called by any thread; none of them blocks. Wrong arguments throw at once.
 */
public interface MembershipAdmin {

    /** Adds a server that gets the log but has no vote. It should be started with {@link RaftNode.Builder#join}. */
    CompletableFuture<Membership> addLearner(long id, String address);

    /**
     * Adds a voter: as a learner at first, which gets its vote when it has caught up, within
     * {@link RaftConfig#catchUpTimeout}. It should be started with {@link RaftNode.Builder#join}.
     */
    CompletableFuture<Membership> addVoter(long id, String address);

    /** Gives a learner a vote. It must have caught up. */
    CompletableFuture<Membership> promote(long id);

    /** Takes a voter's vote away; it stays a learner. */
    CompletableFuture<Membership> demote(long id);

    /** Removes a server. If it is the leader itself, it steps down once that is committed. */
    CompletableFuture<Membership> remove(long id);

    /** Puts a new voter in the place of an old member, when it has caught up: both at once or neither. */
    CompletableFuture<Membership> replace(long oldId, long newId, String address);

    /** Tells everybody where a server is reached from now on. */
    CompletableFuture<Membership> changeAddress(long id, String address);

    /** Makes a server more or less eager to lead: see {@link io.balsa.raft.cluster.Member#priority}. */
    CompletableFuture<Membership> setPriority(long id, int priority);

    /** Makes any number of changes, all at once or none. */
    CompletableFuture<Membership> change(MembershipChange change);
}
