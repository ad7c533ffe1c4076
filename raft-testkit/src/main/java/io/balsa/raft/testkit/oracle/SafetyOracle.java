package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Checks the safety of a cluster after everything that one of its servers does. The names of the invariants are those of
 * the project's list of them: S for the properties of figure 3.2 of the dissertation and what follows from them, D for
 * durability.
 */
public final class SafetyOracle {

    /** What is committed at an index: the first entry that was seen committed there, and everything before it. */
    private record Canon(long term, long hash) {}

    private final Map<NodeId, ServerView> servers = new TreeMap<>();
    private final Map<Long, NodeId> leaders = new TreeMap<>();
    private final Map<Long, Map<NodeId, NodeId>> votes = new TreeMap<>();
    private final List<Map<Long, Long>> hashesByTerm =
            new ArrayList<>(); // for each index, the hash that a term stands for
    private final List<Canon> canon = new ArrayList<>();
    private final Map<Long, Long> results = new TreeMap<>();

    private ServerView view(NodeId id) {
        return servers.computeIfAbsent(id, absent -> new ServerView());
    }

    /** Index of the last entry that is known to be committed. */
    public long committed() {
        return canon.size();
    }

    /** How many leaders there were. */
    public int leaders() {
        return leaders.size();
    }

    /** A server has started, with this on its disk. */
    public void onStart(NodeId id, HardState state, List<EntryRun> found) {
        ServerView view = view(id);
        HardState before = view.durableState;
        long acknowledged = view.acknowledged;
        long lastDurable = view.durable.last();
        long durableHash = view.durable.hashAt(lastDurable);
        view.restarted(state, found);
        require(
                "D1",
                state.currentTerm() >= before.currentTerm(),
                id + " forgot term " + before.currentTerm() + " and is back in term " + state.currentTerm());
        require(
                "D2",
                state.currentTerm() > before.currentTerm()
                        || before.votedFor().isEmpty()
                        || state.votedFor().equals(before.votedFor()),
                id + " forgot its vote in term " + before.currentTerm());
        require(
                "D4",
                view.durable.has(acknowledged, view.acknowledgedHash),
                id + " acknowledged entries up to " + acknowledged + " and has lost some of them");
        require(
                "D4",
                view.durable.has(lastDurable, durableHash) || view.durable.last() >= lastDurable,
                id + " had synced entries up to " + lastDurable + " and is back with " + view.durable.last());
        matchLogs(id, view.log, 1);
    }

