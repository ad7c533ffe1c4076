package io.balsa.raft.runtime;

import io.balsa.raft.Divergence;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.PeerProgress;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.divergence.HashSpan;
import io.balsa.raft.divergence.Verdict;
import io.balsa.raft.message.HashAnswer;
import io.balsa.raft.message.HashQuestion;
import io.balsa.raft.message.HashReport;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.message.StateDiverged;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every server's part in finding state machines that are not like the others: reports its checkpoints to the leader, tells
 * its hashes when it is asked, puts itself in quarantine when it is told to, and does not go on leading then. Used by the
 * consensus agent; anybody may ask who differs.
 */
final class DivergenceWatch implements DivergenceJudge.Officer {

    /**
     * What follows from a quarantine on this server.
     *
     * @param imposed the state machine is not to be used any more
     * @param handOver this one should lead, or whoever is fit for it: told again until this server leads no more
     */
    record Consequences(Runnable imposed, Consumer<Optional<NodeId>> handOver) {}

    private final RaftCore core;
    private final int interval;
    private final long patienceNanos;
    private final Quarantine quarantine;
    private final Consumer<NodeMessage> sender;
    private final DivergenceLog log;
    private final Consequences consequences;
    private final LatestCheckpoints arrived = new LatestCheckpoints();
    private final NavigableMap<Long, Checkpoint> kept = new TreeMap<>(); // those that somebody may ask for
    private @Nullable DivergenceJudge judge; // if this server leads
    private long term;
    private Optional<NodeId> leader = Optional.empty();
    private long nowNanos;
    private long handOverAtNanos;
    private volatile List<Divergence> found = List.of();

    /** Of whom it is about, and how often it is compared. */
    record Setting(RaftCore core, int interval, long patienceNanos, Quarantine quarantine) {}

    DivergenceWatch(Setting setting, Consumer<NodeMessage> sender, DivergenceLog log, Consequences consequences) {
        this.core = setting.core;
        this.interval = setting.interval;
        this.patienceNanos = setting.patienceNanos;
        this.quarantine = setting.quarantine;
        this.sender = sender;
        this.log = log;
        this.consequences = consequences;
    }

    /** Called by the apply agent. */
    void put(Checkpoint checkpoint) {
        arrived.put(checkpoint);
    }

    boolean hasWork() {
        return !arrived.isEmpty();
    }

    /** Whether this server itself is known to differ. */
    boolean isInQuarantine() {
        return quarantine.isImposed();
    }

    /** Whom this server knows to differ, if it leads; and itself, if it is in quarantine. Called by any thread. */
    List<Divergence> divergences() {
        NavigableMap<NodeId, Divergence> all = new TreeMap<>();
        found.forEach(divergence -> all.put(divergence.server(), divergence));
        quarantine.divergence().ifPresent(own -> all.put(own.server(), own));
        return List.copyOf(all.values());
    }

