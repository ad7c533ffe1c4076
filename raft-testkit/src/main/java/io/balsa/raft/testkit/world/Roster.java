package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Who belongs to the cluster, as somebody knows who sees all logs: the membership that is committed, and those after it that
 * may come to be in effect.
 */
final class Roster {

    /** A membership and where it stands. */
    record Placed(long index, Membership membership) {}

    private record Written(long number, Placed inEffect, long lastIndex) {}

    /** What stands in the log of one server. */
    private static final class Log {
        private final NavigableMap<Long, Membership> memberships = new TreeMap<>();
        private final Deque<Written> unsynced = new ArrayDeque<>();
        private Optional<Placed> durable = Optional.empty();
        private boolean hasEntries;
    }

    private final SortedMap<NodeId, Log> logs = new TreeMap<>();
    private final SortedMap<Long, List<Membership>> uncommitted = new TreeMap<>(); // every one that was ever appended
    private final NavigableMap<Long, Membership> committed = new TreeMap<>();
    private Supplier<List<Membership>> intended = List::of;
    private final Set<String> addresses = new TreeSet<>(); // that were ever appended
    private final SortedMap<NodeId, Long> ledTerms = new TreeMap<>();
    private long commitIndex;

    Roster(Membership founding) {
        committed.put(0L, founding);
    }

    private Log log(NodeId id) {
        return logs.computeIfAbsent(id, absent -> new Log());
    }

    // --- what happens ---

    /** A server has started, with this on its disk. */
    void onStart(NodeId id, StoredState stored) {
        Log log = log(id);
        log.memberships.clear();
        log.unsynced.clear();
        log.memberships.put(0L, stored.founding());
        stored.snapshot().ifPresent(snapshot -> log.memberships.put(snapshot.membershipIndex(), snapshot.membership()));
        for (LogEntry entry : stored.memberships()) {
            log.memberships.put(entry.index(), Membership.decode(entry.data()));
        }
        log.durable = last(log);
        log.hasEntries = stored.last().index() > 0;
    }

    /** Its process is gone. */
    void onGone(NodeId id) {
        log(id).unsynced.clear();
    }

    /** Its disk is empty. */
    void onWiped(NodeId id) {
        logs.remove(id);
    }

    private static Optional<Placed> last(Log log) {
        return Optional.ofNullable(log.memberships.lastEntry())
                .map(entry -> new Placed(entry.getKey(), entry.getValue()));
    }

