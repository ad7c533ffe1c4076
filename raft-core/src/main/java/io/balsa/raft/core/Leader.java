package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes proposals and reads, replicates, and decides what is committed (section 3.5, 3.6, 6.4). */
final class Leader extends Role {

    private final Replicator replicator;
    private final Commitment commitment;
    private final ReadQueue reads;
    private final ProposalQuota quota;
    private final Lease lease;
    private final Transfer transfer;
    private final MembershipChanger changer;
    private final StoreKeeper stores;
    private long heartbeatDeadlineNanos;
    private long round; // of heartbeats
    private long committedMembershipIndex = -1; // of the one in effect, once that is committed in this term

    Leader(RaftCore core) {
        super(core);
        replicator = new Replicator(core);
        commitment = new Commitment(core);
        reads = new ReadQueue(core);
        quota = new ProposalQuota(core.settings().maxUncommittedBytes());
        lease = new Lease(core.settings().options().leaseNanos());
        transfer = new Transfer(core, replicator, lease);
        changer = new MembershipChanger(core, this);
        stores = new StoreKeeper(core, this);
    }

    @Override
    RaftRole kind() {
        return RaftRole.LEADER;
    }

    @Override
    Optional<NodeId> leader() {
        return Optional.of(core.self());
    }

    /** Its own voice: a healthy leader is not voted out of office. An unhealthy one steps down by itself. */
    @Override
    boolean hearsLeader() {
        return true;
    }

    @Override
    long deadlineNanos() {
        long earliest = heartbeatDeadlineNanos;
        if (core.settings().checkQuorum() && quorumDeadlineNanos() - earliest < 0) {
            earliest = quorumDeadlineNanos();
        }
        earliest = replicator.feeder().earlierDeadline(replicator.followers(), earliest);
        return transfer.earlierDeadline(changer.earlierDeadline(earliest));
    }

    /**
     * "Each leader commits a blank no-op entry into the log at the start of its term" (section 6.4): what earlier leaders
     * left uncommitted is committed with it, and reads wait for it.
     */
    @Override
    void begin() {
        append(EntryRun.of(log.lastIndex() + 1, core.currentTerm(), EntryKind.NO_OP, List.of(new byte[0])));
        heartbeat();
    }

    @Override
    void end() {
        reads.failAll();
        changer.end();
        transfer.end();
    }

    @Override
    void onTimePassed() {
        transfer.onTimePassed();
        if (core.disk().isSlow(core.nowNanos()) && !core.candidacy().isOnlyVoter()) {
            // What it proposes cannot become durable here, and its heartbeats would keep those from leading who can do
            // better.
            core.becomeFollower(null);
        } else if (core.settings().checkQuorum() && core.nowNanos() - quorumDeadlineNanos() >= 0) {
            // "A leader steps down if an election timeout elapses without a successful round of heartbeats to a
            // majority
            // of its cluster" (section 6.2).
            core.becomeFollower(null);
        } else if (core.nowNanos() - heartbeatDeadlineNanos >= 0) {
            heartbeat();
        }
    }

    /** When a majority will have been silent for an election timeout. */
    private long quorumDeadlineNanos() {
        // Counted back from now, so that the comparison holds for a clock of any origin.
        long silence = -Quorum.highestReached(
                log.membership(), id -> id.equals(core.self()) ? 0 : replicator.lastHeardNanos(id) - core.nowNanos());
        return core.nowNanos() - silence + core.settings().electionTimeoutNanos();
    }

    private void heartbeat() {
        sendHeartbeats();
        replicator.lookAround();
        transfer.settle(true);
        transfer.offer();
        if (changer.isFree() && !transfer.isUnderWay()) {
            stores.improvement().ifPresent(this::append);
        }
    }

