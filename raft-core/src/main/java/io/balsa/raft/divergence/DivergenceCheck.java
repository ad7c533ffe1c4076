package io.balsa.raft.divergence;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what servers report of their {@link HashWindow}s at checkpoints. A leader has one for as long as it leads, and
 * tells it its own reports as well as those of others.
 *
 * <p><b>Who is right?</b> Whoever has the hash that a quorum of voters has. A quorum and not the majority of the reports that
 * happen to be there, because to be named has consequences, and the reports that are still to come may turn the scales. A
 * learner's report decides nothing, but a learner is named like a voter.
 *
 * <p><b>What is forgotten?</b> The reports of all but the last {@value #MAX_OPEN} checkpoints: who reports one that was left
 * behind is compared again when it has caught up. Nothing is missed by that, since a difference stays in all hashes after it.
 *
 * <p>For one thread.
 */
public final class DivergenceCheck {

    /** For how many checkpoints reports are kept. */
    public static final int MAX_OPEN = 8;

    /** The reports of a checkpoint. */
    private static final class Reports {
        private final NavigableMap<NodeId, Long> hashes = new TreeMap<>();
        private boolean isDecided;
    }

    /** A server that was named. */
    private static final class Case {
        private long differsAt;
        private @Nullable HashSpan span;
        private boolean isLocated;

        Case(long differsAt) {
            this.differsAt = differsAt;
        }
    }

    private final int interval;
    private Membership membership;
    private final NavigableMap<Long, Reports> open = new TreeMap<>();
    private final NavigableMap<NodeId, Case> cases = new TreeMap<>();
    private final NavigableMap<NodeId, Long> equalUpTo = new TreeMap<>();
    private final NavigableMap<NodeId, Long> renewedAt = new TreeMap<>(); // reports up to there are of an earlier state
    private final SortedSet<NodeId> unknown = new TreeSet<>();
    private @Nullable NodeId referenceServer;
    private @Nullable HashSpan reference;
    private long leftBehind;
    private long agreedUpTo;

    /** Nobody has reported yet. */
    public DivergenceCheck(Membership membership, int interval) {
        this.membership = Objects.requireNonNull(membership, "membership");
        this.interval = interval;
    }

    /** Another membership decides from the next report on. Whoever is no member any more is forgotten. */
    public void membership(Membership next) {
        membership = Objects.requireNonNull(next, "next");
        SortedSet<NodeId> gone = new TreeSet<>(equalUpTo.keySet());
        gone.addAll(cases.keySet());
        gone.addAll(unknown);
        open.values().forEach(reports -> gone.addAll(reports.hashes.keySet()));
        gone.addAll(renewedAt.keySet());
        gone.removeIf(next::contains);
        gone.forEach(this::forget);
        gone.forEach(renewedAt::remove);
    }

    /**
     * A server reports its hash at a checkpoint. A report that is repeated, of a stranger, of a checkpoint that was left
     * behind or of an index that is none, changes nothing.
     *
     * @param hash empty if the server does not know it: then it does not differ, and does not count
     * @return what follows from it, if anything new does
     */
    public Optional<Verdict> onReport(NodeId server, long checkpoint, OptionalLong hash) {
        if (!membership.contains(server) || checkpoint < 1 || checkpoint % interval != 0) {
            return Optional.empty();
        }
        if (hash.isEmpty()) {
            unknown.add(server);
            return Optional.empty();
        }
        unknown.remove(server);
        if (checkpoint <= Math.max(leftBehind, renewedAt.getOrDefault(server, 0L))) {
            return Optional.empty();
        }
        Reports reports = open.computeIfAbsent(checkpoint, at -> new Reports());
        Long before = reports.hashes.put(server, hash.getAsLong());
        if (before != null && before == hash.getAsLong()) {
            return Optional.empty();
        }
        if (open.size() > MAX_OPEN) {
            leftBehind = open.pollFirstEntry().getKey();
        }
        return checkpoint <= leftBehind ? Optional.empty() : judge(checkpoint, reports);
    }

    private Optional<Verdict> judge(long checkpoint, Reports reports) {
        Long truth = hashOfQuorum(reports.hashes);
        if (truth == null) {
            boolean enough = isQuorum(reports.hashes.keySet());
            return enough ? Optional.of(new Verdict.Undecidable(checkpoint, reports.hashes)) : Optional.empty();
        }
        SortedSet<NodeId> majority = new TreeSet<>();
        SortedSet<NodeId> named = new TreeSet<>();
        reports.hashes.forEach((server, hash) -> {
            if (hash.equals(truth)) {
                majority.add(server);
                agrees(server, checkpoint);
            } else if (differs(server, checkpoint)) {
                named.add(server);
            }
        });
        boolean isNews = !reports.isDecided;
        reports.isDecided = true;
        agreedUpTo = Math.max(agreedUpTo, checkpoint);
        if (!named.isEmpty()) {
            return Optional.of(new Verdict.Diverged(checkpoint, named, majority));
        }
        return isNews ? Optional.of(new Verdict.Agreed(checkpoint)) : Optional.empty();
    }

    private void agrees(NodeId server, long checkpoint) {
        equalUpTo.merge(server, checkpoint, Math::max);
        Case named = cases.get(server);
        if (named != null && named.differsAt < checkpoint) {
            cases.remove(server); // its state was replaced: a difference does not go away by itself
        }
    }

    /** Whether that is news. */
    private boolean differs(NodeId server, long checkpoint) {
        if (equalUpTo(server) >= checkpoint) {
            return false; // a late report from before its state was replaced
        }
        Case named = cases.get(server);
        if (named == null) {
            cases.put(server, new Case(checkpoint));
            return true;
        }
        named.differsAt = Math.min(named.differsAt, checkpoint);
        return false;
    }

    private @Nullable Long hashOfQuorum(NavigableMap<NodeId, Long> hashes) {
        for (long hash : new TreeSet<>(hashes.values())) {
            SortedSet<NodeId> same = new TreeSet<>(hashes.keySet());
            same.removeIf(server -> !Long.valueOf(hash).equals(hashes.get(server)));
            if (isQuorum(same)) {
                return hash;
            }
        }
        return null;
    }

    private boolean isQuorum(Set<NodeId> servers) {
        return isMajority(membership.voters(), servers)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), servers));
    }

    private static boolean isMajority(SortedSet<NodeId> voters, Set<NodeId> servers) {
        return voters.stream().filter(servers::contains).count() > voters.size() / 2;
    }

    /**
     * A server tells its window: one that was named, or one of the majority that others are compared with.
     *
     * @return where servers that were named began to differ, each once: as soon as there is its span, and one of a server
     *     that agreed at the checkpoint at which the other was named
     */
    public List<FirstDifference> onSpan(NodeId server, HashSpan span) {
        Case named = cases.get(server);
        if (named != null) {
            named.span = span;
        } else if (!cases.isEmpty()) {
            referenceServer = server;
            reference = span;
        }
        List<FirstDifference> found = new ArrayList<>();
        cases.forEach((other, open) -> locate(other, open).ifPresent(found::add));
        if (cases.values().stream().allMatch(open -> open.isLocated)) {
            referenceServer = null;
            reference = null;
        }
        return found;
    }

    private Optional<FirstDifference> locate(NodeId server, Case named) {
        HashSpan theirs = named.span;
        HashSpan ours = reference;
        if (theirs == null || ours == null || referenceServer == null || named.isLocated) {
            return Optional.empty();
        }
        if (equalUpTo(referenceServer) < named.differsAt) {
            return Optional.empty(); // not known to be right at that checkpoint
        }
        named.isLocated = true;
        named.span = null;
        return ours.firstDifference(theirs, equalUpTo(server), named.differsAt)
                .map(indexes -> new FirstDifference(server, indexes));
    }

    private long equalUpTo(NodeId server) {
        return equalUpTo.getOrDefault(server, 0L);
    }

    /**
     * The state of a server was replaced: nothing that it said counts any more, and nothing that it says of the checkpoints
     * that are known so far, because that may be said late. From the next one on it is compared again.
     */
    public void forget(NodeId server) {
        anew(server);
        renewedAt.put(server, open.isEmpty() ? leftBehind : open.lastKey());
    }

    /**
     * The state of a server was replaced, and nothing that is reported of the one before is passed on any more: what it says
     * from now on counts at once, and nothing that it said before.
     */
    public void anew(NodeId server) {
        renewedAt.remove(server);
        cases.remove(server);
        equalUpTo.remove(server);
        unknown.remove(server);
        open.values().forEach(reports -> reports.hashes.remove(server));
        if (server.equals(referenceServer)) {
            referenceServer = null;
            reference = null;
        }
    }

    /** Who was named, and has neither agreed again nor been forgotten since. */
    public SortedSet<NodeId> diverged() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(cases.keySet()));
    }

    /** Who does not know its hash, by its last report. */
    public SortedSet<NodeId> unknown() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(unknown));
    }

    /** The last checkpoint at which a quorum had the same hash; 0 if there was none. */
    public long agreedUpTo() {
        return agreedUpTo;
    }
}
