package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the safety of a cluster after everything that one of its servers does. The names of the invariants are those of
 * the project's list of them: S for the properties of figure 3.2 of the dissertation and what follows from them, D for
 * durability, M for membership, R for reads, A for the runtime.
 *
 * <p>Every check takes the same time however long the logs are. What is checked at every event compares the server that
 * acts with what is known of the cluster; {@link #fullCheck} compares all with all.
 */
public final class SafetyOracle {

    private static final int MOST_SERVERS = 1 << 10;

    private final Optional<RaftConfig> config;
    private final Membership founding;
    private final List<ServerView> servers = new ArrayList<>();
    private ServerView[] byNumber = new ServerView[8];
    private final Map<Membership, Electorate> electorates = new HashMap<>(); // looked up only
    private final KnownEntries known = new KnownEntries();
    private final CommittedLog canon;
    private final Elected elected;
    private final FullCheck all;
    private final CommitRules commits;
    private final ReadAnswers reads;
    private final SessionRules sessions = new SessionRules();
    private final Set<Handover> handovers = new HashSet<>(); // looked up only

    /** A leader has asked this server to lead. */
    private record Handover(long term, NodeId target) {}

    /** Checks servers of a cluster that was founded so, whose settings nobody knows, and so no bounds. */
    public SafetyOracle(Membership founding) {
        this(founding, Optional.empty());
    }

    /** Checks servers of a cluster that was founded so, which all have these settings. */
    public SafetyOracle(Membership founding, RaftConfig config) {
        this(founding, Optional.of(config));
    }

    private SafetyOracle(Membership founding, Optional<RaftConfig> config) {
        this.founding = founding;
        this.config = config;
        canon = new CommittedLog(founding);
        elected = new Elected(canon);
        all = new FullCheck(servers, canon);
        commits = new CommitRules(canon, elected, all);
        reads = new ReadAnswers(canon);
    }

    private ServerView view(NodeId id) {
        int number = (int) id.value();
        if (id.value() < byNumber.length && byNumber[number] != null) {
            return byNumber[number];
        }
        if (id.value() > MOST_SERVERS) {
            throw new IllegalArgumentException("servers have numbers up to " + MOST_SERVERS + ", not " + id);
        }
        if (number >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, 2 * number);
        }
        ServerView view = new ServerView(id, config, canon, founding);
        byNumber[number] = view;
        servers.add(view);
        return view;
    }

    private ServerView living(NodeId id, String does) {
        ServerView view = view(id);
        if (!view.isUp) {
            throw new Violation("A1", id + " is down and " + does);
        }
        return view;
    }

    /** Index of the last entry that is known to be committed. */
    public long committed() {
        return canon.size();
    }

    /** How many leaders there were. */
    public int leaders() {
        return elected.count();
    }

    /** Whether these servers can elect one among them, by what is on their disks. */
    public boolean canElect(Collection<NodeId> some) {
        return Electability.isGiven(some, this::view);
    }

    /** From now on the clocks may differ by more than the settings allow for, so that leases promise nothing (R3). */
    public void expectUnsafeClocks() {
        reads.expectUnsafeClocks();
    }

    // --- the life of a server ---

    /**
     * A server has started, with this on its disk. If its store is another one than before, that has promised nothing; what
     * the lost one has promised still counts for those who know it.
     *
     * @param entries all of the log
     */
    public void onStart(NodeId id, StoredState found, List<EntryRun> entries) {
        ServerView view = view(id);
        StoreView before = view.store();
        boolean hadLived = view.hasLived;
        view.founding = found.founding();
        new StartRules(view, canon, known, found, entries).start();
        adopt(view);
        boolean isNew = !hadLived || view.store() != before;
        for (long index = view.log.base() + 1; isNew && index <= view.log.last(); index++) {
            match(view, index); // of those that come back, every entry was looked at when it was appended
        }
    }

    /**
     * Damage has cost the server something: it may come back with an older snapshot, or with less of its log, if it says so.
     * Called before {@link #onStart}.
     */
    public void onDamaged(NodeId id) {
        view(id).isDamaged = true;
    }

    /** Whether nobody has given back yet what the server has lost to damage. */
    public boolean isMending(NodeId id) {
        return view(id).store().isMending();
    }

    /** The process of a server is gone: whatever it does from now on, until it starts, is a violation. */
    public void onCrash(NodeId id) {
        view(id).end();
    }

    /** A server's disk has everything that its Readies up to this number wanted to be written. */
    public void onDurable(NodeId id, long number) {
        ServerView view = living(id, "syncs");
        boolean entries = false;
        while (!view.writes.isEmpty() && view.writes.peek().number() <= number) {
            ServerView.Write write = view.writes.remove();
            write.reach(view.store());
            entries |= !write.runs().isEmpty() || write.install().isPresent();
        }
        if (entries) {
            all.checkUpToDate(view);
        }
    }

    // --- what its core does ---

    /** This is about to happen to the core of a server. */
    public void onStep(NodeId id, RaftCore core, Input input) {
        ServerView view = view(id);
        if (view.elections.isEmpty() && config.isPresent()) {
            Limits limits = Limits.of(config.get());
            view.elections = Optional.of(new ElectionRules(view, limits));
            view.reads = Optional.of(new ReadRules(id, view.forwardedReads, limits));
            MembershipRules.requireLatest(view, CoreFacts.of(core)); // nothing has happened to it yet
        }
        if (view.elections.isPresent()) {
            view.elections.get().onStep(core, input);
            view.reads.orElseThrow().onStep(core, input);
        }
        onStep(id, input);
    }

    /** See {@link #onStep(NodeId, RaftCore, Input)}. */
    void onStep(NodeId id, Input input) {
        ServerView view = living(id, "steps");
        if (input instanceof Input.ReadRequested read) {
            reads.onAsked(view, read);
        } else {
            view.snapshots.onStep(input);
            view.transfers.onStep(input);
            view.windows.onStep(input);
        }
    }

    /** A server's core wants this done. */
    public void onReady(NodeId id, RaftCore core, Ready ready) {
        ServerView view = view(id);
        if (view.elections.isPresent()) {
            view.elections.get().onReady(ready);
            view.reads.orElseThrow().onReady(core, ready);
        }
        onReady(id, CoreFacts.of(core), ready);
    }

    /** See {@link #onReady(NodeId, RaftCore, Ready)}. */
    void onReady(NodeId id, CoreFacts core, Ready ready) {
        ServerView view = living(id, "wants something done");
        boolean stillLeads = view.leads(ready.term()) && ready.role() == RaftRole.LEADER;
        boolean wasOrIsLeader = view.leads(ready.term()) || ready.role() == RaftRole.LEADER;
        boolean isNewRole = MembershipRules.isNewRole(view, ready);
        boolean hadVote = view.hasVote();
        long lastBefore = view.log.last();
        CommitRules.Before before = new CommitRules.Before(
                view.electorate(), view.log.memberships().latest().index());
        view.go(ready);
        view.snapshots.install(ready, stillLeads);
        append(view, ready, stillLeads);
        view.claims.onReady(ready, view.log);
        adopt(view);
        checkPlace(view, core.durableIndex(), ready);
        view.snapshots.onReady(ready, core.baseIndex());
        MembershipRules.requireLatest(view, core);
        MembershipRules.onAppended(view, ready, wasOrIsLeader);
        if (wasOrIsLeader
                && view.elections.isPresent()) { // a view without a core of ours: scripts give votes to anybody
            CatchUpRules.onAppended(view, ready, this::view);
        }
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged changed && changed.role() == RaftRole.LEADER) {
                elected.onLeader(view, changed.term());
            }
        }
        view.term = ready.term();
        view.role = ready.role();
        if (ready.commitIndex() > view.commitIndex) {
            commits.onCommit(view, ready, stillLeads, before);
        } else if (ready.commitIndex() < view.commitIndex) {
            throw new Violation("D1", id + " takes back that " + view.commitIndex + " is committed");
        }
        MembershipRules.checkRole(view, ready, hadVote, isNewRole);
        view.windows.onReady(id, ready, view.electorate().membership());
        view.transfers.onReady(ready, stillLeads, lastBefore);
        reads.onReady(view, ready);
    }

    /** From now on the server goes by the latest membership in its log. */
    private void adopt(ServerView view) {
        Membership latest = view.log.memberships().latest().membership();
        if (!view.goesBy(latest)) {
            view.adopt(electorates.computeIfAbsent(latest, fresh -> new Electorate(fresh, this::view)));
        }
    }

    private void append(ServerView view, Ready ready, boolean stillLeads) {
        List<long[]> hashes = ready.entries().isEmpty()
                ? List.of()
                : new ArrayList<>(ready.entries().size());
        for (EntryRun run : ready.entries()) {
            if (run.firstIndex() <= view.commitIndex) {
                throw new Violation("D5", view.id + " replaces committed entries by " + run);
            }
            if (stillLeads && run.firstIndex() <= view.log.last()) {
                throw new Violation("S2", view.id + " leads and replaces entries by " + run);
            }
            long[] ofRun = EntryHashes.of(run);
            hashes.add(ofRun);
            view.log.append(run, ofRun);
            for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
                match(view, index);
            }
        }
        view.wants(ready, hashes);
    }

    /** Log matching (S3): whoever has an entry of a term at an index has everything before it in common. */
    private void match(ServerView view, long index) {
        long term = view.log.termAt(index);
        if (!known.agree(index, term, view.log.hashAt(index))) {
            throw new Violation("S3", view.id + " has another log up to " + index + "/" + term + " than others");
        }
    }

    /** Commit index, end of the log and term fit together (D6), and the core does not rely on what is not durable (D3). */
    private static void checkPlace(ServerView view, long durableIndex, Ready ready) {
        boolean inOrder = view.applied <= ready.commitIndex()
                && ready.commitIndex() <= ready.lastIndex()
                && ready.lastIndex() == view.log.last()
                && view.log.lastTerm() <= ready.term();
        if (!inOrder) {
            throw new Violation(
                    "D6",
                    view.id + " in term " + ready.term() + " has applied " + view.applied + " of "
                            + ready.commitIndex() + " committed of " + ready.lastIndex() + " entries; written were "
                            + view.log.last() + ", the last of term " + view.log.lastTerm());
        }
        if (durableIndex > view.log.last() || !view.store().isWritten(durableIndex, view.log.hashAt(durableIndex))) {
            throw new Violation(
                    "D3",
                    view.id + " believes to have its log up to " + durableIndex + " on its disk, where "
                            + view.store().last() + " entries are");
        }
    }

    // --- what it does about it ---

    /** The state machine of a server is being captured, between two commands: what it has applied is in the snapshot. */
    public void onCaptured(NodeId id) {
        living(id, "is captured").snapshots.onCaptured();
    }

    /** A snapshot of the state machine that was captured is durable and visible. */
    public void onSnapshotTaken(NodeId id, SnapshotInfo snapshot) {
        living(id, "takes a snapshot").snapshots.onTaken(snapshot);
    }

    /** All of a snapshot that the server was sent is durable and visible. */
    public void onSnapshotReceived(NodeId id, SnapshotInfo snapshot) {
        living(id, "gets a snapshot").snapshots.onReceived(snapshot);
    }

    /** A state machine was restored from a snapshot, at the start or because it was installed. */
    public void onRestored(NodeId id, SnapshotInfo snapshot) {
        living(id, "is restored").snapshots.onRestored(snapshot);
    }

    /** A read was served by a lease, at this index: the lease was looked at again after the state machine was read. */
    public void onLeaseRead(NodeId id, long index) {
        reads.onLeaseRead(living(id, "serves a read"), index);
    }

    /** A command, or an entry of a session, was applied. Entries that have no result are skipped. */
    public void onApplied(NodeId id, EntryRun run, long index, byte[] result) {
        ServerView view = living(id, "applies something");
        if (index > view.commitIndex || index > canon.size()) {
            throw new Violation("S5", id + " applies " + index + ", which it does not know to be committed");
        }
        if (canon.lastCommandUpTo(index - 1) > view.applied) {
            throw new Violation("S5", id + " applies " + index + " after " + view.applied);
        }
        long hash = EntryHashes.mix(canon.hashAt(index - 1), EntryHashes.of(run, index));
        if (index <= view.applied || run.term() != canon.termAt(index) || hash != canon.hashAt(index)) {
            throw new Violation(
                    "S5", id + " applies at " + index + ", after " + view.applied + ", another entry than is due");
        }
        view.applied = index;
        if (!canon.agreeOnResult(index, EntryHashes.of(result))) {
            String broken = run.kind() == EntryKind.SESSION ? "R4" : "S5";
            throw new Violation(broken, id + " answers the command at " + index + " unlike another server");
        }
        sessions.onApplied(run, index, result);
    }

    /** A server says something: what it promises must be on its disk (D3). */
    public void onSent(Message message) {
        ServerView view = living(message.from(), "sends something");
        message.dispatch(new Promises(view, view(message.to()), canon));
        if (message instanceof TimeoutNow) {
            handovers.add(new Handover(message.term(), message.to()));
        } else if (message instanceof RequestVote request
                && request.transfer()
                && !handovers.contains(new Handover(request.term() - 1, request.from()))) {
            throw new Violation("L4", request + ", but no leader of the term before has asked it to lead");
        }
        if (view.elections.isPresent()) {
            view.elections.get().onSent(message);
        }
    }

    /**
     * Compares all servers with each other. What it finds was caused by an earlier event that the checks of that event did
     * not see; so it may be called as rarely as one likes.
     */
    public void fullCheck() {
        all.check();
    }
}