    /** Once in every duty cycle, after the core was stepped. */
    void look(long now) {
        if (interval == 0) {
            return;
        }
        nowNanos = now;
        List<Checkpoint> news = arrived.takeAll();
        news.forEach(this::keep);
        if (core.currentTerm() != term || !core.leader().equals(leader)) {
            term = core.currentTerm();
            leader = core.leader();
            meetLeader();
        } else {
            news.forEach(this::report);
        }
        DivergenceJudge judging = judge;
        if (judging != null) {
            judging.membership(core.membership());
            judging.look(nowNanos);
            publish(judging.divergences());
        }
        if (quarantine.isImposed() && core.role() == RaftRole.LEADER && nowNanos - handOverAtNanos >= 0) {
            handOverAtNanos = nowNanos + patienceNanos;
            consequences.handOver.accept(successor());
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is the very same list, as nearly always
    private void publish(List<Divergence> divergences) {
        if (found != divergences) {
            found = divergences;
        }
    }

    private void keep(Checkpoint checkpoint) {
        kept.values().removeIf(earlier -> earlier.life() != checkpoint.life());
        kept.put(checkpoint.index(), checkpoint);
        if (kept.size() > LatestCheckpoints.MAX) {
            kept.pollFirstEntry();
        }
    }

    /** A leader begins with nothing, so it hears what the one before has heard already. */
    private void meetLeader() {
        judge = core.role() == RaftRole.LEADER
                ? new DivergenceJudge(core.membership(), interval, patienceNanos, this)
                : null;
        found = List.of();
        handOverAtNanos = nowNanos;
        leader.ifPresent(this::sayAll);
    }

    private void sayAll(NodeId to) {
        Optional<Divergence> own = quarantine.divergence();
        if (own.isPresent()) {
            confess(to, own.get());
        } else {
            kept.values().forEach(this::report);
        }
    }

    private void confess(NodeId to, Divergence own) {
        if (judge != null) {
            judge.onConfession(quarantine.life(), own);
        } else if (!to.equals(core.self())) {
            send(to, quarantine.life(), own);
        }
    }

    private void send(NodeId to, long life, Divergence divergence) {
        sender.accept(new StateDiverged(
                core.currentTerm(),
                core.self(),
                to,
                life,
                divergence.server(),
                divergence.checkpoint(),
                divergence.firstIndex(),
                divergence.lastIndex()));
    }

    private void report(Checkpoint checkpoint) {
        if (checkpoint.life() != quarantine.life() || quarantine.isImposed()) {
            return;
        }
        if (judge != null) {
            judge.onReport(core.self(), checkpoint.life(), checkpoint.index(), checkpoint.hash(), nowNanos);
        } else if (leader.isPresent()) {
            sender.accept(new HashReport(
                    term, core.self(), leader.get(), checkpoint.index(), checkpoint.hash(), checkpoint.life()));
        }
    }

    /** Who is to lead instead; nobody in particular, if there is nobody that should not. */
    private Optional<NodeId> successor() {
        DivergenceJudge judging = judge;
        if (judging == null || core.membership().voters().stream().allMatch(this::isSelfOrTrusted)) {
            return Optional.empty();
        }
        return core.followers().stream()
                .filter(peer -> core.membership().voters().contains(peer.id()) && judging.trusts(peer.id()))
                .filter(peer -> peer.silentNanos() < patienceNanos)
                .max(Comparator.comparingLong(PeerProgress::matchIndex)
                        .thenComparing(PeerProgress::id, Comparator.reverseOrder()))
                .map(PeerProgress::id);
    }

    private boolean isSelfOrTrusted(NodeId server) {
        return server.equals(core.self()) || judge == null || judge.trusts(server);
    }

    // --- what others say ---

    void onReport(HashReport report) {
        if (judge != null) {
            judge.onReport(report.from(), report.life(), report.index(), report.hash(), nowNanos);
        }
    }

    void onQuestion(HashQuestion question) {
        Checkpoint asked = kept.get(question.index());
        if (asked != null) {
            sender.accept(new HashAnswer(
                    core.currentTerm(),
                    core.self(),
                    question.from(),
                    asked.life(),
                    asked.span().encode()));
        }
    }

    void onAnswer(HashAnswer answer) {
        if (judge != null) {
            try {
                judge.onSpan(answer.from(), answer.life(), HashSpan.decode(answer.span()));
            } catch (IllegalArgumentException e) {
                log.malformed(answer.from(), e);
            }
        }
    }

    /** Of this server, from a leader; or of the one who sends it. */
    void onVerdict(StateDiverged message) {
        Divergence divergence =
                new Divergence(message.server(), message.firstIndex(), message.lastIndex(), message.index());
        if (message.server().equals(core.self())) {
            impose(message.life(), divergence);
            sayAll(message.from());
        } else if (message.server().equals(message.from()) && judge != null) {
            judge.onConfession(message.life(), divergence);
        }
    }

    private void impose(long life, Divergence divergence) {
        if (interval != 0 && quarantine.impose(life, divergence)) {
            log.quarantine(divergence);
            consequences.imposed.run();
        }
    }

    // --- what the judge wants, if this server leads ---

    @Override
    public void ask(NodeId server, long checkpoint) {
        if (!server.equals(core.self())) {
            sender.accept(new HashQuestion(core.currentTerm(), core.self(), server, checkpoint));
        } else if (judge != null) {
            Checkpoint own = kept.get(checkpoint);
            if (own != null) {
                judge.onSpan(server, own.life(), own.span());
            }
        }
    }

    @Override
    public void tell(long life, Divergence divergence) {
        if (!divergence.server().equals(core.self())) {
            send(divergence.server(), life, divergence);
            return;
        }
        impose(life, divergence);
        quarantine.divergence().ifPresent(own -> confess(core.self(), own));
    }

    @Override
    public void found(Divergence divergence) {
        log.found(divergence);
    }

    @Override
    public void undecidable(Verdict.Undecidable verdict) {
        log.undecidable(verdict);
    }
}