    /** A server's core wants this done. */
    public void onReady(NodeId id, RaftCore core, Ready ready) {
        ServerView view = view(id);
        require("D1", ready.term() >= view.term, id + " went back from term " + view.term + " to " + ready.term());
        boolean stillLeads =
                view.role == RaftRole.LEADER && ready.role() == RaftRole.LEADER && view.term == ready.term();
        for (EntryRun run : ready.entries()) {
            require("D5", run.firstIndex() > view.commitIndex, id + " replaces committed entries by " + run);
            require(
                    "S2",
                    !stillLeads || run.firstIndex() > view.log.last(),
                    id + " leads and replaces entries by " + run);
            view.log.append(run);
            matchLogs(id, view.log, run.firstIndex());
        }
        view.wrote(ready);
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged changed && changed.role() == RaftRole.LEADER) {
                onLeader(id, view, changed.term());
            }
        }
        view.term = ready.term();
        view.role = ready.role();
        if (ready.commitIndex() > view.commitIndex) {
            onCommit(id, view, core, ready);
        }
    }

    /** Log matching (S3): whoever has an entry of a term at an index has everything before it in common. */
    private void matchLogs(NodeId id, LogMirror log, long from) {
        for (long index = from; index <= log.last(); index++) {
            while (hashesByTerm.size() < index) {
                hashesByTerm.add(new TreeMap<>());
            }
            Long known = hashesByTerm.get((int) index - 1).putIfAbsent(log.termAt(index), log.hashAt(index));
            require(
                    "S3",
                    known == null || known == log.hashAt(index),
                    id + " has another log up to " + index + "/" + log.termAt(index) + " than others");
        }
    }

    private void onLeader(NodeId id, ServerView view, long term) {
        NodeId other = leaders.putIfAbsent(term, id);
        require("S1", other == null || other.equals(id), id + " and " + other + " both lead term " + term);
        require(
                "S4",
                canon.isEmpty() || view.log.has(canon.size(), canon.get(canon.size() - 1).hash),
                id + " leads term " + term + " without everything that is committed, up to " + canon.size());
    }

    private void onCommit(NodeId id, ServerView view, RaftCore core, Ready ready) {
        for (long index = view.commitIndex + 1; index <= ready.commitIndex(); index++) {
            if (index <= canon.size()) {
                require(
                        "S6",
                        view.log.has(index, canon.get((int) index - 1).hash),
                        id + " takes another entry for committed at " + index);
            } else {
                canon.add(new Canon(view.log.termAt(index), view.log.hashAt(index)));
            }
        }
        long last = ready.commitIndex();
        require(
                "S8",
                ready.role() != RaftRole.LEADER || view.log.termAt(last) == ready.term(),
                id + " committed by counting an entry of an earlier term, at " + last);
        require(
                "S7",
                isDurableOnQuorum(core.membership(), last, view.log.hashAt(last)),
                "entry " + last + " is committed on " + id + " but not durable on a quorum");
        view.commitIndex = last;
    }

    private boolean isDurableOnQuorum(Membership membership, long index, long hash) {
        return hasMajority(membership.voters(), index, hash)
                && (!membership.isJoint() || hasMajority(membership.outgoingVoters(), index, hash));
    }

    private boolean hasMajority(SortedSet<NodeId> voters, long index, long hash) {
        int count = 0;
        for (NodeId voter : voters) {
            count += view(voter).durable.has(index, hash) ? 1 : 0;
        }
        return count > voters.size() / 2;
    }

    /** A server's disk has everything that its Readies up to this number wanted to be written. */
    public void onDurable(NodeId id, long number) {
        view(id).synced(number);
        HardState state = view(id).durableState;
        state.votedFor().ifPresent(candidate -> {
            NodeId other = votes.computeIfAbsent(state.currentTerm(), term -> new TreeMap<>())
                    .putIfAbsent(id, candidate);
            require(
                    "D2",
                    other == null || other.equals(candidate),
                    id + " voted for " + other + " and " + candidate + " in term " + state.currentTerm());
        });
    }

    /** A state machine has applied a command. Entries without one are skipped. */
    public void onApplied(NodeId id, EntryRun run, long index, byte[] result) {
        ServerView view = view(id);
        require("S5", index > view.applied, id + " applies " + index + " after " + view.applied);
        require(
                "S5",
                index <= canon.size()
                        && view.log.has(index, canon.get((int) index - 1).hash)
                        && run.term() == canon.get((int) index - 1).term,
                id + " applies an entry at " + index + " that is not committed there");
        view.applied = index;
        long hash = 7;
        for (byte b : result) {
            hash = LogMirror.mix(hash, b);
        }
        Long other = results.putIfAbsent(index, hash);
        require(
                "S5",
                other == null || other == hash,
                id + " answers the command at " + index + " unlike another server");
    }

    /** A server says something: what it promises must be on its disk (D3). */
    public void onSent(Message message) {
        ServerView view = view(message.from());
        if (message instanceof RequestVote) {
            requireVote(view, message, message.from());
        } else if (message instanceof RequestVoteReply reply && reply.granted()) {
            requireVote(view, message, reply.to());
        } else if (message instanceof AppendEntriesAccepted accepted) {
            require(
                    "D3",
                    view.durableState.currentTerm() >= accepted.term() && view.durable.last() >= accepted.matchIndex(),
                    accepted + " but on disk are term " + view.durableState.currentTerm() + " and entries up to "
                            + view.durable.last());
            view.acknowledged = accepted.matchIndex();
            view.acknowledgedHash = view.durable.hashAt(accepted.matchIndex());
        }
    }

    private static void requireVote(ServerView view, Message message, NodeId candidate) {
        boolean voted = view.durableState.currentTerm() == message.term()
                && view.durableState.votedFor().equals(Optional.of(candidate));
        require(
                "D3",
                voted || view.durableState.currentTerm() > message.term(),
                message + " but on disk is " + view.durableState);
    }

    private static void require(String invariant, boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(invariant, otherwise);
        }
    }
}
