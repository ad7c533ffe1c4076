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
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    private final List<ServerView> servers = new ArrayList<>();
    private ServerView[] byNumber = new ServerView[8];
    private final KnownEntries known = new KnownEntries();
    private final CommittedLog canon = new CommittedLog();
    private final Elected elected = new Elected();
    private final FullCheck all = new FullCheck(servers, canon);

    /** Checks servers whose settings nobody knows, and so no bounds. */
    public SafetyOracle() {
        this.config = Optional.empty();
    }

    /** Checks servers that all have these settings. */
    public SafetyOracle(RaftConfig config) {
        this.config = Optional.of(config);
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
        ServerView view = new ServerView(id, config);
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

    // --- the life of a server ---

    /** A server has started, with this on its disk. */
    public void onStart(NodeId id, HardState state, List<EntryRun> found) {
        ServerView view = view(id);
        boolean isNew = !view.hasLived;
        new StartRules(view, state, found).start();
        for (long index = 1; isNew && index <= view.log.last(); index++) {
            match(view, index); // of those that come back, every entry was looked at when it was appended
        }
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
            if (write.hardState().isPresent()) {
                view.hold(write.hardState().get());
            }
            for (int i = 0; i < write.runs().size(); i++) {
                view.hold(write.runs().get(i), write.hashes().get(i));
                entries = true;
            }
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
            view.elections = Optional.of(new ElectionRules(id, config.get()));
            view.reads = Optional.of(new ReadRules(id, view.forwardedReads));
        }
        if (view.elections.isPresent()) {
            view.elections.get().onStep(core, input, !view.readsAsked.isEmpty());
            view.reads.orElseThrow().onStep(core, input);
        }
        onStep(id, input);
    }

    /** See {@link #onStep(NodeId, RaftCore, Input)}. */
    void onStep(NodeId id, Input input) {
        ServerView view = living(id, "steps");
        if (input instanceof Input.ReadRequested read) {
            view.readsAsked.put(read.read(), canon.size());
        } else {
            view.windows.onStep(input);
        }
    }

    /** A server's core wants this done. */
    public void onReady(NodeId id, RaftCore core, Ready ready) {
        Optional<ReadRules> reads = view(id).reads;
        if (reads.isPresent()) {
            reads.get().onReady(core, ready);
        }
        onReady(id, core.membership(), core.durableIndex(), ready);
    }

    /** See {@link #onReady(NodeId, RaftCore, Ready)}; the core believes to have so much on its disk. */
    @SuppressWarnings("ReferenceEquality") // an equal membership would only be adopted again
    void onReady(NodeId id, Membership membership, long durableIndex, Ready ready) {
        ServerView view = living(id, "wants something done");
        if (view.membership != membership) {
            adopt(view, membership);
        }
        boolean stillLeads = view.leads(ready.term()) && ready.role() == RaftRole.LEADER;
        checkTerm(view, ready);
        append(view, ready, stillLeads);
        checkPlace(view, durableIndex, ready);
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged changed && changed.role() == RaftRole.LEADER) {
                elected.onLeader(view, changed.term(), canon);
            }
        }
        view.term = ready.term();
        view.role = ready.role();
        if (ready.commitIndex() > view.commitIndex) {
            onCommit(view, ready, stillLeads);
        } else if (ready.commitIndex() < view.commitIndex) {
            throw new Violation("D1", id + " takes back that " + view.commitIndex + " is committed");
        }
        view.windows.onReady(id, ready);
        checkReads(view, ready);
    }

    private void adopt(ServerView view, Membership membership) {
        view.membership = membership;
        view.isVoter = membership.isVoter(view.id);
        view.voters = membership.voters().stream().map(this::view).toList();
        view.outgoingVoters =
                membership.outgoingVoters().stream().map(this::view).toList();
        view.learners = membership.learners().stream().map(this::view).toList();
    }

    private static void checkTerm(ServerView view, Ready ready) {
        if (ready.term() < view.term) {
            throw new Violation("D1", view.id + " went back from term " + view.term + " to " + ready.term());
        }
        if (ready.hardState().isPresent()) {
            HardState before = view.state;
            HardState next = ready.hardState().get();
            if (next.currentTerm() < before.currentTerm()) {
                throw new Violation("D1", view.id + " goes back from " + before + " to " + next);
            }
            boolean sameTerm = next.currentTerm() == before.currentTerm();
            if (sameTerm && before.votedFor().isPresent() && !next.votedFor().equals(before.votedFor())) {
                throw new Violation("D2", view.id + " changes its vote from " + before + " to " + next);
            }
            view.state = next;
        }
        boolean campaigns = ready.role() == RaftRole.LEADER
                || ready.role() == RaftRole.CANDIDATE
                || ready.role() == RaftRole.PRE_CANDIDATE;
        if (campaigns && !view.isVoter) {
            throw new Violation("M5", view.id + " has no vote and is " + ready.role());
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
        if (durableIndex > view.log.last() || !view.durable.has(durableIndex, view.log.hashAt(durableIndex))) {
            throw new Violation(
                    "D3",
                    view.id + " believes to have its log up to " + durableIndex + " on its disk, where "
                            + view.durable.last() + " entries are");
        }
    }

    private void onCommit(ServerView view, Ready ready, boolean stillLeads) {
        long last = ready.commitIndex();
        long committed = Math.min(last, canon.size());
        if (!view.log.has(committed, canon.hashAt(committed))) {
            throw new Violation("S6", view.id + " takes other entries for committed up to " + committed);
        }
        long term = view.log.termAt(last);
        boolean ofOwnTerm = last <= canon.size() ? !stillLeads || term == ready.term() : elected.hasLed(view, term);
        if (!ofOwnTerm || (ready.role() == RaftRole.LEADER && last > canon.size() && term != ready.term())) {
            throw new Violation("S8", view.id + " committed by counting " + last + ", which is of term " + term);
        }
        view.commitIndex = last;
        if (last > canon.size()) {
            requireQuorum(view, last);
            canon.extend(view.log, last, term);
            all.onCommitted(view, term);
        }
    }

    private void requireQuorum(ServerView leader, long index) {
        long hash = leader.log.hashAt(index);
        if (!FullCheck.isDurableOnQuorum(leader, index, hash)) {
            throw new Violation(
                    FullCheck.isDurableOnQuorumWithLearners(leader, index, hash) ? "M5" : "S7",
                    "entry " + index + " is committed on " + leader.id + " but not durable on a quorum");
        }
    }

    private static void checkReads(ServerView view, Ready ready) {
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.ReadReady read) {
                Long asked = view.readsAsked.remove(read.read());
                if (asked == null || read.index() < asked) {
                    throw new Violation(
                            "R2",
                            view.id + " may serve read " + read.read() + " at " + read.index() + "; when it was asked, "
                                    + asked + " was committed");
                }
                if (ready.role() == RaftRole.LEADER) {
                    requireOwnCommit(view, ready.term());
                }
            } else if (notice instanceof Notice.ReadFailed read) {
                view.readsAsked.remove(read.read());
            }
        }
        for (Message message : ready.messages()) {
            if (message instanceof ReadReply reply && reply.term() == ready.term()) {
                requireOwnCommit(view, reply.term());
                if (reply.index() > view.commitIndex) {
                    throw new Violation("R2", reply + " but committed is " + view.commitIndex);
                }
            }
        }
    }

    private static void requireOwnCommit(ServerView view, long term) {
        if (view.log.termAt(view.commitIndex) != term) {
            throw new Violation(
                    "R2", view.id + " answers reads in term " + term + " before it knows what is committed");
        }
    }

    // --- what it does about it ---

    /** A state machine has applied a command. Entries without one are skipped. */
    public void onApplied(NodeId id, EntryRun run, long index, byte[] result) {
        ServerView view = living(id, "applies something");
        if (index > view.commitIndex || index > canon.size()) {
            throw new Violation("S5", id + " applies " + index + ", which it does not know to be committed");
        }
        for (long skipped = view.applied + 1; skipped < index; skipped++) {
            if (canon.isCommand(skipped)) {
                throw new Violation("S5", id + " applies " + index + " after " + view.applied);
            }
        }
        long hash = EntryHashes.mix(canon.hashAt(index - 1), EntryHashes.of(run, index));
        if (index <= view.applied || run.term() != canon.termAt(index) || hash != canon.hashAt(index)) {
            throw new Violation(
                    "S5", id + " applies at " + index + ", after " + view.applied + ", another entry than is due");
        }
        view.applied = index;
        if (!canon.agreeOnResult(index, EntryHashes.of(result))) {
            throw new Violation("S5", id + " answers the command at " + index + " unlike another server");
        }
    }

    /** A server says something: what it promises must be on its disk (D3). */
    public void onSent(Message message) {
        ServerView view = living(message.from(), "sends something");
        message.dispatch(new Promises(view, view(message.to())));
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