    private void sendHeartbeats() {
        round++;
        heartbeatDeadlineNanos = core.nowNanos() + core.settings().heartbeatIntervalNanos();
        lease.roundBegins(round, core.nowNanos());
        replicator.roundBegins(round);
        for (Progress follower : replicator.followers()) {
            long known = Math.min(follower.matchIndex(), log.commitIndex());
            core.send(new Heartbeat(core.currentTerm(), core.self(), follower.id(), known, round));
        }
    }

    // --- proposals ---

    /** "If command received from client: append entry to local log, respond after entry applied" (figure 3.1). */
    @Override
    void onProposed(Input.Proposed input) {
        if (transfer.isUnderWay() || core.disk().isFull()) {
            core.tell(new Notice.ProposalsRefused(input.batch(), 0, transfer.refusal()));
            return;
        }
        List<byte[]> commands = input.commands();
        long firstIndex = log.lastIndex() + 1;
        int taken = 0;
        while (taken < commands.size() && !quota.isExhausted() && !log.isDiskFarBehind()) {
            int count = countForOneRun(commands, taken);
            append(EntryRun.of(
                    log.lastIndex() + 1, core.currentTerm(), input.kind(), commands.subList(taken, taken + count)));
            taken += count;
        }
        if (taken > 0) {
            core.tell(new Notice.Appended(input.batch(), firstIndex, core.currentTerm(), taken));
        }
        if (taken < commands.size()) {
            core.tell(new Notice.ProposalsRefused(input.batch(), taken, Notice.Refusal.OVERLOADED));
        }
    }

    /** As many as fit into one message, and at least one. */
    private int countForOneRun(List<byte[]> commands, int from) {
        long size = EntryRun.HEADER_BYTES;
        int count = 0;
        while (from + count < commands.size() && count < EntryRun.MAX_COUNT) {
            size += Integer.BYTES + (long) commands.get(from + count).length;
            if (count > 0 && size > core.settings().maxBatchBytes()) {
                break;
            }
            count++;
        }
        return count;
    }

    private void append(EntryRun run) {
        log.append(run);
        quota.add(run.lastIndex(), run.sizeBytes());
    }

    /** Appends a membership, which is in effect from now on (section 4.1). */
    void append(Membership membership) {
        append(EntryRun.of(
                log.lastIndex() + 1, core.currentTerm(), EntryKind.MEMBERSHIP, List.of(membership.encode())));
        replicator.onMembershipChanged();
    }

    // --- replication ---

    @Override
    public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {
        replicator.onAccepted(reply);
        advanceCommit();
    }

    @Override
    public void onAppendEntriesRejected(AppendEntriesRejected reply) {
        replicator.onRejected(reply);
    }

    @Override
    void onPersisted(long number) {
        advanceCommit();
    }

    private void advanceCommit() {
        while (core.currentRole() == this && commitment.advance(replicator)) {
            quota.freeUpTo(log.commitIndex());
            changer.onCommitted();
            if (log.membershipIndex() <= log.commitIndex() && log.membershipIndex() != committedMembershipIndex) {
                committedMembershipIndex = log.membershipIndex();
                onMembershipCommitted();
            }
        }
    }

    /**
     * "A leader that is removed from the configuration steps down once the C_new entry is committed" (section 4.2.2), and
     * lets somebody else begin at once.
     */
    private void onMembershipCommitted() {
        replicator.onMembershipCommitted();
        if (!log.membership().isVoter(core.self())) {
            sendHeartbeats();
            transfer.bequeath();
            core.becomeFollower(null);
        }
    }

    @Override
    void onLoaded(Input.Loaded input) {
        replicator.onLoaded(input);
    }

    @Override
    void onPieceLoaded(Input.PieceLoaded input) {
        Progress follower = replicator.follower(input.load().follower());
        if (follower != null) {
            replicator.feeder().onPieceLoaded(follower, input);
        }
    }

    @Override
    public void onInstallSnapshotReply(InstallSnapshotReply reply) {
        Progress follower = replicator.heard(reply.from());
        if (follower != null) {
            replicator.feeder().onReply(follower, reply);
        }
    }

