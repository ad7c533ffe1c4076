package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A server of the Raft algorithm: what all roles share, and the "rules for all servers" of figure 3.1.
 *
 * <p>Step what happened with {@link #step}; then, if {@link #hasReady}, take what is to be done with {@link #takeReady}
 * and do it. Many inputs may be stepped before one Ready is taken: that is batching. Not safe for use by several threads.
 */
public final class RaftCore implements Input.Handler {

    private final NodeId self;
    private final long storeId;
    private CoreSettings settings;
    private final RandomGenerator random;
    private final RaftLog log;
    private final Outbox outbox = new Outbox();
    private final Announcements announcements;
    private final Invariants invariants;
    private final DiskWatch disk;
    private final SuccessorWatch successors;
    private final Snapshots snapshots;
    private final Candidacy candidacy;
    private HardState hardState;
    private boolean hardStateUnwritten;
    private Role role;
    private long nowNanos;
    private long lastNumber; // of the Ready that was taken last

    /**
     * A server that remembers {@code stored} and starts as a follower.
     *
     * @param random for election timeouts, and for names that must not be used twice
     * @param nowNanos the time it starts at
     */
    public RaftCore(NodeId self, CoreSettings settings, StoredState stored, RandomGenerator random, long nowNanos) {
        this.self = self;
        this.settings = settings;
        this.random = random;
        this.nowNanos = nowNanos;
        storeId = stored.identity().storeId();
        disk = new DiskWatch(settings.options().longestSyncNanos());
        successors = new SuccessorWatch(this);
        // A snapshot can be durable before the term it was received in. Nothing was promised in that.
        hardStateUnwritten = stored.last().term() > stored.hardState().currentTerm();
        hardState = hardStateUnwritten ? new HardState(stored.last().term(), Optional.empty()) : stored.hardState();
        log = new RaftLog(stored, settings.recentBytes());
        candidacy = new Candidacy(this);
        role = new Follower(this, null, candidacy.isOnlyVoter() ? nowNanos : candidacy.drawDeadline());
        snapshots = new Snapshots(log, settings.options().trailingEntries());
        announcements = new Announcements(this, outbox);
        invariants = new Invariants(this);
    }

    // --- the two faces ---

    /**
     * Something has happened.
     *
     * @throws SafetyViolation if Raft's own properties no longer hold; the server must not be used any more
     */
    public void step(Input input) {
        input.dispatch(this);
        successors.look();
        announcements.update();
        assert invariants.hold();
    }

    /** Whether there is anything to do. */
    public boolean hasReady() {
        role.settle();
        snapshots.compact(role);
        return hardStateUnwritten
                || log.hasUnwritten()
                || log.hasCommitted()
                || !outbox.isEmpty()
                || !snapshots.isEmpty();
    }

    /** What is to be done; the next one will not say it again. */
    public Ready takeReady() {
        role.settle();
        snapshots.compact(role);
        long number = ++lastNumber;
        Optional<HardState> toWrite = hardStateUnwritten ? Optional.of(hardState) : Optional.empty();
        hardStateUnwritten = false;
        Ready ready = new Ready(
                number,
                outbox.takeMessages(),
                toWrite,
                log.takeUnwritten(number),
                outbox.takeMessagesAfterSync(currentTerm()),
                outbox.takeLoads(),
                snapshots.takeWork(number),
                log.takeCommitted(),
                outbox.takeNotices(),
                new Ready.Standing(role(), currentTerm(), leader(), log.commitIndex(), log.lastIndex()));
        disk.given(ready, nowNanos);
        return ready;
    }

    /** When {@link Input.TimePassed} is due at the latest, on the clock of {@link Input.TimePassed#nowNanos}. */
    public long nextDeadlineNanos() {
        return disk.earlierDeadline(nowNanos, successors.earlierDeadline(role.deadlineNanos()));
    }

    // --- what it is, for status, checks and tests ---

    /** Who this is. */
    public NodeId self() {
        return self;
    }

    /** The role it plays. */
    public RaftRole role() {
        return role.kind();
    }

    /** "Latest term server has seen" (figure 3.1). */
    public long currentTerm() {
        return hardState.currentTerm();
    }

    /** "CandidateId that received vote in current term" (figure 3.1). */
    public Optional<NodeId> votedFor() {
        return hardState.votedFor();
    }

    /** Who leads the current term, if known. */
    public Optional<NodeId> leader() {
        return role.leader();
    }

    /** "Index of highest log entry known to be committed" (figure 3.1). */
    public long commitIndex() {
        return log.commitIndex();
    }

    /** Where the log ends. */
    public long lastIndex() {
        return log.lastIndex();
    }

    /** The membership in effect. */
    public Membership membership() {
        return log.membership();
    }

    /** Where in the log the membership in effect stands. */
    public long membershipIndex() {
        return log.membershipIndex();
    }

    /** The term of the entry at an index of the log. */
    public long termAt(long index) {
        return log.termAt(index);
    }

    /** Whether the log is known to have an entry of this term at this index. */
    public boolean hasEntry(LogPosition position) {
        return log.contains(position);
    }

    /** The index just before the first entry of the log. */
    public long baseIndex() {
        return log.baseIndex();
    }

    /** What this server knows of its followers, if it leads. */
    public List<PeerProgress> followers() {
        return role.followerProgress();
    }

    /** Up to where the log is on this server's disk. */
    public long durableIndex() {
        return log.durableIndex();
    }

    // --- what happens ---

    @Override
    public void onTimePassed(Input.TimePassed input) {
        assert input.nowNanos() - nowNanos >= 0 : "time goes back from " + nowNanos + " to " + input.nowNanos();
        nowNanos = input.nowNanos();
        role.onTimePassed();
    }

    @Override
    public void onProposed(Input.Proposed input) {
        role.onProposed(input);
    }

    @Override
    public void onReadRequested(Input.ReadRequested input) {
        role.onReadRequested(input);
    }

    @Override
    public void onPersisted(Input.Persisted input) {
        log.persisted(input.number());
        disk.persisted(input.number());
        role.onPersisted(input.number());
    }

    @Override
    public void onRoomChanged(Input.RoomChanged input) {
        disk.room(input.hasRoom());
    }

    @Override
    public void onLoaded(Input.Loaded input) {
        role.onLoaded(input);
    }

    @Override
    public void onUnreachable(Input.Unreachable input) {
        role.onUnreachable(input.peer());
    }

    @Override
    public void onPieceLoaded(Input.PieceLoaded input) {
        role.onPieceLoaded(input);
    }

    @Override
    public void onPieceStored(Input.PieceStored input) {
        snapshots.onPieceStored();
        role.onPieceStored(input);
    }

    @Override
    public void onSnapshotReceived(Input.SnapshotReceived input) {
        snapshots.onReceived(input.snapshot());
        role.onSnapshotReceived(input.snapshot());
    }

    @Override
    public void onSnapshotTaken(Input.SnapshotTaken input) {
        snapshots.onTaken(input);
    }

    @Override
    public void onChangeRequested(Input.ChangeRequested input) {
        role.onChangeRequested(input);
    }

    @Override
    public void onTransferRequested(Input.TransferRequested input) {
        role.onTransferRequested(input);
    }

    @Override
    public void onPreVoteSwitched(Input.PreVoteSwitched input) {
        settings = settings.withPreVote(input.on());
    }

    /** Settles the term, for all roles alike, and hands the message to the role (section 3.3). */
    @Override
    public void onReceived(Input.Received input) {
        Message message = input.message();
        if (!message.to().equals(self) || message.from().equals(self)) {
            return;
        }
        boolean aboutAnotherTerm = message instanceof PreVote || message instanceof PreVoteReply;
        if (message.term() < currentTerm() && !aboutAnotherTerm) {
            message.dispatch(new StaleMessageAnswer(this));
            return;
        }
        if (message.term() > currentTerm() && !(message instanceof PreVote)) {
            if (role.ignores(message)) {
                return;
            }
            // "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower."
            adoptTerm(message.term());
        }
        message.dispatch(role);
    }

    // --- what the roles share ---

    CoreSettings settings() {
        return settings;
    }

    RaftLog log() {
        return log;
    }

    RandomGenerator random() {
        return random;
    }

    Role currentRole() {
        return role;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** Of the Ready in which what is done now will be written. */
    long nextNumber() {
        return lastNumber + 1;
    }

    void send(Message message) {
        outbox.send(message);
    }

    void tell(Notice notice) {
        outbox.tell(notice);
    }

    /** The store that this server's votes and acknowledgements count from. */
    long storeId() {
        return storeId;
    }

    Candidacy candidacy() {
        return candidacy;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    SuccessorWatch successors() {
        return successors;
    }

    Outbox outbox() {
        return outbox;
    }

    DiskWatch disk() {
        return disk;
    }

    private void adoptTerm(long term) {
        remember(new HardState(term, Optional.empty()));
        become(new Follower(this, null, role.deadlineAfterStepDown()));
    }

    /** Becomes a follower of the current term; the vote stays as it is. */
    void becomeFollower(@Nullable NodeId leader) {
        become(new Follower(this, leader, candidacy.drawDeadline()));
    }

    /** The election timer ran out. */
    void campaign() {
        if (settings.preVote() && !candidacy.isOnlyVoter()) {
            become(new PreCandidate(this));
        } else {
            becomeCandidate(false);
        }
    }

    /**
     * "To begin an election, a follower increments its current term and transitions to candidate state" (section 3.4).
     *
     * @param transfer whether the leader wants it to (section 3.10)
     */
    void becomeCandidate(boolean transfer) {
        remember(new HardState(currentTerm() + 1, Optional.of(self)));
        become(new Candidate(this, transfer));
    }

    /** Gives this term's vote away. */
    void vote(NodeId candidate) {
        assert votedFor().isEmpty() || votedFor().get().equals(candidate) : "votes twice in term " + currentTerm();
        if (votedFor().isEmpty()) {
            remember(new HardState(currentTerm(), Optional.of(candidate)));
        }
    }

    void become(Role next) {
        role.end();
        role = next;
        role.begin();
    }

    private void remember(HardState next) {
        hardState = next;
        hardStateUnwritten = true;
    }
}
