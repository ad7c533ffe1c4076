package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;

/**
 * How far the state machine is, and the membership as of there: what a snapshot of it is labelled with. Never a later
 * membership, be it in the log already, because the snapshot would give away what may yet be dropped. The apply agent's;
 * anybody may ask for the index.
 */
final class AppliedPosition {

    private volatile long index;
    private long term;
    private Membership membership;
    private long membershipIndex;
    private boolean knowsMembership;
    private long entries; // since the node was started
    private long bytes;

    /**
     * The position before the first entry.
     *
     * @param founding the membership until the log has one
     * @param knowsFounding whether it is what the cluster was founded with: a server that joins can only guess
     */
    AppliedPosition(Membership founding, boolean knowsFounding) {
        membership = founding;
        knowsMembership = knowsFounding;
    }

    long index() {
        return index;
    }

    LogPosition last() {
        return new LogPosition(index, term);
    }

    Membership membership() {
        return membership;
    }

    long membershipIndex() {
        return membershipIndex;
    }

    /** Whether the membership is known for sure. */
    boolean knowsMembership() {
        return knowsMembership;
    }

    /** How many entries were applied since the node was started. */
    long entries() {
        return entries;
    }

    /** How many bytes these have, about. */
    long bytes() {
        return bytes;
    }

    /** The entries of a run up to this index are applied. */
    void advance(EntryRun run, long lastIndex) {
        long count = lastIndex - index;
        if (run.kind() == EntryKind.MEMBERSHIP) {
            membership = Membership.decode(run.copyOfPayload(lastIndex));
            membershipIndex = lastIndex;
            knowsMembership = true;
        }
        term = run.term();
        entries += count;
        bytes += run.sizeBytes() * count / run.count();
        index = lastIndex;
    }

    /** The state machine was restored from this snapshot. */
    void jump(SnapshotInfo snapshot) {
        term = snapshot.last().term();
        membership = snapshot.membership();
        membershipIndex = snapshot.membershipIndex();
        knowsMembership = true;
        index = snapshot.index();
    }
}
