package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the oracle knows of one server: what it holds in memory, and what its stores would give back. */
final class ServerView {

    private static final long OVERHEAD_BYTES = 4096;

    /** What a Ready wanted to be written, and is not known to be durable. */
    record Write(
            long number,
            Optional<HardState> hardState,
            Optional<SnapshotInfo> install,
            List<EntryRun> runs,
            List<long[]> hashes) {

        /** Lets the store have it. */
        void reach(StoreView store) {
            hardState.ifPresent(store::hold);
            install.ifPresent(store::install);
            for (int i = 0; i < runs.size(); i++) {
                store.hold(runs.get(i), hashes.get(i));
            }
        }
    }

    final NodeId id;
    final LogMirror log;
    final Deque<Write> writes = new ArrayDeque<>();
    final LeaderWindows windows;
    final TransferRules transfers;
    final SnapshotRules snapshots;
    final Claims claims = new Claims();
    final Optional<RaftConfig> config;
    private final CommittedLog canon;
    Optional<ElectionRules> elections = Optional.empty(); // of the present life
    Optional<ReadRules> reads = Optional.empty(); // of the present life
    final Set<Long> forwardedReads = new HashSet<>(); // numbers of those of earlier lives
    final Map<Long, Long> readsAsked = new HashMap<>(); // what was committed anywhere when the core was asked
    private final Map<Long, StoreView> lostStores = new HashMap<>(); // by their ids; looked up only
    private StoreView store;
    HardState state = HardState.INITIAL;
    RaftRole role = RaftRole.FOLLOWER;
    boolean isUp;
    boolean hasLived;
    boolean isDamaged; // its disk has lost something, and nobody knows what
    LogPosition promised = LogPosition.ZERO; // up to where its disk had reached when it started, damaged or not
    boolean mayCampaign; // it has a vote, or had one before its last Ready
    long campaignedTerm; // the last term it was a candidate of, with a vote
    Membership founding; // the membership that it knows without any log

    private @Nullable Membership agreedOfCore;
    private @Nullable Membership agreedOfLog;
    private @Nullable Electorate electorate; // of the membership in effect

    long term;
    long ledTerm; // the last term it led
    long commitIndex;
    long applied;
    long leaseTerm; // the last term that it had a lease in

    ServerView(NodeId id, Optional<RaftConfig> config, CommittedLog canon, Membership founding) {
        this.id = id;
        this.config = config;
        this.canon = canon;
        this.founding = founding;
        MembershipRows.Row known = new MembershipRows.Row(0, founding);
        log = new LogMirror(canon, known);
        store = new StoreView(id, 0, canon, known);
        windows = new LeaderWindows(config, founding);
        transfers = new TransferRules(this);
        snapshots = new SnapshotRules(this, canon);
    }

    boolean leads(long inTerm) {
        return isUp && role == RaftRole.LEADER && term == inTerm;
    }

    /** The membership in effect, which it has adopted. */
    Electorate electorate() {
        return Objects.requireNonNull(electorate);
    }

    /** Whether it goes by this membership. */
    @SuppressWarnings("ReferenceEquality") // an equal membership would only be adopted again
    boolean goesBy(Membership membership) {
        return electorate != null && electorate.membership() == membership;
    }

    /** Whether the core's membership was found to be the one in the log, and both are still what they were then. */
    @SuppressWarnings("ReferenceEquality") // others are compared again
    boolean hasAgreedOn(Membership ofCore, Membership ofLog) {
        boolean same = agreedOfCore == ofCore && agreedOfLog == ofLog;
        agreedOfCore = ofCore;
        agreedOfLog = ofLog;
        return same;
    }

    void adopt(Electorate next) {
        electorate = next;
    }

    /**
     * Whether it has a vote as far as it knows: in its latest membership, or in the one before it as long as that may be the
     * latest that is committed (section 4.2.2).
     */
    boolean hasVote() {
        MembershipRows rows = log.memberships();
        long committed = Math.max(commitIndex, rows.latest().index() - 1);
        return rows.latest().membership().isVoter(id)
                || rows.asOf(committed).membership().isVoter(id);
    }

    /** Takes over what a Ready wants to be written. */
    void wants(Ready ready, List<long[]> hashes) {
        if (ready.mustSync()) {
            requireRoom(ready.entries());
            writes.add(new Write(
                    ready.number(), ready.hardState(), ready.snapshots().install(), ready.entries(), hashes));
        }
    }

    /** No more is taken than twice what the cache may hold, and a batch or two, while the disk is behind (A3). */
    private void requireRoom(List<EntryRun> added) {
        if (added.isEmpty() || config.isEmpty()) {
            return;
        }
        long waiting = 0;
        for (Write write : writes) {
            waiting = write.install.isPresent() ? 0 : waiting; // what came before it is not held in memory any more
            waiting += bytesOf(write.runs);
        }
        RaftConfig limits = config.get();
        long most = 2 * limits.logCacheBytes() + 2L * limits.maxBatchBytes() + OVERHEAD_BYTES;
        if (waiting > most) {
            throw new Violation("A3", id + " takes " + added + " while " + waiting + " bytes wait for its disk");
        }
    }

    private static long bytesOf(List<EntryRun> runs) {
        long bytes = 0;
        for (EntryRun run : runs) {
            bytes += run.sizeBytes();
        }
        return bytes;
    }

    /** Takes over its term and vote: neither goes back (D1, D2). */
    void go(Ready ready) {
        if (ready.term() < term) {
            throw new Violation("D1", id + " went back from term " + term + " to " + ready.term());
        }
        if (ready.hardState().isPresent()) {
            HardState before = state;
            HardState next = ready.hardState().get();
            if (next.currentTerm() < before.currentTerm()) {
                throw new Violation("D1", id + " goes back from " + before + " to " + next);
            }
            boolean sameTerm = next.currentTerm() == before.currentTerm();
            if (sameTerm && before.votedFor().isPresent() && !next.votedFor().equals(before.votedFor())) {
                throw new Violation("D2", id + " changes its vote from " + before + " to " + next);
            }
            state = next;
        }
    }

    // --- its stores ---

    /** The one that it has now. */
    StoreView store() {
        return store;
    }

    /** The store with this id, lost or not; the present one if the id is 0; null if there never was such a store. */
    @Nullable
    StoreView storeKnownAs(long storeId) {
        return storeId == 0 || storeId == store.id ? store : lostStores.get(storeId);
    }

    /** It comes back with a store that was just made: what the one before has promised is forgotten here. */
    void beginStore(long storeId) {
        if (hasLived) {
            lostStores.put(store.id, store);
        }
        MembershipRows.Row known = new MembershipRows.Row(0, founding);
        store = new StoreView(id, storeId, canon, known);
        ledTerm = 0;
        campaignedTerm = 0;
    }

    /** The process is gone, and what it held in memory with it. */
    void end() {
        isUp = false;
        elections = Optional.empty();
        reads.ifPresent(ReadRules::end);
        reads = Optional.empty();
        readsAsked.clear();
        windows.clear();
        transfers.clear();
        claims.clear();
        role = RaftRole.FOLLOWER;
        commitIndex = 0;
        applied = 0;
        leaseTerm = 0;
    }
}
