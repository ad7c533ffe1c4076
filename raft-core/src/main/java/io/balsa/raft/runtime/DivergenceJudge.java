package io.balsa.raft.runtime;

import io.balsa.raft.Divergence;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.divergence.DivergenceCheck;
import io.balsa.raft.divergence.FirstDifference;
import io.balsa.raft.divergence.HashSpan;
import io.balsa.raft.divergence.IndexRange;
import io.balsa.raft.divergence.Verdict;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A leader's part in finding state machines that are not like the others: compares what servers report of checkpoints, asks
 * on the way to which command a server began to differ, and tells it, until it has put itself in quarantine. A leader that
 * differs itself judges no worse, since none of this depends on its state machine. There is one for each leadership. Used by
 * the consensus agent.
 */
final class DivergenceJudge {

    private static final HashSpan NO_HASHES = HashSpan.of(1);

    /** Who carries out what is found. */
    interface Officer {

        /** Have this server tell its hashes on the way to a checkpoint: answered by {@link #onSpan}, or not at all. */
        void ask(NodeId server, long checkpoint);

        /** Tell a server that its state of this name differs: answered by {@link #onConfession}, or not at all. */
        void tell(long life, Divergence divergence);

        /** Operators must know of this, once for each server. */
        void found(Divergence divergence);

        /** And of this, once until a majority agrees again. */
        void undecidable(Verdict.Undecidable verdict);
    }

    /** A server that differs, but it is not known yet from where on. */
    private record Accused(long life, Verdict.Diverged verdict, long sinceNanos) {}

    /** A server that was told. */
    private record Convict(long life, Divergence divergence, boolean hasConfessed) {}

    private final DivergenceCheck check;
    private final Officer officer;
    private final long patienceNanos;
    private final NavigableMap<NodeId, Long> lives = new TreeMap<>();
    private final NavigableMap<NodeId, Accused> accused = new TreeMap<>();
    private final NavigableMap<NodeId, Convict> convicts = new TreeMap<>();
    private Membership membership;
    private Optional<Verdict.Undecidable> undecided = Optional.empty();
    private long undecidedSinceNanos;
    private boolean saidUndecidable;
    private long repeatAtNanos;
    private List<Divergence> divergences = List.of();

    /**
     * Nobody has reported yet.
     *
     * @param patienceNanos how long to wait for an answer; then it is done without, or asked for again
     */
    DivergenceJudge(Membership membership, int interval, long patienceNanos, Officer officer) {
        this.membership = membership;
        this.check = new DivergenceCheck(membership, interval);
        this.patienceNanos = patienceNanos;
        this.officer = officer;
    }

    /** Who is known to differ, and from where on. */
    List<Divergence> divergences() {
        return divergences;
    }

    private void convictsHaveChanged() {
        divergences = convicts.values().stream().map(Convict::divergence).toList();
    }

    /** Whether this server is not known to differ. */
    boolean trusts(NodeId server) {
        return !accused.containsKey(server) && !convicts.containsKey(server);
    }

    @SuppressWarnings("ReferenceEquality") // the same membership is the same object, and comparing it costs nothing
    void membership(Membership inEffect) {
        if (membership != inEffect) {
            membership = inEffect;
            check.membership(inEffect);
            lives.keySet().removeIf(server -> !inEffect.contains(server));
            accused.keySet().removeIf(server -> !inEffect.contains(server));
            convicts.keySet().removeIf(server -> !inEffect.contains(server));
            convictsHaveChanged();
        }
    }

    /** What a server has come to at a checkpoint, in the state of this name. */
    void onReport(NodeId server, long life, long checkpoint, long hash, long nowNanos) {
        if (!membership.contains(server)) {
            return;
        }
        meet(server, life);
        if (!convicts.containsKey(server)) {
            check.onReport(server, checkpoint, OptionalLong.of(hash)).ifPresent(verdict -> judge(verdict, nowNanos));
        }
    }

    /** A state of another name has nothing to do with what was said of the one before. */
    private void meet(NodeId server, long life) {
        Long before = lives.put(server, life);
        if (before != null && before != life) {
            check.anew(server);
            accused.remove(server);
            convicts.remove(server);
            convictsHaveChanged();
        }
    }

    private void judge(Verdict verdict, long nowNanos) {
        if (verdict instanceof Verdict.Undecidable undecidable) {
            if (undecided.isEmpty()) {
                undecidedSinceNanos = nowNanos;
            }
            undecided = undecided
                    .filter(first -> first.checkpoint() != verdict.checkpoint())
                    .or(() -> Optional.of(undecidable)); // the first checkpoint says most, and all reports of it
            return;
        }
        undecided = Optional.empty();
        saidUndecidable = false;
        if (verdict instanceof Verdict.Diverged diverged) {
            for (NodeId server : diverged.minority()) {
                accused.put(server, new Accused(lives.getOrDefault(server, 0L), diverged, nowNanos));
            }
            SortedSet<NodeId> witnesses = new TreeSet<>(diverged.minority());
            witnesses.addAll(diverged.majority());
            witnesses.forEach(server -> officer.ask(server, diverged.checkpoint()));
        }
    }

    /** A server tells its hashes, in the state of this name. */
    void onSpan(NodeId server, long life, HashSpan span) {
        Long known = lives.get(server);
        if (known != null && known == life) {
            check.onSpan(server, span).forEach(this::convict);
        }
    }

    private void convict(FirstDifference found) {
        convict(found.server(), found.indexes());
    }

    private void convict(NodeId server, IndexRange indexes) {
        Accused differing = accused.remove(server);
        if (differing != null) {
            Divergence divergence =
                    new Divergence(server, indexes.from(), indexes.to(), differing.verdict.checkpoint());
            convicts.put(server, new Convict(differing.life, divergence, false));
            convictsHaveChanged();
            officer.found(divergence);
            officer.tell(differing.life, divergence);
        }
    }

    /** A server says of its own state of this name that it differs: it is in quarantine. */
    void onConfession(long life, Divergence divergence) {
        NodeId server = divergence.server();
        if (membership.contains(server)) {
            meet(server, life);
            accused.remove(server);
            convicts.put(server, new Convict(life, divergence, true));
            convictsHaveChanged();
        }
    }

    /** Time has passed: gives up waiting for hashes, and says again what was not answered. */
    void look(long nowNanos) {
        if (!accused.isEmpty()) {
            new TreeMap<>(accused).forEach((server, differing) -> {
                if (nowNanos - differing.sinceNanos >= patienceNanos) {
                    convictWithoutHashes(server, differing);
                }
            });
        }
        // Not at once: a report that is yet to come may decide it.
        if (undecided.isPresent() && !saidUndecidable && nowNanos - undecidedSinceNanos >= patienceNanos) {
            saidUndecidable = true;
            officer.undecidable(undecided.get());
        }
        if (nowNanos - repeatAtNanos >= 0) {
            repeatAtNanos = nowNanos + patienceNanos;
            convicts.values().stream()
                    .filter(convict -> !convict.hasConfessed)
                    .forEach(convict -> officer.tell(convict.life, convict.divergence));
        }
    }

    /** Between the last checkpoint at which it agreed, and the one at which it did not. */
    private void convictWithoutHashes(NodeId server, Accused differing) {
        check.onSpan(server, NO_HASHES).forEach(this::convict);
        check.onSpan(differing.verdict.majority().first(), NO_HASHES).forEach(this::convict);
        convict(server, new IndexRange(1, differing.verdict.checkpoint())); // unless it was done just now
    }
}
