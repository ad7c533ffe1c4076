package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.CoreOptions;
import io.balsa.raft.core.CoreSettings;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Server 1 of three, with a real core, in front of an oracle that is told of everything; the others are up and do what is
 * needed. Where an oracle knows other settings than the core has, the core breaks rules.
 */
final class RealServer {

    static final NodeId SELF = NodeId.of(1);
    static final NodeId OTHER = NodeId.of(2);
    static final NodeId THIRD = NodeId.of(3);
    static final long TIMEOUT = 1_000_000_000L;

    final SafetyOracle oracle;
    final RaftCore core;
    private final List<Ready> unsynced = new ArrayList<>();
    private long nowNanos;
    private boolean diskStandsStill;

    /** The settings that the oracle knows, the options that the core has, and how eager each server is to lead. */
    RealServer(RaftConfig known, CoreOptions options, int... priorities) {
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            int priority = priorities.length == 0 ? 0 : priorities[(int) id - 1];
            members.add(Member.of(id, "real:" + id).withPriority(priority));
        }
        Membership membership = Membership.ofVoters(members);
        oracle = new SafetyOracle(membership, known);
        for (NodeId id : membership.members().keySet()) {
            oracle.onStart(id, StoredState.empty(new NodeIdentity("real", id, 0), membership), List.of());
        }
        CoreSettings settings =
                new CoreSettings(TIMEOUT, TIMEOUT / 10, true, true, 1 << 16, 16, 1 << 20, 1 << 20, 1 << 20, options);
        StoredState stored = StoredState.empty(new NodeIdentity("real", SELF, 0), membership);
        core = new RaftCore(SELF, settings, stored, new Draws(7), 0);
        passes(0);
    }

    static CoreOptions options(long leaseNanos, long longestSyncNanos) {
        return new CoreOptions(leaseNanos, longestSyncNanos, Long.MAX_VALUE / 4, TIMEOUT, 0, 1 << 10, 0);
    }

    long now() {
        return nowNanos;
    }

    /** From now on nothing that it writes becomes durable. */
    void diskStandsStill() {
        diskStandsStill = true;
    }

    void passes(long nanos) {
        nowNanos += nanos;
        step(new Input.TimePassed(nowNanos));
    }

    void waitsForItsTimer() {
        passes(core.nextDeadlineNanos() - nowNanos);
    }

    void hears(Message message) {
        step(new Input.Received(message));
    }

    /** The oracle is told, but the core is not. */
    void ignores(Message message) {
        oracle.onStep(SELF, core, new Input.Received(message));
    }

    void step(Input input) {
        oracle.onStep(SELF, core, input);
        core.step(input);
        while (core.hasReady()) {
            Ready ready = core.takeReady();
            oracle.onReady(SELF, core, ready);
            ready.messages().forEach(oracle::onSent);
            unsynced.add(ready);
            if (!diskStandsStill) {
                sync();
            }
        }
    }

    private void sync() {
        List<Ready> written = List.copyOf(unsynced);
        unsynced.clear();
        for (Ready ready : written) {
            oracle.onDurable(SELF, ready.number());
            ready.messagesAfterSync().forEach(oracle::onSent);
            oracle.onStep(SELF, core, new Input.Persisted(ready.number()));
            core.step(new Input.Persisted(ready.number()));
        }
    }

    /** It wins its election with the vote of the second server, and commits its no-op with it. */
    void leads() {
        while (core.role() != RaftRole.PRE_CANDIDATE) {
            waitsForItsTimer();
        }
        hears(new PreVoteReply(0, OTHER, SELF, 0, true));
        votesOf(OTHER);
        hears(new RequestVoteReply(1, OTHER, SELF, true));
        stored(OTHER);
        hears(new AppendEntriesAccepted(1, OTHER, SELF, 1));
    }

    private void votesOf(NodeId voter) {
        Ready ready = others(1, Optional.of(new HardState(1, Optional.of(SELF))), List.of());
        oracle.onReady(voter, new CoreFacts(core.membership(), 0, 0, 0), ready);
        oracle.onDurable(voter, 1);
    }

    private void stored(NodeId follower) {
        Ready ready = others(2, Optional.empty(), List.of(Stage.noOp(1, 1)));
        oracle.onReady(follower, new CoreFacts(core.membership(), 0, 0, 0), ready);
        oracle.onDurable(follower, 2);
    }

    private static Ready others(long number, Optional<HardState> state, List<EntryRun> entries) {
        return new Ready(
                number,
                List.of(),
                state,
                entries,
                List.of(),
                List.of(),
                SnapshotWork.NONE,
                List.of(),
                List.of(),
                new Ready.Standing(RaftRole.FOLLOWER, 1, Optional.empty(), 0, entries.isEmpty() ? 0 : 1));
    }

    void isConfirmed(long round) {
        hears(new HeartbeatReply(1, OTHER, SELF, round, 0, Long.MAX_VALUE));
    }
}