    /** A server wants this done. */
    void onReady(NodeId id, RaftCore core, Ready ready) {
        Log log = log(id);
        for (EntryRun run : ready.entries()) {
            onAppended(log, run);
        }
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged change && change.role() == RaftRole.LEADER) {
                ledTerms.merge(id, change.term(), Math::max);
            }
        }
        long index = core.membershipIndex();
        if (log.memberships.isEmpty() || log.memberships.lastKey() != index) {
            log.memberships.tailMap(index, false).clear();
            log.memberships.put(index, core.membership());
        }
        if (ready.mustSync()) {
            last(log).ifPresent(placed -> log.unsynced.add(new Written(ready.number(), placed, ready.lastIndex())));
        }
        if (ready.commitIndex() > commitIndex) {
            onCommitted(log, ready.commitIndex());
        }
    }

    private void onAppended(Log log, EntryRun run) {
        log.memberships.tailMap(run.firstIndex(), true).clear();
        if (run.kind() != EntryKind.MEMBERSHIP) {
            return;
        }
        for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
            Membership membership = Membership.decode(run.copyOfPayload(index));
            log.memberships.put(index, membership);
            if (index > commitIndex) {
                List<Membership> known = uncommitted.computeIfAbsent(index, absent -> new ArrayList<>());
                if (!known.contains(membership)) {
                    known.add(membership);
                }
            }
            for (Member member : membership.members().values()) {
                addresses.add(member.address());
            }
        }
    }

    private void onCommitted(Log log, long index) {
        committed.putAll(log.memberships.subMap(commitIndex, false, index, true));
        commitIndex = index;
        uncommitted.headMap(index + 1).clear();
    }

    /** A server's disk has everything that its Readies up to this number wanted to be written. */
    void onDurable(NodeId id, long number) {
        Log log = log(id);
        while (!log.unsynced.isEmpty() && log.unsynced.peek().number <= number) {
            Written written = log.unsynced.remove();
            log.durable = Optional.of(written.inEffect);
            log.hasEntries |= written.lastIndex > 0;
        }
    }

    /** Says who knows which memberships were asked for and may come to be appended. */
    void intended(Supplier<List<Membership>> targets) {
        intended = targets;
    }

    // --- what is known ---

    /** The latest membership that is committed. */
    Membership committed() {
        return committed.lastEntry().getValue();
    }

    /** Where it stands. */
    long committedIndex() {
        return committed.lastKey();
    }

    /** Whether this was ever committed. */
    boolean wasCommitted(Membership membership) {
        return committed.containsValue(membership);
    }

    /** The membership that the committed entry at an index leaves in effect. */
    Membership committedAt(long index) {
        return committed.floorEntry(index).getValue();
    }

    /** The one that is committed, and all that may yet come to be in effect after it. */
    List<Membership> possible() {
        List<Membership> possible = new ArrayList<>();
        possible.add(committed());
        uncommitted.values().forEach(possible::addAll);
        possible.addAll(intended.get());
        for (Membership membership : List.copyOf(possible)) {
            possible.addAll(withVotesGivenBack(membership));
        }
        return possible;
    }

    /** A leader gives those who have lost their disks, and so their votes, the votes back of its own accord, one by one. */
    private List<Membership> withVotesGivenBack(Membership membership) {
        List<Membership> all = new ArrayList<>(List.of(membership));
        for (NodeId id : membership.learners()) {
            boolean hasVoted = committed.values().stream().anyMatch(earlier -> earlier.isVoter(id));
            if (hasVoted && !membership.isJoint()) {
                List.copyOf(all).forEach(before -> all.add(withVoteOf(id, before)));
            }
        }
        return all.subList(1, all.size());
    }

    private static Membership withVoteOf(NodeId learner, Membership membership) {
        SortedSet<NodeId> voters = new TreeSet<>(membership.voters());
        SortedSet<NodeId> learners = new TreeSet<>(membership.learners());
        voters.add(learner);
        learners.remove(learner);
        return new Membership(membership.members(), voters, new TreeSet<>(), learners);
    }

    /** Whether a server belongs to any of those. */
    boolean mayBelong(NodeId id) {
        return possible().stream().anyMatch(membership -> membership.contains(id));
    }

    /** Whether a membership with this address ever stood in a log. */
    boolean hasAppended(String address) {
        return addresses.contains(address);
    }

    /** The latest term in which this server has led; 0 if it never has. */
    long lastLed(NodeId id) {
        return ledTerms.getOrDefault(id, 0L);
    }

    /** Whether the log of a server has never had an entry, since its disk was empty. */
    boolean isBlank(NodeId id) {
        Log log = logs.get(id);
        return log == null || !log.hasEntries;
    }

    /**
     * Whether no server could be elected by the vote that this one would give away a second time if it had forgotten the
     * first: all who may ask for it know its store by what is committed on their disks.
     */
    boolean isKnownToAll(NodeId id) {
        for (var entry : logs.entrySet()) {
            Optional<Placed> durable = entry.getValue().durable;
            boolean asks = !entry.getKey().equals(id)
                    && durable.isPresent()
                    && durable.get().membership.isVoter(entry.getKey())
                    && durable.get().membership.isVoter(id);
            if (asks
                    && (durable.get().membership.storeOf(id) == 0
                            || !durable.get().membership.equals(committed.get(durable.get().index)))) {
                return false;
            }
        }
        return true;
    }
}