    /** Followers that are getting a snapshot need the entries after it. */
    @Override
    long compactableTo(long index) {
        return replicator.feeder().compactableTo(replicator.followers(), index);
    }

    @Override
    void onUnreachable(NodeId peer) {
        replicator.onUnreachable(peer);
    }

    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {
        replicator.onHeartbeatReply(reply);
    }

    // --- reads ---

    @Override
    void onReadRequested(Input.ReadRequested input) {
        long confirmed = leaseRound();
        if (input.lease()
                && core.settings().checkQuorum()
                && commitment.hasCommittedInTerm()
                && lease.holds(confirmed, round, core.nowNanos())) {
            core.tell(new Notice.LeaseReady(input.read(), log.commitIndex(), lease.untilNanos(confirmed)));
        } else {
            reads.add(core.self(), input.read());
        }
    }

    /** The latest round of heartbeats that a quorum has answered. */
    private long confirmedRound() {
        return Quorum.highestReached(
                log.membership(), id -> id.equals(core.self()) ? round : replicator.confirmedRound(id));
    }

    /** The latest that a quorum has answered with the promise that a lease rests on. */
    private long leaseRound() {
        return Quorum.highestReached(
                log.membership(), id -> id.equals(core.self()) ? round : replicator.leaseRound(id));
    }

    @Override
    public void onReadRequest(ReadRequest request) {
        if (log.membership().contains(request.from())) {
            reads.add(request.from(), request.id());
        }
    }

    /** One round of heartbeats for all reads that came since the last one, one look at each follower for all that is new. */
    @Override
    void settle() {
        if (commitment.hasCommittedInTerm() && reads.startRound(round + 1)) {
            heartbeat();
        }
        if (reads.isInRound()) {
            reads.takeConfirmed(confirmedRound()).forEach(this::answer);
        }
        changer.settle();
        transfer.settle(false);
        replicator.replicate();
    }

    private void answer(ReadQueue.Waiting read) {
        if (read.reader().equals(core.self())) {
            core.tell(new Notice.ReadReady(read.id(), read.index()));
        } else {
            core.send(new ReadReply(core.currentTerm(), core.self(), read.reader(), read.id(), read.index()));
        }
    }

    // --- what another leader would say ---

    @Override
    public void onAppendEntries(AppendEntries request) {
        throw twoLeaders(request.from());
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        throw twoLeaders(request.from());
    }

    private SafetyViolation twoLeaders(NodeId other) {
        return new SafetyViolation(core.self() + " and " + other + " both lead term " + core.currentTerm());
    }

    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        throw twoLeaders(request.from());
    }

    // --- membership and transfer ---

    @Override
    void onChangeRequested(Input.ChangeRequested input) {
        changer.onRequested(input);
        advanceCommit(); // where fewer votes are needed, what is there may do
    }

    @Override
    void onTransferRequested(Input.TransferRequested input) {
        transfer.onRequested(input, changer.isBusy());
        transfer.settle(false);
    }

    boolean isHandingOver() {
        return transfer.isUnderWay();
    }

    boolean hasCommittedInTerm() {
        return commitment.hasCommittedInTerm();
    }

    boolean hasCaughtUp(NodeId id) {
        Progress follower = replicator.follower(id);
        return follower != null
                && !follower.isForgetful()
                && core.nowNanos() - follower.lastHeardNanos() < core.settings().electionTimeoutNanos()
                && follower.hasCaughtUp(log.lastIndex(), core.nowNanos());
    }

    Membership withKnownStores(Membership membership) {
        return stores.withKnownStores(membership);
    }

    @Nullable
    Progress follower(NodeId id) {
        return replicator.follower(id);
    }

    @Override
    List<PeerProgress> followerProgress() {
        return replicator.progress();
    }

    /** What the leader knows of its followers. */
    Collection<Progress> followers() {
        return replicator.followers();
    }
}
