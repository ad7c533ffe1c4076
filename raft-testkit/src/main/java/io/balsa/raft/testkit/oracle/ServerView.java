package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the oracle knows of one server: what it holds in memory, and what its disk would give back. */
final class ServerView {

    private static final long OVERHEAD_BYTES = 4096;

    /** What a Ready wanted to be written, and is not known to be durable. */
    record Write(long number, Optional<HardState> hardState, List<EntryRun> runs, List<long[]> hashes) {}

    final NodeId id;
    final LogMirror log = new LogMirror();
    final LogMirror durable = new LogMirror();
    final Deque<Write> writes = new ArrayDeque<>();
    final LeaderWindows windows;
    final Optional<RaftConfig> config;
    Optional<ElectionRules> elections = Optional.empty(); // of the present life
    Optional<ReadRules> reads = Optional.empty(); // of the present life
    final Set<Long> forwardedReads = new HashSet<>(); // numbers of those of earlier lives
    final Map<Long, Long> readsAsked = new HashMap<>(); // what was committed anywhere when the core was asked
    private final Map<Long, NodeId> votes = new HashMap<>(); // durable ones, by term
    HardState state = HardState.INITIAL;
    HardState durableState = HardState.INITIAL;
    RaftRole role = RaftRole.FOLLOWER;
    boolean isUp;
    boolean hasLived;
    boolean isVoter = true;

    @Nullable
    Membership membership;

    List<ServerView> voters = List.of();
    List<ServerView> outgoingVoters = List.of();
    List<ServerView> learners = List.of();
    long term;
    long ledTerm; // the last term it led
    long commitIndex;
    long applied;
    long acknowledged; // up to here it has told a leader that it has the leader's entries
    private long acknowledgedHash;

    ServerView(NodeId id, Optional<RaftConfig> config) {
        this.id = id;
        this.config = config;
        windows = new LeaderWindows(config);
    }

    boolean leads(long inTerm) {
        return isUp && role == RaftRole.LEADER && term == inTerm;
    }

    /** Takes over what a Ready wants to be written. */
    void wants(Ready ready, List<long[]> hashes) {
        if (ready.mustSync()) {
            requireRoom(ready.entries());
            writes.add(new Write(ready.number(), ready.hardState(), ready.entries(), hashes));
        }
    }

    /** No more is taken than twice what the cache may hold, and a batch or two, while the disk is behind (A3). */
    private void requireRoom(List<EntryRun> added) {
        if (added.isEmpty() || config.isEmpty()) {
            return;
        }
        long waiting = 0;
        for (Write write : writes) {
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

    boolean votedFor(NodeId candidate, long inTerm) {
        return candidate.equals(votes.get(inTerm));
    }

    /** Term and vote are durable. */
    void hold(HardState next) {
        if (next.currentTerm() < durableState.currentTerm()) {
            throw new Violation("D1", id + " goes back from " + durableState + " to " + next + " on its disk");
        }
        durableState = next;
        if (next.votedFor().isPresent()) {
            NodeId candidate = next.votedFor().get();
            NodeId other = votes.putIfAbsent(next.currentTerm(), candidate);
            if (other != null && !other.equals(candidate)) {
                throw new Violation(
                        "D2", id + " voted for " + other + " and " + candidate + " in term " + next.currentTerm());
            }
        }
    }

    /** Entries are durable. Those that they replace are gone, and so is what was acknowledged of them: a later leader's will. */
    void hold(EntryRun run, long[] hashes) {
        durable.append(run, hashes);
        if (!durable.has(acknowledged, acknowledgedHash)) {
            acknowledged = run.firstIndex() - 1;
            acknowledgedHash = durable.hashAt(acknowledged);
        }
    }

    void acknowledge(long index) {
        if (index > acknowledged) {
            acknowledged = index;
            acknowledgedHash = durable.hashAt(index);
        }
    }

    boolean hasAcknowledged(LogMirror found) {
        return found.has(acknowledged, acknowledgedHash);
    }

    /** The process is gone, and what it held in memory with it. */
    void end() {
        isUp = false;
        elections = Optional.empty();
        reads.ifPresent(ReadRules::end);
        reads = Optional.empty();
        readsAsked.clear();
        windows.clear();
        role = RaftRole.FOLLOWER;
        commitIndex = 0;
        applied = 0;
    }
}
